"""The kinds of containers that documents of a caller come in. Each gives its columns, and documents by row.

No library is imported for this: whoever has a frame has imported the frame's.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from dedup.document import UNTAGGED, Tag
from dedup.errors import InputError
from dedup.native.arrays import Int64s
from dedup.options import TAG_FIELDS
from dedup.sources.arrow_columns import (
    ArrowColumn,
    Column,
    ListColumn,
    as_chunks,
    combine,
    filter_rows,
    replace_texts,
)
from dedup.sources.dataframes import PandasFrame, PolarsFrame
from dedup.sources.streams.kinds import stream
from dedup.sources.tag_columns import with_tag_columns
from dedup.text.fields.nested import value_at, with_value

_AT_ONCE = 2000  # documents of a dataset: a shuffled one gives each document as a chunk of its own

_COLUMN = "is a column without ids: give its"
_REFUSED = {
    "datasets.DatasetDict": 'has several datasets: give one of them, such as dataset["train"]',
    "datasets.IterableDatasetDict": 'has several datasets: give one of them, such as dataset["train"]',
    "pyarrow.Array": f"{_COLUMN} to_pylist()",
    "pyarrow.ChunkedArray": f"{_COLUMN} to_pylist()",
    "pandas.Series": f"{_COLUMN} to_list()",
    "polars.Series": f"{_COLUMN} to_list()",
}


class Container(Protocol):
    """Documents of a caller. `names`: of the columns; None where any name may be asked for."""

    names: list[Any] | None

    def __len__(self) -> int: ...

    def column(self, name: str) -> Column:
        """The values of a column."""
        ...

    def select(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """The documents of these rows (ascending), in the kind of container they came in. `texts`: new texts,
        by index in `rows`.
        """
        ...

    def check_fields(self) -> None:
        """Raise InputError if documents cannot take fields."""
        ...

    def with_tags(self, documents: Any, tags: Sequence[Tag]) -> Any:
        """Documents that `select` gave, with the fields of these tags. Columns are null where a document is
        no near-duplicate; a mapping of such a document gets no fields, and None in those that it has.
        """
        ...


def container(documents: Any, text: str) -> Container:
    """The documents of a caller, whose texts are in the column `text`. Raises InputError for other values."""
    for kind, names in _KINDS.items():
        if isinstance(documents, _types(names)):
            of_kind: Container = kind(documents, text)
            return of_kind
    for name, advice in _REFUSED.items():
        if isinstance(documents, _types((name,))):
            raise InputError(f"a {name} {advice}")
    if isinstance(documents, Sequence) and not isinstance(documents, (str, bytes)):
        return DocumentList(documents, text)
    of_stream = stream(documents, lambda part: container(part, text), _is_a)
    if of_stream is None:
        raise InputError(
            "documents are a list or any iterator, a table or reader of Arrow, a frame of pandas or polars, "
            f"a relation of DuckDB, a Hugging Face dataset, or paths, not {type(documents).__name__}"
        )
    return of_stream


def _is_a(value: Any, name: str) -> bool:
    """Whether a value is of a class that is named library.class."""
    return isinstance(value, _types((name,)))


def _types(names: Sequence[str]) -> tuple[type, ...]:
    """The classes of these names (library.class) whose libraries are imported."""
    parts = [name.split(".") for name in names]
    classes = [getattr(sys.modules.get(library), name, None) for library, name in parts]
    return tuple(kind for kind in classes if isinstance(kind, type))


class DocumentList:
    """A list of strings or of mappings. Its owner may change it later: the texts are those of now."""

    def __init__(self, documents: Sequence[Any], text: str) -> None:
        self.documents, self.text = list(documents), text
        self.names: list[Any] | None = None
        self._texts = self._values(text)

    def __len__(self) -> int:
        return len(self.documents)

    def column(self, name: str) -> Column:
        """The field of each mapping, None where it is missing. A string has only a text."""
        return ListColumn(self._texts if name == self.text else self._values(name))

    def _values(self, name: str) -> list[Any]:
        is_text = name == self.text
        return [
            value_at(document, name) if isinstance(document, Mapping) else document if is_text else None
            for document in self.documents
        ]

    def select(self, rows: Int64s, texts: dict[int, str]) -> list[Any]:
        """Strings, and copies of mappings."""
        return [
            self._document(row, texts.get(index, self._texts[row])) for index, row in enumerate(rows.tolist())
        ]

    def _document(self, row: int, text: str) -> Any:
        document = self.documents[row]
        return with_value(document, self.text, text) if isinstance(document, Mapping) else text

    def check_fields(self) -> None:
        """Raise InputError if a document is a string."""
        if any(isinstance(document, str) for document in self.documents):
            raise InputError(
                "strings cannot be tagged, they have no fields: give mappings such as "
                f'{{"{self.text}": text}}, or leave action="tag" out'
            )

    def with_tags(self, documents: Any, tags: Sequence[Tag]) -> list[Any]:
        """Mappings, in which the fields come last."""
        for document, tag in zip(documents, tags, strict=True):
            for name, value in zip(TAG_FIELDS, tag, strict=True):
                if tag != UNTAGGED or name in document:
                    document[name] = value
        return list(documents)


class ArrowTable:
    """A pyarrow Table or RecordBatch."""

    def __init__(self, documents: "pa.Table | pa.RecordBatch", text: str) -> None:
        self.documents, self.text = documents, text
        self.names = documents.schema.names

    def __len__(self) -> int:
        return int(self.documents.num_rows)

    def column(self, name: str) -> Column:
        """The column, not copied."""
        return ArrowColumn(as_chunks(self.documents.column(name)))

    def select(self, rows: Int64s, texts: dict[int, str]) -> "pa.Table | pa.RecordBatch":
        """A table or a batch with the same schema."""
        chosen = np.zeros(len(self), bool)
        chosen[rows] = True
        columns = [filter_rows(as_chunks(column), chosen) for column in self.documents.columns]
        index = self.names.index(self.text)
        columns[index] = replace_texts(columns[index], texts)
        if isinstance(self.documents, pa.RecordBatch):
            columns = [column.combine_chunks() for column in columns]
        return type(self.documents).from_arrays(columns, schema=self.documents.schema)

    def check_fields(self) -> None:
        """Do nothing: a table takes columns."""

    def with_tags(self, documents: Any, tags: Sequence[Tag]) -> "pa.Table | pa.RecordBatch":
        """A table or a batch with two columns, string and double."""
        return with_tag_columns(documents, tags)


class HuggingFaceDataset:
    """A Dataset of Hugging Face: some rows, in any order, of a table in memory or on disk."""

    def __init__(self, documents: Any, text: str) -> None:
        self.documents, self.text = documents, text
        self.names = documents.column_names

    def __len__(self) -> int:
        return len(self.documents)

    def column(self, name: str) -> Column:
        """The column, converted to Arrow as rows are taken."""
        return _DatasetColumn(self.documents.select_columns([name]).with_format("arrow"))

    def select(self, rows: Int64s, texts: dict[int, str]) -> Any:
        """A dataset in memory with the same features and format."""
        every = self.documents.with_format("arrow")
        parts = [
            every[part.tolist()].combine_chunks() for part in np.split(rows, range(0, len(rows), _AT_ONCE))
        ]
        table = pa.concat_tables(parts)
        index = self.names.index(self.text)
        table = table.set_column(index, table.schema.field(index), replace_texts(table.column(index), texts))
        selected = type(every)(table, info=self.documents.info, split=self.documents.split)
        return self._with_format(selected)

    def _with_format(self, dataset: Any) -> Any:
        """The dataset with the format of the documents, in which columns that they lack are shown, too."""
        form = dict(self.documents.format)
        form["columns"] = [
            *form["columns"],
            *(name for name in dataset.column_names if name not in self.names),
        ]
        return dataset.with_format(form.pop("type"), **form.pop("format_kwargs"), **form)

    def check_fields(self) -> None:
        """Do nothing: a dataset takes columns."""

    def with_tags(self, documents: Any, tags: Sequence[Tag]) -> Any:
        """A dataset with two features more, string and float64."""
        library, every = sys.modules["datasets"], documents.with_format("arrow")
        table = with_tag_columns(every[:].replace_schema_metadata(None), tags)
        info, features = documents.info.copy(), dict(documents.features)
        features |= dict(zip(TAG_FIELDS, map(library.Value, ("string", "float64")), strict=True))
        info.features = library.Features({name: features[name] for name in table.column_names})
        return self._with_format(type(every)(table, info=info, split=documents.split))


class _DatasetColumn:
    """A column of a dataset of Hugging Face."""

    def __init__(self, view: Any) -> None:
        self.view = view

    def take(self, rows: Sequence[int]) -> pa.Array:
        """The values of these rows."""
        return combine(self.view[rows if isinstance(rows, range) else list(rows)].column(0))


_KINDS: dict[Any, tuple[str, ...]] = {
    ArrowTable: ("pyarrow.Table", "pyarrow.RecordBatch"),
    PandasFrame: ("pandas.DataFrame",),
    PolarsFrame: ("polars.DataFrame",),
    HuggingFaceDataset: ("datasets.Dataset",),
}
