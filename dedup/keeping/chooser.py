"""Matches -> who is kept, by the policy of `--keep`."""

from dataclasses import dataclass

import numpy as np

from dedup.keeping.cleanest import NO_REASON, Choice, Compare, Ranking, cleanest
from dedup.keeping.clutter import Beyond
from dedup.matching.keepers import Keepers, assign, inverse
from dedup.matching.matches import Matches
from dedup.native.arrays import Int64s
from dedup.options import Options

_OF_EARLIER_RUNS = -2  # the tier of documents that an earlier run kept


@dataclass(frozen=True)
class Chooser:
    """Chooses keepers. `compare`: see `Compare`; `order`: the rows of all documents in the order in which
    candidates are looked for, of which the first `earlier` are of earlier runs; `copies`: by row, how many
    documents have the same words; `tiers`: by row, of this run's documents, what comes before the policy;
    those below 0 are never dropped.
    """

    options: Options
    compare: Compare
    order: Int64s
    earlier: int
    copies: Int64s
    tiers: Int64s

    def rough(self, matches: Matches) -> Keepers:
        """Keepers in the order of the candidates. No text is read for it."""
        chosen = matches.take(self.tiers[matches.later] >= 0)
        return assign(self.order, chosen.earlier, chosen.later, chosen.similar)

    def final(self, matches: Matches) -> Choice:
        """Keepers by the policy, and why they are kept."""
        if not self.options.policy.from_matches:
            return Choice(self.rough(matches), np.full(len(self.order), NO_REASON))
        tiers = np.concatenate((self.tiers, np.full(self.earlier, _OF_EARLIER_RUNS)))
        return cleanest(
            matches, Ranking(tiers, inverse(self.order), self.copies), self.options.max_loss, self.compare
        )


def remembered(compare: Compare) -> Compare:
    """The same, but each pair of documents is compared only once."""
    known: dict[tuple[int, int], tuple[float, int]] = {}

    def look_up(rows: Int64s, others: Int64s) -> Beyond:
        pairs = list(zip(rows.tolist(), others.tolist(), strict=True))
        new = np.array([number for number, pair in enumerate(pairs) if pair not in known], np.int64)
        if len(new):
            found = zip(*(values.tolist() for values in compare(rows[new], others[new])), strict=True)
            known.update(zip((pairs[number] for number in new.tolist()), found, strict=True))
        clutter, balance = zip(*(known[pair] for pair in pairs), strict=True) if pairs else ((), ())
        return Beyond(np.array(clutter, np.float64), np.array(balance, np.int64))

    return look_up
