"""Buckets and samples -> candidates: pairs of documents that share a bucket, or enough samples, and are still
to be verified.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from dedup.errors import OptionsError
from dedup.matching.samples import LIMIT, needed
from dedup.native import joins
from dedup.native.arrays import Bools, Hashes, Int32s, Int64s
from dedup.native.joins import Keys
from dedup.text.ragged import Ragged, by_range

_SAMPLES_AT_ONCE, _RANGES = 1 << 23, 16  # samples are numbered in ranges of 64 MB, and in at most so many
_BUCKETS_AT_ONCE = 1 << 16  # buckets that are numbered at once, but at least one band of all documents

NARROW = 64
"""All pairs of documents that share a key are candidates if at most so many documents have the key. A key of
more documents is *wide*.
"""

HUBS = 8
"""With how many documents of a wide key, its first ones, all others are compared in the first round."""

HEAVY = 1024
"""A document counts as one more for each so many words, where the pairs of a round are limited: two pages of
20,000 words that differ in their figures take 7 ms, two of 2,000 take 0.7.
"""

MOST = 4096
"""A sample that is in more documents than this is common, and left out."""

ENOUGH = 6
"""How many of its rarest samples a document must share with another to be compared with it, or fewer if it
needs fewer of all its samples.
"""


TOO_MANY = "these are too many documents to compare at once: give them in parts"


class Engine(Protocol):
    """What candidates need of an engine."""

    def query(self, statement: str, keys: Keys, **tables: pa.Table) -> pa.Table: ...


def band_keys(parts: Sequence[Int64s], rows: Int64s, ranks: Int64s) -> Keys:
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
    owners, keys = np.concatenate(rank), np.concatenate(key)
    documents, sizes = np.unique(owners, return_counts=True)
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    keys = keys[np.argsort(owners, kind="stable")]
    every = np.ones(len(documents), bool)
    return Keys(documents, bounds, keys, np.ones(len(documents), np.int8), every, every)


class SampleKeys(NamedTuple):
    """The samples of documents as keys. `wanted`: by rank, how many samples a document must share with one
    before it; `is_common`: by sample of each document, whether it is common, if `in_earlier` was given;
    `left_out`: how many different samples are common by this run's documents alone.
    """

    keys: Keys
    wanted: Int64s
    is_common: Bools
    left_out: int


class Keeper(Protocol):
    """What keeps arrays until they are needed."""

    def keep(self, array: Int32s) -> Int32s: ...


def sample_keys(
    parts: Sequence[Ragged],
    ranks: Int64s,
    contained: float,
    recall: float,
    keeper: Keeper,
    in_earlier: Int64s | None = None,
) -> SampleKeys:
    """The samples of documents as keys, without the common ones: what is everywhere belongs to a page's
    template, and says little about which document covers which. `parts`: the samples, block after block;
    `ranks`: by document, -1 if it is not compared. `in_earlier`: how many documents of earlier runs have each
    sample; there must be one part then, of documents that are all compared.

    A document asks only by its rarest samples: of the s that others have, too, two documents that share n
    have ENOUGH among the s - n + ENOUGH rarest (the prefix filter of Chaudhuri, Ganti and Kaushik 2006). On
    50,000 articles made of common sentences that takes a quarter of the time.

    Many samples are numbered range by range, `keeper` has the numbers meanwhile: those of ten million
    documents are 3.5 GB, and as much would be needed again.
    """
    documents, is_common = int(ranks.max(initial=-1)) + 1, np.zeros(0, bool)
    numbering = _Numbering(documents, keeper)
    ranges = 1 if in_earlier is not None else _ranges(sum(len(part.values) for part in parts))
    for of_range in by_range(parts, ranks, ranges):
        is_common = numbering.add(*of_range, in_earlier)
        del of_range  # before the next one is collected
    wanted = needed(numbering.sampled, contained, recall)
    of_rarest, every = np.minimum(wanted, ENOUGH).astype(np.int8), np.ones(documents, bool)
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(numbering.shared)))
    key = joins.by_owner(numbering.parts, bounds)
    joins.ask(key, bounds, numbering.shared - wanted + of_rarest)
    keys = Keys(np.arange(documents, dtype=np.int32), bounds, key, of_rarest, every, every)
    return SampleKeys(keys, wanted, is_common, numbering.left_out)


class _Numbering:
    """Samples as numbers, range by range. `parts`: of the samples that several documents have, but not too
    many, the rank of the document and the number; by rank, `sampled`: how many of the document's samples are
    below LIMIT and not common; `shared`: how many have a number. `left_out`: see SampleKeys.
    """

    def __init__(self, documents: int, keeper: Keeper) -> None:
        self.parts = list[tuple[Int32s, Int32s]]()
        self.sampled, self.shared = np.zeros((2, documents), np.int64)
        self.left_out = 0
        self._keeper = keeper
        self._first = 0

    def add(self, samples: Hashes, owners: Int32s, in_earlier: Int64s | None) -> Bools:
        """Number the samples of the next range, which `owners` have; returns which of them are common.
        Overwrites `samples`.
        """
        is_low = samples < LIMIT
        numbers, counts = numbered(samples)
        if in_earlier is None:
            is_common: Bools = np.append(counts > MOST, False)[numbers]
        else:
            is_common = np.append(counts, 1)[numbers] + in_earlier > MOST
        self.sampled += np.bincount(owners[is_low & ~is_common], minlength=len(self.sampled))
        is_left = ~is_common & (numbers >= 0)
        owners, numbers = owners[is_left], numbers[is_left] + np.int32(self._first)
        self.shared += np.bincount(owners, minlength=len(self.shared))
        self.parts.append((self._keeper.keep(owners), self._keeper.keep(numbers)))
        self.left_out += int((counts > MOST).sum())
        self._first += len(counts)
        if self._first > np.iinfo(np.int32).max:
            raise OptionsError(TOO_MANY)
        return is_common


def _ranges(samples: int) -> int:
    """In how many ranges so many samples are numbered."""
    return max(1, min(-(-samples // _SAMPLES_AT_ONCE), _RANGES))


def numbered(keys: Hashes) -> tuple[Int32s, Int32s]:
    """A number for each key, in the order of the keys as int64, -1 for keys that occur once; and by number
    how often the key occurs. Overwrites `keys`. Raises OptionsError for more keys than an int32 counts.
    """
    if len(keys) > np.iinfo(np.int32).max:  # some 40 million documents
        raise OptionsError(TOO_MANY)
    parts = 1 << min(8, (len(keys) >> 16).bit_length())
    numbers, known, counts = joins.shared(keys, parts)
    order = np.argsort(known.view(np.int64))
    rank = np.full(len(order) + 1, -1, np.int32)
    rank[order] = np.arange(len(order))
    for start in range(0, len(numbers), 1 << 20):
        numbers[start : start + (1 << 20)] = rank[numbers[start : start + (1 << 20)]]
    return numbers, counts[order]


def codes_of(earlier: Int32s | Int64s, later: Int32s | Int64s, first: int, count: int) -> Int64s:
    """A number for each pair of ranks, which count from `first` on; `count`: how many documents there are."""
    codes = later.astype(np.int64)
    codes += first
    codes *= count
    codes += earlier
    codes += first
    return codes


def new_codes(codes: list[Int64s], known: Int64s) -> Int64s:
    """The codes that are not among those `known`, each once, ascending. Empties `codes`."""
    every = np.concatenate([known[:0], *codes])
    codes.clear()
    every.sort()  # in place: np.unique and np.setdiff1d take 0.4 GB more at a million documents
    is_new = np.ones(len(every), bool)
    is_new[1:] = every[1:] != every[:-1]
    if len(known):
        is_new &= ~np.isin(every, known)
    return every[is_new]


def weights_of(words: Int64s) -> Int32s:
    """For how many documents those of so many words count where the pairs of a round are limited."""
    return (1 + words // HEAVY).astype(np.int32)


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
    weights: Int32s
    """By rank, for how many documents it counts; see `weights_of`."""
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
        """Whether another round would find more pairs than allowed: 64 for each document, and 2^22, where a
        long document counts for several.
        """
        return self._wide * self.hubs > (1 << 22) + 64 * int(self.weights[kept].sum())

    def pairs(self, kept: Bools) -> tuple[Int32s | Int64s, Int32s | Int64s]:
        """The next candidates among the kept documents: the ranks of the earlier and of the later one."""
        chosen = self.keys.of(kept, self.asking(kept))
        if np.count_nonzero(chosen.kept) < 2:  # saves asking the engine, 0.1 ms
            self._kept_before, self._wide, self.crowded = kept, 0, np.zeros(0, np.int64)
            return self.crowded, self.crowded
        limits = pa.table({"hubs": [self.hubs], "narrow": [NARROW]})
        pairs = self.engine.query("candidates", keys=chosen, round=limits)
        crowded = self.engine.query("crowded", keys=chosen, round=limits)
        self.crowded = crowded.column("rank").to_numpy()
        wide = crowded.column("wide").to_numpy().astype(np.int64)
        self._wide = int(wide @ self.weights[self.crowded])
        self._kept_before, self.hubs = kept, 8 * self.hubs
        if self.wanted is None:
            return pairs.column("earlier").to_numpy(), pairs.column("later").to_numpy()
        enough = self.engine.query(
            "enough",
            keys=chosen,
            pairs=pairs,
            documents=pa.table({"rank": np.arange(len(self.wanted)), "wanted": self.wanted}),
        )
        return enough.column("earlier").to_numpy(), enough.column("later").to_numpy()
