"""Keys and who holds them, in pages by the keys' leading bits: what an index looks documents up by."""

import numba as nb
import numpy as np
import numpy.typing as npt

from dedup.kernels.shingles import mix

Hashes = npt.NDArray[np.uint64]
Int64s = npt.NDArray[np.int64]

LEAST_BITS = 12
"""Leading bits of a key that tell its page, at the least: an entry has the 32 bits behind these."""

_KNOWN = np.uint64(64 - LEAST_BITS - 32)  # bits at a key's end that no entry has
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@nb.njit(cache=True, nogil=True)
def spread(keys: Hashes) -> Hashes:
    """The keys (uint64) as an index knows them: as good as random, whatever they were."""
    out = np.empty_like(keys)
    for i in range(len(keys)):
        out[i] = mix(keys[i])
    return out


@nb.njit(cache=True, nogil=True)
def by_page(keys: Hashes, bits: int) -> tuple[Int64s, Int64s]:
    """The rows of the keys (uint64) by page (int64), and where each of the 2^bits pages begins (int64, one
    more). The page of a key are its leading `bits`.
    """
    shift = np.uint64(64 - bits)
    bounds = np.zeros((1 << bits) + 1, np.int64)
    for key in keys:
        bounds[np.int64(key >> shift) + 1] += 1
    bounds = np.cumsum(bounds)
    ends, rows = bounds[:-1].copy(), np.empty(len(keys), np.int64)
    for row in range(len(keys)):
        page = np.int64(keys[row] >> shift)
        rows[ends[page]] = row
        ends[page] += 1
    return rows, bounds


@nb.njit(cache=True, nogil=True)
def entries(keys: Hashes, numbers: Hashes, bits: int) -> tuple[Hashes, Int64s]:
    """Entries (uint64) by page, ascending in each, and where each page begins (int64, 2^bits + 1). An entry
    has 32 bits of a key (uint64) above the number (uint64, below 2^32) of the document that holds it.
    """
    rows, bounds = by_page(keys, bits)
    out = np.empty(len(keys), np.uint64)
    for i in range(len(rows)):
        row = rows[i]
        out[i] = (keys[row] >> _KNOWN & _LOW) << _HALF | numbers[row]
    for page in range(len(bounds) - 1):
        if bounds[page + 1] - bounds[page] > 1:
            out[bounds[page] : bounds[page + 1]].sort()
    return out, bounds


@nb.njit(cache=True, nogil=True)
def keys_of(entries: Hashes, bounds: Int64s, pages: Int64s, bits: int) -> Hashes:
    """The keys (uint64) of entries, as far as these tell them: the rest is 0. Page pages[i] has
    entries[bounds[i]:bounds[i + 1]].
    """
    out = np.empty(len(entries), np.uint64)
    for i in range(len(pages)):
        leading = np.uint64(pages[i]) >> np.uint64(bits - LEAST_BITS) << np.uint64(64 - LEAST_BITS)
        for at in range(bounds[i], bounds[i + 1]):
            out[at] = leading | entries[at] >> _HALF << _KNOWN
    return out


@nb.njit(cache=True, nogil=True)
def held(
    entries: Hashes,
    bounds: Int64s,
    pages: Int64s,
    keys: Hashes,
    rows: Int64s,
    starts: Int64s,
    most: int,
) -> tuple[Int64s, Int64s, Int64s]:
    """Who holds some of the `keys`: for each key that somebody holds, once, one of its rows, how many hold
    it, and, where these are not more than `most`, their numbers, ascending, key after key (int64).

    Page pages[i] has entries[bounds[i]:bounds[i + 1]]; the keys in it are keys[rows[starts[p]:starts[p +
    1]]], p its number, as `by_page` gives them.
    """
    most_rows = len(rows)
    row, count, found = np.empty(most_rows, np.int64), np.empty(most_rows, np.int64), 0
    number, total = np.empty(1024, np.int64), 0
    for i in range(len(pages)):
        first, end = bounds[i], bounds[i + 1]
        told = np.zeros(end - first, np.bool_)
        for asked in rows[starts[pages[i]] : starts[pages[i] + 1]]:
            wanted = keys[asked] >> _KNOWN & _LOW
            at = first + np.searchsorted(entries[first:end], wanted << _HALF)
            if at == end or entries[at] >> _HALF != wanted or told[at - first]:
                continue
            told[at - first] = True
            last = at
            while last < end and entries[last] >> _HALF == wanted:
                last += 1
            row[found], count[found] = asked, last - at
            found += 1
            if last - at > most:
                continue
            while total + last - at > len(number):
                number = np.concatenate((number, np.empty_like(number)))
            for j in range(at, last):
                number[total] = np.int64(entries[j] & _LOW)
                total += 1
    return row[:found].copy(), count[:found].copy(), number[:total].copy()
