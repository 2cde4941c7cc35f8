"""The keys of an index's documents in its file: a log-structured merge tree (O'Neil, Cheng, Gawlick and
O'Neil 1996) of segments, which consist of pages.

A document has about 60 keys. A page has about 1,000 entries and is one row of a table.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from dedup.kernels import pages as kernel
from dedup.kernels.arrays import Bools, Hashes, Int64s
from dedup.matching.earlier_runs import Postings

_PAGE_ENTRIES = 1024  # entries of a page, on average: 8 KB
_RATIO = 4  # a segment is at least this many times as large as the next one, so that there are few of them
_PAGES_BY_NUMBER = 512  # pages that one statement selects by number
_FEW_KEYS = 4096  # up to this many keys are sorted; more are counted by page
_MERGE_ENTRIES = 1 << 18  # entries that are merged at once: 10 MB, however large the segments are
_PAGES_IN_ROW = 4096  # consecutive pages that are read at once: 32 MB
_SPARSE = 4  # if at most one page in this many is wanted, the pages are selected by number

SCHEMA = """
CREATE TABLE segments (segment INTEGER PRIMARY KEY, bits INTEGER NOT NULL, entries INTEGER NOT NULL);
CREATE TABLE pages (place INTEGER PRIMARY KEY, entries BLOB NOT NULL);
"""
"""The place of a page is its segment times 2^32, plus its number in the segment."""


class Segment(NamedTuple):
    """A segment's number, how many leading bits of a key are the number of its page, and how many entries
    there are.
    """

    segment: int
    bits: int
    entries: int


class Pages(NamedTuple):
    """Pages of a segment. Page numbers[i] has entries[offsets[i]:offsets[i + 1]]; an entry (uint64) has 32
    bits of a key above the number of a document.
    """

    entries: Hashes
    offsets: Int64s
    numbers: Int64s


class Segments:
    """The segments of a file, in the order of their age: the oldest is first and the largest."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        rows = connection.execute("SELECT segment, bits, entries FROM segments ORDER BY segment")
        self._all = [Segment(*row) for row in rows]

    def add(self, keys: Hashes, numbers: Hashes) -> None:
        """Add keys (uint64, spread) and the number (uint64) of each key's document as a new segment, and
        merge it with older ones that are not much larger.
        """
        if not len(keys):
            return
        bits = bits_for(len(keys))
        entries, bounds = kernel.entries(keys, numbers, bits)
        self._write(bits, [Pages(entries, bounds, np.arange(1 << bits))])
        while len(self._all) > 1 and self._all[-1].entries * _RATIO >= self._all[-2].entries:
            self._merge(self._all[-2:])

    def postings(self, keys: Hashes, most: int) -> Postings:
        """Which documents have these keys (uint64, spread): one list for each segment that has a key. Lists
        of more than `most` documents are only counted.
        """
        parts = [Postings(*(np.zeros(0, np.int64) for _ in range(3)))]
        for segment in self._all:
            rows, wanted, starts = by_page(keys, segment.bits)
            for entries, bounds, numbers in self._read(segment, wanted):
                at = np.searchsorted(wanted, numbers)
                ends = np.where(np.append(wanted, -1)[at] == numbers, starts[at + 1], starts[at])
                parts.append(Postings(*kernel.held(entries, bounds, keys, rows, starts[at], ends, most)))
        return Postings(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def rewrite(self, present: Bools) -> None:
        """Merge all segments into one, with the entries of those documents that are `present` (bool, by
        number).
        """
        self._merge(self._all[:], present)

    def _read(self, segment: Segment, wanted: Int64s) -> Iterator[Pages]:
        """The wanted pages (numbers, ascending) of a segment, possibly with others between them."""
        base = segment.segment << 32
        if _SPARSE * len(wanted) < 1 << segment.bits:
            for at in range(0, len(wanted), _PAGES_BY_NUMBER):
                places = (wanted[at : at + _PAGES_BY_NUMBER] + base).tolist()
                yield _pages(self._connection.execute(_select(len(places)), places), base)
            return
        for first in range(0, 1 << segment.bits, _PAGES_IN_ROW):
            yield self._range(segment, first, first + _PAGES_IN_ROW)

    def _range(self, segment: Segment, first: int, end: int) -> Pages:
        """The pages with numbers from `first` to below `end`."""
        base = segment.segment << 32
        statement = "SELECT place, entries FROM pages WHERE place >= ? AND place < ?"
        end = min(end, 1 << segment.bits)
        return _pages(self._connection.execute(statement, (base + first, base + end)), base)

    def _write(self, bits: int, parts: Iterable[Pages]) -> None:
        """Write a new segment of these pages, without empty ones."""
        number = max((segment.segment for segment in self._all), default=0) + 1
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

    def _merge(self, segments: list[Segment], present: Bools | None = None) -> None:
        """Merge the last segments into one."""
        bits = bits_for(sum(segment.entries for segment in segments))
        self._write(bits, self._merged_pages(segments, bits, present))
        for segment in segments:
            self._connection.execute("DELETE FROM segments WHERE segment = ?", (segment.segment,))
            self._all.remove(segment)

    def _merged_pages(self, segments: list[Segment], bits: int, present: Bools | None) -> Iterator[Pages]:
        """The pages of the merged segment, one part of the range of keys at a time. `bits`: leading bits of a
        key that are the number of its page. The pages that were merged are deleted at once, so that the file
        does not grow by a segment with each merge.
        """
        count = sum(segment.entries for segment in segments)
        parts = 1 << min(kernel.LEAST_BITS, (count // _MERGE_ENTRIES).bit_length())
        for part in range(parts):
            keys, numbers = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
            for segment in segments:
                width = (1 << segment.bits) // parts
                pages = self._range(segment, part * width, (part + 1) * width)
                places = [(segment.segment << 32) + page * width for page in (part, part + 1)]
                self._connection.execute("DELETE FROM pages WHERE place >= ? AND place < ?", places)
                keys.append(kernel.keys_of(*pages, segment.bits))
                numbers.append(pages.entries & np.uint64(0xFFFFFFFF))
            all_keys, all_numbers = np.concatenate(keys), np.concatenate(numbers)
            if present is not None:
                chosen = present[all_numbers]
                all_keys, all_numbers = all_keys[chosen], all_numbers[chosen]
            entries, bounds = kernel.entries(all_keys, all_numbers, bits)
            width = (1 << bits) // parts
            own = np.arange(part * width, (part + 1) * width)
            yield Pages(entries, bounds[own[0] : own[-1] + 2], own)


def by_page(keys: Hashes, bits: int) -> tuple[Int64s, Int64s, Int64s]:
    """Group keys (uint64) by page. Returns their rows in the order of pages; the numbers of these pages,
    ascending; and where the rows of each page start, followed twice by the number of keys (all int64).
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
def _select(count: int) -> str:
    """A statement that selects `count` pages by place."""
    return f"SELECT place, entries FROM pages WHERE place IN ({','.join('?' * count)})"  # noqa: S608


def bits_for(entries: int) -> int:
    """How many leading bits of a key are the number of its page, in a segment with this many entries."""
    return max(kernel.LEAST_BITS, (entries // _PAGE_ENTRIES).bit_length())


def _pages(rows: Iterable[tuple[int, bytes]], base: int) -> Pages:
    """Pages from rows of the table. `base`: the place of the segment's page 0."""
    places, parts = [], []
    for place, part in rows:
        places.append(place - base)
        parts.append(part)
    bounds = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) // 8 for part in parts], out=bounds[1:])
    return Pages(np.frombuffer(b"".join(parts), np.uint64), bounds, np.array(places, np.int64))
