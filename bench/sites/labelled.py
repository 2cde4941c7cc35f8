"""Pages whose true text is known -> what is observed of their passages, and whether each is the article's."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from bench.corpora.data import read_documents
from dedup.native.passages import passages
from dedup.sites.counting import SiteKnowledge, SitePages, count_passages, count_sites
from dedup.sites.evidence import CODE, FEW, Weights
from dedup.sites.judge import Judge, Judged
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.words import words

EXTRACTORS = ("html-text", "trafilatura", "readability")
CLEAN = ("news", "bbc", "reuters", "languages")
"""Sets of articles as their authors wrote them, which no site has printed anything around."""
_WORD = re.compile(r"\w+")
_LEAST_QUOTED = 4  # words of a line that counts as the article's where it stands inside a longer one


class Page(NamedTuple):
    """A page as an extractor gives it, and the true text of its article."""

    text: str
    truth: str


class Group(NamedTuple):
    """Pages of one site that one extractor read. `site`: without the year; `weight`: of its passages."""

    site: str
    extractor: str
    pages: list[Page]
    weight: float


def site_groups() -> list[Group]:
    """All pages, by site, year and extractor."""
    truth, of_groups = dict[str, str](), defaultdict[tuple[str, str], list[dict[str, Any]]](list)
    for row in read_documents("sites/pages"):
        if row["extractor"] == "gold":
            truth[row["page"]] = row["text"]
        else:
            of_groups[row["site"], row["extractor"]].append(row)
    return [
        Group(site.partition(".")[2], extractor, [Page(row["text"], truth[row["page"]]) for row in rows], 1.0)
        for (site, extractor), rows in of_groups.items()
    ]


def smaller_groups(groups: Sequence[Group], seed: int = 0) -> Iterator[Group]:
    """Some of the pages of each group, the years of a site together, and some pages several times over."""
    rng = np.random.default_rng(seed)
    of_sites = defaultdict[tuple[str, str], list[Page]](list)
    for group in groups:
        of_sites[group.site, group.extractor] += group.pages
        for size, weight in ((12, 0.7), (6, 0.5), (4, 0.4)):
            yield group._replace(pages=_some(group.pages, size, rng), weight=weight)
        yield group._replace(pages=_with_copies(_some(group.pages, 12, rng), rng), weight=0.5)
    for (site, extractor), pages in of_sites.items():
        yield Group(site, extractor, pages, 0.5)


def _some(pages: list[Page], size: int, rng: np.random.Generator) -> list[Page]:
    return [pages[i] for i in np.sort(rng.choice(len(pages), size, replace=False))]


def _with_copies(pages: list[Page], rng: np.random.Generator) -> list[Page]:
    """The pages, two of them under four more addresses each: a copy lacks a line and has one of its own."""
    copies = []
    for page in pages[:2]:
        for other in pages[2:6]:
            lines, own = page.text.split("\n"), max(other.truth.split("\n"), key=len)
            lines[int(rng.integers(len(lines)))] = f"{own} {rng.integers(10**9)}"
            copies.append(page._replace(text="\n".join(lines)))
    return [*pages, *copies]


def clean_texts(name: str, half: int | None = None) -> list[str]:
    """The texts of a set of CLEAN; `half`: every other one only, 0 or 1."""
    texts = [document["text"] for document in read_documents(f"{name}/articles")]
    return texts if half is None else texts[half::2]


def clean_groups(half: int, seed: int = 0) -> Iterator[Group]:
    """Half of each set as the pages of one site, and smaller sites of some of its articles."""
    rng = np.random.default_rng(seed)
    for name in CLEAN:
        pages = [Page(text, text) for text in clean_texts(name, half)]
        yield Group(name, name, pages, 1.0)
        for size in (24, 24, 24, 60, 60, 200, 600):
            yield Group(name, name, _some(pages, size, rng), 1.0)
        for size in (24, 100, 400):
            for start in rng.integers(0, len(pages) - size, 3).tolist():
                yield Group(name, name, pages[start : start + size], 1.0)


class Sample(NamedTuple):
    """What was weighed of the pages of a group: `is_true` (bool): whether it is the article's."""

    paragraphs: Paragraphs
    judged: Judged
    is_true: np.ndarray


class _AllWeighed(Weights):
    """Weighs nothing, so that no passage is left out."""

    def most(self, names: tuple[str, ...]) -> float:  # noqa: ARG002 - as its base has it
        return np.inf


def knowledge_of(texts: Sequence[str]) -> tuple[Paragraphs, SitePages, SiteKnowledge]:
    """The paragraphs and the passages of the pages of one site, and what is known of it from them."""
    paragraphs = split(pa.array(texts, pa.large_string()))
    own = words(paragraphs)
    found = passages(
        paragraphs.data, paragraphs.starts, paragraphs.ends, paragraphs.offsets, own.values, own.offsets
    )
    pages = SitePages(found, np.ones(len(texts), np.uint64))
    nothing = SiteKnowledge.empty()
    counts = count_sites(lambda: [pages], len(found.keys), nothing.counts)
    return paragraphs, pages, count_passages([pages], counts, nothing)


def sample(group: Group) -> Sample:
    """Every passage of a group that stands on enough pages to be judged."""
    paragraphs, pages, knowledge = knowledge_of([page.text for page in group.pages])
    judge = Judge(knowledge, 0.5, _AllWeighed(0.0, {}))
    judged = judge.weigh(paragraphs, pages.passages, pages.sites, [None] * len(group.pages))
    owners = pages.passages.owners[judged.rows].tolist()
    data, true = paragraphs.data.tobytes(), [_Truth(page.truth) for page in group.pages]
    is_true = [
        true[owner].has(data[paragraphs.starts[row] : paragraphs.ends[row]].decode())
        for row, owner in zip(judged.rows.tolist(), owners, strict=True)
    ]
    return Sample(paragraphs, judged, np.array(is_true, bool))


def matrix(samples: Sequence[Sample], names: Sequence[str]) -> np.ndarray:
    """What was observed: float64 (passages, names)."""
    columns = [np.concatenate([sample.judged.observed[name] for sample in samples]) for name in names]
    return np.stack(columns, 1)


def observed_names(samples: Sequence[Sample]) -> list[str]:
    """The observations that are weighed."""
    return sorted(samples[0].judged.observed.keys() - {FEW, CODE})


class _Truth:
    """The true text of an article, to look lines up in."""

    def __init__(self, text: str) -> None:
        self._lines = {_plain(line) for line in text.splitlines()}
        self._text = f" {_plain(text)} "

    def has(self, line: str) -> bool:
        """Whether a line is one of the text's, or stands in it and is no mere word or two."""
        plain = _plain(line)
        is_inside = plain.count(" ") >= _LEAST_QUOTED - 1 and f" {plain} " in self._text
        return plain in self._lines or is_inside


def _plain(line: str) -> str:
    return " ".join(_WORD.findall(line.lower()))
