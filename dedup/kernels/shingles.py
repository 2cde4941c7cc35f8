"""Words -> hashed n-grams of words, sorted sets of them, and a fingerprint of a whole text."""

from functools import cache

import numba as nb
import numpy as np
import numpy.typing as npt

_MIX = np.uint64(0xD6E8FEB86659FD93)
_LEFT, _RIGHT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_WHOLE = 2.0**64  # above every hash
_CROWDED = 32  # equal or unevenly spread hashes in a bucket, from which on sorting in place is slow


@cache
def factors(n: int) -> npt.NDArray[np.uint64]:
    """n odd 64-bit numbers, one for each place in an n-gram (uint64): the splitmix64 sequence (Steele, Lea
    and Flood 2014).
    """
    with np.errstate(over="ignore"):
        z = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))) | np.uint64(1)


@nb.njit(cache=True, nogil=True, inline="always")
def mix(x: np.uint64) -> np.uint64:
    """A bijection of 64-bit numbers that spreads every bit."""
    x ^= x >> np.uint64(32)
    x *= _MIX
    x ^= x >> np.uint64(32)
    x *= _MIX
    return x ^ (x >> np.uint64(32))


@nb.njit(cache=True, nogil=True)
def without(
    values: npt.NDArray[np.uint64], bounds: npt.NDArray[np.int64], dropped: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """The hashes of those who are not dropped, and who owns which: the dropped ones none. `bounds` int64
    (owners + 1): owner i has values[bounds[i]:bounds[i + 1]].
    """
    out, left = np.empty_like(values), np.zeros_like(bounds)
    found = 0
    for owner in range(len(dropped)):
        if not dropped[owner]:
            part = values[bounds[owner] : bounds[owner + 1]]
            out[found : found + len(part)] = part
            found += len(part)
        left[owner + 1] = found
    return out[:found], left


@nb.njit(cache=True, nogil=True)
def ngrams(
    words: npt.NDArray[np.uint64], owned: npt.NDArray[np.int64], places: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Hashes of the runs of len(places) words: mix(sum of word * place mod 2^64).

    `words` uint64; `owned` int64 (texts + 1): text i has words[owned[i]:owned[i + 1]]; `places` as
    `factors(n)` gives them. Returns the hashes (uint64) and which text owns which, as `owned`. A text of
    fewer words than n has one shingle, all of it; one without words has none.
    """
    n = len(places)
    out = np.zeros(len(words) + len(owned), np.uint64)
    bounds = np.zeros(len(owned), np.int64)
    found = 0
    for text in range(len(owned) - 1):
        first, count = owned[text], owned[text + 1] - owned[text]
        size = min(n, count)
        runs = count - size + 1 if count > 0 else 0
        part = out[found : found + runs]
        for place in range(size):
            source = words[first + place : first + place + runs]
            for i in range(runs):
                part[i] += source[i] * places[place]
        for i in range(runs):
            part[i] = mix(part[i])
        found += runs
        bounds[text + 1] = found
    return out[:found], bounds


@nb.njit(cache=True, nogil=True)
def sets(
    shingles: npt.NDArray[np.uint64], owned: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Each text's shingles once, ascending: uint64 values and int64 bounds (texts + 1)."""
    out = np.empty_like(shingles)
    bounds = np.zeros(len(owned), np.int64)
    found = 0
    for text in range(len(owned) - 1):
        part = shingles[owned[text] : owned[text + 1]]
        found = _distinct(_ordered(part, _WHOLE), out, found, len(part))
        bounds[text + 1] = found
    return out[:found], bounds


@nb.njit(cache=True, nogil=True)
def samples(
    shingles: npt.NDArray[np.uint64], owned: npt.NDArray[np.int64], limit: np.uint64, floor: int
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Each text's shingles below `limit`, or, where these are fewer, its `floor` smallest: once, ascending,
    as `sets` gives them.
    """
    found = 0
    for i in range(len(shingles)):
        found += shingles[i] < limit
    out = np.empty(found + floor * len(owned), np.uint64)
    bounds = np.zeros(len(owned), np.int64)
    found = 0
    for text in range(len(owned) - 1):
        part = shingles[owned[text] : owned[text + 1]]
        first = found
        found = _distinct(_ordered(part[part < limit], float(limit)), out, first, len(part))
        if found - first < floor:
            found = _distinct(_ordered(part, _WHOLE), out, first, floor)
        bounds[text + 1] = found
    return out[:found].copy(), bounds


@nb.njit(cache=True, nogil=True)
def _ordered(part: npt.NDArray[np.uint64], high: float) -> npt.NDArray[np.uint64]:
    """Hashes below `high`, ascending. They are spread evenly: put into as many buckets as there are, each is
    next to its place, six times as fast as np.sort. Where a bucket is crowded, np.sort takes over.
    """
    size = len(part)
    if size < 2:
        return part
    ends = np.zeros(size + 1, np.int64)
    scale = size / high
    for x in part:
        ends[min(int(x * scale), size - 1) + 1] += 1
    if ends.max() > _CROWDED:
        return np.sort(part)
    for i in range(size):
        ends[i + 1] += ends[i]
    out = np.empty_like(part)
    for x in part:
        bucket = min(int(x * scale), size - 1)
        out[ends[bucket]] = x
        ends[bucket] += 1
    for i in range(1, size):
        x, at = out[i], i
        while at > 0 and out[at - 1] > x:
            out[at] = out[at - 1]
            at -= 1
        out[at] = x
    return out


@nb.njit(cache=True, nogil=True, inline="always")
def _distinct(ordered: npt.NDArray[np.uint64], out: npt.NDArray[np.uint64], first: int, most: int) -> int:
    """Write up to `most` distinct values of `ordered` to `out` from `first` on; returns where they end."""
    found = first
    for i in range(len(ordered)):
        if found - first < most and (i == 0 or ordered[i] != ordered[i - 1]):
            out[found] = ordered[i]
            found += 1
    return found


@nb.njit(cache=True, nogil=True)
def held(
    shingles: npt.NDArray[np.uint64],
    owned: npt.NDArray[np.int64],
    values: npt.NDArray[np.uint64],
    bounds: npt.NDArray[np.int64],
    others: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Which shingles stand in the set others[text] (int64), for each text's; `values`, `bounds` as `sets`
    gives them. Hashes are spread evenly, so each is looked for where it should stand, and from there on.
    """
    out = np.zeros(len(shingles), np.bool_)
    for text in range(len(owned) - 1):
        held = values[bounds[others[text]] : bounds[others[text] + 1]]
        last, scale = len(held) - 1, len(held) / _WHOLE
        for i in range(owned[text], owned[text + 1]):
            at = min(int(shingles[i] * scale), last)
            while at > 0 and held[at] > shingles[i]:
                at -= 1
            while at < last and held[at] < shingles[i]:
                at += 1
            out[i] = last >= 0 and held[at] == shingles[i]
    return out


@nb.njit(cache=True, nogil=True)
def shared(
    values: npt.NDArray[np.uint64],
    bounds: npt.NDArray[np.int64],
    left: npt.NDArray[np.int64],
    other_values: npt.NDArray[np.uint64],
    other_bounds: npt.NDArray[np.int64],
    right: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """How many shingles the sets left[i] of some and right[i] of others have in common (int64). `values`,
    `bounds` as `sets` gives them.
    """
    counts = np.zeros(len(left), np.int64)
    for pair in range(len(left)):
        i, i_end = bounds[left[pair]], bounds[left[pair] + 1]
        j, j_end = other_bounds[right[pair]], other_bounds[right[pair] + 1]
        both = 0
        while i < i_end and j < j_end:
            x, y = values[i], other_values[j]
            both += x == y
            i += x <= y
            j += y <= x
        counts[pair] = both
    return counts


@nb.njit(cache=True, nogil=True)
def fingerprints(words: npt.NDArray[np.uint64], owned: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """128 bits that say which words a text has, in order: uint64 (texts, 2); zeros where it has none."""
    out = np.zeros((len(owned) - 1, 2), np.uint64)
    for text in range(len(owned) - 1):
        a = b = np.uint64(owned[text + 1] - owned[text])
        for i in range(owned[text], owned[text + 1]):
            word = mix(words[i])
            a = (a ^ word) * _LEFT
            b = (b + word) * _RIGHT
        if owned[text + 1] > owned[text]:
            out[text, 0], out[text, 1] = mix(a) | np.uint64(1), mix(b)
    return out
