"""Buckets and samples -> candidates: pairs of documents that share a bucket, or enough samples, and are still
to be verified.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.errors import OptionsError
from dedup.kernels import joins
from dedup.kernels.arrays import Bools, Hashes, Int32s, Int64s
from dedup.matching.samples import LIMIT, needed
from dedup.text.ragged import Ragged

_BUCKETS_AT_ONCE = 1 << 16  # buckets that are numbered at once, but at least one band of all documents

NARROW = 64
"""All pairs of documents that share a key are candidates if at most so many documents have the key. A key of
more documents is *wide*.
"""

HUBS = 8
"""With how many documents of a wide key, its first ones, all others are compared in the first round."""

MOST = 4096
"""A sample that is in more documents than this is common, and left out."""

ENOUGH = 6
"""How many of its rarest samples a document must share with another to be compared with it, or fewer if it
needs fewer of all its samples.
"""


class Engine(Protocol):
    """What candidates need of an engine."""

    def query(self, statement: str, **tables: pa.Table) -> pa.Table: ...


class Keys(NamedTuple):
    """What documents may share: a row for each key of each document, ordered by rank.

    `rank`: of the document in the order of keeping; `key`: a number; `needed`: how many of the keys by which
    it asks a document must share with one before it; `asks`: whether it asks by this key. Keys that only one
    document has are left out.
    """

    rank: Int32s
    key: Int32s
    needed: npt.NDArray[np.int8]
    asks: Bools

    def of(self, kept: Bools, asking: Bools) -> "Keys":
        """The keys of kept documents, by which only asking documents ask (both by rank)."""
        if kept.all():
            return self._replace(asks=self.asks & asking[self.rank])
        rows = kept[self.rank]
        rank = self.rank[rows]
        return Keys(rank, self.key[rows], self.needed[rows], self.asks[rows] & asking[rank])


def band_keys(parts: list[Int64s], rows: Int64s, ranks: Int64s) -> Keys:
    """The buckets of documents as keys, of which two documents must share one. `parts`: int64 (documents,
    bands), block after block; the documents `rows` have these `ranks`, which ascend.
    """
    rank, key, first = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], 0
    bands, at_once = parts[0].shape[1], max(1, _BUCKETS_AT_ONCE // max(1, len(rows)))
    for band in range(0, bands, at_once):  # no two bands share a bucket; a few at a time need less memory
        buckets = np.concatenate([part[:, band : band + at_once] for part in parts])[rows]
        numbers, counts = numbered(buckets.view(np.uint64).ravel())
        is_shared = numbers >= 0
        rank.append(np.repeat(ranks.astype(np.int32), buckets.shape[1])[is_shared])
        key.append(numbers[is_shared] + np.int32(first))
        first += len(counts)
    order = np.argsort(np.concatenate(rank), kind="stable")
    return Keys(
        np.concatenate(rank)[order],
        np.concatenate(key)[order],
        np.ones(len(order), np.int8),
        np.ones(len(order), bool),
    )


class SampleKeys(NamedTuple):
    """The samples of documents as keys. `wanted`: by rank, how many samples a document must share with one
    before it; `is_common`: by sample of each document, whether it is common; `left_out`: how many different
    samples are common by this run's documents alone.
    """

    keys: Keys
    wanted: Int64s
    is_common: Bools
    left_out: int


def sample_keys(
    samples: Ragged,
    rows: Int64s,
    ranks: Int64s,
    contained: float,
    recall: float,
    engine: Engine,
    in_earlier: Int64s | None = None,
) -> SampleKeys:
    """The samples of documents as keys, without the common ones: what is everywhere belongs to a page's
    template, and says little about which document covers which. The documents `rows`, which are all, have
    these `ranks`, which ascend. `in_earlier`: how many documents of earlier runs have each sample.

    A document asks only by its rarest samples: of the s that others have, too, two documents that share n
    have ENOUGH among the s - n + ENOUGH rarest (the prefix filter of Chaudhuri, Ganti and Kaushik 2006). On
    50,000 articles made of common sentences that takes a quarter of the time.
    """
    offsets, is_low = samples.offsets, samples.values < LIMIT
    numbers, counts = numbered(samples.values)
    if in_earlier is None:
        is_common = np.append(counts > MOST, False)[numbers]
    else:
        is_common = np.append(counts, 1)[numbers] + in_earlier > MOST
    wanted = needed(joins.totals(is_low & ~is_common, offsets), contained, recall)[rows]
    del is_low  # with `is_left` 0.1 GB of the peak at a million documents
    is_left = ~is_common & (numbers >= 0)
    numbers, offsets = numbers[is_left], np.append(0, np.cumsum(joins.totals(is_left, offsets)))
    del is_left
    numbers, offsets = joins.chosen(numbers, offsets, rows)
    owners = ranks.astype(np.int32)
    shared = engine.query(
        "shared",
        keys=pa.table({"rank": np.repeat(owners, np.diff(offsets)), "key": numbers}),
        documents=pa.table(
            {"rank": owners, "wanted": wanted, "needed": np.minimum(wanted, ENOUGH).astype(np.int8)}
        ),
        round=pa.table({"most": [MOST]}),
    )
    by_rank = np.zeros(int(ranks[-1]) + 1 if len(ranks) else 0, np.int64)
    by_rank[ranks] = wanted
    return SampleKeys(_keys(shared), by_rank, is_common, int((counts > MOST).sum()))


def numbered(keys: Hashes) -> tuple[Int32s, Int32s]:
    """A number for each key, in the order of the keys as int64, -1 for keys that occur once; and by number
    how often the key occurs. Overwrites `keys`. Raises OptionsError for more keys than an int32 counts.
    """
    if len(keys) > np.iinfo(np.int32).max:  # some 40 million documents
        raise OptionsError("these are too many documents to compare at once: give them in parts")
    parts = 1 << min(8, (len(keys) >> 16).bit_length())
    numbers, known, counts = joins.shared(keys, parts)
    order = np.argsort(known.view(np.int64))
    rank = np.full(len(order) + 1, -1, np.int32)
    rank[order] = np.arange(len(order))
    for start in range(0, len(numbers), 1 << 20):
        numbers[start : start + (1 << 20)] = rank[numbers[start : start + (1 << 20)]]
    return numbers, counts[order]


def _keys(table: pa.Table) -> Keys:
    """The rows of shared.sql, which come in any order."""
    rank, key, needed, asks = (table.column(name).to_numpy() for name in Keys._fields)
    order = np.argsort(rank, kind="stable") if (rank[1:] < rank[:-1]).any() else slice(None)
    return Keys(
        rank[order].astype(np.int32, copy=False),
        key[order].astype(np.int32, copy=False),
        needed[order].astype(np.int8, copy=False),
        asks[order],
    )


@dataclass
class Lookup:
    """Finds documents that share enough keys, in rounds. In the first round the HUBS first documents of a
    wide key are compared with all others that have it; in each further round eight times as many of those
    that are still kept.

    When it `is_settled`, every two kept documents that share enough keys have been candidates. Then the kept
    documents are those of comparing all pairs that share enough, by induction over the order of keeping: let
    it hold for all documents before d. If d is dropped, it is for a kept one before it, and all pairs would
    drop it, too. If all pairs would drop d, they do so for one before d that is kept here, too; were d kept,
    both would have been candidates, and d would be dropped.
    """

    keys: Keys
    engine: Engine
    wanted: Int64s | None = None
    """By rank, how many keys a document must share with one before it; None: as many as `Keys.needed`."""
    hubs: int = HUBS
    crowded: Int64s = field(default_factory=lambda: np.zeros(0, np.int64))
    """The ranks of documents that were not compared with all that share enough keys with them."""
    _wide: int = 0
    _kept_before: Bools | None = None

    def asking(self, kept: Bools) -> Bools:
        """Which kept documents (by rank) are still to be compared with others: the crowded ones, and those
        that are kept again since the last round.
        """
        if self._kept_before is None:
            return kept
        asking = kept & ~self._kept_before
        asking[self.crowded] = kept[self.crowded]
        return asking

    def is_settled(self, kept: Bools) -> bool:
        """Whether another round among these kept documents would find nothing new."""
        return not self.asking(kept).any()

    def is_too_wide(self, kept: Bools) -> bool:
        """Whether another round would find more pairs than allowed: 64 for each document, and 2^22."""
        return self._wide * self.hubs > (1 << 22) + 64 * int(kept.sum())

    def pairs(self, kept: Bools) -> tuple[Int64s, Int64s]:
        """The next candidates among the kept documents: the ranks of the earlier and of the later one."""
        chosen = self.keys.of(kept, self.asking(kept))
        if not len(chosen.key):  # saves asking the engine, 0.1 ms
            self._kept_before, self._wide, self.crowded = kept, 0, np.zeros(0, np.int64)
            return self.crowded, self.crowded
        keys = pa.table(chosen._asdict())
        limits = pa.table({"hubs": [self.hubs], "narrow": [NARROW]})
        pairs = self.engine.query("candidates", keys=keys, round=limits)
        crowded = self.engine.query("crowded", keys=keys, round=limits)
        self.crowded = crowded.column("rank").to_numpy()
        self._wide = int(crowded.column("wide").to_numpy().sum())
        self._kept_before, self.hubs = kept, 8 * self.hubs
        earlier, later = (pairs.column(name).to_numpy().astype(np.int64) for name in ("earlier", "later"))
        if self.wanted is None:
            return earlier, later
        enough = self.engine.query(
            "enough",
            keys=keys,
            pairs=pa.table({"earlier": earlier, "later": later}),
            documents=pa.table({"rank": np.arange(len(self.wanted)), "wanted": self.wanted}),
        )
        return enough.column("earlier").to_numpy(), enough.column("later").to_numpy()
