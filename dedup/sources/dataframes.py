"""A DataFrame of pandas or polars as documents: its columns, and some of its rows as such a frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from dedup.errors import InputError
from dedup.kernels.arrays import Int64s
from dedup.sources.arrow_columns import Chunks, Column, Values, chunked, joined, replaced


class Pandas:
    """A DataFrame of pandas."""

    def __init__(self, documents: Any, text: str) -> None:
        self.documents, self.text = documents, text
        self.names = list(documents.columns)

    def __len__(self) -> int:
        return len(self.documents)

    def column(self, name: str) -> Column:
        """The column, as it is where Arrow holds it."""
        series = self.documents[name]
        held = hasattr(series.dtype, "pyarrow_dtype") or getattr(series.dtype, "storage", None) == "pyarrow"
        return Chunks(chunked(pa.array(series.array))) if held else Values(series.tolist())

    def kept(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """A frame with the same index labels and types."""
        taken = self.documents.iloc[rows].copy()
        if texts:
            series = taken[self.text]
            if hasattr(series.dtype, "categories"):
                new = dict.fromkeys(text for text in texts.values() if text not in series.dtype.categories)
                series = series.cat.add_categories(list(new))
            series = series.copy()
            series.iloc[list(texts)] = list(texts.values())
            taken[self.text] = series
        return taken


class Polars:
    """A DataFrame of polars."""

    def __init__(self, documents: Any, text: str) -> None:
        self.documents, self.text = documents, text
        self.names = documents.columns
        if text in self.names and type(documents.schema[text]).__name__ == "Enum":
            raise InputError(f'"{text}" is an Enum, which takes no other texts: cast it to String')

    def __len__(self) -> int:
        return len(self.documents)

    def column(self, name: str) -> Column:
        """The column, as Arrow some documents at a time; as a list where it holds objects."""
        series = self.documents[name]
        return Values(series.to_list()) if _is_object(series) else _Series(series)

    def kept(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """A frame with the same schema."""
        taken = self.documents[rows]
        if not texts:
            return taken
        series = taken[self.text]
        if _is_object(series):
            listed = [texts.get(place, value) for place, value in enumerate(series.to_list())]
            return taken.with_columns(type(series)(self.text, listed, dtype=series.dtype))
        changed = replaced(chunked(series.to_arrow()).cast(pa.large_string()), texts)
        return taken.with_columns(type(series)(self.text, changed).cast(series.dtype))


def _is_object(series: Any) -> bool:
    """Whether polars holds Python's objects, which Arrow cannot."""
    return type(series.dtype).__name__ == "Object"


class _Series:
    """A column of polars."""

    def __init__(self, series: Any) -> None:
        self.series = series

    def take(self, rows: Sequence[int]) -> pa.Array:
        """The values of these rows; polars copies strings to give them as Arrow."""
        return joined(chunked(self.series[np.asarray(rows, np.int64)].to_arrow()))
