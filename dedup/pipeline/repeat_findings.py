"""What repeats inside documents, and what is cut of it, collected block after block."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dedup.document import Cut, Edit
from dedup.native.arrays import Int64s
from dedup.pipeline.examples import Examples
from dedup.text.ranges import without


class ParagraphComparisons(NamedTuple):
    """How many documents have paragraphs worth comparing, and how many pairs of paragraphs they have;
    `fuzzy_documents`, `fuzzy_pairs`: how many of these rapidfuzz compared.
    """

    documents: int = 0
    pairs: int = 0
    fuzzy_documents: int = 0
    fuzzy_pairs: int = 0

    def plus(self, other: "ParagraphComparisons") -> "ParagraphComparisons":
        """The sum of both."""
        return ParagraphComparisons(*map(sum, zip(self, other, strict=True)))


@dataclass
class RepeatFindings:
    """The repeats of documents, by row. Only documents that repeat something have an entry.

    `repeats`: the repeats as JSON, as the ledger has them; `cuts`: the characters to cut; `edits`: the edits
    of the file's bytes that make these cuts; `counts`: repeats by kind and whether they are cut; `examples`:
    repeats worth showing; `comparisons`: how many paragraphs were compared.
    """

    repeats: dict[int, bytes] = field(default_factory=dict)
    cuts: dict[int, list[Cut]] = field(default_factory=dict)
    edits: dict[int, list[Edit]] = field(default_factory=dict)
    counts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    examples: Examples = field(default_factory=Examples)
    comparisons: ParagraphComparisons = field(default_factory=ParagraphComparisons)

    def append(self, block: "RepeatFindings", base: int) -> None:
        """Add the findings of the next block, whose first document is row `base`."""
        for row, repeats in block.repeats.items():
            self.repeats[base + row] = bytes(memoryview(repeats))  # orjson's take 4 KB each
        self.cuts.update((base + row, cuts) for row, cuts in block.cuts.items())
        self.edits.update((base + row, edits) for row, edits in block.edits.items())
        self.counts.update(block.counts)
        self.examples.add(block.examples, base)
        self.comparisons = self.comparisons.plus(block.comparisons)

    def cut_characters(self, rows: Iterable[int]) -> Int64s:
        """How many characters are cut of each of these documents (int64)."""
        cuts = (self.cuts.get(row, ()) for row in rows)
        return np.array([sum(end - start for start, end in of_row) for of_row in cuts], np.int64)

    def cleaned(self, row: int, text: str) -> str:
        """`text`, the text of document `row`, without what is cut of it."""
        return without(text, self.cuts[row]) if row in self.cuts else text
