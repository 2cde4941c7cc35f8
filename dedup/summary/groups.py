"""An outcome -> its groups of near-duplicates, how close the closest calls are, and how much text is lost."""

from itertools import pairwise, starmap
from typing import NamedTuple

import numpy as np

from dedup.native.arrays import Bools, Float64s
from dedup.pipeline.outcome import Outcome

CLOSE = 0.02
"""A match is a close call if its Jaccard or coverage exceeds the threshold by less than this."""


class Group(NamedTuple):
    """The row of a keeper, the rows dropped for it and their exact Jaccard with it. `margin`: by how much the
    closest call exceeds the threshold that it reaches.
    """

    keeper: int
    dropped: list[int]
    jaccard: list[float]
    margin: float

    @property
    def size(self) -> int:
        """Documents, the keeper included."""
        return 1 + len(self.dropped)

    @property
    def lowest(self) -> float:
        """The lowest Jaccard of a dropped document with the keeper."""
        return min(self.jaccard)

    @property
    def highest(self) -> float:
        """The highest Jaccard of a dropped document with the keeper."""
        return max(self.jaccard)

    @property
    def is_close(self) -> bool:
        """Whether one of the matches is a close call."""
        return self.margin < CLOSE


def groups(outcome: Outcome) -> list[Group]:
    """The groups of near-duplicates, the largest first; of equal size, the earliest keeper first."""
    keepers, dropped = outcome.keepers, outcome.dropped_rows()
    rows = dropped[np.argsort(keepers.keeper[dropped], kind="stable")]
    owners, firsts = np.unique(keepers.keeper[rows], return_index=True)
    lowest = np.minimum.reduceat(_margins(outcome)[rows], firsts) if len(rows) else rows
    members, jaccard = rows.tolist(), keepers.jaccard[rows].tolist()
    parts = starmap(slice, pairwise([*firsts.tolist(), len(rows)]))
    unsorted = [
        Group(keeper, members[part], jaccard[part], margin)
        for keeper, part, margin in zip(owners.tolist(), parts, lowest.tolist(), strict=False)
    ]
    return sorted(unsorted, key=lambda group: (-len(group.dropped), group.keeper))


def _margins(outcome: Outcome) -> Float64s:
    """By how much each document's Jaccard or coverage exceeds its threshold: the larger excess of the two. 1
    for a cluttered copy, on which no threshold decides.
    """
    margins = outcome.keepers.jaccard - outcome.options.threshold
    if outcome.options.containment is not None:
        margins = np.maximum(margins, outcome.keepers.coverage - outcome.options.containment)
    return np.where(margins < 0, 1.0, margins)


def closest_call(outcome: Outcome) -> int | None:
    """The row of the dropped document that reaches its threshold by the smallest margin; None without one."""
    return next(iter(closest_calls(outcome, 1)), None)


def closest_calls(outcome: Outcome, count: int) -> list[int]:
    """The rows of the dropped documents that reach their threshold by the smallest margins, of each group at
    most one.
    """
    dropped, margins = outcome.dropped_rows(), _margins(outcome)
    dropped = dropped[margins[dropped] < 1]
    ordered = dropped[np.argsort(margins[dropped], kind="stable")]
    _, firsts = np.unique(outcome.keepers.keeper[ordered], return_index=True)
    chosen: list[int] = ordered[np.sort(firsts)[:count]].tolist()
    return chosen


def loss(outcome: Outcome) -> tuple[float, float]:
    """The share of their shingles that dropped documents have and their keepers lack: the highest, and over
    all dropped documents, weighted by their words.
    """
    dropped = outcome.dropped_rows()
    if not len(dropped):
        return 0.0, 0.0
    lost = 1 - outcome.keepers.coverage[dropped]
    words = outcome.table.column("words").to_numpy()[dropped]
    return float(lost.max()), float((lost * words).sum() / words.sum())


def of_earlier_runs(outcome: Outcome) -> int:
    """How many documents were dropped for one that an earlier run kept (--index)."""
    return int((outcome.keepers.keeper >= outcome.earlier.base).sum())


def are_close(outcome: Outcome) -> Bools:
    """Which documents are dropped by a close call."""
    return (_margins(outcome) < CLOSE) & (outcome.keepers.keeper >= 0)
