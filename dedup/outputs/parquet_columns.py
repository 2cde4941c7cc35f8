"""Documents that come as JSON, as the columns of a Parquet file."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.files.staging import Target
from dedup.outputs.sinks import Spool, as_text
from dedup.text.encoding import string_array


class ColumnSink:
    """A Parquet file of documents that come as JSON: a column for each field."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._spool = Spool()

    def document(self, line: bytes) -> None:
        self._spool.add(line)

    def close(self) -> None:
        schema = pa.schema([(name, column_type(kinds)) for name, kinds in self._spool.kinds.items()])
        with pq.ParquetWriter(pa.PythonFile(self._target, "w"), schema) as writer:
            documents = self._spool.documents()
            while group := list(islice(documents, 4096)):
                columns = [_column([d.get(f.name) for d in group], f.type) for f in schema]
                writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def column_type(kinds: set[type]) -> pa.DataType:
    """The type of a column: one that holds all its values; nested and mixed ones become JSON text."""
    known = kinds - {type(None)}
    if known == {bool}:
        return pa.bool_()
    if known and known <= {int, float}:
        return pa.int64() if known == {int} else pa.float64()
    return pa.string()


def _column(values: list[Any], type: pa.DataType) -> pa.Array:
    if type != pa.string():
        return pa.array(values, type)
    return string_array([None if value is None else as_text(value) for value in values], type)
