"""Documents written anew as JSON Lines, a JSON array, text or CSV.

On its way from one format to another a document is a line of JSON, the richest of the formats.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from dedup.files.locations.cells import BrokenText, broken_text_of, cell_of, distinct_columns, encode_row
from dedup.files.target import Target
from dedup.formats import csv
from dedup.options import TAG_FIELDS
from dedup.text.encoding import replace_surrogates
from dedup.text.fields.nested import value_at
from dedup.text.json_values import exact_value_of, value_of


class Sink(Protocol):
    """An output that documents are written to, each as a line of JSON without a newline."""

    def document(self, line: bytes) -> None: ...
    def close(self) -> None: ...


class JsonLinesSink:
    """JSON Lines: the lines as they come."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def document(self, line: bytes) -> None:
        if not self._target.ends_line:
            self._target.write(b"\n")
        self._target.write(line + b"\n")

    def close(self) -> None:
        """Do nothing: every line is complete."""


class JsonArraySink:
    """A JSON array with one element a line."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def document(self, line: bytes) -> None:
        self._target.write((b",\n" if self._target.size else b"[\n") + line)

    def close(self) -> None:
        self._target.write(b"\n]\n" if self._target.size else b"[]\n")


class TextSink:
    """The texts alone, with a blank line between two of them."""

    def __init__(self, target: Target, text_field: str) -> None:
        self._target = target
        self._text_field = text_field

    def document(self, line: bytes) -> None:
        text: str = value_at(parse_document(line), self._text_field)
        gap = ("\n" if self._target.ends_line else "\n\n") if self._target.size else ""
        self._target.write((gap + text).encode("utf-8", "replace"))

    def close(self) -> None:
        """Do nothing: every text is complete."""


class WideInteger(int):
    """The type that an integer counts as which no double is equal to for sure."""


def _kind(value: object) -> type:
    """The type that a value counts as: of an integer that does not fit 64 bits, that of a string."""
    if type(value) is not int or -(2**53) <= value <= 2**53:
        return type(value)
    return WideInteger if -(2**63) <= value < 2**63 else str


class Spool:
    """Documents in a temporary file until all of their fields are known."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `documents`
        self.types: dict[str, set[type]] = {}
        """The fields in the order in which they appear first, and the types that their values count as."""

    def add(self, line: bytes) -> None:
        """Add a document, a line of JSON."""
        for name, value in parse_document(line).items():
            self.types.setdefault(name, set()).add(_kind(value))
        self._file.write(line + b"\n")

    def columns(self, tags: bool) -> dict[str, set[type]]:
        """The columns of a table of the documents, and the types of their values. With `tags`, those of a tag
        are the last, whether a document is tagged or not.
        """
        of_tag: dict[str, set[type]] = {
            name: {kind} for name, kind in zip(TAG_FIELDS, (str, float), strict=True) if tags
        }
        others = {name: types for name, types in self.types.items() if name not in of_tag}
        return others | {name: types | self.types.get(name, set()) for name, types in of_tag.items()}

    def documents(self) -> Iterator[dict[str, Any]]:
        """All documents in order; the file is gone at the end."""
        with self._file as stream:
            stream.seek(0)
            yield from map(parse_document, stream)


class CsvSink:
    """CSV or TSV, with a column for each field of any document. Nothing is written before `close`. `tags`:
    whether the documents have tags.
    """

    def __init__(self, target: Target, form: str, tags: bool = False) -> None:
        self._target = target
        self._form = form
        self._tags = tags
        self._spool = Spool()

    def document(self, line: bytes) -> None:
        self._spool.add(line)

    def close(self) -> None:
        names = list(self._spool.columns(self._tags))
        if self._spool.types:
            self._write(column_names(names))
        for values in self._spool.documents():
            self._write([as_cell(values.get(name)) for name in names])

    def _write(self, row: list[str]) -> None:
        self._target.write(csv.row_bytes([replace_surrogates(cell) for cell in row], self._form) + b"\n")


class TableSink:
    """Rows of a table of SQLite, with a column for each field of any document. Nothing is written before
    `close`. `tags`: whether the documents have tags.
    """

    def __init__(self, target: Target, tags: bool = False) -> None:
        self._target = target
        self._tags = tags
        self._spool = Spool()

    def document(self, line: bytes) -> None:
        self._spool.add(line)

    def close(self) -> None:
        names = list(self._spool.columns(self._tags))
        columns = distinct_columns(map(replace_surrogates, names))
        for values in self._spool.documents():
            self._target.write(encode_row(columns, (_table_cell(values.get(name)) for name in names)))


def _table_cell(value: object) -> object:
    """A value as `encode_row` takes it."""
    data = broken_text_of(value)
    cell = BrokenText(data) if data is not None else cell_of(value)
    return replace_surrogates(cell) if isinstance(cell, str) else cell


def parse_document(line: bytes) -> dict[str, Any]:
    """The object of a line of JSON, with big integers exact."""
    document: dict[str, Any] = value_of(line)
    if any(type(value) in (float, list, dict) for value in document.values()):
        document = exact_value_of(line)  # orjson turns big integers into floats
    return document


def column_names(fields: Iterable[str]) -> list[str]:
    """The name of a column for each field: no lone surrogate is in it, and no two are the same."""
    return csv.distinct(map(replace_surrogates, fields))


def as_cell(value: object) -> str:
    """A value as the text of a cell: a string as it is, null as nothing, anything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
