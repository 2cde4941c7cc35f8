"""What is counted of a run: totals, groups of near-duplicates, reasons for what could not be read."""

from typing import NamedTuple

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
