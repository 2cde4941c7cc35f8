"""Candidates -> matches: the exact Jaccard and coverage of each pair, from the sets of shingles."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.kernels import shingles as kernel
from dedup.options import Options
from dedup.shingles import Owned

Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]


class Similarities(NamedTuple):
    """For each pair: Jaccard, and the share of the right one's shingles that the left one has (float64, 0 to
    1).
    """

    jaccard: Float64s
    coverage: Float64s


class Matches(NamedTuple):
    """Pairs of documents (int64) that match: `later` may be dropped for `earlier`, as alike as `similar`."""

    earlier: Int64s
    later: Int64s
    similar: Similarities

    def and_(self, other: "Matches") -> "Matches":
        """These and others."""
        similar = (np.concatenate(both) for both in zip(self.similar, other.similar, strict=True))
        earlier, later = (np.concatenate((self[i], other[i])) for i in (0, 1))
        return Matches(earlier, later, Similarities(*similar))

    def where(self, chosen: npt.NDArray[np.bool_]) -> "Matches":
        """Some of them."""
        similar = Similarities(*(values[chosen] for values in self.similar))
        return Matches(self.earlier[chosen], self.later[chosen], similar)


def no_matches() -> Matches:
    """None at all."""
    none = np.zeros(0, np.int64)
    return Matches(none, none, Similarities(np.zeros(0), np.zeros(0)))


LEAST = 30
"""A document of fewer shingles is covered by no other: a word less turns a short text into its opposite. On
the pages of `extractors` precision rises by it from 0.996 to 0.998, recall falls from 0.683 to 0.679.
"""


def matching(similar: Similarities, sizes: Int64s, options: Options) -> npt.NDArray[np.bool_]:
    """Of which pairs the right one may be dropped: they are alike enough, or it is covered enough and no
    short text (`sizes` int64: its shingles), and not too much of it is lost.
    """
    match = similar.jaccard >= options.threshold
    if options.contained is not None:
        match |= (similar.coverage >= options.contained) & (sizes >= LEAST)
    return match & (similar.coverage >= round(1 - options.max_loss, 12))


def similarities(sets: Owned, left: Int64s, right: Int64s, others: Owned | None = None) -> Similarities:
    """Exactly, for pairs of a row of `sets` and one of `others` (int64; None: of `sets`, too). Jaccard = both
    / either; coverage of right by left = both / right's. 0 for empty sets.
    """
    others = others or sets
    both = kernel.shared(sets.values, sets.bounds, left, others.values, others.bounds, right)
    of_right = np.diff(others.bounds)[right]
    either = np.diff(sets.bounds)[left] + of_right - both
    return Similarities(both / np.maximum(either, 1), both / np.maximum(of_right, 1))
