"""An outcome -> what a page shows with texts: dropped documents beside their keepers, documents with their
cuts, how similarities are distributed. Texts are read again, in batches.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from dedup.document import Cut
from dedup.errors import InputError
from dedup.explain.passages import PassageRow, passage_rows
from dedup.explain.word_alignment import shingle_text
from dedup.pipeline.outcome import Outcome
from dedup.repeats.find import Repeat
from dedup.summary.highlights import Highlights

PAIRS = 1_000  # dropped documents that are shown beside their keepers
ARTICLES = 500  # documents that are shown with their cuts
CALLS = 200  # kept documents that are shown beside another kept one that they match
LONGEST = 100_000  # characters of a document that is shown: comparing two such takes 0.2 s

_BINS = 50  # of a histogram
_BATCH = 50  # documents that are read at once


class TextPair(NamedTuple):
    """A document beside another one, both without their cuts: a dropped one beside its keeper, or a kept one
    beside another that it matches.

    `row`, `other`: rows of the outcome; `rows`: both texts aligned, that of `row` on the left; `missing`: the
    paragraphs that a keeper lacks, each with the share of it (0 to 1) that the keeper has.
    """

    row: int
    other: int
    rows: list[PassageRow]
    missing: list[tuple[str, float]]


class CutArticle(NamedTuple):
    """A document with its cuts: its row, its original text, the ranges cut (characters; sorted, disjoint),
    the repeats that were cut.
    """

    row: int
    text: str
    cuts: list[Cut]
    repeats: list[Repeat]


class Histogram(NamedTuple):
    """How many similarities are from i/50 to below (i + 1)/50, and how many are exactly 1."""

    counts: list[int]
    ones: int


@dataclass
class Exhibits:
    """The texts and distributions of one outcome. Documents whose input has changed are left out."""

    highlights: Highlights

    @property
    def outcome(self) -> Outcome:
        """The outcome that is shown."""
        return self.highlights.outcome

    @cached_property
    def pairs(self) -> list[int]:
        """The rows of the dropped documents to show: first the least similar of each group, then the second
        of each, and so on; among these the least similar first.
        """
        ranked = []
        for group in self.highlights.groups:
            members = sorted(zip(group.jaccard, group.dropped, strict=True))[:PAIRS]
            ranked += [(rank, jaccard, row, group.keeper) for rank, (jaccard, row) in enumerate(members)]
        short = (row for _, _, row, keeper in sorted(ranked) if self._is_short(row, keeper))
        return [row for row, _ in zip(short, range(PAIRS), strict=False)]

    @cached_property
    def articles(self) -> list[int]:
        """The rows of the documents to show with their cuts, the one with most characters cut first."""
        cut = self.outcome.table.column("cut").to_numpy()
        rows = sorted(self.outcome.findings.cuts, key=lambda row: (-int(cut[row]), row))
        return [row for row in rows if self._is_short(row)][:ARTICLES]

    def _is_short(self, *rows: int) -> bool:
        """Whether none of these documents is too long to show. The length of documents of earlier runs
        is known only when they are read: they count as short here.
        """
        base = self.outcome.earlier.base
        return all(row >= base or self._characters[row] <= LONGEST for row in rows)

    @cached_property
    def _characters(self) -> list[int]:
        counts: list[int] = self.outcome.table.column("characters").to_pylist()
        return counts

    @cached_property
    def calls(self) -> list[int]:
        """The rows of the close calls to show: documents that are kept although another kept one matches
        them. The most similar ones come first.
        """
        calls = sorted((-others[0].jaccard, row) for row, others in self.outcome.templates.items())
        return [row for _, row in calls if self._is_short(row, self._other(row))][:CALLS]

    def _other(self, row: int) -> int:
        return self.outcome.templates[row][0].other

    def dropped_pairs(self) -> Iterator[TextPair]:
        """The documents of `pairs` beside their keepers."""
        return self._pairs((row, int(self.outcome.keepers.keeper[row])) for row in self.pairs)

    def call_pairs(self) -> Iterator[TextPair]:
        """The documents of `calls`, each beside the one that it matches."""
        return self._pairs((row, self._other(row)) for row in self.calls)

    def _pairs(self, pairs: Iterable[tuple[int, int]]) -> Iterator[TextPair]:
        for batch in batched(pairs, _BATCH):
            texts = self._texts(row for pair in batch for row in pair)
            for row, other in batch:
                if row in texts and other in texts and len(texts[other]) <= LONGEST:
                    yield self._pair(row, other, texts)

    def _pair(self, row: int, other: int, texts: dict[int, str]) -> TextPair:
        one_text, other_text = (self.outcome.findings.cleaned(at, texts[at]) for at in (row, other))
        ngram = self.outcome.options.ngram
        missing = [
            (texts[row][paragraph.start : paragraph.end], paragraph.coverage)
            for paragraph in self.outcome.decisions.lost.get(row, [])
        ]
        aligned = passage_rows(shingle_text(one_text, ngram), shingle_text(other_text, ngram))
        return TextPair(row, other, aligned, missing)

    def cut_articles(self) -> Iterator[CutArticle]:
        """The documents of `articles` with their cuts."""
        for batch in batched(self.articles, _BATCH):
            for row, text in self._texts(batch).items():
                repeats = [repeat for repeat in self.outcome.repeats_of(row) if repeat.cut]
                yield CutArticle(row, text, self.outcome.findings.cuts[row], repeats)

    def _texts(self, rows: Iterable[int]) -> dict[int, str]:
        try:
            return self.outcome.texts(list(rows))
        except InputError:
            return {}

    def histogram(self, measure: Literal["jaccard", "coverage"]) -> Histogram:
        """How similar the dropped documents are to their keepers."""
        keepers = self.outcome.keepers
        values = getattr(keepers, measure)[keepers.keeper >= 0]
        below = values[values < 1]
        bins = np.minimum((below * _BINS + 1e-9).astype(np.int64), _BINS - 1)
        return Histogram(np.bincount(bins, minlength=_BINS).tolist(), len(values) - len(below))


T = TypeVar("T")


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    remaining = iter(values)
    while batch := list(islice(remaining, size)):
        yield batch
