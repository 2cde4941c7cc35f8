"""Two texts -> rows: the passages of one beside their counterparts in the other, with each word marked as
shared or not.

A word is shared if it is in a shingle that both texts have, wherever it is. That is what Jaccard counts.
"""

from collections.abc import Iterator
from itertools import dropwhile, groupby, pairwise
from typing import NamedTuple

import numpy as np

from dedup.explain.word_alignment import ShingledText, WordPair, corresponding_words, shared_words
from dedup.native.arrays import Bools
from dedup.text.ranges import trim

_BEFORE = 30  # characters shown before a difference
_MOVED = 0.5  # least share of the words of a moved passage that are in the other text
_OPENING = "“‘«‹„‚([{「『【《〈（\"'¿¡"  # belongs to the word after it


class Fragment(NamedTuple):
    """A part of a passage that both texts have (`shared`), or that only one has."""

    text: str
    shared: bool


class Passage(NamedTuple):
    """A paragraph, or the part of one that has a counterpart. `moved`: "up" or "down" if most of it is
    elsewhere in the other text, else empty.
    """

    fragments: list[Fragment]
    moved: str = ""


class PassageRow(NamedTuple):
    """Passages to show beside each other: one of each text, or those of one or both that have no
    counterpart.
    """

    left: list[Passage]
    right: list[Passage]

    @property
    def shared(self) -> bool:
        """Whether the row is one passage of each text, and they are the same."""
        return all(
            len(side) == 1 and not side[0].moved and all(fragment.shared for fragment in side[0].fragments)
            for side in self
        )


class RowBounds(NamedTuple):
    """The words at which the passages of a row begin, and where the last one ends, of each text; whether the
    passages correspond.
    """

    left: list[int]
    right: list[int]
    paired: bool


def passage_rows(left: ShingledText, right: ShingledText) -> list[PassageRow]:
    """Both texts, complete, in rows."""
    shared = shared_words(left, right), shared_words(right, left)
    rows = []
    for bounds in _row_bounds(left, right, corresponding_words(left, right)):
        row = PassageRow(
            _passages(left, shared[0], bounds.left, None if bounds.paired else (right, bounds.right[0])),
            _passages(right, shared[1], bounds.right, None if bounds.paired else (left, bounds.left[0])),
        )
        if row.left or row.right:
            rows.append(row)
    return rows


def _row_bounds(left: ShingledText, right: ShingledText, pairs: list[WordPair]) -> Iterator[RowBounds]:
    """The bounds of the rows: one begins where a paragraph of either text does.

    `pairs`: corresponding words, ascending. Paragraphs that lie between two of them have no counterpart.
    """
    left_start = right_start = 0
    for (a, b), (next_a, next_b) in pairwise([(-1, -1), *pairs, (left.word_count, right.word_count)]):
        ours, theirs = left.bounds_between(a, next_a), right.bounds_between(b, next_b)
        if ours or theirs:
            ours, theirs = ours or [next_a], theirs or [next_b]
            yield RowBounds([left_start, ours[0]], [right_start, theirs[0]], True)
            yield RowBounds(ours, theirs, False)
            left_start, right_start = ours[-1], theirs[-1]


def _passages(
    text: ShingledText, shared: Bools, bounds: list[int], other: tuple[ShingledText, int] | None
) -> list[Passage]:
    """The passages between these words. `other`: for passages without a counterpart, the other text and
    the word at which its part of the row begins.
    """
    passages = []
    for first, last in pairwise(bounds):
        if first < last or not text.word_count:
            fragments = _fragments(text, shared, first, last)
            moved = other is not None and np.mean(shared[first:last]) >= _MOVED
            passages.append(
                Passage(fragments, _direction(text, first, last, *other) if moved and other else "")
            )
    return [passage for passage in passages if passage.fragments]


def _direction(text: ShingledText, first: int, last: int, other: ShingledText, word: int) -> str:
    """Whether the other text has the words first:last before ("up") or after ("down") its own `word`; empty
    if it has no shingle of them.
    """
    of_passage = text.shingles[first : max(last - text.shingle_size + 1, first + 1)]
    words = np.flatnonzero(np.isin(other.shingles, of_passage))
    if not len(words):
        return ""
    return "down" if np.median(words) >= word else "up"


def _fragments(text: ShingledText, shared: Bools, first: int, last: int) -> list[Fragment]:
    """The words first:last as text. What is between a word that only one text has and a shared one is
    shared.
    """
    begin, end = trim(text.text, _start(text, first), _end(text, last))
    kinds = [(bool(is_shared), first + i) for i, is_shared in enumerate(shared[first:last])]
    runs = [
        (is_shared, [word for _, word in run]) for is_shared, run in groupby(kinds, key=lambda kind: kind[0])
    ]
    if len(runs) < 2:
        return [Fragment(text.text[begin:end], not runs or runs[0][0])] if begin < end else []
    fragments = []
    for is_shared, run in runs:
        if not is_shared:
            start, stop = int(text.words.starts[run[0]]), int(text.words.ends[run[-1]])
            fragments += [Fragment(text.text[begin:start], True), Fragment(text.text[start:stop], False)]
            begin = stop
    return [fragment for fragment in [*fragments, Fragment(text.text[begin:end], True)] if fragment.text]


def _start(text: ShingledText, word: int) -> int:
    """The character at which a passage with this first word begins."""
    if word in text.paragraph_starts:
        return text.paragraph_starts[word]
    start, gap_start = int(text.words.starts[word]), int(text.words.ends[word - 1])
    gap = text.text[gap_start:start]
    return gap_start + len(gap.rstrip(_OPENING))


def _end(text: ShingledText, word: int) -> int:
    """The character at which a passage ends that this word follows."""
    return len(text.text) if word == text.word_count else _start(text, word)


def first_difference(left: ShingledText, right: ShingledText) -> tuple[list[Fragment], list[Fragment]]:
    """Both texts from a few words before their first difference on, for as many rows as it takes until both
    have a passage.
    """
    sides: tuple[list[Fragment], list[Fragment]] = ([], [])
    for row in dropwhile(lambda row: row.shared, passage_rows(left, right)):
        for side, passages in zip(sides, row, strict=True):
            for passage in passages:
                side.extend([Fragment(" ", True)] * bool(side) + passage.fragments)
        if all(sides):
            break
    common = min((len(side[0].text) if side[0].shared else 0 for side in sides if side), default=0)
    of_left, of_right = (_without_start(side, common - _BEFORE) for side in sides)
    return of_left, of_right


def _without_start(fragments: list[Fragment], size: int) -> list[Fragment]:
    """The fragments without about `size` characters of the first, cut at a space where there is one."""
    if size <= 0 or not fragments:
        return fragments
    text = fragments[0].text
    space = text.find(" ", size, size + _BEFORE)
    rest = text[size if space < 0 else space :].lstrip()
    return [Fragment(f"… {rest}", True), *fragments[1:]]
