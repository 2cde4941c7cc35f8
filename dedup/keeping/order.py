"""Documents -> the order in which they are kept, before matches are known."""

from functools import cached_property

import numpy as np
import pyarrow as pa

from dedup.matching.keepers import by_tier, canonical_first, keeping_order
from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.policy import Policy
from dedup.text.fields.preferences import ranks


class KeepingOrder:
    """The order of keeping of a run's documents. `table`: as `Corpus.table` has it; `pinned`: which of them
    are never dropped.
    """

    def __init__(self, table: pa.Table, policy: Policy, pinned: Bools) -> None:
        self._table, self._policy, self._pinned = table, policy, pinned

    def first(self, prints: Hashes) -> Int64s:
        """The rows in the order of keeping. Of exact copies, which have equal `prints`, one with a canonical
        URL comes in place of the first, where neither a field nor the position decides.
        """
        characters = self._table.column("characters").to_numpy() - self._table.column("cut").to_numpy()
        order = keeping_order(self._policy, characters, self._table.column("order"))
        return order if self._policy.from_matches else self._ranked(order, prints)

    def of_copies(self, first: Int64s, prints: Hashes) -> Int64s:
        """The rows in the order in which exact copies are kept; that of `first`, but for a policy that looks
        at matches.
        """
        return self._ranked(np.arange(len(prints)), prints) if self._policy.from_matches else first

    @cached_property
    def tiers(self) -> Int64s:
        """What comes before the policy, by document: -1 if it is never dropped, else from 0 on the rank by
        the preferences that it meets.
        """
        of_rows = np.zeros(len(self._pinned), np.int64)
        if self._policy.preferences:
            of_rows = ranks(self._table.column("preferences"))
        return np.where(self._pinned, -1, of_rows)

    def _ranked(self, order: Int64s, prints: Hashes) -> Int64s:
        """An order of keeping, with what comes before it: tiers, and of exact copies a canonical URL."""
        order = by_tier(order, self.tiers)
        if self._policy.fields or self._policy.name == "first":
            return order
        return canonical_first(order, prints, self._table.column("canonical").to_numpy(), self._pinned)
