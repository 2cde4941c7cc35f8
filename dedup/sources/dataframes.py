"""DataFrames of pandas and polars as containers of documents: columns, and some rows as such a frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from dedup.document import Tag
from dedup.errors import InputError
from dedup.native.arrays import Int64s
from dedup.sources.arrow_columns import ArrowColumn, Column, ListColumn, as_chunks, combine, replace_texts
from dedup.sources.tag_columns import tag_columns


class PandasFrame:
    """A DataFrame of pandas. Its owner may change it later: this is a copy, without copies of its strings."""

    def __init__(self, documents: Any, text: str) -> None:
        self.documents, self.text = documents.copy(), text
        self.names = list(documents.columns)

    def __len__(self) -> int:
        return len(self.documents)

    def column(self, name: str) -> Column:
        """The column, not copied where Arrow has it."""
        series = self.documents[name]
        in_arrow = (
            hasattr(series.dtype, "pyarrow_dtype") or getattr(series.dtype, "storage", None) == "pyarrow"
        )
        return ArrowColumn(as_chunks(pa.array(series.array))) if in_arrow else ListColumn(series.tolist())

    def select(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """A frame with the same types, and the index labels of the rows."""
        selected = self.documents.iloc[rows].copy()
        if texts:
            series = selected[self.text]
            if hasattr(series.dtype, "categories"):
                new = dict.fromkeys(text for text in texts.values() if text not in series.dtype.categories)
                series = series.cat.add_categories(list(new))
            series = series.copy()
            series.iloc[list(texts)] = list(texts.values())
            selected[self.text] = series
        return selected

    def check_fields(self) -> None:
        """Do nothing: a frame takes columns."""

    def with_tags(self, documents: Any, tags: Sequence[Tag]) -> Any:
        """A frame with two columns, strings and floats; NaN where there is no similarity."""
        for name, column in tag_columns(tags).items():
            is_number = column.type == pa.float64()
            values = column.to_numpy(zero_copy_only=False) if is_number else column.to_pylist()
            kind = type(documents[self.text])
            # the type of strings also where there is none, so that parts of a frame have one type
            dtype = None if is_number else kind([""]).dtype
            documents[name] = kind(values, index=documents.index, dtype=dtype)
        return documents


class PolarsFrame:
    """A DataFrame of polars. Its owner may change it later: this is a clone, which shares its columns."""

    def __init__(self, documents: Any, text: str) -> None:
        self.documents, self.text = documents.clone(), text
        self.names = documents.columns
        if text in self.names and type(documents.schema[text]).__name__ == "Enum":
            raise InputError(f'"{text}" is an Enum, which takes no other texts: cast it to String')

    def __len__(self) -> int:
        return len(self.documents)

    def column(self, name: str) -> Column:
        """The column, converted to Arrow as rows are taken; as a list where it has Python's objects."""
        series = self.documents[name]
        return ListColumn(series.to_list()) if _is_object(series) else _PolarsColumn(series)

    def select(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """A frame with the same schema."""
        selected = self.documents[rows]
        if not texts:
            return selected
        series = selected[self.text]
        if _is_object(series):
            values = [texts.get(row, value) for row, value in enumerate(series.to_list())]
            return selected.with_columns(type(series)(self.text, values, dtype=series.dtype))
        changed = replace_texts(as_chunks(series.to_arrow()).cast(pa.large_string()), texts)
        return selected.with_columns(type(series)(self.text, changed).cast(series.dtype))

    def check_fields(self) -> None:
        """Do nothing: a frame takes columns."""

    def with_tags(self, documents: Any, tags: Sequence[Tag]) -> Any:
        """A frame with two columns, String and Float64."""
        kind = type(documents[self.text])
        return documents.with_columns([kind(name, column) for name, column in tag_columns(tags).items()])


def _is_object(series: Any) -> bool:
    """Whether a series has Python's objects, which Arrow cannot hold."""
    return type(series.dtype).__name__ == "Object"


class _PolarsColumn:
    """A column of polars."""

    def __init__(self, series: Any) -> None:
        self.series = series

    def take(self, rows: Sequence[int]) -> pa.Array:
        """The values of these rows; polars copies strings to give them as Arrow."""
        return combine(as_chunks(self.series[np.asarray(rows, np.int64)].to_arrow()))
