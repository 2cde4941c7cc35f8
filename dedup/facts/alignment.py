"""The tokens that two texts share, in order: runs that are equal in both.

Up to SHORT tokens that is their longest common subsequence. That of longer texts takes the square of their
length, so they are cut at tokens that are in each of them once, and in the same order (patience diff: Cohen).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq

from dedup.native.arrays import Bools, Hashes, Int64s

SHORT = 2000
"""Tokens of a text up to which the longest common subsequence is looked for in all of it: 0.3 ms."""
_LONGEST = 8000  # tokens between two cuts that are compared at all: two such runs take 20 ms


class Run(NamedTuple):
    """`size` tokens that are equal in both texts, from token `a` of one and token `b` of the other."""

    a: int
    b: int
    size: int


def runs(a: Hashes, b: Hashes) -> Iterator[Run]:
    """The runs of two texts' tokens, ascending; the last one, of no token, is at the end of both."""
    if min(len(a), len(b)) <= SHORT:
        yield from _runs_between(a, b, 0, 0)
    else:
        lefts, rights = _cuts(a, b)
        borders, is_same = _parts(a, b, lefts, rights)
        for (at, end), same in zip(pairwise(borders), is_same, strict=True):
            (left, right), (left_end, right_end) = (lefts[at], rights[at]), (lefts[end], rights[end])
            if same:
                yield Run(left, right, left_end - left)
            else:
                yield from _runs_between(a[left:left_end], b[right:right_end], left, right)
    yield Run(len(a), len(b), 0)


def _parts(a: Hashes, b: Hashes, lefts: list[int], rights: list[int]) -> tuple[list[int], list[bool]]:
    """The parts between cuts, by the numbers of the cuts; those in a row that are equal in both texts are
    one. Returns the borders, and which parts are equal.
    """
    left, right = np.array(lefts, np.int64), np.array(rights, np.int64)
    sizes = np.diff(left)
    is_same: Bools = sizes == np.diff(right)
    behind = np.minimum(np.arange(len(a)) + np.repeat(right[:-1] - left[:-1], sizes), len(b) - 1)
    differing = np.concatenate((np.zeros(1, np.int64), np.cumsum(a != b[behind])))
    is_same &= differing[left[1:]] == differing[left[:-1]]
    is_border = np.append(True, ~(is_same[1:] & is_same[:-1]))
    borders = [*np.flatnonzero(is_border).tolist(), len(is_same)]
    return borders, is_same[is_border].tolist()


def _runs_between(a: Hashes, b: Hashes, first_a: int, first_b: int) -> Iterator[Run]:
    """The runs of parts that begin at these tokens."""
    a, b = a[:_LONGEST], b[:_LONGEST]
    edits = LCSseq.editops(array("Q", a.tobytes()), array("Q", b.tobytes()))
    for block in edits.as_matching_blocks():
        if block.size:
            yield Run(first_a + block.a, first_b + block.b, block.size)


def _cuts(a: Hashes, b: Hashes) -> tuple[list[int], list[int]]:
    """Where to cut both: at tokens that are in each once, the most that ascend in both; and at both ends."""
    (keys_a, places_a), (keys_b, places_b) = _once(a), _once(b)
    _, in_a, in_b = np.intersect1d(keys_a, keys_b, assume_unique=True, return_indices=True)
    left, right = places_a[in_a], places_b[in_b]
    order = np.argsort(left)
    chain = order[_longest_ascent(right[order])]
    return [0, *left[chain].tolist(), len(a)], [0, *right[chain].tolist(), len(b)]


def _once(tokens: Hashes) -> tuple[Hashes, Int64s]:
    """The tokens that are in a text once, and where (int64)."""
    keys, first, counts = np.unique(tokens, return_index=True, return_counts=True)
    return keys[counts == 1], first[counts == 1]


def _longest_ascent(values: Int64s) -> list[int]:
    """The places of a longest ascending subsequence of different numbers (patience sorting)."""
    tops: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values.tolist()):
        pile = bisect_left(tops, value)
        before.append(places[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [value]
        places[pile : pile + 1] = [place]
    chain, place = list[int](), places[-1] if places else -1
    while place >= 0:
        chain.append(place)
        place = before[place]
    return chain[::-1]
