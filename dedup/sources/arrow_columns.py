"""Columns of a caller's table, Arrow's or lists: some of their values, and the same column with other texts.

Arrow neither takes nor filters views and run-end encoded values, and joins strings only up to 2 GB, so that a
column is taken chunk by chunk, and is widened first.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.kernels.arrays import Bools
from dedup.text.encoding import is_text


class Column(Protocol):
    """Values of a field, by row."""

    def take(self, rows: Sequence[int]) -> "list[Any] | pa.Array":
        """The values of these rows, which are in order."""
        ...


class Values:
    """A column that is a list."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def take(self, rows: Sequence[int]) -> list[Any]:
        """The values of these rows."""
        return [self.values[row] for row in rows]


class Chunks:
    """A column of Arrow."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self.column = plain(column)
        self.offsets = np.cumsum([0, *map(len, self.column.chunks)])

    def take(self, rows: Sequence[int]) -> pa.Array:
        """The values of these rows; where they are a range they are not copied."""
        if isinstance(rows, range):
            return joined(self.column.slice(rows.start, len(rows)))
        wanted = np.asarray(rows, np.int64)
        owners = np.searchsorted(self.offsets, wanted, "right") - 1
        parts = [
            self.column.chunk(owner).take(pa.array(wanted[owners == owner] - self.offsets[owner]))
            for owner in np.unique(owners).tolist()
        ]
        return joined(pa.chunked_array(parts, self.column.type))


def chunked(values: "pa.Array | pa.ChunkedArray") -> pa.ChunkedArray:
    """The same in chunks."""
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same values in a type that Arrow can take from."""
    if pa.types.is_run_end_encoded(column.type):
        decoded = [pc.run_end_decode(chunk) for chunk in column.chunks]
        return plain(pa.chunked_array(decoded, column.type.value_type))
    return column.cast(pa.large_string()) if pa.types.is_string_view(column.type) else column


def joined(column: pa.ChunkedArray) -> pa.Array:
    """The same values in one piece; strings as large_string."""
    whole = plain(column)
    wide = whole.cast(pa.large_string()) if is_text(whole.type) else whole
    return wide.chunk(0) if wide.num_chunks == 1 else wide.combine_chunks()  # which copies even one


def filtered(column: pa.ChunkedArray, chosen: Bools) -> pa.ChunkedArray:
    """The chosen values, in the same type; not copied where all are."""
    if chosen.all():
        return column
    try:
        return column.filter(pa.array(chosen))
    except pa.ArrowNotImplementedError:  # views and run ends: runs of chosen rows are slices
        borders = np.flatnonzero(np.diff(chosen, prepend=False, append=False)).tolist()
        runs = [column.slice(start, end - start) for start, end in pairwise(borders)][::2]
        return chunked(
            pa.chunked_array([c for run in runs for c in run.chunks], column.type).combine_chunks()
        )


def replaced(column: pa.ChunkedArray, texts: dict[int, str]) -> pa.ChunkedArray:
    """The column with these texts, by row, in the same type."""
    if not texts:
        return column
    mask = np.zeros(len(column), bool)
    mask[list(texts)] = True
    new = pa.array([texts[row] for row in sorted(texts)], pa.large_string())
    changed = pc.replace_with_mask(plain(column).cast(pa.large_string()), pa.array(mask), new)
    if not pa.types.is_run_end_encoded(column.type):
        return changed.cast(column.type)
    held = changed.cast(column.type.value_type).chunks
    return pa.chunked_array([pc.run_end_encode(c, column.type.run_end_type) for c in held], column.type)
