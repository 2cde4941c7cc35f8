"""CSV and TSV with a header row: quotes are '"', doubled in a field; the delimiter follows the extension."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

import numpy as np

from dedup.document import Cut, Edit, Fields, File, Reject
from dedup.errors import InputError
from dedup.files.reading import Source
from dedup.formats.blocks import Batch, Block, Piece, Spans, line_spans, passed_by, reason, within
from dedup.formats.columns import Found, documents, rejects, sortable
from dedup.formats.csv_rows import DELIMITERS, Reading, line_starts, rows_of
from dedup.formats.edits import byte_ranges
from dedup.formats.json_objects import listed
from dedup.text.ranges import without

_INVALID = re.compile("[\ud800-\udfff]")
_DOUBLED = re.compile('""')


def header(file: File, limit: int = 0) -> tuple[str, ...]:
    """The names of the columns; empty for a file without rows. A name that stands twice gets a number."""
    names: dict[str, None] = {}
    for name in _head(file, limit)[0]:
        number, unique = 1, name
        while unique in names:
            number += 1
            unique = f"{name}_{number}"
        names[unique] = None
    return tuple(names)


def _head(file: File, limit: int) -> tuple[list[str], int, int]:
    """The header row, where it ends, and how many lines that takes."""
    source = Source(file)
    start = source.skip_mark()
    for data, whole in _growing(source, 1 << 16):
        starts = line_starts(data)
        for row, _, lines in rows_of(data, file.format):
            if row and (whole or starts[lines] < len(data)):
                _check_header(row, file)
                return row, start + int(starts[lines]), lines
        if limit and len(data) > limit:
            raise InputError(
                f"The first row of {file.name!r} is {reason(limit)}: it is no CSV, or a quote is not closed."
            )
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


def read(index: int, file: File, size: int, limit: int = 0) -> Iterator[Piece]:
    """The rows below the header in pieces of about `size` bytes. A row of more than `limit` bytes (0: none)
    is passed by where it would have to be held.
    """
    _, start, lines = _head(file, limit)
    source = Source(file)
    source.skip(start)
    rows = Reading(index, file.format, start, lines + 1, (size, limit))
    for part in source.slices():
        yield from rows.take(bytes(part))
    yield from rows.end()
    source.close()


def _check_column(block: Block, fields: Fields) -> None:
    """Raise InputError where the header lacks the text field."""
    if fields.text not in block.header:
        name = block.names[int(block.file[0])]
        raise InputError(
            f"{name!r} has no column {fields.text!r}, only {listed(block.header)}: "
            "name the right one with --text-field."
        )


def parse(block: Block, fields: Fields) -> Batch:
    """The documents of a block of rows. Raises InputError when there is no such column."""
    _check_column(block, fields)
    if block.passed:
        return passed_by(block, fields.limit)
    rows = [row for row in rows_of(block.data, block.format) if row[0]]
    before, after = (np.array([row[i] for row in rows], np.int64) for i in (1, 2))
    starts = line_starts(block.data)
    spans = line_spans(block, starts[before], starts[after], before, starts[1:])
    held, long = within(spans, fields.limit)
    if long:
        gone = {bad.start for bad in long}
        rows = [row for row, start in zip(rows, spans.start.tolist(), strict=True) if start not in gone]
    return RowBatch(block, fields, _found([row for row, *_ in rows], block, fields), held, long)


def _found(rows: Sequence[list[str]], block: Block, fields: Fields) -> Found:
    header, whole = block.header, _is_utf8(block.data)
    columns = {name: i for i, name in enumerate(header)}
    text, name, order = columns[fields.text], columns.get(fields.id), columns.get(fields.order or "")
    url = columns.get(fields.url or "")
    found = Found([], [], [], [], [], [])
    for index, row in enumerate(rows):
        if len(row) != len(header):
            found.bad.append((index, f"the row has {len(row)} cells, the header {len(header)}"))
        elif not whole and _INVALID.search("".join(row)):
            found.bad.append((index, "invalid UTF-8"))
        else:
            found.rows.append(index)
            found.texts.append(row[text])
            found.ids.append(None if name is None else row[name] or None)
            found.orders.append(None if order is None or fields.order is None else sortable(row[order]))
            found.urls.append(None if url is None or fields.url is None else row[url])
    return found


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class RowBatch(Batch):
    """The documents of a block of rows."""

    def __init__(self, block: Block, fields: Fields, found: Found, spans: Spans, long: list[Reject]) -> None:
        super().__init__(documents(found, spans), rejects(found.bad, spans) + long)
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
    return next((row for row, *_ in rows_of(raw, form)), [])


def row_edits(raw: bytes, column: int, form: str, cuts: Sequence[Cut]) -> list[Edit]:
    """The edits of one row that cut the text in this column; checked by reading the edited row again."""
    row = cells(raw, form)
    wanted = [*row[:column], without(row[column], cuts), *row[column + 1 :]]
    edits = _cell_edits(raw.decode(), column, DELIMITERS[form], cuts)
    if not cuts or (edits and list(_rows_after(raw, edits, form)) == [wanted]):
        return edits
    end = len(raw.rstrip(b"\r\n")) if raw.endswith((b"\n", b"\r")) else len(raw)
    return [Edit(0, end, row_bytes(wanted, form))]


def _rows_after(raw: bytes, edits: Sequence[Edit], form: str) -> Iterator[list[str]]:
    parts, at = [], 0
    for edit in edits:
        parts += [raw[at : edit.start], edit.new]
        at = edit.end
    return (row for row, *_ in rows_of(b"".join([*parts, raw[at:]]), form))


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
    csv.writer(target, delimiter=DELIMITERS[form]).writerow(row)  # its terminator says what has to be quoted
    return target.getvalue().removesuffix("\r\n").encode("utf-8", "surrogateescape")
