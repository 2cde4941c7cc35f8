"""Keys of documents, and an index of who has them -> who shares enough keys.

An index has its keys in pages by their leading bits. Its file may be damaged, or from somebody else: the
pages that are read from it are checked first, by `check_pages`.
"""

from ctypes import byref
from typing import Final

import numpy as np

from dedup.native.arrays import Bools, Hashes, Int32s, Int64s
from dedup.native.library import (
    BOOL,
    GIVEN,
    I32,
    I64,
    INT,
    OUT_BOOL,
    OUT_I32,
    OUT_I64,
    OUT_U64,
    U64,
    Given,
    function,
)

LEAST_BITS: Final = 12
"""Leading bits of a key that tell its page, at the least: an entry has the 32 bits behind these."""

MOST_BITS: Final = 28
"""At the most: in pages of the usual 1024 entries that is enough for 2^32 documents with some 60 keys each,
as many as an index can number.
"""

_spread = function("dd_spread", U64, OUT_U64)
_by_page = function("dd_by_page", U64, INT, OUT_I64, OUT_I64)
_entries = function("dd_entries", U64, U64, INT, OUT_U64, OUT_I64)
_keys_of = function("dd_keys_of", U64, I64, I64, INT, OUT_U64)
_check_pages = function("dd_check_pages", U64, I64, I64, OUT_U64, OUT_BOOL, OUT_I64)
_held = function("dd_postings", U64, I64, U64, I64, I64, I64, INT, OUT_I64, OUT_I64, GIVEN)
_rarest = function("dd_rarest", I32, I64, I64, I64, INT, OUT_BOOL)
_sharing = function("dd_sharing", I32, I64, BOOL, I64, INT, I64, I64, I64, OUT_I32, GIVEN, GIVEN)


def spread(keys: Hashes) -> Hashes:
    """The keys (uint64) as an index knows them: as good as random, whatever they were."""
    out = np.empty(len(keys), np.uint64)
    _spread(keys, out)
    return out


def by_page(keys: Hashes, bits: int) -> tuple[Int64s, Int64s]:
    """The rows of the keys (uint64) by page (int64), and where each of the 2^bits pages begins (int64, one
    more). The page of a key is its leading `bits`. Raises ValueError for bits that no segment has.
    """
    bounds = _bounds(bits)
    rows = np.empty(len(keys), np.int64)
    _by_page(keys, bits, rows, bounds)
    return rows, bounds


def entries(keys: Hashes, numbers: Hashes, bits: int) -> tuple[Hashes, Int64s]:
    """Entries (uint64) by page, ascending in each, and where each page begins (int64, 2^bits + 1). An entry
    has 32 bits of a key (uint64) above the number (uint64, below 2^32) of the document that has it. Raises
    ValueError for bits that no segment has.
    """
    bounds = _bounds(bits)
    out = np.empty(len(keys), np.uint64)
    _entries(keys, numbers, bits, out, bounds)
    return out, bounds


def keys_of(entries: Hashes, bounds: Int64s, pages: Int64s, bits: int) -> Hashes:
    """The keys (uint64) of entries, as far as these tell them: the rest is 0. Page pages[i] has
    entries[bounds[i]:bounds[i + 1]]. Raises ValueError for bits that no segment has, and for a page that is
    damaged.
    """
    _check_bits(bits)
    _check_size(entries, bounds)
    out = np.empty(len(entries), np.uint64)
    _keys_of(entries, bounds, pages, bits, out)
    return out


def check_pages(entries: Hashes, bounds: Int64s, places: Int64s) -> tuple[Hashes, Bools, Int64s]:
    """Of each page its checksum (uint64), whether its entries ascend, and the highest number of a document
    in it (int64). The page at places[i] has entries[bounds[i]:bounds[i + 1]].
    """
    _check_size(entries, bounds)
    count = len(places)
    sums, are_ascending, highest = (
        np.empty(count, np.uint64),
        np.empty(count, bool),
        np.empty(count, np.int64),
    )
    _check_pages(entries, bounds, places, sums, are_ascending, highest)
    return sums, are_ascending, highest


def held(
    entries: Hashes,
    bounds: Int64s,
    keys: Hashes,
    rows: Int64s,
    starts: Int64s,
    ends: Int64s,
    most: int,
) -> tuple[Int64s, Int64s, Int64s]:
    """Who has some of the `keys`: for each key that somebody has, once, one of its rows, how many have it,
    and, where these are not more than `most`, their numbers, ascending, key after key (int64).

    Of the pages one has entries[bounds[i]:bounds[i + 1]] (uint64), ascending (see `check_pages`); the keys
    in it are keys[rows[starts[i]:ends[i]]].
    """
    _check_size(entries, bounds)
    key_rows, counts = np.empty((2, len(rows)), np.int64)
    numbers = Given()
    found = _held(entries, bounds, keys, rows, starts, ends, most, key_rows, counts, byref(numbers))
    return key_rows[:found].copy(), counts[:found].copy(), numbers.take(np.int64)


def rarest(keys: Int32s, bounds: Int64s, sizes: Int64s, wanted: Int64s, enough: int) -> Bools:
    """By which of its keys (bool) each document asks, so that none is missed with which it shares as many as
    `wanted` (int64): of s keys that somebody has all but the wanted - 1 that most have, or some more, so that
    up to `enough` of them are shared.

    Document d has keys[bounds[d]:bounds[d + 1]] (int32, -1: nobody has it); sizes[key] (int64) have a key.
    """
    out = np.zeros(len(keys), np.bool_)
    _rarest(keys, bounds, sizes, wanted, enough, out)
    return out


def sharing(  # noqa: PLR0913 - arrays alone, and no object that holds some
    keys: Int32s,
    bounds: Int64s,
    asks: Bools,
    wanted: Int64s,
    enough: int,
    starts: Int64s,
    ends: Int64s,
    holders: Int64s,
    met: Int32s,
) -> tuple[Int64s, Int64s]:
    """Who shares as many keys as `wanted` (int64, at least 1) with each document: the document and the number
    of the other one (int64). As many of the keys that a document `asks` by are shared then, up to `enough`.

    The documents with key k are holders[starts[k]:ends[k]] (int64, ascending); `met` (int32): a zero for each
    number that there is, and zeros again afterwards. Counts the holders one by one (ScanCount: Li, Lu and Lu
    2008). Raises ValueError for a holder whose number no document has.
    """
    if len(holders) and holders.view(np.uint64).max() >= len(met):
        raise ValueError("an entry has the number of no document")
    documents, others = Given(), Given()
    _sharing(keys, bounds, asks, wanted, enough, starts, ends, holders, met, byref(documents), byref(others))
    return documents.take(np.int64), others.take(np.int64)


def _bounds(bits: int) -> Int64s:
    """Room for where each of 2^bits pages begins, and the last one ends."""
    _check_bits(bits)
    return np.empty((1 << bits) + 1, np.int64)


def _check_bits(bits: int) -> None:
    if not LEAST_BITS <= bits <= MOST_BITS:
        raise ValueError(f"pages by {bits} leading bits of a key")


def _check_size(entries: Hashes, bounds: Int64s) -> None:
    if bounds[-1] != len(entries):
        raise ValueError("a page ends in the middle of an entry")
