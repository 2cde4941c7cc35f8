"""Signatures -> bands, and samples -> the pairs of documents that share a band, or enough samples:
candidates, still to be verified.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.errors import OptionsError
from dedup.kernels import joins
from dedup.kernels.arrays import Bools, Int32s, Int64s
from dedup.matching.samples import LIMIT, needed
from dedup.text.ragged import Ragged

_AT_ONCE = 1 << 16  # buckets that are numbered at once: of few documents all

HUBS = 8
"""How many documents of a wide key all others meet in the first round."""

NARROW = 64
"""Of a key that up to so many documents hold, all meet at once."""

MOST = 4096
"""A sampled shingle that stands in more documents than this is left out."""

ENOUGH = 6
"""Of its rarest samples a document must share so many (fewer where it needs fewer of all) to be compared."""


class Engine(Protocol):
    """What candidates need of an engine."""

    def query(self, statement: str, **tables: pa.Table) -> pa.Table: ...


class Keys(NamedTuple):
    """What documents may share, a row for each key of each, in order of place: `place` int32 (of the
    document, in the order of keeping), `key` int32 (its number), `needed` int8: how many of the keys by which
    it `asks` (bool) the document must share with one before it. Keys that stand once are left out.
    """

    place: Int32s
    key: Int32s
    needed: npt.NDArray[np.int8]
    asks: Bools

    def of(self, kept: Bools, asking: Bools) -> "Keys":
        """The keys of those that are kept, of whom some are asking (by place)."""
        if kept.all():
            return self._replace(asks=self.asks & asking[self.place])
        rows = kept[self.place]
        place = self.place[rows]
        return Keys(place, self.key[rows], self.needed[rows], self.asks[rows] & asking[place])


def band_keys(parts: list[Int64s], rows: Int64s, places: Int64s) -> Keys:
    """The buckets of documents as keys, of which two must share one. `parts`: int64 (documents, bands) of one
    block after the other; the documents `rows` (int64) have these `places` (int64, ascending).
    """
    place, key, first = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], 0
    bands, at_once = parts[0].shape[1], max(1, _AT_ONCE // max(1, len(rows)))
    for band in range(0, bands, at_once):  # no bucket stands in two; some at a time take less memory
        some = np.concatenate([part[:, band : band + at_once] for part in parts])[rows]
        numbers, counts = numbered(some.view(np.uint64).ravel())
        shared = numbers >= 0
        place.append(np.repeat(places.astype(np.int32), some.shape[1])[shared])
        key.append(numbers[shared] + np.int32(first))
        first += len(counts)
    order = np.argsort(np.concatenate(place), kind="stable")
    return Keys(
        np.concatenate(place)[order],
        np.concatenate(key)[order],
        np.ones(len(order), np.int8),
        np.ones(len(order), bool),
    )


class Sampled(NamedTuple):
    """What documents ask by: their samples as `keys`; by place how many of them each must share with one
    before it (`least`, int64); which samples are `common` (bool, of all), and how many are (`left_out`).
    """

    keys: Keys
    least: Int64s
    common: Bools
    left_out: int


def sample_keys(
    sampled: Ragged,
    rows: Int64s,
    places: Int64s,
    contained: float,
    recall: float,
    engine: Engine,
    beside: Int64s | None = None,
) -> Sampled:
    """The samples of documents as keys, without those that stand in more than MOST documents: what stands
    everywhere is a template's, and says little of who covers whom. The documents `rows` (int64), which are
    all, have these `places` (int64, ascending). `beside`: how many documents of earlier runs hold each sample
    (int64).

    A document asks by its rarest samples alone: of s that others have, too, two that share n have ENOUGH
    among its s - n + ENOUGH rarest (the prefix filter of Chaudhuri, Ganti and Kaushik 2006). On 50,000
    articles made of common sentences that takes a quarter of the time.
    """
    bounds, is_low = sampled.offsets, sampled.values < LIMIT
    numbers, counts = numbered(sampled.values)
    del sampled  # at a million documents a third of all memory that candidates take
    if beside is None:
        common = np.append(counts > MOST, False)[numbers]
    else:
        common = np.append(counts, 1)[numbers] + beside > MOST
    wanted = needed(joins.totals(is_low & ~common, bounds), contained, recall)[rows]
    del is_low  # with `left` 0.1 GB of the peak at a million documents
    left = ~common & (numbers >= 0)
    numbers, bounds = numbers[left], np.append(0, np.cumsum(joins.totals(left, bounds)))
    del left
    numbers, bounds = joins.chosen(numbers, bounds, rows)
    owners = places.astype(np.int32)
    found = engine.query(
        "shared",
        keys=pa.table({"place": np.repeat(owners, np.diff(bounds)), "key": numbers}),
        documents=pa.table(
            {"place": owners, "wanted": wanted, "needed": np.minimum(wanted, ENOUGH).astype(np.int8)}
        ),
        round=pa.table({"most": [MOST]}),
    )
    least = np.zeros(int(places[-1]) + 1 if len(places) else 0, np.int64)
    least[places] = wanted
    return Sampled(_keys(found), least, common, int((counts > MOST).sum()))


def numbered(keys: npt.NDArray[np.uint64]) -> tuple[Int32s, Int32s]:
    """A number for each key (uint64, used up), in their order as int64: int32, -1 for those that stand once;
    and by number how many they are (int32). Raises OptionsError for more keys than an int32 counts.
    """
    if len(keys) > np.iinfo(np.int32).max:  # some 40 million documents
        raise OptionsError("these are too many documents to compare at once: give them in parts")
    parts = 1 << min(8, (len(keys) >> 16).bit_length())
    numbers, known, counts = joins.shared(keys, parts)
    order = np.argsort(known.view(np.int64))
    rank = np.full(len(order) + 1, -1, np.int32)
    rank[order] = np.arange(len(order))
    for at in range(0, len(numbers), 1 << 20):
        numbers[at : at + (1 << 20)] = rank[numbers[at : at + (1 << 20)]]
    return numbers, counts[order]


def _keys(table: pa.Table) -> Keys:
    """The rows of shared.sql, which come in any order."""
    place, key, needed, asks = (table.column(name).to_numpy() for name in Keys._fields)
    order = np.argsort(place, kind="stable") if (place[1:] < place[:-1]).any() else slice(None)
    return Keys(
        place[order].astype(np.int32, copy=False),
        key[order].astype(np.int32, copy=False),
        needed[order].astype(np.int8, copy=False),
        asks[order],
    )


@dataclass
class Lookup:
    """Who shares enough keys with whom, looked up in rounds: in the first round the first HUBS documents of a
    wide key (one that more than NARROW kept documents hold) meet the others, in each further one eight times
    as many of those still kept.

    When it `is_settled`, every two kept documents that share enough keys have been candidates. Then the kept
    set is that of comparing all pairs that do, by induction over the order of keeping: let it be so for all
    before d. If d is dropped, then for a kept one before it, and all pairs would drop it, too. If all pairs
    would drop d, they do so for one before d that is kept here, too; were d kept, both would have met, and d
    would be dropped.
    """

    keys: Keys
    engine: Engine
    least: Int64s | None = None
    """By place how many keys a document must share with one before it; None: as many as it needs to ask."""
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
        chosen = self.keys.of(kept, self.asking(kept))
        if not len(chosen.key):  # nothing to ask an engine for, 0.1 ms
            self._met, self._wide, self.crowded = kept, 0, np.zeros(0, np.int64)
            return self.crowded, self.crowded
        keys = pa.table(chosen._asdict())
        hubs = pa.table({"hubs": [self.hubs], "narrow": [NARROW]})
        found = self.engine.query("candidates", keys=keys, round=hubs)
        crowded = self.engine.query("crowded", keys=keys, round=hubs)
        self.crowded = crowded.column("place").to_numpy()
        self._wide = int(crowded.column("wide").to_numpy().sum())
        self._met, self.hubs = kept, 8 * self.hubs
        earlier, later = (found.column(name).to_numpy().astype(np.int64) for name in ("earlier", "later"))
        if self.least is None:
            return earlier, later
        enough = self.engine.query(
            "enough",
            keys=keys,
            pairs=pa.table({"earlier": earlier, "later": later}),
            documents=pa.table({"place": np.arange(len(self.least)), "wanted": self.least}),
        )
        return enough.column("earlier").to_numpy(), enough.column("later").to_numpy()
