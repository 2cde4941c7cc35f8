"""Columns of a caller's table, in Arrow or as lists: the values of some rows, and columns with other texts.

Arrow can neither take nor filter views and run-end encoded values, and concatenates strings up to 2 GB only.
So values are taken chunk by chunk, from types that Arrow can take from, and strings are widened first.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.native.arrays import Bools
from dedup.text.encoding import is_text


class Column(Protocol):
    """The values of one field of a caller's documents, by row."""

    def take(self, rows: Sequence[int]) -> "list[Any] | pa.Array":
        """The values of these rows (ascending)."""
        ...


class ListColumn:
    """A column that is a list."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def take(self, rows: Sequence[int]) -> list[Any]:
        """The values of these rows."""
        return [self.values[row] for row in rows]


class ArrowColumn:
    """A column in Arrow."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self.column = decode(column)
        self.offsets = np.cumsum([0, *map(len, self.column.chunks)])

    def take(self, rows: Sequence[int]) -> pa.Array:
        """The values of these rows; those of a range are not copied."""
        if isinstance(rows, range):
            return combine(self.column.slice(rows.start, len(rows)))
        wanted = np.asarray(rows, np.int64)
        chunk_of = np.searchsorted(self.offsets, wanted, "right") - 1
        parts = [
            self.column.chunk(chunk).take(pa.array(wanted[chunk_of == chunk] - self.offsets[chunk]))
            for chunk in np.unique(chunk_of).tolist()
        ]
        return combine(pa.chunked_array(parts, self.column.type))


def as_chunks(values: "pa.Array | pa.ChunkedArray") -> pa.ChunkedArray:
    """The values as a chunked array."""
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def decode(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values in a type that Arrow can take from: neither views nor run-end encoded."""
    if pa.types.is_run_end_encoded(column.type):
        decoded = [pc.run_end_decode(chunk) for chunk in column.chunks]
        return decode(pa.chunked_array(decoded, column.type.value_type))
    return column.cast(pa.large_string()) if pa.types.is_string_view(column.type) else column


def combine(column: pa.ChunkedArray) -> pa.Array:
    """The values in one array; strings as large_string."""
    decoded = decode(column)
    wide = decoded.cast(pa.large_string()) if is_text(decoded.type) else decoded
    return wide.chunk(0) if wide.num_chunks == 1 else wide.combine_chunks()  # it copies even one chunk


def filter_rows(column: pa.ChunkedArray, chosen: Bools) -> pa.ChunkedArray:
    """The chosen values, in the same type; not copied where all are chosen."""
    if chosen.all():
        return column
    try:
        return column.filter(pa.array(chosen))
    except pa.ArrowNotImplementedError:  # views and run ends: each run of chosen rows is a slice
        borders = np.flatnonzero(np.diff(chosen, prepend=False, append=False)).tolist()
        runs = [column.slice(start, end - start) for start, end in pairwise(borders)][::2]
        chunks = [chunk for run in runs for chunk in run.chunks]
        return as_chunks(pa.chunked_array(chunks, column.type).combine_chunks())


def replace_texts(column: pa.ChunkedArray, texts: dict[int, str]) -> pa.ChunkedArray:
    """The column with these texts, by row, in place of its own; in the same type."""
    if not texts:
        return column
    mask = np.zeros(len(column), bool)
    mask[list(texts)] = True
    new = pa.array([texts[row] for row in sorted(texts)], pa.large_string())
    changed = pc.replace_with_mask(decode(column).cast(pa.large_string()), pa.array(mask), new)
    if not pa.types.is_run_end_encoded(column.type):
        return changed.cast(column.type)
    chunks = changed.cast(column.type.value_type).chunks
    return pa.chunked_array([pc.run_end_encode(c, column.type.run_end_type) for c in chunks], column.type)
