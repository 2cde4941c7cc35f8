"""The file of an index: one process has it open at a time, and changes are made in transactions."""

from __future__ import annotations

import os
import shlex
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from dedup.errors import IndexFileError
from dedup.files.names import real
from dedup.index import sites
from dedup.index.sites import SiteRows
from dedup.index.storage import segments, site_texts
from dedup.index.storage.database import Database, RepairableError, Row, are, checksum
from dedup.index.storage.segments import Segments
from dedup.index.storage.site_texts import SiteTexts
from dedup.index.storage.tables import OPTIONS, STATE

FORMAT = 5
"""Since 5 it has checksums; since 4 it knows what sites print; since 3 the hashes of words are others."""
CONVERTIBLE = 4
"""The format from which `dedup index repair` makes one of this format."""
_APPLICATION_ID = 0x64647570  # "ddup": distinguishes an index from other SQLite files
_HOLDER = ".holder"
_ENDINGS_OF_SQLITE = ("-journal", "-wal", "-shm")
_SCHEMA = f"""
CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (run INTEGER PRIMARY KEY, name TEXT NOT NULL, began INTEGER NOT NULL,
                   first INTEGER NOT NULL, end INTEGER NOT NULL, replaces TEXT NOT NULL, moves TEXT);
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT, source TEXT NOT NULL, position INTEGER NOT NULL,
                        entered INTEGER NOT NULL, words INTEGER NOT NULL, marks BLOB NOT NULL,
                        key INTEGER, word_hash INTEGER, sum INTEGER NOT NULL);
CREATE TABLE texts (number INTEGER PRIMARY KEY, text BLOB NOT NULL, title TEXT, url TEXT,
                    sum INTEGER NOT NULL);
CREATE TABLE state (value TEXT NOT NULL, sum INTEGER NOT NULL);
{segments.SCHEMA}
{sites.SCHEMA}
{site_texts.SCHEMA}
"""
_LISTS = {
    "options": "SELECT name, value, '' FROM options ORDER BY name",
    "segments": "SELECT segment, bits, entries, filled FROM segments ORDER BY segment",
    "runs": "SELECT run, name, began, first, end, replaces, moves, '' FROM runs ORDER BY run",
}
"""What is read and checked whenever the file is opened; blobs are last."""


_SUMS = (list, type(None))


def files_beside(path: str | Path) -> list[Path]:
    """The files that an open index makes beside its own: the name of the process that has it, and those of
    SQLite, which follows links.
    """
    place = real(path)
    return [Path(f"{path}{_HOLDER}"), *(Path(f"{place}{ending}") for ending in _ENDINGS_OF_SQLITE)]


class IndexFile:
    """The open file of an index.

    `options`: what a new index is made with; None: the file must exist. Raises IndexFileError if the file is
    in use for longer than `wait` seconds, is no index, or is one of another format.
    """

    def __init__(self, path: str | Path, options: dict[str, Any] | None, wait: float = 0.0) -> None:
        self.path = Path(path)
        if self.path.is_dir():
            raise IndexFileError(f"{str(path)!r} is a folder; name a file.")
        self._holder = self.path.with_name(f"{self.path.name}{_HOLDER}")
        if options is None and not (self.path.is_file() and self.path.stat().st_size):
            fault = "is empty" if self.path.is_file() else "does not exist"
            raise IndexFileError(f"{str(path)!r} {fault}; `dedup clean --index` creates it.")
        self._database = Database(self.path, wait, self._read_holder)
        try:
            self._database.lock()
            self._check(options)
            self._look_up_anew()
            self._check_runs()
            self._recover()
            self._write_holder()
        except BaseException:
            self._database.close()
            raise

    def damaged(self, what: str) -> IndexFileError:
        """The error for a file that is not as dedup wrote it."""
        return self._database.damaged(what)

    def unpacked(self, data: bytes, what: str) -> bytes:
        """The bytes that were compressed with zstandard. Raises IndexFileError for other ones."""
        return self._database.unpacked(data, what)

    def _read_holder(self) -> str:
        """The process that has the file open, if it left its name."""
        with suppress(OSError):
            return self._holder.read_text(encoding="utf-8", errors="replace").strip() or "another process"
        return "another process"

    def _write_holder(self) -> None:
        """Leave the name of this process for others that find the file in use."""
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime())
        with suppress(OSError):
            holder = f"process {os.getpid()} on {socket.gethostname()} since {since}"
            self._holder.write_text(holder, encoding="utf-8")

    def _check(self, options: dict[str, Any] | None) -> None:
        """Create the tables of a new file. Raises IndexFileError if a file is no index, or one of another
        format.
        """
        database = self._database
        application, version = (database.one(f"PRAGMA {name}") for name in ("application_id", "user_version"))
        if not application and not database.schema() and options is not None:
            database.change("BEGIN IMMEDIATE")
            create_tables(database)
            values = ((name, orjson.dumps(value).decode()) for name, value in options.items())
            rows = ((*row, checksum(row)) for row in values)
            database.change_each("INSERT INTO options VALUES (?, ?, ?)", rows)
            self._write_state({"documents": 0, "sites": None, "site_texts": None})
            database.change("COMMIT")
        elif application != _APPLICATION_ID:
            raise IndexFileError(f"{str(self.path)!r} is not an index of dedup; name another file.")
        elif version != FORMAT:
            raise self._other_format(version)
        elif database.schema() != _expected_schema():
            raise database.damaged("its tables are not those of an index")

    def _other_format(self, version: int) -> IndexFileError:
        """The error for a file of another format."""
        has = f"{str(self.path)!r} has index format {version}, and this dedup reads format {FORMAT}: "
        if version == CONVERTIBLE:
            return RepairableError(f"{has}`dedup index repair {shlex.quote(str(self.path))}` converts it.")
        return IndexFileError(
            f"{has}use the dedup that wrote it, or start a new index with the articles that earlier runs "
            "kept (dedup clean KEPT --index NEW)."
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside it, or none if it raises."""
        self.begin_changes()
        try:
            yield
            self._write_state(self._state())
            self._database.change("COMMIT")
        except BaseException:
            self.drop_changes()
            raise

    def begin_changes(self) -> None:
        """Collect changes until the next `transaction` makes them all together."""
        if not self._database.is_changing:
            self._database.change("BEGIN IMMEDIATE")

    def drop_changes(self) -> None:
        """Undo the changes that were collected."""
        if self._database.is_changing:
            self._database.change("ROLLBACK")
        self._look_up_anew()

    def _look_up_anew(self) -> None:
        """Know nothing of keys, documents and sites but what the file has. Raises IndexFileError for lists
        that are not as they were written.
        """
        state = read_state(self._database)
        self.count: int = state["documents"]
        """How many documents there are."""
        self.segments = Segments(self._database)
        self.sites = SiteRows(self._database, state["sites"])
        self.site_texts = SiteTexts(self._database, state["site_texts"])

    def _state(self) -> dict[str, Any]:
        """What the file has besides its lists."""
        sites, site_texts = self.sites.contents.sums(), self.site_texts.contents.sums()
        return {"documents": self.count, "sites": sites, "site_texts": site_texts}

    def _write_state(self, state: dict[str, Any]) -> None:
        """Write what the next one who opens the file compares it with."""
        value = orjson.dumps({**state, "lists": checksums_of_lists(self._database)}).decode()
        self._database.change("DELETE FROM state")
        self._database.change("INSERT INTO state VALUES (?, ?)", value, checksum((value,)))

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._holder.unlink(missing_ok=True)
        self._database.close()

    @property
    def options(self) -> dict[str, Any]:
        """The options that the index was made with."""
        return read_options(self._database)

    def _check_runs(self) -> None:
        """Check the list of runs. A subclass knows how."""

    def _recover(self) -> None:
        """Finish what a killed process left undone. A subclass knows what that is."""


def create_tables(database: Database) -> None:
    """Make the tables of a new file."""
    for statement in _SCHEMA.split(";"):
        database.change(statement)
    database.change(f"PRAGMA application_id = {_APPLICATION_ID}")
    database.change(f"PRAGMA user_version = {FORMAT}")


@cache
def _expected_schema() -> list[Row]:
    """The tables that a file has."""
    database = Database(":memory:")
    create_tables(database)
    schema = database.schema()
    database.close()
    return schema


def read_state(database: Database) -> dict[str, Any]:
    """What the file has besides its lists. Raises IndexFileError if it, or one of the lists, is not as it was
    written.
    """
    rows = [*STATE.select(database)]
    if len(rows) == 1:
        with suppress(ValueError, LookupError, TypeError):
            state: dict[str, Any] = orjson.loads(rows[0][0])
            sums = [state[name] for name in ("documents", "sites", "site_texts")]
            if state["lists"] == checksums_of_lists(database) and are(sums, int, _SUMS, _SUMS):
                return state
    raise database.damaged(STATE.meaning)


def checksums_of_lists(database: Database) -> dict[str, int]:
    """The checksums of the lists: options, segments, runs."""
    checksums = dict.fromkeys(_LISTS, 0)
    for name, statement in _LISTS.items():
        for *plain, blob in database.rows(statement):
            checksums[name] = crc32(blob or b"", crc32(orjson.dumps(plain), checksums[name]))
    return checksums


def read_options(database: Database) -> dict[str, Any]:
    """The options that an index was made with. Raises IndexFileError if one is damaged."""
    with suppress(ValueError):
        return {name: orjson.loads(value) for name, value, _ in OPTIONS.select(database)}
    raise database.damaged(OPTIONS.meaning)
