"""The records of WARC and WET files, and the parts of such a file that are none.

fastwarc reads a file as fast, but it ends at the first record that is broken; so the borders of records are
found here, and fastwarc reads what is between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_VERSION = b"WARC/"
_HEAD_END = re.compile(rb"(\r?\n\r?\n)|\nWARC/")  # or another record begins before: no header is that
_NEXT_RECORD = re.compile(rb"\nWARC/[01]\.\d\d?\r?\n")
_LONGEST_HEAD = 1 << 16  # bytes of the header of a record
_BLANKS = b"\r\n"
_END = b"\r\n\r\n"  # of a record
_MOST_BLANKS = 1 << 10  # that are looked at behind a record


class WarcRecord(NamedTuple):
    """A record. `headers`: by lower-case name; `head`, `body`: its bytes, where `body` is None if there are
    more of them than the limit; `start`: where it begins in the file, after decompression.
    """

    headers: dict[str, str]
    head: bytes
    body: bytes | None
    start: int

    @property
    def kind(self) -> str:
        """The type of the record, such as response or conversion."""
        return self.headers.get("warc-type", "").lower() or "record without a type"


class BrokenPart(NamedTuple):
    """Bytes [start, end) of a file that are no record, and why."""

    start: int
    end: int
    reason: str


def records_of(chunks: Iterator[bytes], limit: int = 0) -> Iterator[WarcRecord | BrokenPart]:
    """The records of a file, in order, and its broken parts, behind which the next record is found by the way
    it begins. `limit`: the most bytes of a record that are kept in memory; 0: any number.
    """
    reader = _Reader(chunks)
    while reader.skip_blanks():
        start = reader.offset
        record = _record(reader, limit)
        if isinstance(record, WarcRecord):
            yield record
        else:
            reader.skip_to_next(start)
            yield BrokenPart(start, reader.offset, record)


def _record(reader: _Reader, limit: int) -> WarcRecord | str:
    """The next record, or what is wrong with it."""
    head = reader.head()
    if head is None:
        return "no WARC record"
    headers = _headers(head)
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or len(length) > 18:
        return "a record without a valid Content-Length"
    start, size = reader.offset, int(length)
    is_short = not limit or size <= limit
    is_whole = reader.skip(len(head) + size, keep=is_short)
    if is_whole and reader.is_at_border():  # before its bytes are copied: they may be many, and no record's
        return WarcRecord(headers, head, reader.last(size) if is_short else None, start)
    kind = headers.get("warc-type", "without a type")
    if not is_whole:
        return f"a record ({kind}) that the end of the file cuts off"
    return f"a record ({kind}) that is not as long as its Content-Length says"


def _headers(head: bytes) -> dict[str, str]:
    """The fields of a header; of several with one name the first counts."""
    fields = dict[str, str]()
    name = ""
    for line in head.decode("utf-8", "replace").splitlines()[1:]:
        if line[:1] in (" ", "\t") and name:
            fields[name] += f" {line.strip()}"
            continue
        key, colon, value = line.partition(":")
        name = key.strip().lower() if colon else ""
        if name:
            fields.setdefault(name, value.strip())
    return fields


class _Reader:
    """Reads chunks forward. What was read since the last border is kept, as far as it is in memory at all,
    so that a broken record is read again from its start.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = bytearray()
        self._at = 0
        self._base = 0
        """Where the buffer begins in the file."""

    @property
    def offset(self) -> int:
        return self._base + self._at

    def _fill(self, size: int) -> bool:
        """Have `size` bytes after the current one in the buffer; False if the file ends before."""
        while len(self._buffer) - self._at < size:
            chunk = next(self._chunks, b"")
            if not chunk:
                return False
            self._buffer += chunk
        return True

    def _forget(self) -> None:
        """Drop what is before the current byte."""
        del self._buffer[: self._at]
        self._base += self._at
        self._at = 0

    def skip_blanks(self) -> bool:
        """Skip the ends of lines between records; False at the end of the file."""
        while self._fill(1):
            if self._at > max(1 << 20, len(self._buffer) // 2):
                self._forget()
            if self._buffer[self._at] not in _BLANKS:
                return True
            self._at += 1
        return False

    def head(self) -> bytes | None:
        """The header of the record that begins here, with its empty line; None if none does."""
        self._fill(len(_VERSION))
        if not self._buffer.startswith(_VERSION, self._at):
            return None
        size = 1 << 10
        while True:
            is_there = self._fill(size)
            if end := _HEAD_END.search(self._buffer, self._at, self._at + _LONGEST_HEAD):
                return bytes(self._buffer[self._at : end.end()]) if end[1] else None
            if not is_there or size >= _LONGEST_HEAD:
                return None
            size *= 4

    def skip(self, size: int, keep: bool) -> bool:
        """Skip the next bytes; False if the file ends before. Unless `keep`, they are not held in memory."""
        if keep:
            is_whole = self._fill(size)
            self._at = min(self._at + size, len(self._buffer))
            return is_whole
        left = size
        while left and self._fill(1):
            part = min(left, len(self._buffer) - self._at)
            self._at += part
            left -= part
            self._forget()
        return not left

    def last(self, size: int) -> bytes:
        """The last bytes that were skipped and kept."""
        with memoryview(self._buffer) as view:
            return bytes(view[self._at - size : self._at])

    def is_at_border(self) -> bool:
        """Whether a record may end here: two ends of lines follow, as they should, or another record does, or
        the file ends.
        """
        at = self._at
        self._fill(len(_END) + len(_VERSION))
        if self._buffer.startswith(_END, at):
            return True
        while at < len(self._buffer) and self._buffer[at] in _BLANKS and at < self._at + _MOST_BLANKS:
            at += 1
            if at + len(_VERSION) > len(self._buffer):
                self._fill(at - self._at + len(_VERSION))
        return at == len(self._buffer) or self._buffer.startswith(_VERSION, at)

    def skip_to_next(self, start: int) -> None:
        """Move to the next record behind byte `start` of the file, as far as that is kept, or to its end."""
        self._at = max(start - self._base, 0)
        while True:
            if found := _NEXT_RECORD.search(self._buffer, self._at):
                self._at = found.start() + 1
                return
            self._at = max(len(self._buffer) - 16, self._at)
            self._forget()
            if not self._fill(len(self._buffer) - self._at + 1):
                self._at = len(self._buffer)
                return
