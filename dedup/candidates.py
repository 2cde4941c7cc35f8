"""Signatures -> bands, and samples -> the pairs of documents that share a band, or enough samples:
candidates, still to be verified.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.errors import OptionsError
from dedup.kernels import minhash
from dedup.kernels.shingles import factors
from dedup.samples import LIMIT, needed
from dedup.shingles import Owned

Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

HUBS = 8
"""How many documents of a wide key all others meet in the first round."""

MOST = 4096
"""A sampled shingle that stands in more documents than this is left out."""

ENOUGH = 6
"""Of its rarest samples a document must share so many (fewer where it needs fewer of all) to be compared."""


class Engine(Protocol):
    """What candidates need of an engine."""

    def query(self, statement: str, **tables: pa.Table) -> pa.Table: ...


class Bands(NamedTuple):
    """How a MinHash row is cut: `number` bands of `rows` numbers each."""

    number: int
    rows: int

    def probability(self, jaccard: float) -> float:
        """That a pair of this Jaccard shares a band: 1 - (1 - J^rows)^number (Leskovec, Rajaraman, Ullman:
        Mining of Massive Datasets, 3.4).
        """
        return float(1 - (1 - jaccard**self.rows) ** self.number)


def bands_for(threshold: float, recall: float, num_perm: int) -> Bands:
    """As many rows a band as let a pair at the threshold become a candidate with probability `recall`: fewest
    false candidates.

    Raises OptionsError where `num_perm` is too small for that.
    """
    choices = [Bands(num_perm // rows, rows) for rows in range(num_perm, 0, -1)]
    for choice in choices:
        if choice.probability(threshold) >= recall:
            return choice
    best = choices[-1].probability(threshold)
    raise OptionsError(
        f"{num_perm} permutations find a pair at {threshold} with probability {best:.3f} at the most, "
        f"not {recall}: raise --num-perm or lower --recall"
    )


def buckets(signatures: npt.NDArray[np.uint32], bands: Bands) -> npt.NDArray[np.int64]:
    """The bucket of each band of each row: int64 (documents, bands.number); equal only for equal numbers in
    the same band.
    """
    return minhash.band_hashes(signatures, bands.number, bands.rows, factors(bands.rows)).view(np.int64)


class Keys(NamedTuple):
    """What documents may share, a row for each: `place` int64 (of the document, in the order of keeping),
    `key` int64, `needed` int64: how many of the keys by which it `asks` (bool) the document must share with
    one before it.
    """

    place: Int64s
    key: Int64s
    needed: Int64s
    asks: Bools

    def of(self, kept: Bools, asking: Bools) -> "Keys":
        """The keys of those that are kept, of whom some are asking (by place)."""
        rows = kept[self.place]
        place = self.place[rows]
        return Keys(place, self.key[rows], self.needed[rows], self.asks[rows] & asking[place])


def band_keys(buckets: Int64s, places: Int64s) -> Keys:
    """The buckets of documents as keys, of which two must share one. `buckets` int64 (documents, bands),
    `places` int64 (documents).
    """
    holders, size = np.repeat(places, buckets.shape[1]), buckets.size
    return Keys(holders, buckets.reshape(-1), np.ones(size, np.int64), np.ones(size, bool))


def sample_keys(
    sampled: Owned, places: Int64s, contained: float, recall: float, engine: Engine
) -> tuple[Keys, int]:
    """The samples of documents as keys, without those that stand in more than MOST documents, and how many
    were left out: what stands everywhere is a template's, and says little of who covers whom.

    A document asks by its rarest samples alone: of s that others have, too, two that share n have ENOUGH
    among its s - n + ENOUGH rarest (the prefix filter of Chaudhuri, Ganti and Kaushik 2006). On 50,000
    articles made of common sentences that takes a quarter of the time.
    """
    owners = np.repeat(np.arange(len(places)), np.diff(sampled.bounds))
    held = pa.table({"place": owners, "key": sampled.values.view(np.int64)})
    common = engine.query("common", keys=held, round=pa.table({"most": [MOST]})).column("key").to_numpy()
    left = ~np.isin(held.column("key").to_numpy(), common) if len(common) else np.ones(len(held), bool)
    below = np.bincount(owners[left & (sampled.values < LIMIT)], minlength=len(places))
    shared = engine.query("shared", keys=held.filter(pa.array(left)))
    owner, key, rank, count = (shared.column(name).to_numpy() for name in ("place", "key", "rank", "shared"))
    wanted = needed(below, contained, recall)[owner]
    enough = np.minimum(wanted, ENOUGH)
    return Keys(places[owner], key, enough, rank <= count - wanted + enough), len(common)


@dataclass
class Lookup:
    """Who shares enough keys with whom, looked up in rounds: in the first round the first HUBS documents of a
    wide key (one that more than 64 kept documents hold) meet the others, in each further one twice as many of
    those still kept.

    When it `is_settled`, every two kept documents that share enough keys have been candidates. Then the kept
    set is that of comparing all pairs that do, by induction over the order of keeping: let it be so for all
    before d. If d is dropped, then for a kept one before it, and all pairs would drop it, too. If all pairs
    would drop d, they do so for one before d that is kept here, too; were d kept, both would have met, and d
    would be dropped.
    """

    keys: Keys
    engine: Engine
    hubs: int = HUBS
    crowded: Int64s = field(default_factory=lambda: np.zeros(0, np.int64))
    _wide: int = 0
    _met: Bools | None = None

    def asking(self, kept: Bools) -> Bools:
        """Which of the kept documents (by place) have not met all that they should: the crowded ones, and
        those that are back since the last round.
        """
        if self._met is None:
            return kept
        asking = kept & ~self._met
        asking[self.crowded] = kept[self.crowded]
        return asking

    def is_settled(self, kept: Bools) -> bool:
        """Whether nothing new can come of these kept documents."""
        return not self.asking(kept).any()

    def is_too_wide(self, kept: Bools) -> bool:
        """Whether another round would meet more pairs than it may: 64 for each document, and 2^22."""
        return self._wide * self.hubs > (1 << 22) + 64 * int(kept.sum())

    def pairs(self, kept: Bools) -> tuple[Int64s, Int64s]:
        """The next candidates among the kept documents: places of the earlier and the later one (int64)."""
        keys = pa.table(self.keys.of(kept, self.asking(kept))._asdict())
        hubs = pa.table({"hubs": [self.hubs]})
        found = self.engine.query("candidates", keys=keys, round=hubs)
        crowded = self.engine.query("crowded", keys=keys, round=hubs)
        self.crowded = crowded.column("place").to_numpy()
        self._wide = int(crowded.column("wide").to_numpy().sum())
        self._met, self.hubs = kept, 2 * self.hubs
        return found.column("earlier").to_numpy(), found.column("later").to_numpy()
