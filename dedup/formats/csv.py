"""CSV and TSV with a header row. Cells are quoted with '"'; a quote within a quoted cell is doubled."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from dedup.document import Cut, Edit, Fields, File, Reject, list_fields
from dedup.errors import InputError
from dedup.files.reading import FileReader
from dedup.formats.blocks import Batch, Piece, RowBlock, Spans, line_spans, split_by_length, too_long
from dedup.formats.columns import Order, ParsedRecords, record_batch
from dedup.formats.csv_rows import DELIMITERS, RowPieces, line_starts, rows_of
from dedup.formats.edits import apply_edits, byte_ranges
from dedup.native.arrays import Int64s
from dedup.text.ranges import without

_INVALID = re.compile("[\ud800-\udfff]")  # bytes that are no UTF-8, as surrogate escapes
_DOUBLED = re.compile('""')


def header(file: File, limit: int = 0) -> tuple[str, ...]:
    """The names of the columns; empty for a file without rows. A repeated name gets a number."""
    return tuple(distinct(header_row(file, limit).cells))


def distinct(names: Iterable[str]) -> list[str]:
    """These names of columns; a repeated one gets a number."""
    known: dict[str, None] = {}
    for name in names:
        number, unique = 1, name
        while unique in known:
            number += 1
            unique = f"{name}_{number}"
        known[unique] = None
    return list(known)


class HeaderRow(NamedTuple):
    """The first row of a file: its cells, its bytes [start, end) there, and the lines up to its end."""

    cells: list[str]
    start: int
    end: int
    lines: int


def header_row(file: File, limit: int = 0) -> HeaderRow:
    """The header row of a file, without cells if the file has no rows. `limit`: the most bytes that it may
    have; 0: any number. Raises InputError.
    """
    source = FileReader(file)
    start = source.skip_bom()
    for data, is_all in _growing(source, 1 << 16):
        starts = line_starts(data)
        for row, before, lines in rows_of(data, file.format):
            if row and (is_all or starts[lines] < len(data)):
                if _INVALID.search("".join(row)):
                    raise InputError(
                        f"The first row of {file.name!r} is not UTF-8; convert the file to UTF-8."
                    )
                return HeaderRow(row, start + int(starts[before]), start + int(starts[lines]), lines)
        if limit and len(data) > limit:
            raise InputError(
                f"The first row of {file.name!r} is {too_long(limit)}: "
                "it is no CSV, or a quote is not closed."
            )
    return HeaderRow([], start, start, 0)


def _growing(source: FileReader, size: int) -> Iterator[tuple[bytes, bool]]:
    """The first `size` bytes of a file or more, then twice as many each time; and whether that is all."""
    data = b""
    for part in source.slices():
        data += bytes(part)
        if len(data) >= size:
            yield data, False
            size = len(data) * 2
    yield data, True


def read(index: int, file: File, size: int, limit: int = 0) -> Iterator[Piece]:
    """The rows below the header in pieces of about `size` bytes. A row of more than `limit` bytes (0: any
    number) that does not fit in a piece is an oversize piece: it is not kept in memory.
    """
    header = header_row(file, limit)
    source = FileReader(file)
    source.skip(header.end)
    rows = RowPieces(index, file.format, header.end, header.lines + 1, (size, limit))
    for part in source.slices():
        yield from rows.add(bytes(part))
    yield from rows.finish(source.problem)
    source.close()


def check_header(header: tuple[str, ...], fields: Fields, name: str) -> None:
    """Raise InputError if a header lacks the text field. `name`: of the file."""
    if fields.text not in header:
        raise InputError(
            f"{name!r} has no column {fields.text!r}, only {list_fields(header)}: "
            "name the right one with --text-field."
        )


def parse(block: RowBlock, fields: Fields) -> Batch:
    """The documents of a block of rows. Raises InputError if there is no column of texts."""
    check_header(block.header, fields, block.names[int(block.file[0])])
    rows = [row for row in rows_of(block.data, block.format) if row[0]]
    before, after = (np.array([row[i] for row in rows], np.int64) for i in (1, 2))
    starts = line_starts(block.data)
    every = line_spans(block, starts[before], starts[after], before, starts[1:])
    spans, long = split_by_length(every, fields.limit)
    if long:
        gone = {reject.start for reject in long}
        rows = [row for row, start in zip(rows, every.start.tolist(), strict=True) if start not in gone]
    return RowBatch(block, fields, _parse([row for row, *_ in rows], block, fields), spans, long)


def _parse(rows: Sequence[list[str]], block: RowBlock, fields: Fields) -> ParsedRecords:
    header, is_utf8 = block.header, _is_utf8(block.data)
    columns = {name: i for i, name in enumerate(header)}
    text, id_ = columns[fields.text], columns.get(fields.id)
    title, url = (None if name is None else columns.get(name) for name in (fields.title, fields.url))
    has_order = fields.order is not None or bool(fields.preferences) or fields.site is not None
    records = ParsedRecords.none()
    for index, row in enumerate(rows):
        if len(row) != len(header):
            records.bad.append((index, f"the row has {len(row)} cells, the header {len(header)}"))
        elif not is_utf8 and _INVALID.search("".join(row)):
            records.bad.append((index, "invalid UTF-8"))
        else:
            records.add(
                index,
                row[text],
                None if id_ is None else row[id_] or None,
                Order.of(dict(zip(header, row, strict=True)).get, fields) if has_order else None,
                None if title is None else row[title],
                None if url is None else row[url],
            )
    return records


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class RowBatch(Batch):
    """The documents of a block of rows. `long`: rejects of rows that are too long."""

    def __init__(
        self, block: RowBlock, fields: Fields, records: ParsedRecords, spans: Spans, long: list[Reject]
    ) -> None:
        self._data = block.data
        self._format = block.format
        self._column = block.header.index(fields.text)
        self._spans = spans.take(records.rows)
        super().__init__(
            record_batch(self._spans, records.columns(fields)), spans.rejects(records.bad) + long
        )

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        low, start, end = (int(self._spans[i][row]) for i in (0, 3, 4))
        edits = row_edits(self._data[low : low + end - start], self._column, self._format, cuts)
        return [Edit(start + edit.start, start + edit.end, edit.new) for edit in edits]


def row_starts(data: bytes, form: str) -> tuple[Int64s, Int64s]:
    """Where each row of `data` begins, and on which line, from 0 (both int64); blank lines are rows."""
    lines = np.array([before for _, before, _ in rows_of(data, form)], np.int64)
    return line_starts(data)[lines], lines


def cells(raw: bytes, form: str) -> list[str]:
    """The cells of one row."""
    return next((row for row, *_ in rows_of(raw, form)), [])


def row_edits(raw: bytes, column: int, form: str, cuts: Sequence[Cut]) -> list[Edit]:
    """The edits of one row that cut the text in this column. The edited row is read again: if it has other
    cells than it should, the row is written anew.
    """
    row = cells(raw, form)
    wanted = [*row[:column], without(row[column], cuts), *row[column + 1 :]]
    edits = _cell_edits(raw.decode(), column, form, cuts)
    if not cuts or (edits and [row for row, *_ in rows_of(apply_edits(raw, edits), form)] == [wanted]):
        return edits
    end = len(raw.rstrip(b"\r\n")) if raw.endswith((b"\n", b"\r")) else len(raw)
    return [Edit(0, end, row_bytes(wanted, form))]


def _cell_edits(raw: str, column: int, form: str, cuts: Sequence[Cut]) -> list[Edit]:
    """The edits of the cell; none if the row is not written in the usual way."""
    cell = _cell(raw, column, DELIMITERS[form])
    if not cell:
        return []
    quoted = cell[1] is not None
    start, end = cell.span(1 if quoted else 2)
    escapes = ((m.start(), 2) for m in _DOUBLED.finditer(raw[start:end])) if quoted else ()
    base = len(raw[:start].encode())
    return [Edit(base + a, base + b, b"") for a, b in byte_ranges(raw[start:end], escapes, cuts)]


def _cell(raw: str, column: int, delimiter: str) -> re.Match[str] | None:
    """The cell of a row in this column: group 1 is what is between its quotes, group 2 a cell without quotes.
    None if the row is not written in the usual way.
    """
    quoted_cell, plain_cell = r'"([^"]*(?:""[^"]*)*)"', rf'([^"{delimiter}\r\n][^{delimiter}\r\n]*|)'
    cell = re.compile(rf"{quoted_cell}(?=[{delimiter}\r\n]|\Z)|{plain_cell}")
    at = 0
    for _ in range(column):
        match = cell.match(raw, at)
        if not match or not raw.startswith(delimiter, match.end()):
            return None
        at = match.end() + 1
    return cell.match(raw, at)


def cell_span(raw: bytes, column: int, form: str) -> tuple[int, int] | None:
    """The bytes of the cell of a row in this column, quotes included. None if the row is not written in the
    usual way.
    """
    row = raw.decode()
    cell = _cell(row, column, DELIMITERS[form])
    return byte_ranges(row, (), [cell.span()])[0] if cell else None


def row_bytes(row: Sequence[str], form: str, quoting: Literal[0, 1] = csv.QUOTE_MINIMAL) -> bytes:
    """A row as the standard library writes it, without a terminator. `quoting`: csv.QUOTE_MINIMAL or
    csv.QUOTE_ALL.
    """
    target = io.StringIO()
    # with its own terminator, since which cells it quotes depends on that
    csv.writer(target, delimiter=DELIMITERS[form], quoting=quoting).writerow(row)
    return target.getvalue().removesuffix("\r\n").encode("utf-8", "surrogateescape")
