"""Documents that come as JSON, written as the columns of a Parquet file."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.files.target import Target
from dedup.outputs.sinks import Spool, WideInteger, as_cell, column_names
from dedup.text.encoding import string_array

_GROUP = 4096  # documents that are turned into columns at once


class ColumnSink:
    """A Parquet file with a column for each field of any document. Nothing is written before `close`. `tags`:
    whether the documents have tags.
    """

    def __init__(self, target: Target, tags: bool = False) -> None:
        self._target = target
        self._tags = tags
        self._spool = Spool()

    def document(self, line: bytes) -> None:
        self._spool.add(line)

    def close(self) -> None:
        columns = self._spool.columns(self._tags)
        kinds = map(column_type, columns.values())
        schema = pa.schema(list(zip(column_names(columns), kinds, strict=True)))
        with pq.ParquetWriter(pa.PythonFile(self._target, "w"), schema) as writer:
            documents = self._spool.documents()
            while group := list(islice(documents, _GROUP)):
                arrays = [
                    _column([document.get(name) for document in group], field.type)
                    for name, field in zip(columns, schema, strict=True)
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def column_type(types: set[type]) -> pa.DataType:
    """The type of a column with values of these types: bool, int64, float64, or string, where nested values
    and columns of several types become JSON, and so do integers beside doubles, which lack some digits.
    """
    known = types - {type(None)}
    if known == {bool}:
        return pa.bool_()
    if known and known <= {int, WideInteger}:
        return pa.int64()
    return pa.float64() if known and known <= {int, float} else pa.string()


def _column(values: list[Any], type: pa.DataType) -> pa.Array:
    if type != pa.string():
        return pa.array(values, type)
    return string_array([None if value is None else as_cell(value) for value in values], type)
