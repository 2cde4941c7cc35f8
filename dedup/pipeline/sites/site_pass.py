"""What sites print on many of their pages: counted once all documents have been read, and cut of those that
have some of it.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import chain

import numpy as np
import pyarrow as pa

from dedup.engines.local import Local
from dedup.engines.spool import ArraySpool
from dedup.native.arrays import Hashes, Int32s, Int64s
from dedup.native.passages import Passages
from dedup.native.scan import ScanPlan
from dedup.options import Options
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.progress import Clock, Progress
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.pipeline.sites.pages_again import SiteJudge, places_of
from dedup.sites.counting import (
    SiteKnowledge,
    SitePages,
    count_passages,
    count_sites,
    pages_of_passages,
)
from dedup.sites.earlier import NO_PAGES, EarlierSites, HeldPages
from dedup.sites.judge import Judge
from dedup.sites.layout import SiteCounts
from dedup.sites.tally import Tally
from dedup.sources.source import Source

_AT_ONCE = 1 << 19  # passages that are counted at once, in 0.1 GB
_FEW = 1 << 14  # passages of a run that asks for what concerns them alone


def site_codes(names: Sequence[str]) -> Hashes:
    """A code for each site by its name (uint64, never 0)."""
    digests = (blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.array([int.from_bytes(digest, "little") or 1 for digest in digests], np.uint64)


def sites_of(names: Sequence[str], numbers: Int32s) -> Hashes:
    """The code of the site of each document (uint64); 0: none. `numbers`: which of the names that of its host
    is (int32); -1: none.
    """
    sites: Hashes = np.append(site_codes(names), np.uint64(0))[numbers]
    return sites


@dataclass
class NotedPassages:
    """The passages of all documents, block after block; what exceeds the memory is on disk."""

    spool: ArraySpool = field(default_factory=lambda: ArraySpool(sys.maxsize))
    count: int = 0
    _blocks: list[Passages] = field(default_factory=list)

    def append(self, block: Passages) -> None:
        """Add those of the next block."""
        self.count += len(block.keys)
        keep = self.spool.keep
        self._blocks.append(Passages(keep(block.keys), keep(block.facts), keep(block.bounds)))

    def parts(self, sites: Hashes) -> Iterator[SitePages]:
        """The pages in order, in parts of some size. `sites`: by document the code of its site; 0: none."""
        held, first, row, count = list[Passages](), 0, 0, 0
        for block in self._blocks:
            held.append(Passages(np.asarray(block.keys), np.asarray(block.facts), np.asarray(block.bounds)))
            row, count = row + len(block.bounds) - 1, count + len(block.keys)
            if count >= _AT_ONCE:
                yield SitePages(Passages.joined(held), sites[first:row])
                held, first, count = [], row, 0
        if held:
            yield SitePages(Passages.joined(held), sites[first:row])


@dataclass(frozen=True)
class PagesOfRun:
    """The pages of a run, for the runs that come later. `sites`: by document the code of its site (uint64);
    0: none; `counts`: of these pages and those of earlier runs; `earlier`: by site how many pages, characters
    and printed characters there were in earlier runs.
    """

    noted: NotedPassages
    sites: Hashes
    counts: SiteCounts
    earlier: Tally

    def parts(self) -> Iterator[SitePages]:
        """The pages of all documents in order, in parts of some size."""
        return self.noted.parts(self.sites)


@dataclass(frozen=True)
class SitePass:
    """Cuts what sites print. `corpus`, `findings`, `fingerprints`: of all documents, which it revises."""

    source: Source
    options: Options
    plan: ScanPlan
    engine: Local
    clock: Clock
    progress: Progress
    corpus: Corpus
    findings: RepeatFindings
    fingerprints: Fingerprints

    def run(self, noted: NotedPassages, earlier: EarlierSites | None = None) -> PagesOfRun:
        """Count the passages of all documents, and cut those that are what a site prints. `earlier`: what is
        known from earlier runs. Raises InputError if an input has changed.
        """
        with self.clock.stage("sites"):
            known, held, texts = SiteKnowledge.empty(), NO_PAGES, Tally.empty(3)
            if earlier is not None:
                asked, few = self._asked(noted)
                known, held = earlier.of(asked, few)
                texts = earlier.texts(asked) if len(self.corpus) > 1 else texts
            sites, knowledge = self.count(noted, known, held)
            judge = Judge(knowledge, self.options.caution)
            rows = self.rows(noted, sites, judge)
        if len(rows):
            self._cut(rows, sites, judge)
        return PagesOfRun(noted, sites, knowledge.counts, texts)

    def _asked(self, noted: NotedPassages) -> tuple[Hashes, SitePages | None]:
        """What earlier runs are asked for: the sites, and the pages if they are few."""
        sites = sites_of(*self.corpus.hosts())
        few = next(noted.parts(sites)) if noted.count <= _FEW else None
        return np.unique(sites[sites != 0]), few

    def count(
        self, noted: NotedPassages, earlier: SiteKnowledge, held: HeldPages = NO_PAGES
    ) -> tuple[Hashes, SiteKnowledge]:
        """By document the code of its site (uint64; 0: none), and what is known of all sites. `earlier`: from
        earlier runs; `held`: pages of these that are counted once more.
        """
        sites = sites_of(*self.corpus.hosts())

        def parts() -> Iterable[SitePages]:
            return chain(held.parts(), noted.parts(sites))

        counts = count_sites(parts, noted.count + held.passages, earlier.counts)
        knowledge = count_passages(parts(), counts, earlier)
        of_earlier = (
            tally.take(counts.pages.places(tally.codes)[1]) for tally in map(pages_of_passages, held.parts())
        )
        return sites, replace(knowledge, earlier=Tally.total([earlier.counts.pages, *of_earlier]))

    def rows(self, noted: NotedPassages, sites: Hashes, judge: Judge) -> Int64s:
        """The documents that have passages which `judge` weighs (int64, ascending)."""
        first, rows = 0, [np.zeros(0, np.int64)]
        for part in noted.parts(sites):
            rows.append(first + judge.may_cut(part))
            first += len(part.sites)
        return np.concatenate(rows)

    def judging(self, rows: Int64s, sites: Hashes, judge: Judge) -> tuple[SiteJudge, pa.Table]:
        """What judges these documents (int64, ascending), and where they are, to fetch them by."""
        table = self.corpus.table().select(["file", "start", "end", "position"]).take(rows).combine_chunks()
        order = places_of(table.column("file").to_numpy(), table.column("position").to_numpy())
        return (
            SiteJudge(self.source, self.options, self.plan, judge, sites, self.findings, rows, order),
            table,
        )

    def _cut(self, rows: Int64s, sites: Hashes, judge: Judge) -> None:
        """Read these documents again, and revise what is known of them."""
        judging, table = self.judging(rows, sites, judge)
        blocks, words = list[tuple[Int64s, Fingerprints]](), list[Int64s]()
        for block in self.engine.map(judging.block, self.source.fetch(table)):
            block.revise(self.findings)
            blocks.append((block.rows, self.fingerprints.kept(block.fingerprints)))
            words.append(block.words)
            self.progress("sites", len(block.rows), len(rows))
            self.clock.add(block.clock)
        self.fingerprints.replace(blocks)
        self.corpus.revise(rows, self.findings.cut_characters(rows.tolist()), np.concatenate(words))
