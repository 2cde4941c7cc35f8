"""An input -> what each site prints on many of its pages, and what is cut of it: for `dedup sites`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import orjson

from dedup.native.arrays import Hashes, Int32s, Int64s
from dedup.options import Options
from dedup.pipeline.examples import Examples
from dedup.pipeline.progress import Progress
from dedup.pipeline.run import scan_all
from dedup.pipeline.sites.pages_again import PagesAgain, SiteCuts, SiteJudge
from dedup.pipeline.sites.site_pass import NotedPassages, SitePass
from dedup.repeats.evidence import probability
from dedup.sites.counting import SiteKnowledge
from dedup.sites.judge import Judge
from dedup.sites.layout import codes_of
from dedup.sources.source import Source


class PrintedPassage(NamedTuple):
    """A passage that stands on many pages of a site, wherever it does: the same words, figures aside.

    `text`: as the first of these pages has it; `pages`: how many have it; `occurrences`: how often they have
    it; `cut`: how many of these are cut; `least`, `most`: the probabilities that they are what the site
    prints; `evidence`: of the least certain one that is cut, else of the most certain one, as a ledger has
    it.
    """

    text: str
    pages: int
    occurrences: int
    cut: int
    least: float
    most: float
    evidence: dict[str, list[float]]


class PrintingSite(NamedTuple):
    """A site. `pages`: how many it has; `characters`: of all their texts; `cut_characters`: those that are
    cut because the site prints them; `passages`: the most printed first.
    """

    name: str
    pages: int
    characters: int
    cut_characters: int
    passages: list[PrintedPassage]


class PrintingSites(NamedTuple):
    """What `dedup sites` shows. `sites`: the one with the most cut characters first; `pages_without_site`:
    documents whose URL has no host; `rejects`: records that could not be read.
    """

    sites: list[PrintingSite]
    pages_without_site: int
    rejects: int

    def as_values(self) -> dict[str, Any]:
        """All of it as JSON has it."""
        return {
            "sites": [
                {
                    "site": site.name,
                    **{name: getattr(site, name) for name in ("pages", "characters", "cut_characters")},
                    "passages": [_as_values(passage) for passage in site.passages],
                }
                for site in self.sites
            ],
            "pages_without_site": self.pages_without_site,
            "rejects": self.rejects,
        }


def _as_values(passage: PrintedPassage) -> dict[str, Any]:
    values = passage._asdict()
    least, most, evidence = (values.pop(name) for name in ("least", "most", "evidence"))
    return values | {"probability": {"least": round(least, 3), "most": round(most, 3)}, "evidence": evidence}


class PassageGroup(NamedTuple):
    """A passage as some blocks have it. `site`: the number of its host; `decisive`: which of two groups has
    the evidence that is shown, the lower one; the others: see `PrintedPassage`, with logits for
    probabilities.
    """

    site: int
    text: str
    pages: int
    occurrences: int
    cut: int
    least: float
    most: float
    decisive: tuple[bool, float]
    evidence: dict[str, list[float]]

    def plus(self, later: "PassageGroup") -> "PassageGroup":
        """This one and that of a later block together."""
        decisive = min(self, later, key=lambda group: group.decisive)
        return self._replace(
            occurrences=self.occurrences + later.occurrences,
            cut=self.cut + later.cut,
            least=min(self.least, later.least),
            most=max(self.most, later.most),
            decisive=decisive.decisive,
            evidence=decisive.evidence,
        )

    def shown(self) -> PrintedPassage:
        """The passage as it is shown."""
        return PrintedPassage(
            self.text,
            self.pages,
            self.occurrences,
            self.cut,
            probability(self.least),
            probability(self.most),
            self.evidence,
        )


class SitesOfBlock(NamedTuple):
    """What a block adds. `groups`: by code; `cut_characters` int64: by host."""

    documents: int
    groups: dict[int, PassageGroup]
    cut_characters: Int64s


def explain_sites(source: Source, options: Options, progress: Progress) -> PrintingSites:
    """What each site of an input prints on many of its pages, and what of it `dedup clean` cuts with these
    options. Raises InputError, OptionsError.
    """
    scanned, noted = scan_all(source, replace(options, duplicates=False), progress)
    names, host_of = scanned.corpus.hosts()
    groups, cut_characters = _groups(scanned, noted, len(names), host_of)
    passages: list[list[PrintedPassage]] = [[] for _ in names]
    for group in groups.values():
        passages[group.site].append(group.shown())
    is_known = host_of >= 0
    pages = np.bincount(host_of[is_known], minlength=len(names))
    characters = np.zeros(len(names), np.int64)
    np.add.at(characters, host_of[is_known], scanned.corpus.table().column("characters").to_numpy()[is_known])
    sites = [
        PrintingSite(
            name,
            int(pages[host]),
            int(characters[host]),
            int(cut_characters[host]),
            sorted(passages[host], key=_most_printed_first),
        )
        for host, name in enumerate(names)
    ]
    sites.sort(key=lambda site: (-site.cut_characters, -len(site.passages), site.name))
    return PrintingSites(sites, int((~is_known).sum()), len(scanned.corpus.rejects))


def _most_printed_first(passage: PrintedPassage) -> tuple[int, int, str]:
    return -passage.pages, -passage.occurrences, passage.text


def _groups(
    scanned: SitePass, noted: NotedPassages, hosts: int, host_of: Int32s
) -> tuple[dict[int, PassageGroup], Int64s]:
    """The passages of all sites by code, and how many characters are cut of each host (int64)."""
    groups, cut_characters = dict[int, PassageGroup](), np.zeros(hosts, np.int64)
    if not noted.count:
        return groups, cut_characters
    sites, knowledge = scanned.count(noted, SiteKnowledge.empty())
    judge = Judge(knowledge, scanned.options.caution, weighs_all=True)
    rows = scanned.rows(noted, sites, judge)
    if not len(rows):
        return groups, cut_characters
    judging, table = scanned.judging(rows, sites, judge)
    grouping = SiteGrouping(judging, hosts, host_of)
    for block in scanned.engine.map(grouping.block, scanned.source.fetch(table)):
        cut_characters += block.cut_characters
        for code, group in block.groups.items():
            groups[code] = groups[code].plus(group) if code in groups else group
        scanned.progress("sites", block.documents, len(rows))
    return groups, cut_characters


@dataclass(frozen=True)
class SiteGrouping:
    """Groups the passages of documents that are read again. `host_of`: by row of the corpus the number of its
    host, out of `hosts`.
    """

    judging: SiteJudge
    hosts: int
    host_of: Int32s

    def block(self, block: Any) -> SitesOfBlock:
        """The passages of a block that was fetched."""
        pages, _ = self.judging.pages(block)
        is_cut = np.zeros(len(pages.paragraphs.starts), bool)
        documents = [*pages.cuts(self.judging.findings, is_cut, Examples())]
        cut_characters = np.zeros(self.hosts, np.int64)
        for document in documents:
            cut_characters[self.host_of[document.row]] += _site_characters(document)
        cut = np.array([paragraph for document in documents for paragraph in document.paragraphs], np.int64)
        codes = codes_of(pages.passages, self.judging.sites[pages.rows])[pages.judged.rows]
        return SitesOfBlock(len(pages.rows), dict(self._groups(pages, codes, cut)), cut_characters)

    def _groups(self, pages: PagesAgain, codes: Hashes, cut: Int64s) -> Iterator[tuple[int, PassageGroup]]:
        """The group of each code. `codes`: of the judged passages (uint64); `cut`: paragraphs (int64)."""
        judged, owners = pages.judged, pages.passages.owners
        is_cut = np.isin(judged.rows, cut)
        decisive = np.where(is_cut, judged.logits, -judged.logits)
        order = np.lexsort((decisive, ~is_cut, codes))
        first = np.flatnonzero(np.append(True, np.diff(codes[order]) != 0)[: len(order)])
        for members in np.split(order, first[1:]) if len(order) else ():
            at, example = int(members[0]), int(members.min())
            row = int(judged.rows[example])
            yield (
                int(codes[at]),
                PassageGroup(
                    int(self.host_of[pages.rows[owners[row]]]),
                    pages.paragraphs.text(row),
                    int(judged.pages[at]),
                    len(members),
                    int(is_cut[members].sum()),
                    float(judged.logits[members].min()),
                    float(judged.logits[members].max()),
                    (not is_cut[at], float(decisive[at])),
                    judged.evidence(at),
                ),
            )


def _site_characters(document: SiteCuts) -> int:
    """How many characters the site repeats of a document have."""
    repeats = orjson.loads(document.repeats)
    return sum(repeat["end"] - repeat["start"] for repeat in repeats if repeat["kind"] == "site")
