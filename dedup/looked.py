"""Texts -> what is compared of them; pairs of these -> how alike they are, whether they match, and whether
their figures are what differs.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.figures import Figures, digits
from dedup.matches import Similarities, matching, similarities
from dedup.options import Options
from dedup.shingles import Owned, sets, shingles, words_of
from dedup.templates import templates

Bools = npt.NDArray[np.bool_]
Int64s = npt.NDArray[np.int64]


class Looked(NamedTuple):
    """What is compared of some documents: their sets of shingles, and of runs of digits."""

    sets: Owned
    digits: Owned

    def figures_differ(self, left: Int64s, other: "Looked", right: Int64s) -> Bools:
        """Of which pairs of a row of these and one of others each has digits that the other one has not."""
        ours, theirs = self.digits, other.digits
        covered = (
            similarities(ours, left, right, theirs).coverage,
            similarities(theirs, right, left, ours).coverage,
        )
        return (covered[0] < 1) & (covered[1] < 1)


class Verified(NamedTuple):
    """Which of some pairs match (numbers of theirs, int64), how alike these are, and which of these are
    templates (bool).
    """

    pairs: Int64s
    similar: Similarities
    templates: Bools


Read = Callable[[Int64s], tuple[Figures, Int64s, Int64s]]
"""The figures of the documents of some pairs (int64), and for each pair the rows there of the earlier and of
the later one (int64).
"""


def look(texts: "pa.LargeStringArray | pa.StringArray", ngram: int) -> Looked:
    """What is compared of these texts."""
    return Looked(sets(shingles(words_of(texts), ngram)), digits(texts))


def verified(
    earlier: Looked, left: Int64s, later: Looked, right: Int64s, options: Options, read: Read
) -> Verified:
    """The pairs of a row of `earlier` and one of `later` that match, exactly."""
    similar = similarities(earlier.sets, left, right, later.sets)
    pairs = np.flatnonzero(matching(similar, np.diff(later.sets.bounds)[right], options))
    called = earlier.figures_differ(left[pairs], later, right[pairs])
    if called.any():
        called[called] = templates(*read(pairs[called]))
    return Verified(pairs, Similarities(*(values[pairs] for values in similar)), called)
