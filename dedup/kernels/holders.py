"""Keys of documents, and lists of who else holds each -> who shares enough of them."""

import numba as nb
import numpy as np
import numpy.typing as npt

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@nb.njit(cache=True, nogil=True)
def rarest(keys: Int32s, bounds: Int64s, sizes: Int64s, wanted: Int64s, enough: int) -> Bools:
    """By which of its keys (bool) each document asks, so that none is missed with which it shares as many as
    `wanted` (int64): of s keys that somebody holds all but the wanted - 1 that most hold, or some more, so
    that up to `enough` of them are shared.

    Document d has keys[bounds[d]:bounds[d + 1]] (int32, -1: nobody holds it); sizes[key] (int64) hold a key.
    """
    out = np.zeros(len(keys), np.bool_)
    for document in range(len(bounds) - 1):
        first, end = bounds[document], bounds[document + 1]
        rarity = np.empty(end - first, np.int64)
        count = 0
        for row in range(first, end):
            if keys[row] >= 0:
                rarity[count] = (sizes[keys[row]] << 32) | (row - first)
                count += 1
        asked = count - wanted[document] + min(wanted[document], enough)
        if count < wanted[document]:
            continue
        for one in np.sort(rarity[:count])[:asked]:
            out[first + (one & 0xFFFFFFFF)] = True
    return out


@nb.njit(cache=True, nogil=True)
def sharing(
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

    Key k is held by holders[starts[k]:ends[k]] (int64, ascending); `met` (int32): a zero for each number
    that there is. Counts the holders one by one (ScanCount: Li, Lu and Lu 2008).
    """
    document, other, found = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    touched = np.empty(1024, np.int64)
    for one in range(len(bounds) - 1):
        count, least = 0, min(wanted[one], enough)
        for row in range(bounds[one], bounds[one + 1]):
            if not asks[row]:
                continue
            for holder in holders[starts[keys[row]] : ends[keys[row]]]:
                met[holder] += 1
                if met[holder] == least:
                    if count == len(touched):
                        touched = np.concatenate((touched, np.empty_like(touched)))
                    touched[count] = holder
                    count += 1
        for holder in touched[:count]:
            shared = np.int64(met[holder])
            for row in range(bounds[one], bounds[one + 1]):
                if keys[row] >= 0 and not asks[row] and shared < wanted[one]:
                    first, end = starts[keys[row]], ends[keys[row]]
                    at = first + np.searchsorted(holders[first:end], holder)
                    shared += at < end and holders[at] == holder
            if shared >= wanted[one]:
                if found == len(other):
                    document = np.concatenate((document, np.empty_like(document)))
                    other = np.concatenate((other, np.empty_like(other)))
                document[found], other[found] = one, holder
                found += 1
        for row in range(bounds[one], bounds[one + 1]):
            if asks[row]:
                for holder in holders[starts[keys[row]] : ends[keys[row]]]:
                    met[holder] = 0
    return document[:found], other[:found]
