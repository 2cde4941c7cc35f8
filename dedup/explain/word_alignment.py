"""Two texts -> the words that correspond: pairs that ascend in both, whatever each text has between them.

They are the longest ascending sequence of shingles that both have, by patience sorting, as in patience diff.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.kernels.arrays import Hashes
from dedup.matching.shingles import shingles
from dedup.text.paragraphs import split
from dedup.text.ragged import Ragged
from dedup.text.words import Words, words_in

# Paragraphs correspond when this share of the shorter one's words does: less is stock phrases.
_SHARE = 0.25
Pair = tuple[int, int]


class Run(NamedTuple):
    """`size` shingles that stand in both texts one behind the other, from these places on."""

    left: int
    right: int
    size: int


@dataclass(frozen=True)
class Side:
    """One of two texts.

    `words`: with their places; `shingles`: the one that begins at each word (uint64), of `size` words each;
    `paragraphs`: the character at which each begins, by its first word. One without words belongs to the one
    before it.
    """

    text: str
    words: Words
    shingles: Hashes
    size: int
    paragraphs: dict[int, int]

    @property
    def count(self) -> int:
        """Its words."""
        return len(self.words.hashes)

    @cached_property
    def bounds(self) -> list[int]:
        """The first word of each paragraph, and the number of words."""
        return [*self.paragraphs, self.count] if self.count else [0]

    def between(self, word: int, until: int) -> list[int]:
        """The bounds behind `word`, as far as `until`."""
        bounds = self.bounds
        return bounds[bisect_right(bounds, word) : bisect_right(bounds, until)]


def side(text: str, ngram: int) -> Side:
    """A text made ready."""
    said = words_in(text)
    count = len(said.hashes)
    starts = _paragraph_starts(text)
    firsts = np.searchsorted(said.starts, starts).tolist()
    inner = {first: start for first, start in zip(firsts, starts, strict=True) if 0 < first < count}
    runs = shingles(Ragged(said.hashes, np.array([0, count])), ngram)
    return Side(text, said, runs.values, min(ngram, count), {0: 0} | inner)


def _paragraph_starts(text: str) -> list[int]:
    """The characters at which the paragraphs of a text begin."""
    spans = split(pa.array([text], pa.large_string()))
    before = np.concatenate(([0], np.cumsum((spans.data & 0xC0) != 0x80)))  # characters before each byte
    starts: list[int] = before[spans.starts].tolist()
    return starts


def shared(one: Side, other: Side) -> npt.NDArray[np.bool_]:
    """For each word of `one` whether it stands in a shingle that `other` has too."""
    begins = np.flatnonzero(np.isin(one.shingles, other.shingles))
    steps = np.zeros(one.count + 1, np.int64)
    np.add.at(steps, begins, 1)
    np.add.at(steps, begins + one.size, -1)
    marks: npt.NDArray[np.bool_] = np.cumsum(steps[:-1]) > 0
    return marks


def corresponding(left: Side, right: Side) -> list[Pair]:
    """Pairs of words, ascending in both, without those of paragraphs that have little else in common."""
    here, there = left.shingles.tolist(), right.shingles.tolist()
    pairs = _words(left, right, _joined(_ascending(_alike(here, there)), here, there))
    owners = [(_paragraph(left.bounds, a), _paragraph(right.bounds, b)) for a, b in pairs]
    times = Counter(owners)
    sizes = [np.diff(one.bounds) for one in (left, right)]
    strong = {(p, q) for (p, q), n in times.items() if n >= _SHARE * min(sizes[0][p], sizes[1][q])}
    return [pair for pair, owner in zip(pairs, owners, strict=True) if owner in strong]


def _paragraph(bounds: list[int], word: int) -> int:
    return bisect_right(bounds, word) - 1


def _alike(left: Sequence[int], right: Sequence[int]) -> list[Pair]:
    """The places of equal shingles: the first of a kind with the first, the second with the second ..."""
    waiting: dict[int, deque[int]] = defaultdict(deque)
    for place, shingle in enumerate(right):
        waiting[shingle].append(place)
    return [(place, waiting[one].popleft()) for place, one in enumerate(left) if waiting.get(one)]


def _ascending(pairs: list[Pair]) -> list[Pair]:
    """The longest part of `pairs`, whose first numbers ascend, in which the second ones do too."""
    tops: list[int] = []  # the least end of an ascending sequence, by its length
    ends: list[int] = []  # which pair that is
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1], ends[pile : pile + 1] = [place], [number]
    chosen, at = [], ends[-1] if ends else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _joined(pairs: list[Pair], left: list[int], right: list[int]) -> list[Pair]:
    """The same number of pairs in fewer runs: of words that stand twice, those next to other pairs."""
    runs: list[Run] = []
    for run in _runs(pairs):
        runs.append(run)
        while len(runs) > 1 and (joined := _join(runs[-2], runs[-1], left, right)):
            runs[-2:] = [joined]
    return [(run.left + i, run.right + i) for run in runs for i in range(run.size)]


def _runs(pairs: list[Pair]) -> Iterator[Run]:
    """Pairs that go on one behind the other in both texts, as runs."""
    for _, run in groupby(enumerate(pairs), key=lambda pair: (pair[1][0] - pair[0], pair[1][1] - pair[0])):
        members = [pair for _, pair in run]
        yield Run(*members[0], len(members))


def _join(one: Run, two: Run, left: list[int], right: list[int]) -> Run | None:
    """Both as one run, where the first may as well stand before the second, or the second behind the
    first.
    """
    size = one.size + two.size
    if one.right + one.size != two.right and one.left + one.size != two.left:
        return None
    for run in (Run(two.left - one.size, two.right - one.size, size), Run(one.left, one.right, size)):
        if left[run.left : run.left + size] == right[run.right : run.right + size]:
            return run
    return None


def _words(left: Side, right: Side, begins: list[Pair]) -> list[Pair]:
    """Corresponding words from the first words of corresponding shingles."""
    size = min(left.size, right.size)
    return [
        (a + step, b + step)
        for (a, b), (next_a, next_b) in pairwise([*begins, (left.count, right.count)])
        for step in range(min(size, next_a - a, next_b - b))
    ]
