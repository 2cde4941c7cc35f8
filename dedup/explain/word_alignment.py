"""Two texts -> the words that correspond: pairs of equal words that ascend in both texts.

They come from the longest ascending sequence of shared shingles, found by patience sorting, as in patience
diff.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.matching.shingles import shingles
from dedup.native.arrays import Bools, Hashes
from dedup.text.encoding import characters_before
from dedup.text.paragraphs import split
from dedup.text.ragged import Ragged
from dedup.text.words import Words, words_in

# Paragraphs correspond if this share of the shorter one's words does: less is stock phrases.
_LEAST_SHARE = 0.25
WordPair = tuple[int, int]
"""A word of the left text and a word of the right one, by number."""


class ShingleRun(NamedTuple):
    """`size` shingles that follow each other in both texts, from the words `left` and `right` on."""

    left: int
    right: int
    size: int


@dataclass(frozen=True)
class ShingledText:
    """A text prepared for being aligned with another.

    `words`: with their spans; `shingles`: the one that begins at each word (uint64), each of `shingle_size`
    words; `paragraph_starts`: the character at which a paragraph begins, by its first word. A paragraph
    without words belongs to the one before it.
    """

    text: str
    words: Words
    shingles: Hashes
    shingle_size: int
    paragraph_starts: dict[int, int]

    @property
    def word_count(self) -> int:
        return len(self.words.hashes)

    @cached_property
    def bounds(self) -> list[int]:
        """The first word of each paragraph, and the number of words."""
        return [*self.paragraph_starts, self.word_count] if self.word_count else [0]

    def bounds_between(self, word: int, until: int) -> list[int]:
        """The bounds after `word`, up to `until` (inclusive)."""
        bounds = self.bounds
        return bounds[bisect_right(bounds, word) : bisect_right(bounds, until)]


def shingle_text(text: str, ngram: int) -> ShingledText:
    """A text with its shingles of `ngram` words; a shorter text has one shingle, of all its words."""
    words = words_in(text)
    count = len(words.hashes)
    starts = _paragraph_starts(text)
    first_words = np.searchsorted(words.starts, starts).tolist()
    inner = {word: start for word, start in zip(first_words, starts, strict=True) if 0 < word < count}
    of_text = shingles(Ragged(words.hashes, np.array([0, count])), ngram)
    return ShingledText(text, words, of_text.values, min(ngram, count), {0: 0} | inner)


def _paragraph_starts(text: str) -> list[int]:
    """The characters at which the paragraphs of a text begin."""
    paragraphs = split(pa.array([text], pa.large_string()))
    starts: list[int] = characters_before(paragraphs.data)[paragraphs.starts].tolist()
    return starts


def shared_words(text: ShingledText, other: ShingledText) -> Bools:
    """Whether each word of `text` is in a shingle that `other` has too."""
    begins = np.flatnonzero(np.isin(text.shingles, other.shingles))
    steps = np.zeros(text.word_count + 1, np.int64)
    np.add.at(steps, begins, 1)
    np.add.at(steps, begins + text.shingle_size, -1)
    shared: Bools = np.cumsum(steps[:-1]) > 0
    return shared


def corresponding_words(left: ShingledText, right: ShingledText) -> list[WordPair]:
    """Pairs of equal words that ascend in both texts, but for those of paragraphs that have little else in
    common.
    """
    ours, theirs = left.shingles.tolist(), right.shingles.tolist()
    begins = _in_fewer_runs(_longest_ascending(_equal_shingles(ours, theirs)), ours, theirs)
    pairs = _words_of_shingles(left, right, begins)
    owners = [(_paragraph_of(left.bounds, a), _paragraph_of(right.bounds, b)) for a, b in pairs]
    sizes, other_sizes = np.diff(left.bounds), np.diff(right.bounds)
    corresponding = {
        (p, q) for (p, q), n in Counter(owners).items() if n >= _LEAST_SHARE * min(sizes[p], other_sizes[q])
    }
    return [pair for pair, owner in zip(pairs, owners, strict=True) if owner in corresponding]


def _paragraph_of(bounds: list[int], word: int) -> int:
    return bisect_right(bounds, word) - 1


def _equal_shingles(left: Sequence[int], right: Sequence[int]) -> list[WordPair]:
    """Where equal shingles begin: the first one of a kind is paired with the first, the second with the
    second and so on.
    """
    waiting: dict[int, deque[int]] = defaultdict(deque)
    for word, shingle in enumerate(right):
        waiting[shingle].append(word)
    return [(word, waiting[shingle].popleft()) for word, shingle in enumerate(left) if waiting.get(shingle)]


def _longest_ascending(pairs: list[WordPair]) -> list[WordPair]:
    """The longest subsequence of `pairs`, whose left words ascend, in which the right words ascend too."""
    tops: list[int] = []  # the least right word that ends an ascending sequence, by its length
    ends: list[int] = []  # the index of the pair that it is from
    before: list[int] = []  # for each pair the index of the one before it in its sequence, or -1
    for index, (_, word) in enumerate(pairs):
        pile = bisect_left(tops, word)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1], ends[pile : pile + 1] = [word], [index]
    chosen, index = [], ends[-1] if ends else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _in_fewer_runs(pairs: list[WordPair], left: list[int], right: list[int]) -> list[WordPair]:
    """As many pairs in fewer runs: where a shingle occurs twice, the occurrence next to other pairs."""
    runs: list[ShingleRun] = []
    for run in _runs(pairs):
        runs.append(run)
        while len(runs) > 1 and (joined := _join(runs[-2], runs[-1], left, right)):
            runs[-2:] = [joined]
    return [(run.left + i, run.right + i) for run in runs for i in range(run.size)]


def _runs(pairs: list[WordPair]) -> Iterator[ShingleRun]:
    """The pairs as runs, in which both words advance by one."""
    for _, run in groupby(enumerate(pairs), key=lambda pair: (pair[1][0] - pair[0], pair[1][1] - pair[0])):
        members = [pair for _, pair in run]
        yield ShingleRun(*members[0], len(members))


def _join(run: ShingleRun, following: ShingleRun, left: list[int], right: list[int]) -> ShingleRun | None:
    """Both runs as one, if the shingles of the first also occur right before the second, or those of the
    second right after the first; else None.
    """
    size = run.size + following.size
    if run.right + run.size != following.right and run.left + run.size != following.left:
        return None
    before_second = ShingleRun(following.left - run.size, following.right - run.size, size)
    for joined in (before_second, ShingleRun(run.left, run.right, size)):
        if left[joined.left : joined.left + size] == right[joined.right : joined.right + size]:
            return joined
    return None


def _words_of_shingles(left: ShingledText, right: ShingledText, begins: list[WordPair]) -> list[WordPair]:
    """The corresponding words of shingles, given by their first words. No word is in two pairs."""
    size = min(left.shingle_size, right.shingle_size)
    return [
        (a + step, b + step)
        for (a, b), (next_a, next_b) in pairwise([*begins, (left.word_count, right.word_count)])
        for step in range(min(size, next_a - a, next_b - b))
    ]
