"""Rows of CSV and TSV in the bytes of a file: where they begin and end."""

from __future__ import annotations

import csv
import io
import sys
from collections import deque
from collections.abc import Iterator

import numpy as np

from dedup.formats.blocks import Piece
from dedup.kernels.arrays import Int64s
from dedup.kernels.rows import row_end

DELIMITERS = {"csv": ",", "tsv": "\t"}

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # the standard 131,072 is less than a long article


class Reading:
    """The rows of a file on their way into pieces: bytes are held until a row begins behind enough of them.
    `sizes`: of a piece, and of the longest row that is held (0: of any).
    """

    def __init__(self, index: int, form: str, start: int, position: int, sizes: tuple[int, int]) -> None:
        self._index, self._form = index, form
        self._start, self._position = start, position
        self._size, self._limit = sizes
        self._wanted = self._size
        self._parts: list[bytes] = []
        self._held = 0
        self._passing: Int64s | None = None

    def _piece(self, data: bytes, length: int, lines: int, passed: int = 0) -> Piece:
        piece = Piece(self._index, self._start, self._position, data, passed)
        self._start, self._position = self._start + length, self._position + lines
        return piece

    def take(self, part: bytes) -> Iterator[Piece]:
        """Take the next bytes; gives the pieces that are whole with them."""
        if self._passing is not None:
            state = self._passing
            at = row_end(np.frombuffer(part, np.uint8), ord(DELIMITERS[self._form]), state)
            self._held += len(part) if at < 0 else at
            if at < 0:
                return
            yield self._piece(b"", self._held, int(state[3]), self._held)
            self._passing, self._held, part = None, 0, part[at:]
        self._parts.append(part)
        self._held += len(part)
        if self._held < self._wanted:
            return
        data = b"".join(self._parts)
        cut, lines = last_row(data, self._form)
        if cut:
            yield self._piece(data[:cut], cut, lines)
        rest = data[cut:]
        self._parts, self._held = [rest], len(rest)
        self._wanted = max(self._size, 2 * len(rest))  # a long row is not scanned again and again
        if self._limit and len(rest) > self._limit:
            self._parts, self._held, self._wanted = [], 0, self._size
            self._passing = np.zeros(4, np.int64)
            yield from self.take(rest)

    def end(self) -> Iterator[Piece]:
        """The file has ended."""
        if self._passing is not None:
            yield self._piece(b"", self._held, 0, self._held)
        elif data := b"".join(self._parts):
            yield self._piece(data, len(data), 0)


def last_row(data: bytes, form: str) -> tuple[int, int]:
    """Where the last row (perhaps not whole yet) starts: its byte and its line, from 0."""
    last = deque(rows_of(data, form), maxlen=1)
    line = last[0][1] if last else 0
    return int(line_starts(data)[line]), line


def rows_of(data: bytes, form: str) -> Iterator[tuple[list[str], int, int]]:
    """Each row, its first line (from 0) and the first one after it; a blank line has no cells."""
    text = io.StringIO(data.decode("utf-8", "surrogateescape"), newline="")
    reader = csv.reader(text, delimiter=DELIMITERS[form])
    before = 0
    for row in reader:
        yield row, before, (before := reader.line_num)


def line_starts(data: bytes) -> Int64s:
    """Where each line starts, and last the length of the data. Lines end as the csv module has it."""
    signs = np.frombuffer(data, np.uint8)
    ends = signs == 10  # newline
    if b"\r" in data:
        returns = signs == 13  # carriage return, which a newline may follow
        ends |= returns & ~np.append(ends[1:], False)
    starts = np.concatenate([[0], np.flatnonzero(ends) + 1])
    return starts if starts[-1] == len(data) else np.append(starts, len(data))
