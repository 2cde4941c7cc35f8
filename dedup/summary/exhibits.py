"""An outcome -> its decisions with the texts that they are about: dropped documents beside their keepers,
documents with what is cut of them. Texts are read again, a few at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from dedup.document import Cut
from dedup.errors import InputError
from dedup.explain.passages import Row, rows
from dedup.explain.word_alignment import side
from dedup.pipeline.outcome import Outcome
from dedup.repeats.find import Repeat
from dedup.summary.highlights import Highlights

PAIRS = 1_000  # dropped documents that are held against their keepers
ARTICLES = 500  # documents that are shown with what is cut of them
LONGEST = 100_000  # characters of a document that is shown: comparing two such takes 0.2 s

_BINS = 50  # of a distribution
_TOGETHER = 50  # documents that are read at once


class Held(NamedTuple):
    """A dropped document beside its keeper, both without what is cut of them: `rows` of `counterparts`, the
    dropped one left; the paragraphs that the keeper lacks, each with how much of it that one covers (0 to
    1); how the keeper begins.
    """

    row: int
    keeper: int
    rows: list[Row]
    missing: list[tuple[str, float]]
    opening: str


class Cutting(NamedTuple):
    """A document with what is cut of it: the original text, the ranges cut (characters; sorted, disjoint),
    the repeats that they are.
    """

    row: int
    text: str
    cuts: list[Cut]
    repeats: list[Repeat]


class Spread(NamedTuple):
    """How similarities are distributed: how many are from i/50 to below (i + 1)/50, and how many are 1."""

    counts: list[int]
    whole: int


@dataclass
class Exhibits:
    """The decisions of one outcome. Nothing is shown whose input has changed meanwhile."""

    highlights: Highlights

    @property
    def outcome(self) -> Outcome:
        """The outcome that is shown."""
        return self.highlights.outcome

    @cached_property
    def pairs(self) -> list[int]:
        """The dropped documents to hold against their keepers: of each group the one least like its keeper
        before a second of any, the least alike first.
        """
        ranked = []
        for group in self.highlights.groups:
            members = sorted(zip(group.jaccard, group.dropped, strict=True))[:PAIRS]
            ranked += [(rank, jaccard, row, group.keeper) for rank, (jaccard, row) in enumerate(members)]
        short = (row for _, _, row, keeper in sorted(ranked) if self._is_short(row, keeper))
        return [row for row, _ in zip(short, range(PAIRS), strict=False)]

    @cached_property
    def articles(self) -> list[int]:
        """The documents to show with what is cut of them, those of which most is cut first."""
        cut = self.outcome.table.column("cut").to_numpy()
        rows = sorted(self.outcome.corpus.cuts, key=lambda row: (-int(cut[row]), row))
        return [row for row in rows if self._is_short(row)][:ARTICLES]

    def _is_short(self, *rows: int) -> bool:
        """Whether all of these are; what an earlier run kept counts as short, until it is read."""
        base = self.outcome.met.base
        return all(row >= base or self._characters[row] <= LONGEST for row in rows)

    @cached_property
    def _characters(self) -> list[int]:
        counts: list[int] = self.outcome.table.column("characters").to_pylist()
        return counts

    def held(self) -> Iterator[Held]:
        """The `pairs`."""
        keeper = self.outcome.keepers.keeper
        for some in _few(self.pairs):
            both = [(row, int(keeper[row])) for row in some]
            texts = self._texts(row for pair in both for row in pair)
            for row, kept in both:
                if row in texts and len(texts.get(kept, " " * (LONGEST + 1))) <= LONGEST:
                    yield self._held(row, kept, texts)

    def _held(self, row: int, kept: int, texts: dict[int, str]) -> Held:
        dropped, keeper = (self.outcome.corpus.cleaned(one, texts[one]) for one in (row, kept))
        ngram = self.outcome.options.ngram
        missing = [
            (texts[row][one.start : one.end], one.coverage)
            for one in self.outcome.decisions.missing.get(row, [])
        ]
        return Held(row, kept, rows(side(dropped, ngram), side(keeper, ngram)), missing, keeper)

    def cuttings(self) -> Iterator[Cutting]:
        """The `articles`."""
        for some in _few(self.articles):
            for row, text in self._texts(some).items():
                cut = [repeat for repeat in self.outcome.repeats_of(row) if repeat.cut]
                yield Cutting(row, text, self.outcome.corpus.cuts[row], cut)

    def _texts(self, some: Iterable[int]) -> dict[int, str]:
        try:
            return self.outcome.texts(list(some))
        except InputError:
            return {}

    def spread(self, of: str) -> Spread:
        """How alike the dropped documents are to their keepers: `of` is jaccard or coverage."""
        keepers = self.outcome.keepers
        values = getattr(keepers, of)[keepers.keeper >= 0]
        below = values[values < 1]
        places = np.minimum((below * _BINS + 1e-9).astype(np.int64), _BINS - 1)
        return Spread(np.bincount(places, minlength=_BINS).tolist(), len(values) - len(below))


def _few(rows: list[int]) -> Iterator[list[int]]:
    return (rows[at : at + _TOGETHER] for at in range(0, len(rows), _TOGETHER))
