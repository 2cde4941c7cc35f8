"""Copying a file with some bytes replaced; what was replaced goes to the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from dedup.document import BOM, Edit, File
from dedup.files.reading import Source
from dedup.files.staging import Target
from dedup.ledger.format import Entry, Part
from dedup.ledger.record import Record
from dedup.ledger.writer import Ledger


class Removal(NamedTuple):
    """A record to be removed with separators around it: `low` <= start, end <= `high`."""

    record: Record
    low: int
    high: int


def splice(file: File, records: Iterable[Record], book: Ledger, target: Target, output: int) -> None:
    """Append the file to the target, its gone records removed and its other records edited."""
    copy = Copy(file, Source(file, summed=True, beside=target.writer), book, target)
    for record, removal in _with_removals(file, records):
        copy.add(record, removal)
    copy.finish(output)


class Copy:
    """One file on its way into a target."""

    def __init__(self, file: File, source: Source, book: Ledger, target: Target) -> None:
        self._file = file
        self._book = book
        self._target = target
        self._source = source
        self._start: int | None = None
        if target.size and self._source.skip_mark():
            book.postpone(0, BOM)  # a byte-order mark has no place inside a file

    def _emit(self, data: bytes | memoryview) -> None:
        if not data:
            return
        if self._start is None:
            if not self._target.ends_line:
                self._target.write(b"\n")
            self._start = self._target.size
        self._target.write(data)

    def add(self, record: Record, removal: Removal | None) -> None:
        """Copy up to the next record and make its edits, or remove it."""
        if removal is None:
            undo = [self._replace(edit) for edit in record.edits]
            self._book.document(record.line, undo, record.documents)
        elif record.reason is None:
            self._book.document(record.line, [self._replace(Edit(removal.low, removal.high, b""))])
        else:
            self._remove_reject(removal)

    def copy_to(self, end: int | None) -> None:
        """Copy up to `end` (None: all the rest)."""
        for part in self._source.slices(end):
            self._emit(part)

    def _replace(self, edit: Edit) -> Entry:
        """Copy up to the edit and make it; returns how to undo it."""
        self.copy_to(edit.start)
        removed = self._source.read(edit.end)
        self._emit(edit.new)
        return Entry(edit.start, removed, len(edit.new))

    def _remove_reject(self, removal: Removal) -> None:
        """Remove a record that is no document; the separators around it go with the next ledger line."""
        record = removal.record
        self._book.postpone(*self._replace(Edit(removal.low, record.start, b"")))
        self._book.reject(self._file.name, record, self._source.slices(record.end))
        self._book.postpone(record.end, self._source.read(removal.high))

    def finish(self, output: int) -> None:
        self.copy_to(None)
        start = self._target.size if self._start is None else self._start
        part = Part(output, start, self._target.size - start)
        self._book.file(self._file, self._source.offset, self._source.crc, part)
        self._source.close()


def _with_removals(file: File, records: Iterable[Record]) -> Iterator[tuple[Record, Removal | None]]:
    """Each record with what to remove for it, if it goes.

    In an array an element goes with the separator before it, or, while no element before it stays, with the
    one behind it: whatever goes, the rest is an array.
    """
    if file.format != "json" or file.single:
        for record in records:
            yield record, Removal(record, record.start, record.end) if record.gone else None
        return
    before, stays = 0, False
    for removed, after in pairwise(chain(records, [None])):
        assert removed is not None
        low = before if stays else removed.start
        high = after.start if not stays and after else removed.end
        yield removed, Removal(removed, low, high) if removed.gone else None
        before, stays = removed.end, stays or not removed.gone
