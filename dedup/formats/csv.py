"""CSV and TSV with a header row: quotes are '"', doubled in a field; the delimiter follows the extension."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from dedup.errors import InputError
from dedup.formats.blocks import (
    Batch,
    Block,
    Cut,
    Edit,
    Fields,
    File,
    Found,
    Int64s,
    Piece,
    Spans,
    documents,
    line_spans,
    rejects,
)
from dedup.formats.jsonl import listed
from dedup.formats.literals import byte_ranges, without
from dedup.formats.orders import sortable
from dedup.formats.streams import Source

DELIMITERS = {"csv": ",", "tsv": "\t"}
_INVALID = re.compile("[\ud800-\udfff]")
_DOUBLED = re.compile('""')

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # the standard 131,072 is less than a long article


def header(file: File) -> tuple[str, ...]:
    """The names of the columns; empty for a file without rows. A name that stands twice gets a number."""
    names: dict[str, None] = {}
    for name in _head(file)[0]:
        number, unique = 1, name
        while unique in names:
            number += 1
            unique = f"{name}_{number}"
        names[unique] = None
    return tuple(names)


def _head(file: File) -> tuple[list[str], int, int]:
    """The header row, where it ends, and how many lines that takes."""
    source = Source(file)
    start = source.skip_mark()
    for data, whole in _growing(source, 1 << 16):
        rows = _rows(data, file.format)
        for row, (_, high), (_, lines) in rows:
            if row and (whole or high < len(data)):
                _check_header(row, file)
                return row, start + high, lines
    return [], start, 0


def _check_header(row: list[str], file: File) -> None:
    if _INVALID.search("".join(row)):
        raise InputError(f"The first row of {file.name!r} is not UTF-8; convert the file to UTF-8.")


def _growing(source: Source, size: int) -> Iterator[tuple[bytes, bool]]:
    """The start of a file, each time twice as much of it, and whether that is all."""
    held = b""
    for part in source.slices():
        held += bytes(part)
        if len(held) >= size:
            yield held, False
            size = len(held) * 2
    yield held, True


def read(index: int, file: File, size: int) -> Iterator[Piece]:
    """The rows below the header in pieces of about `size` bytes."""
    _, start, lines = _head(file)
    source = Source(file)
    source.skip(start)
    position, held, wanted = lines + 1, b"", size
    parts: list[bytes] = []
    for part in source.slices():
        parts.append(bytes(part))
        if sum(map(len, parts)) + len(held) < wanted:
            continue
        held, parts = b"".join([held, *parts]), []
        cut, lines = _last_row(held, file.format)
        if cut:
            yield Piece(index, start, position, held[:cut])
        start, position, held = start + cut, position + lines, held[cut:]
        wanted = max(size, 2 * len(held))  # a row longer than a block is not scanned again and again
    if held := b"".join([held, *parts]):
        yield Piece(index, start, position, held)
    source.close()


def _last_row(data: bytes, form: str) -> tuple[int, int]:
    """Where the last row (perhaps not whole yet) starts: its byte and its line, from 0."""
    last = deque(_rows(data, form), maxlen=1)
    return (last[0][1][0], last[0][2][0]) if last else (0, 0)


_Row = tuple[list[str], tuple[int, int], tuple[int, int]]


def _rows(data: bytes, form: str) -> Iterator[_Row]:
    """Each row with its span in bytes and in lines; blank lines are rows without cells."""
    ends = [0, *accumulate(map(len, data.splitlines(keepends=True)))]
    text = io.StringIO(data.decode("utf-8", "surrogateescape"), newline="")
    reader = csv.reader(text, delimiter=DELIMITERS[form])
    before = 0
    for row in reader:
        yield row, (ends[before], ends[reader.line_num]), (before, reader.line_num)
        before = reader.line_num


def parse(block: Block, fields: Fields) -> Batch:
    """The documents of a block of rows. Raises InputError when there is no such column."""
    if fields.text not in block.header:
        name = block.names[int(block.file[0])]
        raise InputError(
            f"{name!r} has no column {fields.text!r}, only {listed(block.header)}: "
            "name the right one with --text-field."
        )
    rows, places = [], []
    for row, bytes_, lines in _rows(block.data, block.format):
        if row:
            rows.append(row)
            places.append((*bytes_, *lines))
    low, high, line, _ = np.array(places, np.int64).reshape(-1, 4).T
    spans = line_spans(block, low, high, line, _line_ends(block.data))
    return RowBatch(block, fields, _found(rows, block.header, fields), spans)


def _line_ends(data: bytes) -> Int64s:
    return np.cumsum([len(line) for line in data.splitlines(keepends=True)], dtype=np.int64)


def _found(rows: Sequence[list[str]], header: tuple[str, ...], fields: Fields) -> Found:
    columns = {name: i for i, name in enumerate(header)}
    text, name, order = columns[fields.text], columns.get(fields.id), columns.get(fields.order or "")
    found = Found([], [], [], [], [])
    for index, row in enumerate(rows):
        if len(row) != len(header):
            found.bad.append((index, f"the row has {len(row)} cells, the header {len(header)}"))
        elif not row[text].isascii() and _INVALID.search("".join(row)):
            found.bad.append((index, "invalid UTF-8"))
        else:
            found.rows.append(index)
            found.texts.append(row[text])
            found.ids.append(None if name is None else row[name] or None)
            found.orders.append(None if order is None or fields.order is None else sortable(row[order]))
    return found


class RowBatch(Batch):
    """The documents of a block of rows."""

    def __init__(self, block: Block, fields: Fields, found: Found, spans: Spans) -> None:
        super().__init__(documents(found, spans), rejects(found.bad, spans))
        self._data = block.data
        self._format = block.format
        self._column = block.header.index(fields.text)
        self._spans = spans.take(found.rows)

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        low, start, end = (int(self._spans[i][row]) for i in (0, 3, 4))
        found = row_edits(self._data[low : low + end - start], self._column, self._format, cuts)
        return [Edit(start + edit.start, start + edit.end, edit.new) for edit in found]


def cells(raw: bytes, form: str) -> list[str]:
    """The cells of one row."""
    return next((row for row, *_ in _rows(raw, form)), [])


def row_edits(raw: bytes, column: int, form: str, cuts: Sequence[Cut]) -> list[Edit]:
    """The edits of one row that cut the text in this column; checked by reading the edited row again."""
    row = cells(raw, form)
    wanted = [*row[:column], without(row[column], cuts), *row[column + 1 :]]
    edits = _cell_edits(raw.decode(), column, DELIMITERS[form], cuts)
    if edits and list(_rows_after(raw, edits, form)) == [wanted]:
        return edits
    end = len(raw.rstrip(b"\r\n")) if raw.endswith((b"\n", b"\r")) else len(raw)
    return [Edit(0, end, row_bytes(wanted, form))]


def _rows_after(raw: bytes, edits: Sequence[Edit], form: str) -> Iterator[list[str]]:
    parts, at = [], 0
    for edit in edits:
        parts += [raw[at : edit.start], edit.new]
        at = edit.end
    return (row for row, *_ in _rows(b"".join([*parts, raw[at:]]), form))


def _cell_edits(raw: str, column: int, delimiter: str, cuts: Sequence[Cut]) -> list[Edit]:
    """The edits of the cell; none when the row is written in an unusual way."""
    quoted_cell, plain_cell = r'"([^"]*(?:""[^"]*)*)"', rf'([^"{delimiter}\r\n][^{delimiter}\r\n]*|)'
    cell = re.compile(rf"{quoted_cell}(?=[{delimiter}\r\n]|\Z)|{plain_cell}")
    at = 0
    for _ in range(column):
        match = cell.match(raw, at)
        if not match or not raw.startswith(delimiter, match.end()):
            return []
        at = match.end() + 1
    match = cell.match(raw, at)
    if not match:
        return []
    quoted = match[1] is not None
    start, end = match.span(1 if quoted else 2)
    escapes = ((m.start(), 2) for m in _DOUBLED.finditer(raw[start:end])) if quoted else ()
    base = len(raw[:start].encode())
    return [Edit(base + a, base + b, b"") for a, b in byte_ranges(raw[start:end], escapes, cuts)]


def row_bytes(row: Sequence[str], form: str) -> bytes:
    """A row as the standard library writes it, without a terminator."""
    target = io.StringIO()
    csv.writer(target, delimiter=DELIMITERS[form], lineterminator="").writerow(row)
    return target.getvalue().encode("utf-8", "surrogateescape")
