"""Rows of Parquet files copied, left out or edited; the ledger keeps the changed rows as they were."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from dedup.document import Fields, File
from dedup.files.target import Target
from dedup.formats.parquet import open_table, row_batches
from dedup.ledger.format import NOT_IN_OUTPUT, ChangedRows, OutputSpan, pack_schema
from dedup.ledger.record import Record
from dedup.ledger.writer import LedgerWriter
from dedup.outputs.json_tags import tagged
from dedup.outputs.sinks import Sink
from dedup.outputs.splice import apply_edits
from dedup.sources.tag_columns import has_tag_columns, tagged_schema, with_tag_columns
from dedup.text.arrow_values import values_of

BATCH = 8 << 20  # bytes of a file that are read at once


def shared_schema(files: Sequence[File]) -> pa.Schema | None:
    """A schema that fits the rows of all these Parquet files; None if their columns differ too much."""
    schemas = []
    for file in files:
        with open_table(file) as table:
            schemas.append(table.schema_arrow)
    try:
        return pa.unify_schemas(schemas, promote_options="permissive")
    except pa.ArrowException:
        return None


class RowSink:
    """A Parquet file that takes the rows of one or more Parquet files. `schema`: that of the output; without
    it, the schema of the first file.
    """

    def __init__(self, target: Target, schema: pa.Schema | None = None) -> None:
        self._target = target
        self._writer: pq.ParquetWriter | None = None
        self._schema = schema
        self.rows = 0
        """How many rows were written."""

    def begin(self, schema: pa.Schema, compression: str) -> bool:
        """To be called for each file before its rows. Returns whether the output has the schema of the file,
        so that its rows can be restored from there.
        """
        if self._schema is None:
            self._schema = schema
        if self._writer is None:
            target = pa.PythonFile(self._target, "w")
            self._writer = pq.ParquetWriter(target, self._schema, compression=compression)
        is_same: bool = self._schema.equals(schema)
        return is_same

    def write(self, batches: Sequence[pa.RecordBatch]) -> None:
        """Append the rows of these batches."""
        if batches and self._writer and self._schema:
            fitted = [fit(batch, self._schema) for batch in batches]
            self._writer.write_table(pa.Table.from_batches(fitted))
            self.rows += sum(map(len, batches))

    def close(self) -> None:
        if self._writer:
            self._writer.close()


def fit(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch with exactly these columns: missing ones are null, narrower types are widened."""
    if batch.schema.equals(schema):
        return pa.RecordBatch.from_arrays(batch.columns, schema=schema)
    if [*batch.schema][: len(schema)] == [*schema]:  # what the columns of a tag were added to
        return pa.RecordBatch.from_arrays(batch.columns[: len(schema)], schema=schema)
    names = set(batch.schema.names)
    columns = [
        batch.column(field.name).cast(field.type) if field.name in names else pa.nulls(len(batch), field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def write_rows(
    file: File,
    records: Iterator[Record],
    ledger: LedgerWriter,
    fields: Fields,
    sink: Sink | RowSink,
    output: int,
    tags: bool,
) -> None:
    """Write the kept rows of a Parquet file to a sink: as rows to a `RowSink`, as lines of JSON to another.
    `output`: the index of the sink's target among the outputs; `tags`: whether the records have tags.
    """
    with open_table(file) as table:
        schema, compression = table.schema_arrow, _compression(table)
        row_sink = sink if isinstance(sink, RowSink) else None
        start = row_sink.rows if row_sink else 0
        written = tagged_schema(schema) if tags else schema
        in_output = row_sink.begin(written, compression) if row_sink else False
        keeps_columns = in_output and not (tags and has_tag_columns(schema))
        for batch in row_batches(table, file, BATCH):
            rows = list(islice(records, len(batch)))
            edited = _edited(batch, rows, fields.text)
            if isinstance(sink, RowSink):
                edited = with_tag_columns(edited, (record.tag for record in rows)) if tags else edited
                sink.write(_kept_slices(edited, rows))
            else:
                _write_documents(_kept_slices(edited, rows), rows, sink)
            _write_lines(file, batch, rows, ledger)
            _write_changes(batch, rows, ledger, in_output, keeps_columns)
        span = NOT_IN_OUTPUT
        if row_sink and in_output:
            span = OutputSpan(output=output, start=start, length=row_sink.rows - start)
        size = table.metadata.num_rows
        ledger.parquet_file(file, size, span, pack_schema(schema), compression)


def _compression(table: pq.ParquetFile) -> str:
    """The compression of a Parquet file, by its first column, as a name that `ParquetWriter` takes."""
    metadata = table.metadata
    if not metadata.num_row_groups or not metadata.num_columns:
        return "snappy"
    name = str(metadata.row_group(0).column(0).compression).lower()
    return {"uncompressed": "none", "lz4": "snappy"}.get(name, name)


def _edited(batch: pa.RecordBatch, rows: Sequence[Record], text_field: str) -> pa.RecordBatch:
    """The batch with the edits made in its texts."""
    edited = [i for i, record in enumerate(rows) if record.edits and not record.is_removed]
    if not edited:
        return batch
    index = batch.schema.get_field_index(text_field)
    texts = values_of(batch.column(index))
    for i in edited:
        texts[i] = apply_edits(texts[i].encode(), 0, rows[i].edits).decode()
    kind = batch.schema.types[index]
    column = pa.array(texts, pa.large_string())
    column = column.dictionary_encode() if pa.types.is_dictionary(kind) else column
    return batch.set_column(index, batch.schema.field(index), column.cast(kind))


def _kept_slices(batch: pa.RecordBatch, rows: Sequence[Record]) -> list[pa.RecordBatch]:
    """The rows that are kept, as slices: slicing works for every type, filtering does not."""
    slices, start = [], 0
    for i, record in enumerate([*rows, None]):
        if record is None or record.is_removed:
            if start < i:
                slices.append(batch.slice(start, i - start))
            start = i + 1
    return slices


def _write_documents(kept: Iterable[pa.RecordBatch], rows: Sequence[Record], sink: Sink) -> None:
    """Write the kept rows as lines of JSON. `rows`: the records of these rows and of removed ones."""
    tags = (record.tag for record in rows if not record.is_removed)
    for batch in kept:
        for row in rows_of(batch):
            line, tag = row_as_json(row), next(tags)
            sink.document(line if tag is None else tagged(line, tag))


def rows_of(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """The rows by the names of the columns, in Python's values."""
    for row in zip(*map(values_of, batch.columns), strict=True):
        yield dict(zip(batch.schema.names, row, strict=True))


def row_as_json(row: dict[str, Any]) -> bytes:
    """A row as a line of JSON: dates in ISO 8601, binary as UTF-8 or base64, NaN as null."""
    return orjson.dumps(row, default=_as_json_value, option=orjson.OPT_NON_STR_KEYS)


def _as_json_value(value: object) -> object:
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _write_lines(file: File, batch: pa.RecordBatch, rows: Sequence[Record], ledger: LedgerWriter) -> None:
    """Write the ledger lines and the rejects of a batch."""
    for i, record in enumerate(rows):
        if record.reason is None:
            ledger.document(record.line, [])
        else:
            raw = row_as_json(next(rows_of(batch.slice(i, 1))))
            ledger.reject(file.name, record, [raw], exact=False)


def _write_changes(
    batch: pa.RecordBatch, rows: Sequence[Record], ledger: LedgerWriter, in_output: bool, keeps_columns: bool
) -> None:
    """Write the rows of a batch that the output lacks (`in_output`: it has the others), or has with another
    text, or without all of their columns (`keeps_columns`: it has them).
    """
    changed = [i for i, record in enumerate(rows) if record.is_removed or record.edits or not keeps_columns]
    if changed:
        lengths = [int(in_output and not rows[i].is_removed) for i in changed]
        ledger.rows(ChangedRows(_chosen(batch, changed), [rows[i].start for i in changed], lengths))


def _chosen(batch: pa.RecordBatch, chosen: Iterable[int]) -> pa.Table:
    """These rows of the batch; like `_kept_slices`, it slices."""
    return pa.Table.from_batches([batch.slice(i, 1) for i in chosen], batch.schema).combine_chunks()
