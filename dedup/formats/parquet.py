"""Parquet: each row is a document. The offsets of an edit count the UTF-8 bytes of the row's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup.document import Cut, Edit, Fields, File, list_fields
from dedup.errors import InputError
from dedup.files.reading import check_unchanged
from dedup.formats.blocks import Batch, Spans, TableBlock, too_long
from dedup.formats.columns import Columns, preferences, record_batch, site_names
from dedup.formats.edits import byte_ranges
from dedup.native.arrays import Int64s
from dedup.text.arrow_values import are_utf8, as_list, strings, values_of
from dedup.text.encoding import is_text
from dedup.text.fields.sort_keys import sort_keys

_FAILURES = (pa.ArrowException, OSError, UnicodeDecodeError)
"""What Arrow raises for damaged files; the last one for a column whose name is no UTF-8."""


def open_table(file: File) -> pq.ParquetFile:
    """Open a Parquet file and read its footer. Raises InputError."""
    check_unchanged(file)
    try:
        return pq.ParquetFile(file.path)
    except _FAILURES as error:
        raise _unreadable(file, error) from error


def _unreadable(file: File, error: Exception) -> InputError:
    reason = str(error).splitlines()[0].rstrip(". ")
    return InputError(f"{file.name!r} is not a valid Parquet file: {reason}.")


def row_batches(
    table: pq.ParquetFile, file: File, size: int, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows in batches of about `size` bytes. Raises InputError."""
    groups = [table.metadata.row_group(i) for i in range(table.num_row_groups)]
    widest = max((g.total_byte_size / max(g.num_rows, 1) for g in groups), default=1)
    rows = int(min(max(size / max(widest, 1), 1), 1 << 16))
    try:
        yield from table.iter_batches(rows, columns=columns)
    except _FAILURES as error:
        raise _unreadable(file, error) from error


def blocks(index: int, file: File, size: int, fields: Fields | None) -> Iterator[TableBlock]:
    """The rows of a file in blocks of about `size` bytes; with `fields` only these columns."""
    with open_table(file) as table:
        start = 0
        for batch in row_batches(table, file, size, _columns(table, fields)):
            yield block(index, file.name, batch, np.arange(start, start + len(batch)))
            start += len(batch)


def _columns(table: pq.ParquetFile, fields: Fields | None) -> list[str] | None:
    names = set(table.schema_arrow.names)
    if fields is None or fields.text not in names:
        return None  # all columns, so that the error can list them
    preferred = (preference.field for preference in fields.preferences)
    wanted = dict.fromkeys((*fields.names, *preferred, fields.site))
    return [name for name in wanted if name is not None and name in names]


def fetch(index: int, file: File, rows: Int64s, size: int, fields: Fields | None) -> Iterator[TableBlock]:
    """These rows of a file (from 0, ascending) in blocks; with `fields` only these columns."""
    with open_table(file) as table:
        start = 0
        for batch in row_batches(table, file, size, _columns(table, fields)):
            low, high = np.searchsorted(rows, [start, start + len(batch)])
            if low < high:
                chosen = rows[low:high]
                yield block(index, file.name, _taken(batch, chosen - start), chosen)
            start += len(batch)


def _taken(batch: pa.RecordBatch, rows: Int64s) -> pa.RecordBatch:
    """These rows of a batch, also of types that Arrow cannot take from: each row is a slice then."""
    try:
        return batch.take(pa.array(rows))
    except pa.ArrowNotImplementedError:
        slices = [batch.slice(row, 1) for row in rows.tolist()]
        (taken,) = pa.Table.from_batches(slices).combine_chunks().to_batches()
        return taken


def block(index: int, name: str, table: pa.RecordBatch, rows: Int64s) -> TableBlock:
    """A block of these rows (their numbers, from 0) of file `index`."""
    return TableBlock("parquet", {index: name}, index, rows, table)


def parse(block: TableBlock, fields: Fields) -> Batch:
    """The documents of a block of rows. Raises InputError if the text field is no column of strings."""
    table, rows = block.table, block.rows
    raw = _texts(table, fields.text, block.names[block.file])
    texts, is_utf8 = strings(raw), are_utf8(raw)
    is_long = pc.greater(pc.binary_length(raw), fields.limit or 1 << 62).fill_null(False)
    is_document = np.asarray(is_utf8.fill_null(False)) & ~np.asarray(is_long)
    spans = Spans(rows, rows + 1, np.full(len(rows), block.file, np.int32), rows, rows + 1, rows + 1)
    chosen = pa.array(is_document)
    urls = _strings(table, fields.url)
    columns = Columns(
        _ids(table, fields.id),
        texts,
        _sort_keys(table, fields.order),
        _strings(table, fields.title),
        urls,
        preferences([_values(table, name) for name, _ in fields.preferences], fields, len(table)),
        site_names(urls, None if fields.site is None else _values(table, fields.site), fields),
    )
    documents = record_batch(
        spans.take(np.flatnonzero(is_document)), Columns(*(column.filter(chosen) for column in columns))
    )
    null, bad = f"the field {fields.text!r} is null, not a string", "invalid UTF-8"
    reasons = (
        (row, too_long(fields.limit) if is_long[row].as_py() else bad if raw[row].is_valid else null)
        for row in np.flatnonzero(~is_document).tolist()
    )
    return TableBatch(documents, spans.rejects(reasons))


def _texts(table: pa.RecordBatch, field: str, name: str) -> pa.Array:
    """The texts as large_binary. Raises InputError if file `name` has no such column of strings."""
    column = table.schema.get_field_index(field)
    if column < 0:
        raise InputError(
            f"{name!r} has no column {field!r}, only {list_fields(table.schema.names)}: "
            "name the right one with --text-field."
        )
    type_ = table.schema.types[column]
    if not is_text(type_):
        raise InputError(
            f"{name!r} holds {type_}, not strings, in {field!r}: name another with --text-field."
        )
    return table.column(column).cast(pa.large_binary())


def _ids(table: pa.RecordBatch, field: str) -> pa.Array:
    column = table.schema.get_field_index(field)
    if column < 0:
        return pa.nulls(len(table), pa.string())
    values = table.column(column)
    if is_text(values.type):
        return strings(values).cast(pa.string())
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        return pc.cast(values, pa.string())
    return pa.array([None if value is None else str(value) for value in values_of(values)], pa.string())


def _strings(table: pa.RecordBatch, field: str | None) -> pa.Array:
    """The strings of a column; nulls where there is no such column of strings."""
    column = -1 if field is None else table.schema.get_field_index(field)
    if column < 0 or not is_text(table.schema.types[column]):
        return pa.nulls(len(table), pa.large_string())
    return strings(table.column(column))


def _sort_keys(table: pa.RecordBatch, field: str | None) -> pa.Array:
    column = -1 if field is None else table.schema.get_field_index(field)
    if column < 0:
        return pa.nulls(len(table), pa.string())
    return sort_keys(table.column(column))


def _values(table: pa.RecordBatch, field: str) -> list[object] | None:
    column = table.schema.get_field_index(field)
    return None if column < 0 else as_list(table.column(column))


class TableBatch(Batch):
    """The documents of a block of rows."""

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        text: str = self.documents.column("text")[row].as_py()
        return [Edit(low, high, b"") for low, high in byte_ranges(text, (), cuts)]
