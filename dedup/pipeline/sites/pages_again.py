"""Documents that may have something of what their site prints, read once more: what is cut of them, and what
they are compared by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import orjson

from dedup.document import Cut, Edit
from dedup.formats.blocks import Batch
from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.passages import Passages, passages
from dedup.native.scan import PairedTexts, ScanPlan, Signatures, sign
from dedup.options import Options
from dedup.pipeline.examples import Examples
from dedup.pipeline.fingerprints import Fingerprints, fingerprints_of
from dedup.pipeline.progress import Clock
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.repeats.find import Repeat, cut_ranges, line_start
from dedup.sites.judge import Judge, Judged
from dedup.sources.source import Parser
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.ragged import Ragged
from dedup.text.words import words


class SiteCuts(NamedTuple):
    """What is cut of one document once the passages of its site are, too: its repeats as the ledger has
    them, the cuts, the edits, how many site repeats there are, and of which paragraphs of the block.
    """

    row: int
    repeats: bytes
    cuts: list[Cut]
    edits: list[Edit]
    found: int
    paragraphs: list[int]


@dataclass(frozen=True)
class JudgedBlock:
    """Documents that were read once more. `rows` int64; `documents`: those of which more is cut;
    `fingerprints`, `words` (int64): of all of them, without what is cut; `clock`: seconds by stage.
    """

    rows: Int64s
    documents: list[SiteCuts]
    fingerprints: Fingerprints
    words: Int64s
    examples: Examples
    clock: Clock

    def revise(self, findings: RepeatFindings) -> None:
        """Note among the findings what is cut of these documents."""
        for document in self.documents:
            findings.repeats[document.row] = bytes(memoryview(document.repeats))
            findings.cuts[document.row] = document.cuts
            findings.edits[document.row] = document.edits
            findings.counts["site", True] += document.found
        findings.examples.add(self.examples, 0)


@dataclass(frozen=True)
class SiteJudge:
    """What is asked of a document that is read again. `sites`: by row of the corpus (uint64); `order`: its
    files and positions, ascending, to find the rows of documents by.
    """

    source: Parser
    options: Options
    plan: ScanPlan
    judge: Judge
    sites: Hashes
    findings: RepeatFindings
    rows: Int64s
    order: Int64s

    def block(self, block: Any) -> JudgedBlock:
        """The documents of a block that was fetched."""
        clock = Clock()
        with clock.stage("sites"):
            return self._judged(block, clock)

    def _judged(self, block: Any, clock: Clock) -> JudgedBlock:
        pages, of_words = self.pages(block)
        examples, is_cut = Examples(), np.zeros(len(pages.paragraphs.starts), bool)
        cut = [*pages.cuts(self.findings, is_cut, examples)]
        signatures = _signed(of_words, pages.paragraphs, is_cut, self.plan)
        fingerprints = fingerprints_of(pages.batch, signatures)
        return JudgedBlock(pages.rows, cut, fingerprints, signatures.words, examples, clock)

    def pages(self, block: Any) -> tuple[PagesAgain, Ragged]:
        """The documents of a block that was fetched, judged, and the words of each of their paragraphs."""
        batch = self.source.parse(block)
        documents = batch.documents
        places = places_of(documents.column("file").to_numpy(), documents.column("position").to_numpy())
        rows = self.rows[np.searchsorted(self.order, places)]
        paragraphs = split(documents.column("text"))
        of_words = words(paragraphs)
        found = passages(
            *(paragraphs.data, paragraphs.starts, paragraphs.ends, paragraphs.offsets),
            *(of_words.values, of_words.offsets),
        )
        titles = documents.column("title").to_pylist()
        judged = self.judge.weigh(paragraphs, found, self.sites[rows], titles)
        return PagesAgain(batch, rows, paragraphs, found, judged, self.judge.are_cut(judged)), of_words


def places_of(files: Int64s, positions: Int64s) -> Int64s:
    """Where documents are, as numbers that ascend as they do."""
    return files.astype(np.int64) << 40 | positions.astype(np.int64)


def _signed(of_words: Ragged, paragraphs: Paragraphs, is_cut: Bools, plan: ScanPlan) -> Signatures:
    """The signatures of the texts without the paragraphs that are cut."""
    nothing, no_bytes = np.zeros(0, np.int64), np.zeros(0, np.uint8)
    texts = PairedTexts(
        *(nothing, no_bytes, nothing, nothing, nothing, paragraphs.offsets),
        *(of_words.values, of_words.offsets, np.zeros(0, np.uint64), nothing, nothing),
    )
    return sign(texts, is_cut, plan)


@dataclass(frozen=True)
class PagesAgain:
    """Pages that are read again, and what was judged of their passages. `cut`: which of `judged` are to be
    cut.
    """

    batch: Batch
    rows: Int64s
    paragraphs: Paragraphs
    passages: Passages
    judged: Judged
    cut: Int64s

    def cuts(self, findings: RepeatFindings, is_cut: Bools, examples: Examples) -> Iterator[SiteCuts]:
        """Of each page of which more is cut, what that is. Sets `is_cut` for every paragraph that is cut,
        whatever it is cut for, and shows repeats to `examples`.
        """
        by_page, texts = self._by_page(), self.batch.documents.column("text")
        for page, row in enumerate(self.rows.tolist()):
            if page not in by_page and row not in findings.cuts:
                continue
            own = PageText(texts[page].as_py(), *self.paragraphs.in_characters(page))
            repeats = [Repeat(**repeat) for repeat in orjson.loads(findings.repeats.get(row, b"[]"))]
            of_repeats = own.paragraphs_in(findings.cuts.get(row, []))
            base = int(self.paragraphs.offsets[page])
            is_cut[base + of_repeats] = True
            chosen = own.without_originals(by_page.get(page, {}), repeats)
            if chosen and self._has_more(base, own, {*of_repeats.tolist(), *chosen}):
                is_cut[[base + paragraph for paragraph in chosen]] = True
                yield self._cuts_of_page(page, own, repeats, chosen, examples)

    def _has_more(self, base: int, own: PageText, cut: set[int]) -> bool:
        """Whether a page, whose paragraphs begin at `base`, has words beside the paragraphs that are cut."""
        return any(
            self.passages.keys[base + paragraph] != 0
            for paragraph in range(len(own.starts))
            if paragraph not in cut
        )

    def _cuts_of_page(
        self,
        page: int,
        own: PageText,
        repeats: Sequence[Repeat],
        chosen: dict[int, int],
        examples: Examples,
    ) -> SiteCuts:
        """What is cut of a page once the chosen paragraphs are, too. `repeats`: those found in it before;
        `examples`: those that the new repeats are shown to.
        """
        base, row = int(self.paragraphs.offsets[page]), int(self.rows[page])
        wordless = self.passages.keys[base : base + len(own.starts)] == 0
        new = [self._repeat(own, run, chosen) for run in _runs(sorted(chosen), wordless)]
        for repeat in new:
            examples.see(row, repeat, own.text)
        both = sorted([*repeats, *new])
        cuts = cut_ranges(own.text, both)
        stored = orjson.dumps([repeat._asdict() for repeat in both])
        paragraphs = [base + paragraph for paragraph in sorted(chosen)]
        return SiteCuts(row, stored, cuts, self.batch.edits(page, cuts), len(new), paragraphs)

    def _by_page(self) -> dict[int, dict[int, int]]:
        """By page, the numbers there of the paragraphs to cut, and which of `judged` each is."""
        by_page: dict[int, dict[int, int]] = {}
        rows = self.judged.rows[self.cut]
        for at, row, page in zip(
            self.cut.tolist(), rows.tolist(), self.passages.owners[rows].tolist(), strict=True
        ):
            by_page.setdefault(page, {})[row - int(self.paragraphs.offsets[page])] = at
        return by_page

    def _repeat(self, own: PageText, run: Sequence[int], chosen: dict[int, int]) -> Repeat:
        """The site repeat of a run of paragraphs; its evidence is that of the least certain of them."""
        judged = [chosen[paragraph] for paragraph in run if paragraph in chosen]
        least = min(judged, key=lambda at: self.judged.logits[at])
        start = line_start(own.text, int(own.starts[run[0]]))
        evidence = self.judged.evidence(least)
        return Repeat(start, int(own.ends[run[-1]]), start, start, "site", 100.0, True, evidence)


@dataclass(frozen=True)
class PageText:
    """The text of a page, and the characters of its paragraphs (int64)."""

    text: str
    starts: Int64s
    ends: Int64s

    def paragraphs_in(self, ranges: Iterable[Cut]) -> Int64s:
        """The paragraphs that begin in these ranges of characters (int64)."""
        bounds = [np.searchsorted(self.starts, both) for both in ranges]
        return np.concatenate([np.zeros(0, np.int64), *(np.arange(*both) for both in bounds)])

    def without_originals(self, chosen: dict[int, int], repeats: Iterable[Repeat]) -> dict[int, int]:
        """The chosen paragraphs without those of which a copy is cut that is not chosen itself: one stays."""
        kept: set[int] = set()
        for repeat in repeats if chosen else ():
            copy = self.paragraphs_in([(repeat.start, repeat.end)]).tolist()
            if repeat.cut and not all(paragraph in chosen for paragraph in copy):
                kept.update(self.paragraphs_in([(repeat.of_start, repeat.of_end)]).tolist())
        return {paragraph: at for paragraph, at in chosen.items() if paragraph not in kept}


def _runs(paragraphs: Sequence[int], wordless: Bools) -> Iterator[list[int]]:
    """The paragraphs (ascending) in runs of those that follow each other, but for some without words."""
    before = np.cumsum(wordless)
    numbered = ((at, paragraph) for at, paragraph in enumerate(paragraphs))

    def place(one: tuple[int, int]) -> int:
        at, paragraph = one
        return paragraph - int(before[paragraph]) - at

    for _, run in groupby(numbered, place):
        yield [paragraph for _, paragraph in run]
