"""The keys of an index's documents in its file: a log-structured merge tree (O'Neil, Cheng, Gawlick and
O'Neil 1996) of segments, which consist of pages.

A document has about 60 keys. A page has about 1,000 entries and is one row of a table. Each page has a
checksum, and a segment knows which pages it has: none that is damaged or gone is taken for one without the
key.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from dedup.index.storage.database import Database, Row
from dedup.index.storage.tables import PAGES, SEGMENTS
from dedup.matching.earlier_runs import Postings
from dedup.native import lookup as kernel
from dedup.native.arrays import Bools, Hashes, Int64s

_PAGE_ENTRIES = 1024  # entries of a page, on average: 8 KB
_RATIO = 4  # a segment is at least this many times as large as the next one, so that there are few of them
_PAGES_BY_NUMBER = 512  # pages that one statement selects by number
_FEW_KEYS = 4096  # up to this many keys are sorted; more are counted by page
_MERGE_ENTRIES = 1 << 18  # entries that are merged at once: 10 MB, however large the segments are
_PAGES_IN_ROW = 4096  # consecutive pages that are read at once: 32 MB
_NUMBER = np.uint64(0xFFFFFFFF)  # the bits of an entry that are the number of a document
_SPARSE = 4  # if at most one page in this many is wanted, the pages are selected by number

SCHEMA = """
CREATE TABLE segments (segment INTEGER PRIMARY KEY, bits INTEGER NOT NULL, entries INTEGER NOT NULL,
                       filled BLOB NOT NULL);
CREATE TABLE pages (place INTEGER PRIMARY KEY, entries BLOB NOT NULL, sum INTEGER NOT NULL);
"""
"""The place of a page is its segment times 2^32, plus its number in the segment. `filled`: a bit for each
page that has entries; others have no row. `sum`: see `kernel.check_pages`.
"""


class Segment(NamedTuple):
    """A segment's number, how many leading bits of a key are the number of its page, how many entries there
    are, and which of its pages have some (bool).
    """

    segment: int
    bits: int
    entries: int
    filled: Bools


class Pages(NamedTuple):
    """Pages of a segment. Page numbers[i] has entries[offsets[i]:offsets[i + 1]]; an entry (uint64) has 32
    bits of a key above the number of a document.
    """

    entries: Hashes
    offsets: Int64s
    numbers: Int64s


class Segments:
    """The segments of a file, in the order of their age: the oldest is first and the largest. Raises
    IndexFileError for what dedup has not written so.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._all = [self._segment(row) for row in SEGMENTS.select(database, "ORDER BY segment")]

    def _segment(self, row: Row) -> Segment:
        """A segment from its row."""
        number, bits, entries, filled = row
        is_possible = kernel.LEAST_BITS <= bits <= kernel.MOST_BITS and bits_for(entries) <= bits
        if not is_possible or len(filled) != 1 << bits >> 3:
            raise self._database.damaged(SEGMENTS.meaning)
        return Segment(number, bits, entries, np.unpackbits(np.frombuffer(filled, np.uint8)).view(bool))

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

    def check(self, end: int) -> None:
        """Read and check all pages. `end`: one more than the highest number of a document."""
        for segment in self._all:
            for pages in self._read(segment, np.arange(1 << segment.bits)):
                if (pages.entries & _NUMBER >= end).any():
                    raise self._database.damaged(PAGES.meaning)

    def _read(self, segment: Segment, wanted: Int64s) -> Iterator[Pages]:
        """The wanted pages (numbers, ascending) of a segment that have entries, possibly with others between
        them.
        """
        if _SPARSE * len(wanted) < 1 << segment.bits:
            base, wanted = segment.segment << 32, wanted[segment.filled[wanted]]
            for at in range(0, len(wanted), _PAGES_BY_NUMBER):
                numbers = wanted[at : at + _PAGES_BY_NUMBER]
                places = (numbers + base).tolist()
                yield self._pages(PAGES.select(self._database, _at(len(places)), places), base, numbers)
            return
        for first in range(0, 1 << segment.bits, _PAGES_IN_ROW):
            yield self._range(segment, first, first + _PAGES_IN_ROW)

    def _range(self, segment: Segment, first: int, end: int) -> Pages:
        """The pages with numbers from `first` to below `end`."""
        base = segment.segment << 32
        which = "WHERE place >= ? AND place < ? ORDER BY place"
        numbers = first + np.flatnonzero(segment.filled[first:end])
        end = min(end, 1 << segment.bits)
        return self._pages(PAGES.select(self._database, which, (base + first, base + end)), base, numbers)

    def _pages(self, rows: Iterable[Row], base: int, expected: Int64s) -> Pages:
        """The pages of these numbers from rows of the table. `base`: the place of the segment's page 0."""
        places, parts, sums = list[int](), list[bytes](), list[int]()
        for place, entries, checked in rows:
            places.append(place)
            parts.append(entries)
            sums.append(checked)
        if places != (expected + base).tolist():
            raise self._database.damaged("a page of its keys is missing")
        bounds = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(part) // 8 for part in parts], out=bounds[1:])
        data = b"".join(parts)
        if len(data) != 8 * bounds[-1]:
            raise self._database.damaged(PAGES.meaning)
        entries = np.frombuffer(data, np.uint64)
        real, are_ascending, _ = kernel.check_pages(entries, bounds, expected + base)
        if not (are_ascending.all() and (real.view(np.int64) == np.array(sums, np.int64)).all()):
            raise self._database.damaged(PAGES.meaning)
        return Pages(entries, bounds, expected)

    def _write(self, bits: int, parts: Iterable[Pages]) -> None:
        """Write a new segment of these pages, without empty ones."""
        number = max((segment.segment for segment in self._all), default=0) + 1
        base, count, filled = number << 32, 0, np.zeros(1 << bits, bool)
        for part in parts:
            count += len(part.entries)
            data, bounds = part.entries.data.cast("B"), (8 * part.offsets).tolist()
            places = part.numbers + base
            sums = kernel.check_pages(part.entries, part.offsets, places)[0].view(np.int64)
            has_entries = np.diff(part.offsets) > 0
            filled[part.numbers] = has_entries
            self._database.change_each(
                "INSERT INTO pages VALUES (?, ?, ?)",
                (
                    (place, data[bounds[i] : bounds[i + 1]], checked)
                    for i, place, checked in zip(
                        np.flatnonzero(has_entries).tolist(),
                        places[has_entries].tolist(),
                        sums[has_entries].tolist(),
                        strict=True,
                    )
                ),
            )
        self._all.append(Segment(number, bits, count, filled))
        packed = np.packbits(filled).tobytes()
        self._database.change("INSERT INTO segments VALUES (?, ?, ?, ?)", number, bits, count, packed)

    def _merge(self, segments: list[Segment], present: Bools | None = None) -> None:
        """Merge the last segments into one."""
        bits = bits_for(sum(segment.entries for segment in segments))
        self._write(bits, self._merged_pages(segments, bits, present))
        for segment in segments:
            self._database.change("DELETE FROM segments WHERE segment = ?", segment.segment)
        numbers = {segment.segment for segment in segments}
        self._all = [segment for segment in self._all if segment.segment not in numbers]

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
                self._database.change("DELETE FROM pages WHERE place >= ? AND place < ?", *places)
                keys.append(kernel.keys_of(*pages, segment.bits))
                numbers.append(pages.entries & _NUMBER)
            all_keys, all_numbers = np.concatenate(keys), np.concatenate(numbers)
            if present is not None:
                if len(all_numbers) and all_numbers.max() >= len(present):
                    raise self._database.damaged(PAGES.meaning)
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
def _at(count: int) -> str:
    """The end of a statement that selects `count` pages by place."""
    return f"WHERE place IN ({','.join('?' * count)}) ORDER BY place"


def bits_for(entries: int) -> int:
    """How many leading bits of a key are the number of its page, in a segment with this many entries."""
    return max(kernel.LEAST_BITS, (entries // _PAGE_ENTRIES).bit_length())
