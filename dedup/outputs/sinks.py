"""Documents written anew in another format; the ledger keeps each one's original whole.

On the way from format to format a document is one line of JSON, the richest of the formats.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from typing import Any, Protocol

import orjson

from dedup.files.staging import Target
from dedup.formats import csv
from dedup.formats.json_objects import lenient_loads
from dedup.text.encoding import replace_surrogates


class Sink(Protocol):
    """What takes documents, each as one line of JSON without a terminator."""

    def document(self, line: bytes) -> None: ...
    def close(self) -> None: ...


class LineSink:
    """JSON Lines."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def document(self, line: bytes) -> None:
        if not self._target.ends_line:
            self._target.write(b"\n")
        self._target.write(line + b"\n")

    def close(self) -> None:
        """Nothing is left to write."""


class ArraySink:
    """A JSON array, an element a line."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def document(self, line: bytes) -> None:
        self._target.write((b",\n" if self._target.size else b"[\n") + line)

    def close(self) -> None:
        self._target.write(b"\n]\n" if self._target.size else b"[]\n")


class TextSink:
    """The texts alone, a blank line between them."""

    def __init__(self, target: Target, field: str) -> None:
        self._target = target
        self._field = field

    def document(self, line: bytes) -> None:
        text: str = loaded(line)[self._field]
        gap = ("\n" if self._target.ends_line else "\n\n") if self._target.size else ""
        self._target.write((gap + text).encode("utf-8", "replace"))

    def close(self) -> None:
        """Nothing is left to write."""


class Spool:
    """Documents set aside in a temporary file until all of their fields are known."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `documents`
        self.kinds: dict[str, set[type]] = {}
        """The fields in the order of their first appearance, and the types of their values."""

    def add(self, line: bytes) -> None:
        for name, value in loaded(line).items():
            big = type(value) is int and not -(2**63) <= value < 2**63  # more than a column of integers holds
            self.kinds.setdefault(name, set()).add(str if big else type(value))
        self._file.write(line + b"\n")

    def documents(self) -> Iterator[dict[str, Any]]:
        with self._file as stream:
            stream.seek(0)
            yield from map(loaded, stream)


class CsvSink:
    """CSV or TSV: the columns are all fields of all documents."""

    def __init__(self, target: Target, form: str) -> None:
        self._target = target
        self._form = form
        self._spool = Spool()

    def document(self, line: bytes) -> None:
        self._spool.add(line)

    def close(self) -> None:
        names = list(self._spool.kinds)
        if names:
            self._write(names)
        for values in self._spool.documents():
            self._write([as_text(values.get(name)) for name in names])

    def _write(self, row: list[str]) -> None:
        self._target.write(csv.row_bytes([replace_surrogates(cell) for cell in row], self._form) + b"\n")


def loaded(line: bytes) -> dict[str, Any]:
    """The object of a line, big integers exact."""
    try:
        value: dict[str, Any] = orjson.loads(line)
    except orjson.JSONDecodeError:
        value = lenient_loads(line.decode())
    if any(type(held) in (float, list, dict) for held in value.values()):
        value = lenient_loads(line.decode())  # orjson makes doubles of big integers
    return value


def as_text(value: object) -> str:
    """A value as a cell: strings as they are, nothing for null, JSON for the rest."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
