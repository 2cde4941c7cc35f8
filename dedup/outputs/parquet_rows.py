"""Parquet out: rows copied, left out or with another text; the ledger keeps the rows that changed, whole."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from dedup.document import Fields, File
from dedup.files.staging import Target
from dedup.formats.parquet import open_table, row_batches
from dedup.ledger.format import Part
from dedup.ledger.record import Record
from dedup.ledger.writer import Ledger
from dedup.outputs.convert import edited
from dedup.outputs.sinks import Sink

SIZE = 8 << 20


def shared_schema(files: Sequence[File]) -> pa.Schema | None:
    """A schema that holds the rows of all these Parquet files; None when their columns are too different."""
    schemas = []
    for file in files:
        with open_table(file) as table:
            schemas.append(table.schema_arrow)
    try:
        return pa.unify_schemas(schemas, promote_options="permissive")
    except pa.ArrowException:
        return None


class RowSink:
    """A Parquet file that takes the rows of one or more Parquet files.

    `schema`: the columns of all of them together; without it those of the first file are meant.
    """

    def __init__(self, target: Target, schema: pa.Schema | None = None) -> None:
        self._target = target
        self._writer: pq.ParquetWriter | None = None
        self._schema = schema
        self.rows = 0

    def begin(self, schema: pa.Schema, compression: str) -> bool:
        """Called for each file before its rows; tells whether they can be had back from the output."""
        if self._schema is None:
            self._schema = schema
        if self._writer is None:
            target = pa.PythonFile(self._target, "w")
            self._writer = pq.ParquetWriter(target, self._schema, compression=compression)
        same: bool = self._schema.equals(schema)
        return same

    def write(self, parts: Sequence[pa.RecordBatch]) -> None:
        if parts and self._writer and self._schema:
            self._writer.write_table(pa.Table.from_batches([_fitted(part, self._schema) for part in parts]))
            self.rows += sum(map(len, parts))

    def document(self, line: bytes) -> None:
        raise NotImplementedError("rows come as Arrow")

    def close(self) -> None:
        if self._writer:
            self._writer.close()


def _fitted(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch with exactly these columns: missing ones are null, narrower types widened."""
    if batch.schema.equals(schema):
        return pa.RecordBatch.from_arrays(batch.columns, schema=schema)
    names = set(batch.schema.names)
    columns = [
        batch.column(field.name).cast(field.type) if field.name in names else pa.nulls(len(batch), field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def write(
    file: File, records: Iterator[Record], book: Ledger, fields: Fields, sink: Sink | None, output: int
) -> None:
    """Send the rows of a Parquet file to a sink: as rows to a `RowSink`, else as lines of JSON."""
    with open_table(file) as table:
        schema = table.schema_arrow
        rows_out = sink if isinstance(sink, RowSink) else None
        before = rows_out.rows if rows_out else 0
        standing = rows_out.begin(schema, _compression(table)) if rows_out else False
        for batch in row_batches(table, file, SIZE):
            rows = list(islice(records, len(batch)))
            if rows_out:
                rows_out.write(_runs(_cut(batch, rows, fields.text), rows))
            elif sink:
                for line in _lines(_cut(batch, rows, fields.text), rows):
                    sink.document(line)
            _note(file, batch, rows, book, standing)
        part = Part(output, before, rows_out.rows - before) if rows_out and standing else Part(None, 0, 0)
        packed = base64.b64encode(schema.serialize().to_pybytes()).decode()
        book.file(file, table.metadata.num_rows, None, part, schema=packed, packing=_compression(table))


def _compression(table: pq.ParquetFile) -> str:
    """The compression of a file, to be used for what is made of it."""
    metadata = table.metadata
    if not metadata.num_row_groups or not metadata.num_columns:
        return "snappy"
    name = str(metadata.row_group(0).column(0).compression).lower()
    return {"uncompressed": "none", "lz4": "snappy"}.get(name, name)


def _cut(batch: pa.RecordBatch, rows: Sequence[Record], field: str) -> pa.RecordBatch:
    """The batch with the edits made in its texts."""
    if not any(record.edits and not record.gone for record in rows):
        return batch
    index = batch.schema.get_field_index(field)
    texts = batch.column(index).to_pylist()
    for i, record in enumerate(rows):
        if record.edits and not record.gone:
            texts[i] = edited(texts[i].encode(), 0, record.edits).decode()
    kind = batch.schema.types[index]
    column = pa.array(texts, pa.large_string())
    column = column.dictionary_encode() if pa.types.is_dictionary(kind) else column
    return batch.set_column(index, batch.schema.field(index), column.cast(kind))


def _runs(batch: pa.RecordBatch, rows: Sequence[Record]) -> list[pa.RecordBatch]:
    """The rows that stay, as slices: slicing works for every type, filtering does not."""
    parts, start = [], 0
    for i, record in enumerate([*rows, None]):
        if record is None or record.gone:
            if start < i:
                parts.append(batch.slice(start, i - start))
            start = i + 1
    return parts


def _lines(batch: pa.RecordBatch, rows: Sequence[Record]) -> Iterator[bytes]:
    """The rows that stay, as lines of JSON."""
    for part in _runs(batch, rows):
        for row in part.to_pylist():
            yield as_line(row)


def as_line(row: dict[str, Any]) -> bytes:
    """A row as a line of JSON: dates in ISO format, binary as text or base64, NaN as null."""
    return orjson.dumps(row, default=_readable, option=orjson.OPT_NON_STR_KEYS)


def _readable(value: object) -> object:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _note(file: File, batch: pa.RecordBatch, rows: Sequence[Record], book: Ledger, standing: bool) -> None:
    """The ledger lines of a batch, then its changed rows as they were."""
    changed = [i for i, record in enumerate(rows) if record.gone or record.edits or not standing]
    for i, record in enumerate(rows):
        if record.reason is None:
            book.document(record.line, [])
        else:
            raw = as_line(batch.slice(i, 1).to_pylist()[0])
            book.reject(file.name, record, [raw], whole=False)
    if changed:
        now = [int(standing and not rows[i].gone) for i in changed]
        book.rows(_stream(batch, changed), [rows[i].start for i in changed], now)


def _stream(batch: pa.RecordBatch, chosen: Sequence[int]) -> bytes:
    """These rows as an Arrow stream."""
    table = pa.Table.from_batches([batch.slice(i, 1) for i in chosen], batch.schema).combine_chunks()
    held = pa.BufferOutputStream()
    with pa.ipc.new_stream(held, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    data: bytes = held.getvalue().to_pybytes()
    return data
