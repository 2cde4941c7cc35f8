"""Parquet: each row is a document. Rows travel as Arrow; an edit counts bytes of the row's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup.document import SCHEMA, Cut, Edit, Fields, File, Reject
from dedup.errors import InputError
from dedup.files.reading import check_unchanged
from dedup.formats.blocks import Batch, Block
from dedup.formats.blocks import reason as too_long
from dedup.formats.columns import hosts, sortable
from dedup.formats.edits import byte_ranges
from dedup.formats.json_objects import listed
from dedup.kernels.arrays import Int64s

_STRINGS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


def open_table(file: File) -> pq.ParquetFile:
    """The Parquet file, its footer read. Raises InputError."""
    check_unchanged(file)
    try:
        return pq.ParquetFile(file.path)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: File, error: Exception) -> InputError:
    reason = str(error).splitlines()[0].rstrip(". ")
    return InputError(f"{file.name!r} is not a whole Parquet file: {reason}.")


def row_batches(
    table: pq.ParquetFile, file: File, size: int, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows in batches of about `size` bytes. Raises InputError."""
    groups = [table.metadata.row_group(i) for i in range(table.num_row_groups)]
    widest = max((g.total_byte_size / max(g.num_rows, 1) for g in groups), default=1)
    rows = int(min(max(size / max(widest, 1), 1), 1 << 16))
    try:
        yield from table.iter_batches(rows, columns=columns)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(file, error) from error


def blocks(index: int, file: File, size: int, fields: Fields | None) -> Iterator[Block]:
    """The rows of a file in blocks; with `fields` only these columns."""
    with open_table(file) as table:
        start = 0
        for batch in row_batches(table, file, size, _columns(table, fields)):
            yield block(index, file.name, batch, np.arange(start, start + len(batch)), start == 0)
            start += len(batch)


def _columns(table: pq.ParquetFile, fields: Fields | None) -> list[str] | None:
    names = set(table.schema_arrow.names)
    if fields is None or fields.text not in names:
        return None  # all of them, so that the error can name them
    return [name for name in dict.fromkeys(fields.names) if name is not None and name in names]


def fetch(index: int, file: File, rows: Int64s, size: int, fields: Fields | None) -> Iterator[Block]:
    """Blocks of these rows (from 0, sorted) alone."""
    with open_table(file) as table:
        start = 0
        for batch in row_batches(table, file, size, _columns(table, fields)):
            low, high = np.searchsorted(rows, [start, start + len(batch)])
            if low < high:
                chosen = rows[low:high]
                yield block(index, file.name, batch.take(pa.array(chosen - start)), chosen, False)
            start += len(batch)


def block(index: int, name: str, batch: pa.RecordBatch, rows: Int64s, first: bool) -> Block:
    """A block of these rows (from 0) of a file."""
    return Block(
        format="parquet",
        names={index: name},
        data=b"",
        file=np.full(len(rows), index, np.int32),
        start=rows,
        end=rows + 1,
        position=rows + 1,
        offset=np.zeros(len(rows) + 1, np.int64),
        first=first,
        table=batch,
    )


def parse(block: Block, fields: Fields) -> Batch:
    """The documents of a block of rows. Raises InputError when there is no such column of strings."""
    table = block.table
    assert table is not None
    text = text_column(table, fields.text, block.names[int(block.file[0])])
    good = np.asarray(text.is_valid())
    long = pc.greater(pc.binary_length(text), fields.limit or 1 << 62).fill_null(False)
    good &= ~np.asarray(long)
    columns = [
        pa.array(block.file[good]),
        pa.array(block.position[good]),
        _ids(table, fields.id).filter(pa.array(good)),
        text.filter(pa.array(good)),
        pa.array(block.start[good]),
        pa.array(block.end[good]),
        _orders(table, fields.order).filter(pa.array(good)),
        hosts(_urls(table, fields.url).filter(pa.array(good))),
    ]
    null = f"the field {fields.text!r} is null, not a string"
    bad = [
        Reject(int(block.file[i]), int(block.position[i]), int(block.start[i]), int(block.end[i]), reason)
        for i in np.flatnonzero(~good)
        for reason in [too_long(fields.limit) if long[i].as_py() else null]
    ]
    return TableBatch(pa.RecordBatch.from_arrays(columns, schema=SCHEMA), bad)


def text_column(table: pa.RecordBatch, field: str, name: str) -> pa.Array:
    """The texts as large_string. Raises InputError when there is no such column, or none of strings."""
    column = table.schema.get_field_index(field)
    if column < 0:
        raise InputError(
            f"{name!r} has no column {field!r}, only {listed(table.schema.names)}: "
            "name the right one with --text-field."
        )
    held = table.schema.types[column]
    inner = held.value_type if pa.types.is_dictionary(held) else held
    if not any(test(inner) for test in _STRINGS):
        raise InputError(f"{name!r} holds {held}, not strings, in {field!r}: name another with --text-field.")
    return table.column(column).cast(pa.large_string())


def _ids(table: pa.RecordBatch, field: str) -> pa.Array:
    column = table.schema.get_field_index(field)
    if column < 0:
        return pa.nulls(len(table), pa.string())
    values = table.column(column)
    kind = values.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or any(test(kind) for test in _STRINGS):
        return pc.cast(values, pa.string())
    return pa.array([None if value is None else str(value) for value in values.to_pylist()], pa.string())


def _urls(table: pa.RecordBatch, field: str | None) -> pa.Array:
    """The values of a column of strings; nothing where there is none."""
    column = -1 if field is None else table.schema.get_field_index(field)
    values = table.column(column) if column >= 0 else pa.nulls(len(table), pa.large_string())
    inner = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if not any(test(inner) for test in _STRINGS):
        return pa.nulls(len(table), pa.large_string())
    return values.cast(pa.large_string())


def _orders(table: pa.RecordBatch, field: str | None) -> pa.Array:
    column = -1 if field is None else table.schema.get_field_index(field)
    if column < 0:
        return pa.nulls(len(table), pa.string())
    return pa.array([sortable(value) for value in table.column(column).to_pylist()], pa.string())


class TableBatch(Batch):
    """The documents of a block of rows."""

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        text: str = self.documents.column("text")[row].as_py()
        return [Edit(low, high, b"") for low, high in byte_ranges(text, (), cuts)]
