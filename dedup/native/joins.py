"""Keys that documents have -> which documents share them: the joins of engines/sql in memory, for tables that
fit. Matches -> which documents are kept.
"""

from collections.abc import Sequence
from ctypes import byref
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.native.arrays import Bools, Float64s, Hashes, Int32s, Int64s
from dedup.native.library import (
    BOOL,
    F64,
    GIVEN,
    I8,
    I32,
    I64,
    INT,
    OUT_I32,
    OUT_I64,
    OUT_U8,
    U8,
    U64,
    Given,
    function,
)

Int8s = npt.NDArray[np.int8]

_shared = function("dd_shared_keys", U64, INT, OUT_I32, GIVEN, GIVEN)
_totals = function("dd_totals", BOOL, I64, OUT_I64)
_chosen = function("dd_chosen", U8, INT, I64, I64, I64, OUT_U8)
_by_owner = function("dd_by_owner", I32, I32, OUT_I64, OUT_I32)
_ask = function("dd_ask", OUT_I32, I64, I64)
_candidates = function("dd_candidates", I32, I64, I32, I8, BOOL, BOOL, INT, INT, GIVEN, GIVEN)
_common = function("dd_common", I32, I64, I64, I64, OUT_I64)
_crowded = function("dd_crowded", I32, I64, I32, I8, BOOL, BOOL, INT, INT, GIVEN, GIVEN)
_assign = function("dd_assign", I64, I64, I64, F64, OUT_I64)


class Keys(NamedTuple):
    """What documents may share, by document in the order of rank: document i has rank[i] and the keys
    key[bounds[i]:bounds[i + 1]], numbered from 0; by which it does not ask, it has ~key, which is below 0.

    `needed`: by document, how many of the keys by which it asks it must share with one before it; `kept`,
    `asking`: which documents are there at all, and which of these ask. Keys that only one document has are
    left out.
    """

    rank: Int32s
    bounds: Int64s
    key: Int32s
    needed: Int8s
    kept: Bools
    asking: Bools

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self)

    def of(self, kept: Bools, asking: Bools) -> "Keys":
        """Those of kept documents, of which only `asking` ones ask (both by rank)."""
        return self._replace(kept=kept[self.rank], asking=asking[self.rank])


def shared(keys: Hashes, parts: int) -> tuple[Int32s, Hashes, Int32s]:
    """Number the keys that several rows have: a number for each row (int32; -1 where no other row has its
    key), the key of each number (uint64) and how many rows have it (int32). Fewer than 2^31 keys (uint64).

    `parts`, a power of two: the keys are taken in so many parts by hash, each with a table that fits into the
    processor's caches. A million keys, most of them in one row, take a third of the time with 32 parts that
    they take with one. Numbers go by part, and in it by the first row.
    """
    numbers, known, counts = np.empty(len(keys), np.int32), Given(), Given()
    _shared(keys, parts, numbers, byref(known), byref(counts))
    return numbers, known.take(np.uint64), counts.take(np.int32)


def totals(rows: Bools, bounds: Int64s) -> Int64s:
    """How many rows (bool) of each owner are chosen (int64): owner i has rows[bounds[i]:bounds[i + 1]]."""
    out = np.empty(len(bounds) - 1, np.int64)
    _totals(rows, bounds, out)
    return out


def chosen(values: npt.NDArray[Any], bounds: Int64s, rows: Int64s) -> tuple[npt.NDArray[Any], Int64s]:
    """The values (of any dtype) of the owners `rows` (int64), in that order, and where those of each begin
    (int64, rows + 1): owner i has values[bounds[i]:bounds[i + 1]].
    """
    ends = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(bounds[rows + 1] - bounds[rows], out=ends[1:])
    out = np.empty(ends[-1], values.dtype)
    _chosen(values.view(np.uint8), values.itemsize, bounds, rows, ends, out.view(np.uint8))
    return out, ends


def by_owner(parts: Sequence[tuple[Int32s, Int32s]], bounds: Int64s) -> Int32s:
    """The values (int32) of each owner end to end, in the order of `parts`: owner i has those from bounds[i]
    up to bounds[i + 1]. `parts`: owners (int32, numbered from 0), and of each row a value (int32).
    """
    out, ends = np.empty(bounds[-1], np.int32), bounds[:-1].copy()
    for owners, values in parts:
        _by_owner(np.asarray(owners), np.asarray(values), ends, out)
    return out


def ask(keys: Int32s, bounds: Int64s, asked: Int64s) -> None:
    """Have document i ask by asked[i] (int64) of its keys at most, those that the fewest documents have, of
    equally rare ones the lowest: it has keys[bounds[i]:bounds[i + 1]] (int32, numbered from 0), of which the
    others become ~key.
    """
    _ask(keys, bounds, asked)


def candidates(keys: Keys, hubs: int, narrow: int) -> tuple[Int32s, Int32s]:
    """The result of candidates.sql (int32 earlier, later).

    Goes through the documents by rank, and counts the keys by which each asks for those before it that have
    them (ScanCount: Li, Lu and Lu 2008).
    """
    earlier, later = Given(), Given()
    _candidates(*keys, hubs, narrow, byref(earlier), byref(later))
    return earlier.take(np.int32), later.take(np.int32)


def common(keys: Int32s, bounds: Int64s, earlier: Int64s, later: Int64s) -> Int64s:
    """How many keys (int64) the documents earlier[i] and later[i] share: document d has keys[bounds[d]:
    bounds[d + 1]] (int32, as `Keys` has them), each once. Fast where the pairs of one later document follow
    each other.
    """
    counts = np.empty(len(later), np.int64)
    _common(keys, bounds, earlier, later, counts)
    return counts


def crowded(keys: Keys, hubs: int, narrow: int) -> tuple[Int32s, Int32s]:
    """The result of crowded.sql (int32 rank, wide)."""
    ranks, wide = Given(), Given()
    _crowded(*keys, hubs, narrow, byref(ranks), byref(wide))
    return ranks.take(np.int32), wide.take(np.int32)


def assign(order: Int64s, bounds: Int64s, partners: Int64s, similarity: Float64s) -> Int64s:
    """Each document's keeper (int64), or -1 for a document that is kept.

    `order` (int64): the documents by priority, each once. Document d may be dropped for
    partners[bounds[d]:bounds[d + 1]] (int64), with those similarities (float64, 0 or more); not the other way
    round, unless that is given, too. It is dropped for one that was kept before it in `order`: for the most
    similar of these, the earliest in `order` where several are. So a keeper is never itself dropped, and
    nothing is dropped by a chain.
    """
    keeper = np.empty(len(order), np.int64)
    _assign(order, bounds, partners, similarity, keeper)
    return keeper
