"""Keys that documents hold -> who shares them: the joins of engines/sql in memory, for tables that fit."""

from typing import Any

import numba as nb
import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Int32s = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing (Knuth 1973): keys are hashes mostly


@nb.njit(cache=True, nogil=True)
def shared(keys: Hashes, parts: int) -> tuple[Int32s, Hashes, Int32s]:
    """Number the keys that stand more than once: a number for each row (int32; -1 where its key stands
    once), the key of each number (uint64) and how many rows have it (int32). Uses the keys up: numbers are
    written over them.

    `parts`, a power of two: the keys are taken in so many parts by hash, each with a table that the caches
    hold: with 32 for a million keys, most of which stand once, that takes a third of the time of one.
    """
    rows, bounds = _by_part(keys, parts)
    known, counts = np.empty(1024, np.uint64), np.empty(1024, np.int32)
    found = 0
    for part in range(parts):
        first = found
        table = np.zeros((2048, 2), np.uint64)  # a key and its number in this part, from 1 on, side by side
        for row in rows[bounds[part] : bounds[part + 1]]:
            at = _slot(table, keys[row])
            if table[at, 1] == 0:
                if found == len(known):
                    known = np.concatenate((known, np.empty_like(known)))
                    counts = np.concatenate((counts, np.empty_like(counts)))
                known[found], counts[found] = keys[row], 0
                found += 1
                table[at, 0], table[at, 1] = keys[row], np.uint64(found - first)
                keys[row] = np.uint64(found - 1)
                if 2 * (found - first) > len(table):
                    table = _wider(table)
            else:
                keys[row] = np.uint64(first) + table[at, 1] - np.uint64(1)
            counts[keys[row]] += 1
        found = _without_single(keys, rows[bounds[part] : bounds[part + 1]], known, counts, first, found)
    return keys.astype(np.int32), known[:found].copy(), counts[:found].copy()


@nb.njit(cache=True, nogil=True)
def _by_part(keys: Hashes, parts: int) -> tuple[Int32s, npt.NDArray[np.int64]]:
    """The rows by the part of their key (int32), and where each part begins (int64, parts + 1)."""
    ends = np.zeros(parts + 1, np.int64)
    for key in keys:
        ends[1 + (np.int64((key * _SPREAD) >> np.uint64(48)) & (parts - 1))] += 1
    bounds = np.cumsum(ends)
    ends = bounds.copy()
    rows = np.empty(len(keys), np.int32)
    for row in range(len(keys)):
        part = np.int64((keys[row] * _SPREAD) >> np.uint64(48)) & (parts - 1)
        rows[ends[part]] = row
        ends[part] += 1
    return rows, bounds


@nb.njit(cache=True, nogil=True, inline="always")
def _slot(table: Hashes, key: np.uint64) -> int:
    """Where this key stands in the table, or where it would."""
    mask = len(table) - 1
    at = int((key * _SPREAD) >> np.uint64(20)) & mask
    while table[at, 1] != 0 and table[at, 0] != key:
        at = (at + 1) & mask
    return at


@nb.njit(cache=True, nogil=True)
def _wider(table: Hashes) -> Hashes:
    """The table with four times the slots."""
    wider = np.zeros((4 * len(table), 2), np.uint64)
    for i in range(len(table)):
        if table[i, 1] != 0:
            at = _slot(wider, table[i, 0])
            wider[at, 0], wider[at, 1] = table[i, 0], table[i, 1]
    return wider


@nb.njit(cache=True, nogil=True)
def _without_single(
    numbers: Hashes, rows: Int32s, known: Hashes, counts: Int32s, first: int, end: int
) -> int:
    """Number those from `first` on anew, in place, those that stand once -1; returns the next number."""
    new = np.full(end - first, -1, np.int64)
    left = first
    for number in range(first, end):
        if counts[number] > 1:
            new[number - first], known[left], counts[left] = left, known[number], counts[number]
            left += 1
    for row in rows:
        numbers[row] = np.uint64(new[np.int64(numbers[row]) - first])
    return left


@nb.njit(cache=True, nogil=True)
def totals(rows: Bools, bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many rows (bool) of each owner are chosen (int64): owner i has rows[bounds[i]:bounds[i + 1]]."""
    out = np.zeros(len(bounds) - 1, np.int64)
    for owner in range(len(out)):
        for row in range(bounds[owner], bounds[owner + 1]):
            out[owner] += rows[row]
    return out


@nb.njit(cache=True, nogil=True)
def chosen(
    values: npt.NDArray[Any], bounds: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """The values (of any type) of the owners `rows` (int64), in that order: owner i has values[bounds[i]:
    bounds[i + 1]].
    """
    ends = np.zeros(len(rows) + 1, np.int64)
    for i in range(len(rows)):
        ends[i + 1] = ends[i] + bounds[rows[i] + 1] - bounds[rows[i]]
    out = np.empty(ends[-1], values.dtype)
    for i in range(len(rows)):
        out[ends[i] : ends[i + 1]] = values[bounds[rows[i]] : bounds[rows[i] + 1]]
    return out, ends


@nb.njit(cache=True, nogil=True)
def asks(keys: Int32s, bounds: npt.NDArray[np.int64], asked: npt.NDArray[np.int64]) -> Bools:
    """Which rows (bool) are among the asked[i] of document i that fewest documents hold, of equally rare ones
    the lowest keys: it has keys[bounds[i]:bounds[i + 1]] (int32, numbered from 0).
    """
    counts, out = _counts(keys), np.zeros(len(keys), np.bool_)
    for document in range(len(bounds) - 1):
        first, end = bounds[document], bounds[document + 1]
        most = min(asked[document], end - first)
        if most <= 0:
            continue
        rarity = np.empty(end - first, np.int64)
        for row in range(first, end):
            rarity[row - first] = (np.int64(counts[keys[row]]) << 32) | keys[row]
        last = np.sort(rarity)[most - 1]
        for row in range(first, end):
            out[row] = rarity[row - first] <= last
    return out


@nb.njit(cache=True, nogil=True)
def _counts(keys: Int32s) -> Int32s:
    """How many rows have each key (int32)."""
    counts = np.zeros(keys.max() + 1 if len(keys) else 0, np.int32)
    for key in keys:
        counts[key] += 1
    return counts


@nb.njit(cache=True, nogil=True)
def candidates(
    places: Int32s, keys: Int32s, needed: npt.NDArray[np.int8], asks: Bools, hubs: int, narrow: int
) -> tuple[Int32s, Int32s]:
    """The result of candidates.sql (int32 earlier, later), from its keys in order of place, numbered from 0.

    Goes through the documents by place and counts, for those before it that hold a key it asks by, the keys
    (ScanCount: Li, Lu and Lu 2008).
    """
    bounds = _seats(keys, asks, hubs, narrow)
    ends, holders = bounds[:-1].copy(), np.empty(bounds[-1], np.int32)
    met = np.zeros(places[-1] + 1 if len(places) else 0, np.int32)
    touched = np.empty_like(met)
    earlier, later = np.empty(1024, np.int32), np.empty(1024, np.int32)
    found, first = 0, 0
    while first < len(places):
        end, count = first, 0
        while end < len(places) and places[end] == places[first]:
            key = keys[end]
            if asks[end]:
                for i in range(bounds[key], ends[key]):
                    touched[count] = holders[i]
                    count += met[holders[i]] == 0
                    met[holders[i]] += 1
            end += 1
        while found + count > len(later):
            earlier = np.concatenate((earlier, np.empty_like(earlier)))
            later = np.concatenate((later, np.empty_like(later)))
        for other in touched[:count]:
            earlier[found], later[found] = other, places[first]
            found += met[other] >= needed[first]
            met[other] = 0
        for key in keys[first:end]:
            if ends[key] < bounds[key + 1]:
                holders[ends[key]] = places[first]
                ends[key] += 1
        first = end
    return earlier[:found], later[:found]


@nb.njit(cache=True, nogil=True)
def common(
    keys: Int32s,
    bounds: npt.NDArray[np.int64],
    earlier: npt.NDArray[np.int64],
    later: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """How many keys (int64) the documents earlier[i] and later[i] share: document d has keys[bounds[d]:
    bounds[d + 1]] (int32, numbered from 0), each once. Fast where pairs of one later document follow each
    other.
    """
    holder = np.full(keys.max() + 1 if len(keys) else 0, -1, np.int32)  # int64: 0.1 GB more at a million
    counts, marked = np.zeros(len(later), np.int64), np.int64(-1)
    for pair in range(len(later)):
        if later[pair] != marked:
            marked = later[pair]
            for key in keys[bounds[marked] : bounds[marked + 1]]:
                holder[key] = np.int32(marked)
        for key in keys[bounds[earlier[pair]] : bounds[earlier[pair] + 1]]:
            counts[pair] += holder[key] == marked
    return counts


@nb.njit(cache=True, nogil=True)
def _seats(keys: Int32s, asks: Bools, hubs: int, narrow: int) -> npt.NDArray[np.int64]:
    """Where the holders of each key that are met begin in a row (int64, keys + 1)."""
    count = keys.max() + 1 if len(keys) else 0
    seats, asked = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    for row in range(len(keys)):
        seats[keys[row]] += 1
        asked[keys[row]] |= asks[row]
    bounds = np.zeros(count + 1, np.int64)
    for key in range(count):
        met = seats[key] if seats[key] <= narrow else min(seats[key], hubs)
        bounds[key + 1] = bounds[key] + (met if asked[key] else 0)
    return bounds


@nb.njit(cache=True, nogil=True)
def crowded(
    places: Int32s, keys: Int32s, needed: npt.NDArray[np.int8], asks: Bools, hubs: int, narrow: int
) -> tuple[Int32s, Int32s]:
    """The result of crowded.sql (int32 place, wide), from its keys in order of place, numbered from 0."""
    counts = _counts(keys)
    held = np.zeros_like(counts)
    place, wide = np.empty(len(keys), np.int32), np.empty(len(keys), np.int32)
    found, first = 0, 0
    while first < len(places):
        end, behind = first, 0
        while end < len(places) and places[end] == places[first]:
            key = keys[end]
            held[key] += 1
            behind += asks[end] and counts[key] > narrow and held[key] > hubs
            end += 1
        if behind >= needed[first] and behind > 0:
            place[found], wide[found] = places[first], behind
            found += 1
        first = end
    return place[:found], wide[:found]
