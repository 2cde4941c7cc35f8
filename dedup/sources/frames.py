"""What a caller may hold documents in: each kind gives its columns, and some documents as they were given.

No library is loaded for this: who holds a frame has loaded the frame's.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from dedup.errors import InputError
from dedup.kernels.arrays import Int64s
from dedup.sources.arrow_columns import Chunks, Column, Values, chunked, filtered, joined, replaced
from dedup.sources.dataframes import Pandas, Polars

_AT_ONCE = 2000  # documents of a data set: one that was shuffled gives each as a chunk of its own

_STREAM = "is read only once, and documents are read again to be compared: give"
_COLUMN = "is a column without ids: give its"
_REFUSED = {
    "polars.LazyFrame": "holds no documents yet: give what its collect() returns",
    "datasets.DatasetDict": 'holds several data sets: give one of them, such as dataset["train"]',
    "datasets.IterableDatasetDict": f"{_STREAM} Dataset.from_list(list(stream)) of one of its streams",
    "datasets.IterableDataset": f"{_STREAM} Dataset.from_list(list(stream))",
    "pyarrow.RecordBatchReader": f"{_STREAM} what its read_all() returns",
    "pyarrow.Array": f"{_COLUMN} to_pylist()",
    "pyarrow.ChunkedArray": f"{_COLUMN} to_pylist()",
    "pandas.Series": f"{_COLUMN} to_list()",
    "polars.Series": f"{_COLUMN} to_list()",
}


class Frame(Protocol):
    """Documents that a caller holds. `names`: of their columns; None where any may be asked for."""

    names: list[Any] | None

    def __len__(self) -> int: ...

    def column(self, name: str) -> Column:
        """The values of a column."""
        ...

    def kept(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """These documents, in order, as they were given; `texts`: those that are others now, by place in
        `rows`.
        """
        ...


def framed(documents: Any, text: str) -> Frame:
    """The documents as a frame, whose texts are in the column `text`. Raises InputError for what is none."""
    for kind, homes in _KINDS.items():
        if isinstance(documents, _types(homes)):
            frame: Frame = kind(documents, text)
            return frame
    for name, advice in _REFUSED.items():
        if isinstance(documents, _types((name,))):
            raise InputError(f"a {name} {advice}")
    if not isinstance(documents, Sequence):
        raise InputError(
            "documents are a list, an Arrow table, a frame of pandas or polars, a Hugging Face dataset, or "
            f"paths, not {type(documents).__name__}"
        )
    return Listed(documents, text)


def _types(names: Sequence[str]) -> tuple[type, ...]:
    """The classes of these names (library.class) whose libraries are loaded."""
    parts = [name.split(".") for name in names]
    found = [getattr(sys.modules.get(library), name, None) for library, name in parts]
    return tuple(one for one in found if isinstance(one, type))


class Listed:
    """A list of strings or of mappings."""

    def __init__(self, documents: Sequence[Any], text: str) -> None:
        self.documents, self.text = documents, text
        self.names: list[Any] | None = None

    def __len__(self) -> int:
        return len(self.documents)

    def column(self, name: str) -> Column:
        """The field of each mapping; of a string, its text."""
        whole = name == self.text
        return Values(
            [
                document.get(name) if isinstance(document, Mapping) else document if whole else None
                for document in self.documents
            ]
        )

    def kept(self, rows: Int64s, texts: dict[int, str]) -> list[Any]:
        """Strings, and copies of mappings."""
        return [self._document(row, texts.get(place)) for place, row in enumerate(rows.tolist())]

    def _document(self, row: int, text: str | None) -> Any:
        document = self.documents[row]
        if not isinstance(document, Mapping):
            return document if text is None else text
        return dict(document) if text is None else {**document, self.text: text}


class Arrow:
    """A pyarrow Table or RecordBatch."""

    def __init__(self, documents: "pa.Table | pa.RecordBatch", text: str) -> None:
        self.documents, self.text = documents, text
        self.names = documents.schema.names

    def __len__(self) -> int:
        return int(self.documents.num_rows)

    def column(self, name: str) -> Column:
        """The column as it is."""
        return Chunks(chunked(self.documents.column(name)))

    def kept(self, rows: Int64s, texts: dict[int, str]) -> "pa.Table | pa.RecordBatch":
        """A table or a batch with the same schema."""
        chosen = np.zeros(len(self), bool)
        chosen[rows] = True
        columns = [filtered(chunked(column), chosen) for column in self.documents.columns]
        place = self.names.index(self.text)
        columns[place] = replaced(columns[place], texts)
        if isinstance(self.documents, pa.RecordBatch):
            columns = [column.combine_chunks() for column in columns]
        return type(self.documents).from_arrays(columns, schema=self.documents.schema)


class HuggingFace:
    """A Dataset of Hugging Face: some rows, in any order, of a table in memory or on disk."""

    def __init__(self, documents: Any, text: str) -> None:
        self.documents, self.text = documents, text
        self.names = documents.column_names

    def __len__(self) -> int:
        return len(self.documents)

    def column(self, name: str) -> Column:
        """The column, read as Arrow some documents at a time."""
        return _Selected(self.documents.select_columns([name]).with_format("arrow"))

    def kept(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """A data set with the same features and format, in memory."""
        whole = self.documents.with_format("arrow")
        parts = [
            whole[some.tolist()].combine_chunks() for some in np.split(rows, range(0, len(rows), _AT_ONCE))
        ]
        table = pa.concat_tables(parts)
        place = self.names.index(self.text)
        table = table.set_column(place, table.schema.field(place), replaced(table.column(place), texts))
        made = type(whole)(table, info=self.documents.info, split=self.documents.split)
        form = dict(self.documents.format)
        return made.with_format(form.pop("type"), **form.pop("format_kwargs"), **form)


class _Selected:
    """A column of a data set."""

    def __init__(self, view: Any) -> None:
        self.view = view

    def take(self, rows: Sequence[int]) -> pa.Array:
        """The values of these rows."""
        return joined(self.view[rows if isinstance(rows, range) else list(rows)].column(0))


_KINDS: dict[Any, tuple[str, ...]] = {
    Arrow: ("pyarrow.Table", "pyarrow.RecordBatch"),
    Pandas: ("pandas.DataFrame",),
    Polars: ("polars.DataFrame",),
    HuggingFace: ("datasets.Dataset",),
}
