"""Where the documents of a run come from: files, a line of a stream, or the caller's memory. A source gives
blocks, and makes documents of a block.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dedup import formats
from dedup.errors import InputError
from dedup.formats.blocks import SCHEMA, Batch, Cut, Edit, Fields, Piece, Reject, join
from dedup.options import Options
from dedup.paragraphs import encodable

_BLOCK = 2000  # documents in memory that one block takes


def fields_of(options: Options) -> Fields:
    """The fields that these options name."""
    return Fields(options.text_field, options.id_field, options.order_field)


class Files:
    """Documents in files, folders and globs. Raises InputError for what cannot be found or read."""

    def __init__(self, inputs: Sequence[str], options: Options) -> None:
        self.files = formats.find_files(inputs)
        self.fields = fields_of(options)
        self.names = [file.name for file in self.files]

    def blocks(self) -> Iterator[formats.Block]:
        """All documents, in blocks of about 4 MB."""
        return formats.blocks(self.files, fields=self.fields)

    def fetch(self, documents: pa.Table) -> Iterator[formats.Block]:
        """These documents alone (columns file, start, end, position; in order), read again."""
        file, start, end, position = (
            documents.column(name).to_numpy() for name in ("file", "start", "end", "position")
        )
        return formats.fetch(self.files, file, start, end, position, self.fields)

    def parse(self, block: formats.Block) -> Batch:
        """The documents of a block."""
        return formats.parse(block, self.fields)

    def size_of(self, block: formats.Block) -> int:
        """Bytes of a block."""
        return block.table.nbytes if block.table is not None else len(block.data)


class Line:
    """A line of a stream of JSON Lines: one document, one reject, or nothing. `position`: its number;
    `start`: where its first byte stands.
    """

    def __init__(self, name: str, position: int, start: int, data: bytes, options: Options) -> None:
        self.names = [name]
        self._block = join("jsonl", [Piece(0, start, position, data)], {0: name})
        self._batch = formats.parse(self._block, fields_of(options))

    def blocks(self) -> Iterator[formats.Block]:
        """The line."""
        yield self._block

    def fetch(self, documents: pa.Table) -> Iterator[formats.Block]:
        """The line again, where it is asked for."""
        if len(documents):
            yield self._block

    def parse(self, block: formats.Block) -> Batch:  # noqa: ARG002 - there is but one
        """What it holds."""
        return self._batch

    def size_of(self, block: formats.Block) -> int:
        """Bytes of the line."""
        return len(block.data)


class Slice(NamedTuple):
    """Documents of a `Memory`, by number: the whole run from `first` on, or `rows` alone."""

    rows: range | list[int]


class Memory:
    """Documents that the caller holds: strings, mappings, an Arrow table, or a frame of pandas or polars."""

    def __init__(self, documents: Any, options: Options) -> None:
        self.fields = fields_of(options)
        self.documents = documents
        self.names = ["memory"]
        self.columns = _columns(documents, self.fields)

    def blocks(self) -> Iterator[Slice]:
        """All documents, some thousands at a time."""
        count = len(self.columns["text"])
        return (Slice(range(first, min(first + _BLOCK, count))) for first in range(0, count, _BLOCK))

    def fetch(self, documents: pa.Table) -> Iterator[Slice]:
        """These documents alone."""
        rows = documents.column("start").to_pylist()
        return (Slice(rows[first : first + _BLOCK]) for first in range(0, len(rows), _BLOCK))

    def parse(self, block: Slice) -> Batch:
        """The documents of a block; those without a string as text are rejects."""
        texts = [self.columns["text"][row] for row in block.rows]
        good = [i for i, text in enumerate(texts) if isinstance(text, str)]
        rows = [block.rows[i] for i in good]
        rejects = [
            Reject(0, row + 1, row, row + 1, f'"{self.fields.text}" is {_told(text)}, not a string')
            for row, text in zip(block.rows, texts, strict=True)
            if not isinstance(text, str)
        ]
        starts = np.array(rows, np.int64)
        columns = [
            pa.array(np.zeros(len(rows), np.int32)),
            pa.array(starts + 1),
            pa.array([_text_of(self.columns["id"][row]) for row in rows], pa.string()),
            pa.array([encodable(texts[i]) for i in good], pa.large_string()),
            pa.array(starts),
            pa.array(starts + 1),
            pa.array([_text_of(self.columns["order"][row]) for row in rows], pa.string()),
        ]
        return _InMemory(pa.RecordBatch.from_arrays(columns, schema=SCHEMA), rejects)

    def size_of(self, block: Slice) -> int:
        """Documents of a block."""
        return len(block.rows)

    def kept(self, rows: list[int], cleaned: list[str]) -> Any:
        """The documents `rows` with these texts: strings, mappings, a table or a frame as they were given."""
        documents, name = self.documents, self.fields.text
        if isinstance(documents, pa.Table):
            taken = documents.take(rows)
            place = documents.schema.get_field_index(name)
            return taken.set_column(
                place, documents.schema.field(place), pa.array(cleaned, documents.schema.field(place).type)
            )
        if hasattr(documents, "iloc"):  # pandas
            return documents.iloc[rows].assign(**{name: cleaned})
        if hasattr(documents, "with_columns"):  # polars
            return documents[rows].with_columns(type(documents[name])(name, cleaned))
        return [
            text if isinstance(documents[row], str) else {**documents[row], name: text}
            for row, text in zip(rows, cleaned, strict=True)
        ]


class _InMemory(Batch):
    """Nothing on disk is edited: the caller's documents are left as they are."""

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:  # noqa: ARG002 - as its base has it
        return []


def _columns(documents: Any, fields: Fields) -> dict[str, Any]:
    """The texts, ids and order fields of documents, as sequences; None where a document lacks one."""
    names = {"text": fields.text, "id": fields.id, "order": fields.order or ""}
    if hasattr(documents, "columns"):  # a table or frame
        have = list(getattr(documents, "column_names", documents.columns))
        if fields.text not in have:
            raise InputError(f'there is no column "{fields.text}"; there are: {", ".join(map(str, have))}')
        absent = [None] * len(documents)
        return {key: _listed(documents[name]) if name in have else absent for key, name in names.items()}
    if not isinstance(documents, Sequence):
        raise InputError(
            f"documents are a list, an Arrow table, a frame, or paths, not {type(documents).__name__}"
        )
    rows = [document if isinstance(document, Mapping) else {fields.text: document} for document in documents]
    return {key: [row.get(name) for row in rows] for key, name in names.items()}


def _listed(column: Any) -> list[Any]:
    """A column of an Arrow table or a frame as a list."""

    return list(column.to_pylist() if hasattr(column, "to_pylist") else column.to_list())


def _text_of(value: Any) -> str | None:
    return (
        None if value is None or value != value else str(value)
    )  # NaN, a frame's missing value, is unlike itself


def _told(value: Any) -> str:
    return "missing" if value is None else type(value).__name__
