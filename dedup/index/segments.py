"""The keys of an index's documents in its file: segments of pages, merged as they come (a log-structured
merge tree: O'Neil, Cheng, Gawlick and O'Neil 1996).

A document has some 60 keys; a page of some thousand entries is one row.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.kernels import pages as kernel
from dedup.kernels.arrays import Hashes, Int64s
from dedup.matching.earlier_runs import Held

_FILLED = 1024  # entries of a page, about: 8 KB
_RATIO = (
    4  # a segment is at least so many times as large as the next one: a document's keys are looked up in few
)
_ASKED = 512  # pages that are asked for by number at once
_FEW_KEYS = 4096  # that are sorted, in place of counting in all pages
_MERGED = 1 << 18  # entries that are merged at once: 10 MB, however large the segments are
_SWEPT = 4096  # pages that are read or written at once in a row: 32 MB
_FEW = 4  # times fewer pages wanted than there are, from which on the others are not read, too

SCHEMA = """
CREATE TABLE segments (segment INTEGER PRIMARY KEY, bits INTEGER NOT NULL, entries INTEGER NOT NULL);
CREATE TABLE pages (place INTEGER PRIMARY KEY, entries BLOB NOT NULL);
"""
"""A page's place: its segment, times 2^32, and its number."""


class Segment(NamedTuple):
    """A segment's number, the leading bits of a key that tell its page, and how many entries it has."""

    segment: int
    bits: int
    entries: int


class Pages(NamedTuple):
    """Pages of a segment: their numbers (int64); page numbers[i] has entries[offsets[i]:offsets[i + 1]]."""

    entries: Hashes
    offsets: Int64s
    numbers: Int64s


class Segments:
    """The segments of the file behind a connection, the oldest first."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        rows = connection.execute("SELECT segment, bits, entries FROM segments ORDER BY segment")
        self._all = [Segment(*row) for row in rows]

    def add(self, keys: Hashes, numbers: Hashes) -> None:
        """Add keys (uint64, spread) and the numbers (uint64) of the documents that hold them, as a segment;
        merge it with others that are not much larger.
        """
        if not len(keys):
            return
        bits = bits_for(len(keys))
        entries, bounds = kernel.entries(keys, numbers, bits)
        self._write(bits, [Pages(entries, bounds, np.arange(1 << bits))])
        while len(self._all) > 1 and self._all[-1].entries * _RATIO >= self._all[-2].entries:
            self._merge(self._all[-2:])

    def held(self, keys: Hashes, most: int) -> Held:
        """Who holds these keys (uint64, spread), a list for each segment that knows a key."""
        found = [Held(*(np.zeros(0, np.int64) for _ in range(3)))]
        for segment in self._all:
            rows, wanted, starts = by_page(keys, segment.bits)
            for entries, bounds, numbers in self._read(segment, wanted):
                at = np.searchsorted(wanted, numbers)
                ends = np.where(np.append(wanted, -1)[at] == numbers, starts[at + 1], starts[at])
                found.append(Held(*kernel.held(entries, bounds, keys, rows, starts[at], ends, most)))
        return Held(*(np.concatenate(parts) for parts in zip(*found, strict=True)))

    def rewrite(self, there: npt.NDArray[np.bool_]) -> None:
        """Merge all segments into one, without the entries of numbers that are not `there` (bool)."""
        self._merge(self._all[:], there)

    def _read(self, segment: Segment, wanted: Int64s) -> Iterator[Pages]:
        """These pages of a segment, and perhaps others beside them."""
        base = segment.segment << 32
        if _FEW * len(wanted) < 1 << segment.bits:
            for at in range(0, len(wanted), _ASKED):
                some = (wanted[at : at + _ASKED] + base).tolist()
                yield _pages(self._connection.execute(_asking(len(some)), some), base)
            return
        for first in range(0, 1 << segment.bits, _SWEPT):
            yield self._range(segment, first, first + _SWEPT)

    def _range(self, segment: Segment, first: int, end: int) -> Pages:
        """The pages from `first` up to `end`."""
        base = segment.segment << 32
        ask = "SELECT place, entries FROM pages WHERE place >= ? AND place < ?"
        end = min(end, 1 << segment.bits)
        return _pages(self._connection.execute(ask, (base + first, base + end)), base)

    def _write(self, bits: int, parts: Iterable[Pages]) -> None:
        """A new segment of these pages, without the empty ones."""
        number = max((one.segment for one in self._all), default=0) + 1
        base, count = number << 32, 0
        for part in parts:
            count += len(part.entries)
            data, bounds = part.entries.data.cast("B"), (8 * part.offsets).tolist()
            filled, pages = np.flatnonzero(np.diff(part.offsets)).tolist(), part.numbers.tolist()
            self._connection.executemany(
                "INSERT INTO pages VALUES (?, ?)",
                ((base + pages[i], data[bounds[i] : bounds[i + 1]]) for i in filled),
            )
        self._all.append(Segment(number, bits, count))
        self._connection.execute("INSERT INTO segments VALUES (?, ?, ?)", self._all[-1])

    def _merge(self, segments: list[Segment], there: npt.NDArray[np.bool_] | None = None) -> None:
        """Make one of these, which are the last ones, part of the keys by part."""
        bits = bits_for(sum(one.entries for one in segments))
        self._write(bits, self._merged(segments, bits, there))
        for one in segments:
            self._connection.execute("DELETE FROM segments WHERE segment = ?", (one.segment,))
            self._all.remove(one)

    def _merged(
        self, segments: list[Segment], bits: int, there: npt.NDArray[np.bool_] | None
    ) -> Iterator[Pages]:
        """The pages of all of these, `bits` of a key telling the page, some at a time; those that they are
        made of are deleted, so that the file does not grow by a segment with each merge.
        """
        count = sum(one.entries for one in segments)
        parts = 1 << min(kernel.LEAST_BITS, (count // _MERGED).bit_length())
        for part in range(parts):
            keys, numbers = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
            for one in segments:
                width = (1 << one.bits) // parts
                pages = self._range(one, part * width, (part + 1) * width)
                places = [(one.segment << 32) + page * width for page in (part, part + 1)]
                self._connection.execute("DELETE FROM pages WHERE place >= ? AND place < ?", places)
                keys.append(kernel.keys_of(*pages, one.bits))
                numbers.append(pages.entries & np.uint64(0xFFFFFFFF))
            all_keys, all_numbers = np.concatenate(keys), np.concatenate(numbers)
            if there is not None:
                chosen = there[all_numbers]
                all_keys, all_numbers = all_keys[chosen], all_numbers[chosen]
            entries, bounds = kernel.entries(all_keys, all_numbers, bits)
            width = (1 << bits) // parts
            own = np.arange(part * width, (part + 1) * width)
            yield Pages(entries, bounds[own[0] : own[-1] + 2], own)


def by_page(keys: Hashes, bits: int) -> tuple[Int64s, Int64s, Int64s]:
    """The rows of keys (uint64) by page, the pages that they are in, ascending, and where the rows of each
    begin, with the end twice (all int64).
    """
    if len(keys) < _FEW_KEYS:
        pages = (keys >> np.uint64(64 - bits)).astype(np.int64)
        rows = np.argsort(pages, kind="stable")
        wanted, starts = np.unique(pages[rows], return_index=True)
    else:
        rows, bounds = kernel.by_page(keys, bits)
        wanted = np.flatnonzero(np.diff(bounds))
        starts = bounds[wanted]
    return rows, wanted, np.append(starts, (len(keys), len(keys)))


@cache
def _asking(count: int) -> str:
    """The statement that asks for so many pages."""
    return f"SELECT place, entries FROM pages WHERE place IN ({','.join('?' * count)})"  # noqa: S608


def bits_for(entries: int) -> int:
    """The leading bits of a key that tell its page where there are so many entries."""
    return max(kernel.LEAST_BITS, (entries // _FILLED).bit_length())


def _pages(rows: Iterable[tuple[int, bytes]], base: int) -> Pages:
    """Pages of rows of the table."""
    places, parts = [], []
    for place, part in rows:
        places.append(place - base)
        parts.append(part)
    bounds = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) // 8 for part in parts], out=bounds[1:])
    return Pages(np.frombuffer(b"".join(parts), np.uint64), bounds, np.array(places, np.int64))
