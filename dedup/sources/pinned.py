"""The documents that a run never drops: their names, from `never_drop` (--never-drop), and their rows.

A name is an id, or source:position for a document without an id. A file of names has one a line. A line that
is a JSON string is the name that it stands for: so a name may begin with a quotation mark or have a line end.
A ledger is such a file, too: its names are those of the documents that its run kept.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from dedup.document import BOM
from dedup.errors import InputError
from dedup.files.lines import read_lines
from dedup.files.locations.names import is_address, shown
from dedup.files.reading import unreadable
from dedup.identity import name_of
from dedup.native.arrays import Bools

Names = dict[str, None]
"""Names without doubles, in order."""

_KEPT = ("kept", "cut")


class Pinned(NamedTuple):
    """The documents that are never dropped. `rows`: bool, by document; `names`: all that were given; `known`:
    those of them that mean a document.
    """

    rows: Bools
    names: Names
    known: set[str]

    @classmethod
    def of(cls, names: Names, documents: pa.Table, sources: Sequence[str]) -> Pinned:
        """Which documents the names mean. `documents`: columns id, file and position; `sources`: the names of
        the files.
        """
        rows, known = np.zeros(len(documents), bool), set[str]()
        columns = [documents.column(name).to_pylist() for name in ("id", "file", "position")] if names else []
        for row, (id_, file, position) in enumerate(zip(*columns, strict=True)):
            called = names.keys() & (id_, f"{sources[file]}:{position}")
            if called:
                rows[row] = True
                known |= called
        return cls(rows, names, known)

    @property
    def unknown(self) -> list[str]:
        """The names that mean no document, in order."""
        return [name for name in self.names if name not in self.known]


def names_of(never_drop: str | Path | Collection[object] | None) -> Names:
    """The names that `Options.never_drop` gives: in a file or in the folder of a ledger that Spark wrote, or
    the ids of a collection. Raises InputError.
    """
    if never_drop is None:
        return {}
    if not isinstance(never_drop, str | Path):
        return dict.fromkeys(map(str, never_drop))
    if is_address(never_drop):
        raise InputError(
            f"{shown(str(never_drop))!r} has the ids that are never dropped: copy it here first."
        )
    if Path(never_drop).is_dir():
        return {name: None for path in _parts(str(never_drop)) for name in _names_at(path)}
    return _names_at(str(never_drop))


def _parts(folder: str) -> list[str]:
    """The files of the ledger in a folder. Raises InputError if there is none."""
    parts = sorted(str(part) for part in Path(folder).glob("part-*"))
    if not parts:
        raise InputError(
            f"{folder!r} is a folder without a ledger of a run on Spark: name a file of ids, or a ledger."
        )
    return parts


def _names_at(path: str) -> Names:
    """The names in a file, which is read again only if it has changed."""
    try:
        stat = Path(path).stat()
    except OSError as error:
        raise unreadable(path, error) from error
    return _names_in(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(4)
def _names_in(path: str, size: int, mtime_ns: int) -> Names:  # noqa: ARG001 - a changed file is read again
    """The names in a file. A stream asks for them with each line."""
    return dict.fromkeys(names_in_lines(path, read_lines(path)))


def names_in_lines(path: str, lines: Iterable[bytes]) -> Iterator[str]:
    """The names in the lines of the file at `path`. Raises InputError."""
    for number, line in enumerate(lines, 1):
        text = (line.removeprefix(BOM) if number == 1 else line).rstrip(b"\r\n")
        try:
            name = _name_in_object(text) if text.startswith(b"{") else _name_in_text(text)
        except ValueError as error:
            raise InputError(f"{path!r}, line {number:,}: {error}") from error
        if name is not None:
            yield name


def _name_in_object(line: bytes) -> str | None:
    """The name of the kept document of a ledger line; None for other lines. Raises ValueError."""
    if line.startswith(b'{"dedup_'):
        return None
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:  # an id that begins with a brace
        return _name_in_text(line)
    try:
        return name_of(value) if value["decision"] in _KEPT else None
    except KeyError as error:
        raise ValueError(
            f"this is JSON without a {error.args[0]}; give ids, one a line, or the ledger of a run."
        ) from error


def _name_in_text(line: bytes) -> str | None:
    """The name that a line is, or stands for as a JSON string. Raises ValueError."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise ValueError("the text is not UTF-8; save the file as UTF-8.") from None
    if text.startswith('"') and text.endswith('"'):
        try:
            return str(orjson.loads(text))
        except orjson.JSONDecodeError:
            return text
    return text if text.strip() else None


def line_of(name: str) -> str:
    """The line of a file of names that gives this name: printable characters only, without a line end."""
    is_plain = name.isprintable() and name.strip() and not name.startswith(('"', "{", "\ufeff"))
    return name if is_plain else json.dumps(name)
