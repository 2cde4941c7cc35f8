"""An outcome -> its groups of near-duplicates, how close the calls were, what is lost with the dropped."""

from itertools import pairwise, starmap
from typing import NamedTuple

import numpy as np

from dedup.kernels.arrays import Float64s
from dedup.pipeline.outcome import Outcome

CLOSE = 0.02
"""A Jaccard or coverage so little above what matches is worth a look."""


class Group(NamedTuple):
    """A keeper's row and the rows dropped for it, with their exact Jaccard; `margin`: by how much the one
    that nearly did not match is above what matches.
    """

    keeper: int
    dropped: list[int]
    jaccard: list[float]
    margin: float

    @property
    def size(self) -> int:
        """Documents, the keeper among them."""
        return 1 + len(self.dropped)

    @property
    def lowest(self) -> float:
        """The Jaccard of whoever is least like the keeper."""
        return min(self.jaccard)

    @property
    def highest(self) -> float:
        """The Jaccard of whoever is most like the keeper."""
        return max(self.jaccard)

    @property
    def is_close(self) -> bool:
        """Whether one of them nearly did not match."""
        return self.margin < CLOSE


def groups(outcome: Outcome) -> list[Group]:
    """Keepers with what was dropped for them, the largest groups first."""
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
    """By how much each dropped document's Jaccard or coverage, the higher of the two, is above its limit."""
    jaccard = outcome.keepers.jaccard - outcome.options.threshold
    if outcome.options.contained is None:
        return jaccard
    return np.maximum(jaccard, outcome.keepers.coverage - outcome.options.contained)


def least_alike(outcome: Outcome) -> int | None:
    """The dropped document that matches its keeper by the least margin."""
    dropped = outcome.dropped_rows()
    return int(dropped[np.argmin(_margins(outcome)[dropped])]) if len(dropped) else None


def loss(outcome: Outcome) -> tuple[float, float]:
    """The share of its shingles that a dropped document has and its keeper lacks: at worst, and over all
    dropped documents, weighted by their words.
    """
    dropped = outcome.dropped_rows()
    if not len(dropped):
        return 0.0, 0.0
    lost = 1 - outcome.keepers.coverage[dropped]
    words = outcome.table.column("words").to_numpy()[dropped]
    return float(lost.max()), float((lost * words).sum() / words.sum())


def of_earlier_runs(outcome: Outcome) -> int:
    """How many documents were dropped for one that an earlier run kept."""
    return int((outcome.keepers.keeper >= outcome.met.base).sum())
