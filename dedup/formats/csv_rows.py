"""Rows of CSV and TSV in the bytes of a file: where they begin and end, and pieces of them."""

from __future__ import annotations

import csv
import io
import sys
from collections import deque
from collections.abc import Iterator

import numpy as np

from dedup.formats.blocks import Piece
from dedup.formats.damaged import rest_of
from dedup.native.arrays import Int64s
from dedup.native.records import row_end

DELIMITERS = {"csv": ",", "tsv": "\t"}

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # the standard 131,072 is less than a long article


class RowPieces:
    """Cuts the bytes of a file, from `start` on, into pieces of complete rows. `position`: the line that
    begins there, from 1. `sizes`: the bytes of a piece, and of the longest row in memory (0: any number). A
    longer row that does not fit in a piece is an oversize piece.
    """

    def __init__(self, index: int, form: str, start: int, position: int, sizes: tuple[int, int]) -> None:
        self._index, self._form = index, form
        self._start, self._position = start, position
        self._size, self._limit = sizes
        self._enough = self._size
        self._parts: list[bytes] = []
        self._length = 0
        self._oversize: Int64s | None = None  # the state of `row_end` in an oversize row

    def _piece(self, data: bytes, length: int, lines: int, oversize: int = 0) -> Piece:
        piece = Piece(self._index, self._start, self._position, data, oversize)
        self._start, self._position = self._start + length, self._position + lines
        return piece

    def add(self, part: bytes) -> Iterator[Piece]:
        """Add the next bytes of the file; yields the pieces that they complete."""
        if self._oversize is not None:
            state = self._oversize
            at = row_end(np.frombuffer(part, np.uint8), ord(DELIMITERS[self._form]), state)
            self._length += len(part) if at < 0 else at
            if at < 0:
                return
            yield self._piece(b"", self._length, int(state[3]), self._length)
            self._oversize, self._length, part = None, 0, part[at:]
        self._parts.append(part)
        self._length += len(part)
        if self._length < self._enough:
            return
        data = b"".join(self._parts)
        cut, lines = last_row(data, self._form)
        if cut:
            yield self._piece(data[:cut], cut, lines)
        rest = data[cut:]
        self._parts, self._length = [rest], len(rest)
        self._enough = max(self._size, 2 * len(rest))  # else a long row is scanned again and again
        if self._limit and len(rest) > self._limit:
            self._parts, self._length, self._enough = [], 0, self._size
            self._oversize = np.zeros(4, np.int64)
            yield from self.add(rest)

    def finish(self, problem: str | None = None) -> Iterator[Piece]:
        """The last piece, at the end of the file. `problem`: why the file is damaged there; then its last
        row, which may be incomplete, is not read.
        """
        data = b"".join(self._parts)
        if self._oversize is not None:
            yield self._piece(b"", self._length, 0, self._length)
        elif problem is not None:
            cut, lines = last_row(data, self._form) if data else (0, 0)
            if cut:
                yield self._piece(data[:cut], cut, lines)
            yield rest_of(self._piece(b"", 0, 0), len(data) - cut, problem)
        elif data:
            yield self._piece(data, len(data), 0)


def last_row(data: bytes, form: str) -> tuple[int, int]:
    """Where the last row, which may be incomplete, begins: its byte and its line, from 0."""
    last = deque(rows_of(data, form), maxlen=1)
    line = last[0][1] if last else 0
    return int(line_starts(data)[line]), line


def rows_of(data: bytes, form: str) -> Iterator[tuple[list[str], int, int]]:
    """Each row, its first line (from 0) and the first line after it. A blank line is a row without cells."""
    text = io.StringIO(data.decode("utf-8", "surrogateescape"), newline="")
    reader = csv.reader(text, delimiter=DELIMITERS[form])
    before = 0
    for row in reader:
        yield row, before, (before := reader.line_num)


def line_starts(data: bytes) -> Int64s:
    """Where each line begins, and the length of the data (int64). Lines end as for the csv module."""
    characters = np.frombuffer(data, np.uint8)
    ends = characters == 10  # newline
    if b"\r" in data:
        returns = characters == 13  # carriage return, which a newline may follow
        ends |= returns & ~np.append(ends[1:], False)
    starts = np.concatenate([[0], np.flatnonzero(ends) + 1])
    return starts if starts[-1] == len(data) else np.append(starts, len(data))
