"""Two texts -> rows: the passages of one beside their counterparts in the other, each word told as shared or
not.

Shared is what Jaccard counts: a word in a shingle that both texts have, wherever it stands.
"""

from collections.abc import Iterator
from itertools import dropwhile, groupby, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.explain.word_alignment import Pair, Side, corresponding, shared
from dedup.text.ranges import trim

_BEFORE = 30  # characters that lead to a difference
_MOVED = 0.5  # share of a passage's words from which on it stands in the other text as well
_OPENING = "“‘«‹„‚([{「『【《〈（\"'¿¡"  # belongs to the word behind it


class Piece(NamedTuple):
    """A stretch of text that both have, or that only one has."""

    text: str
    shared: bool


class Passage(NamedTuple):
    """A paragraph, or as much of one as has a counterpart. `moved`: "up" or "down" where most of it stands
    in another place of the other text, else empty.
    """

    pieces: list[Piece]
    moved: str = ""


class Row(NamedTuple):
    """Passages that belong beside each other: one of each text, or those that have no counterpart."""

    left: list[Passage]
    right: list[Passage]

    @property
    def shared(self) -> bool:
        """Whether both sides say the same in one passage each."""
        return all(
            len(side) == 1 and not side[0].moved and all(piece.shared for piece in side[0].pieces)
            for side in self
        )


class Span(NamedTuple):
    """Words at which passages of both texts begin, and where the last ones end; whether they correspond."""

    left: list[int]
    right: list[int]
    paired: bool


def rows(left: Side, right: Side) -> list[Row]:
    """Both texts, whole, in rows."""
    marks = shared(left, right), shared(right, left)
    made = []
    for span in spans(left, right, corresponding(left, right)):
        row = Row(
            _passages(left, marks[0], span.left, None if span.paired else (right, span.right[0])),
            _passages(right, marks[1], span.right, None if span.paired else (left, span.left[0])),
        )
        if row.left or row.right:
            made.append(row)
    return made


def spans(left: Side, right: Side, pairs: list[Pair]) -> Iterator[Span]:
    """The words of both texts in rows: where a paragraph of either begins, so does a row.

    `pairs`: corresponding words, ascending. Between two of them that follow each other, whole paragraphs of
    one text or of both have no counterpart.
    """
    at, to = 0, 0
    for (a, b), (next_a, next_b) in pairwise([(-1, -1), *pairs, (left.count, right.count)]):
        here, there = left.between(a, next_a), right.between(b, next_b)
        if here or there:
            here, there = here or [next_a], there or [next_b]
            yield Span([at, here[0]], [to, there[0]], True)
            yield Span(here, there, False)
            at, to = here[-1], there[-1]


def _passages(
    one: Side, marks: npt.NDArray[np.bool_], cut: list[int], other: tuple[Side, int] | None
) -> list[Passage]:
    """The passages between these words. `other`: where they stand in the other text, if alone."""
    made = []
    for first, last in pairwise(cut):
        if first < last or not one.count:
            pieces = _pieces(one, marks, first, last)
            lost = other is not None and np.mean(marks[first:last]) >= _MOVED
            made.append(Passage(pieces, _direction(one, first, last, *other) if lost and other else ""))
    return [passage for passage in made if passage.pieces]


def _direction(one: Side, first: int, last: int, other: Side, at: int) -> str:
    """Whether the other text has these words before or behind its word `at`."""
    mine = one.shingles[first : max(last - one.size + 1, first + 1)]
    places = np.flatnonzero(np.isin(other.shingles, mine))
    if not len(places):
        return ""
    return "down" if np.median(places) >= at else "up"


def _pieces(one: Side, marks: npt.NDArray[np.bool_], first: int, last: int) -> list[Piece]:
    """The words first:last as text. What stands between words that only one has and others is shared."""
    begin, end = _start(one, first), _end(one, last)
    begin, end = trim(one.text, begin, end)
    kinds = [(bool(mark), first + i) for i, mark in enumerate(marks[first:last])]
    runs = [(mark, [word for _, word in run]) for mark, run in groupby(kinds, key=lambda kind: kind[0])]
    if len(runs) < 2:
        return [Piece(one.text[begin:end], not runs or runs[0][0])] if begin < end else []
    pieces = []
    for mark, run in runs:
        if not mark:
            start, stop = int(one.words.starts[run[0]]), int(one.words.ends[run[-1]])
            pieces += [Piece(one.text[begin:start], True), Piece(one.text[start:stop], False)]
            begin = stop
    return [piece for piece in [*pieces, Piece(one.text[begin:end], True)] if piece.text]


def _start(one: Side, word: int) -> int:
    """The character at which a passage begins whose first word this is."""
    if word in one.paragraphs:
        return one.paragraphs[word]
    start, gap_start = int(one.words.starts[word]), int(one.words.ends[word - 1])
    gap = one.text[gap_start:start]
    return gap_start + len(gap.rstrip(_OPENING))


def _end(one: Side, word: int) -> int:
    """The character at which a passage ends that goes until this word."""
    return len(one.text) if word == one.count else _start(one, word)


def first_difference(left: Side, right: Side) -> tuple[list[Piece], list[Piece]]:
    """Both texts from a few words before they first differ until both say something."""
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for row in dropwhile(lambda row: row.shared, rows(left, right)):
        for i, passages in enumerate(row):
            for passage in passages:
                sides[i].extend([Piece(" ", True)] * bool(sides[i]) + passage.pieces)
        if all(sides):
            break
    common = min((len(pieces[0].text) if pieces[0].shared else 0 for pieces in sides if pieces), default=0)
    here, there = (_without_start(pieces, common - _BEFORE) for pieces in sides)
    return here, there


def _without_start(pieces: list[Piece], size: int) -> list[Piece]:
    """The pieces without about so many characters of the first, cut at a blank where there is one."""
    if size <= 0 or not pieces:
        return pieces
    text = pieces[0].text
    blank = text.find(" ", size, size + _BEFORE)
    return [Piece(f"… {text[size if blank < 0 else blank :].lstrip()}", True), *pieces[1:]]
