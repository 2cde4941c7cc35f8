"""Tables of SQLite databases: read as lines of JSON in one snapshot, replaced in one transaction."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from dedup.document import list_fields
from dedup.errors import DedupError, InputError, OutputError
from dedup.files.locations.cells import (
    Cell,
    broken_text_of,
    cell_of,
    decoded,
    distinct_columns,
    encode_row,
)

if TYPE_CHECKING:
    import sqlite3

HEADER = b"SQLite format 3\0"
_ROWS = 1000  # that are fetched at once
_PATIENCE = 10.0  # seconds to wait for a program that writes to the database
_TYPES: dict[frozenset[type], str] = {
    frozenset({int}): " INTEGER",
    frozenset({float}): " REAL",
    frozenset({str}): " TEXT",
    frozenset({bytes}): " BLOB",
}
"""The types of columns. Another mixture of values has none, so that SQLite converts no value."""


def is_database(path: Path) -> bool:
    """Whether a file is a SQLite database, by how it begins."""
    try:
        with path.open("rb") as file:
            return file.read(len(HEADER)) == HEADER
    except OSError:
        return False


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def tables_in(connection: sqlite3.Connection) -> dict[str, str]:
    """The names of the tables and views of a database, but for SQLite's own; "table" or "view" for each."""
    rows = connection.execute(
        "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\' ORDER BY rowid"
    )
    return {str(name): str(kind) for name, kind in rows}


def name_a_table(path: Path) -> InputError:
    """The error for a database of which no table is named."""
    with _sentences(str(path), InputError), closing(_open(path)) as connection:
        names = [*tables_in(connection)]
    example = f"{path.name}::{names[0]}" if names else f"{path.name}::TABLE"
    return InputError(
        f"{str(path)!r} is a SQLite database and has {list_fields(names) if names else 'no tables'}: "
        f"name a table, such as {example}."
    )


def _open(path: Path, mode: str = "ro") -> sqlite3.Connection:
    import sqlite3
    from urllib.parse import quote

    address = f"file:{quote(os.path.abspath(path))}?mode={mode}"  # noqa: PTH100 - keeps links
    connection = sqlite3.connect(address, timeout=_PATIENCE, isolation_level=None, uri=True)
    connection.text_factory = decoded
    return connection


def _open_snapshot(path: Path) -> sqlite3.Connection:
    """A connection that sees one state of the database: also one in WAL mode, in a folder where SQLite cannot
    make the files that it has beside such a database.
    """
    import sqlite3

    connection = _open(path)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return connection
    except sqlite3.OperationalError:
        connection.close()
        wal = path.with_name(f"{path.name}-wal")
        if os.access(path.parent, os.W_OK) or (wal.exists() and wal.stat().st_size):
            raise
        return _open(path, "ro&immutable=1")


@contextmanager
def _sentences(name: str, error_type: type[DedupError]) -> Iterator[None]:
    """Turn what SQLite raises into a sentence about a database or table."""
    import sqlite3

    verb = "read" if error_type is InputError else "written"
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        reason = str(error)
        if "locked" in reason or "busy" in reason:
            reason = "another program writes to the database; wait for it and run again"
        nothing = "" if error_type is InputError else "; nothing there was changed"
        raise error_type(f"{name!r} cannot be {verb}: {reason}{nothing}.") from error


def read_table(path: Path, table: str, target: BinaryIO) -> None:
    """Write the rows of a table or view as lines of JSON, in the order of SQLite. All of them are of one
    moment. Raises InputError.
    """
    name = f"{path}::{table}"
    if not path.is_file():
        raise InputError(f"{str(path)!r} does not exist; check the path of the database.")
    if path.stat().st_size and not is_database(path):
        raise InputError(f"{str(path)!r} is no SQLite database; check the path.")
    with _sentences(name, InputError), closing(_open_snapshot(path)) as connection:
        have = tables_in(connection)
        kind = next((kind for name, kind in have.items() if name.casefold() == table.casefold()), None)
        if kind is None:
            listed = list_fields([*have]) if have else "none"
            raise InputError(f"{str(path)!r} has no table {table!r}; it has {listed}: name one of them.")
        rows = _rows(connection, table, kind == "view")
        columns = [str(column[0]) for column in rows.description]
        while some := rows.fetchmany(_ROWS):
            target.write(b"".join(encode_row(columns, row) for row in some))


def _rows(connection: sqlite3.Connection, table: str, is_view: bool) -> sqlite3.Cursor:
    """All rows of a table, by their number, if they have any; of a view in its own order."""
    import sqlite3

    rows = f"SELECT * FROM {quoted(table)}"  # noqa: S608 - the name is quoted, and is one of the database's
    if not is_view:
        with suppress(sqlite3.OperationalError):  # of a table without row numbers
            return connection.execute(f"{rows} ORDER BY rowid")
    return connection.execute(rows)


class TableDatabase:
    """A database of which tables are replaced, all in one transaction. `path`: where it is, or where a new
    one is made; `name`: what messages call it. Raises OutputError.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._connection: sqlite3.Connection | None = None

    def replace(self, table: str, draft: Path) -> None:
        """Put rows, which are the lines of a file, in place of a table. Nothing of it is seen yet."""
        with _sentences(f"{self._name}::{table}", OutputError):
            if self._connection is None:
                self._connection = _open(self._path, "rwc")
                self._connection.execute("BEGIN IMMEDIATE")
            _replace(self._connection, table, draft)

    def commit(self) -> None:
        """Have the tables seen."""
        with _sentences(self._name, OutputError):
            if self._connection is not None:
                self._connection.execute("COMMIT")
        self.discard()

    def discard(self) -> None:
        """Close the database, which is as it was if nothing was committed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


def _replace(connection: sqlite3.Connection, table: str, draft: Path) -> None:
    """Drop a table, if it is there, and make it anew of the lines of a file."""
    connection.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
    with draft.open("rb") as lines:
        kinds = _kinds(lines) or {"text": {str}}
        columns = [quoted(name) for name in distinct_columns(kinds)]
        types = (_TYPES.get(frozenset(of_column), "") for of_column in kinds.values())
        declared = ", ".join(map(str.__add__, columns, types))
        connection.execute(f"CREATE TABLE {quoted(table)} ({declared})")
        lines.seek(0)
        marks, broken = ", ".join("?" * len(columns)), list[tuple[int, int]]()
        insert = f"INSERT INTO {quoted(table)} VALUES ({marks})"  # noqa: S608 - the name is quoted
        connection.executemany(insert, _rows_of(lines, [*kinds], broken))
    for row, number in broken:
        column = columns[number]
        update = f"UPDATE {quoted(table)} SET {column} = CAST({column} AS TEXT) WHERE rowid = ?"  # noqa: S608
        connection.execute(update, (row,))


def _kinds(lines: Iterable[bytes]) -> dict[str, set[type]]:
    """The columns of rows, in the order in which they appear, and the types of their values."""
    kinds: dict[str, set[type]] = {}
    for values in _parsed(lines):
        for name, value in values.items():
            of_column = kinds.setdefault(name, set())
            if broken_text_of(value) is not None:
                of_column.add(object)  # no type: SQLite would convert none, but it is no text either
            elif (cell := cell_of(value)) is not None:
                of_column.add(type(cell))
    return kinds


def _rows_of(
    lines: Iterable[bytes], columns: Sequence[str], broken: list[tuple[int, int]]
) -> Iterator[list[Cell]]:
    """The rows of a table. `broken`: gets the numbers of rows, from 1, and columns with texts that are no
    UTF-8, which are BLOBs here.
    """
    for row, values in enumerate(_parsed(lines), 1):
        cells = [cell_of(values.get(name)) for name in columns]
        for number, name in enumerate(columns):
            if isinstance(values.get(name), dict) and (data := broken_text_of(values[name])) is not None:
                cells[number] = data
                broken.append((row, number))
        yield cells


def _parsed(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.strip():
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise OutputError(
                    "only JSON objects, one a line, can be rows of a table: name a file."
                ) from error
            yield value if isinstance(value, dict) else {}
