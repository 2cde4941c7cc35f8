"""The file of an index: one process has it open at a time, and changes are made in transactions."""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

from dedup.errors import IndexFileError
from dedup.index import segments
from dedup.index.segments import Segments

FORMAT = 2
_APPLICATION_ID = 0x64647570  # "ddup": distinguishes an index from other SQLite files
_HOLDER = ".holder"
_ENDINGS_OF_SQLITE = ("-journal", "-wal", "-shm")
_PAGE_SIZE = 32768  # a text of 2 KB would fill half of a default page of 4,096
_SCHEMA = f"""
CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (run INTEGER PRIMARY KEY, name TEXT NOT NULL, began INTEGER NOT NULL,
                   first INTEGER NOT NULL, end INTEGER NOT NULL, replaces TEXT NOT NULL, moves TEXT);
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT, source TEXT NOT NULL, position INTEGER NOT NULL,
                        entered INTEGER NOT NULL, words INTEGER NOT NULL, marks BLOB NOT NULL,
                        key INTEGER, word_hash INTEGER);
CREATE INDEX keys ON documents (key) WHERE key IS NOT NULL;
CREATE TABLE texts (number INTEGER PRIMARY KEY, text BLOB NOT NULL, title TEXT, url TEXT);
{segments.SCHEMA}
"""
_MIGRATIONS = {
    1: """
ALTER TABLE texts ADD COLUMN title TEXT; ALTER TABLE texts ADD COLUMN url TEXT;
ALTER TABLE documents ADD COLUMN key INTEGER; ALTER TABLE documents ADD COLUMN word_hash INTEGER;
CREATE INDEX keys ON documents (key) WHERE key IS NOT NULL
"""
}
"""By older format the statements that bring a file to the next one. Its documents have no title, no URL and
no key, so nothing is an update of them.
"""


def files_beside(path: str | Path) -> list[Path]:
    """The files that an open index makes beside its own: the name of the process that has it, and those of
    SQLite, which follows links.
    """
    real = Path(path).resolve()
    return [Path(f"{path}{_HOLDER}"), *(Path(f"{real}{ending}") for ending in _ENDINGS_OF_SQLITE)]


class IndexFile:
    """The open file of an index.

    `options`: what a new index is made with; None: the file must exist. Raises IndexFileError if the file is
    in use for longer than `wait` seconds, is no index, or is one of a later format. A file of an older format
    is brought to this one.
    """

    def __init__(self, path: str | Path, options: dict[str, Any] | None, wait: float = 0.0) -> None:
        self.path = Path(path)
        if self.path.is_dir():
            raise IndexFileError(f"{str(path)!r} is a folder; name a file.")
        self._holder = self.path.with_name(f"{self.path.name}{_HOLDER}")
        if options is None and not (self.path.is_file() and self.path.stat().st_size):
            raise IndexFileError(f"{str(path)!r} does not exist; `dedup clean --index` creates it.")
        with self._sqlite_errors():
            self._connection = sqlite3.connect(
                self.path, timeout=wait, isolation_level=None, check_same_thread=False
            )
        try:
            with self._sqlite_errors():
                self._lock()
                self._check(options)
                self.segments = Segments(self._connection)
                self._recover()
            self._write_holder()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def _sqlite_errors(self) -> Iterator[None]:
        """Raise errors of SQLite as IndexFileError."""
        name = str(self.path)
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise IndexFileError(
                    f"{name!r} is in use by {self._read_holder()}; wait for it with --wait SECONDS."
                ) from error
            raise IndexFileError(f"{name!r} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error):
                raise IndexFileError(f"{name!r} is no index of dedup; name another file.") from error
            raise IndexFileError(
                f"{name!r} is damaged ({error}); use a backup or start a new index."
            ) from error

    def _read_holder(self) -> str:
        """The process that has the file open, if it left its name."""
        with suppress(OSError):
            return self._holder.read_text(encoding="utf-8").strip() or "another process"
        return "another process"

    def _lock(self) -> None:
        """Lock the file for this process alone."""
        self._connection.execute(f"PRAGMA page_size = {_PAGE_SIZE}")
        self._connection.execute("PRAGMA cache_size = -65536")  # 64 MB: the upper pages of each segment
        self._connection.execute("BEGIN EXCLUSIVE")
        # Not earlier: two processes that wait in this mode would each keep a lock that the other needs.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("COMMIT")

    def _write_holder(self) -> None:
        """Leave the name of this process for others that find the file in use."""
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime())
        with suppress(OSError):
            holder = f"process {os.getpid()} on {socket.gethostname()} since {since}"
            self._holder.write_text(holder, encoding="utf-8")

    def _check(self, options: dict[str, Any] | None) -> None:
        """Create the tables of a new file, and those that a file of an older format lacks. Raises
        IndexFileError if a file is no index, or one of a later format.
        """
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not application and not tables and options is not None:
            with self.transaction():
                self._execute_each(_SCHEMA)
                rows = ((name, orjson.dumps(value).decode()) for name, value in options.items())
                self._connection.executemany("INSERT INTO options VALUES (?, ?)", rows)
                self._connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                self._connection.execute(f"PRAGMA user_version = {FORMAT}")
        elif application != _APPLICATION_ID:
            raise IndexFileError(f"{str(self.path)!r} is no index of dedup; name another file.")
        elif version in _MIGRATIONS:
            self._migrate(version)
        elif version != FORMAT:
            raise IndexFileError(
                f"{str(self.path)!r} has index format {version}, and this dedup reads format {FORMAT}; "
                "use the dedup that wrote it, or start a new index."
            )

    def _migrate(self, version: int) -> None:
        """Bring a file of an older format to this one, in one transaction."""
        with self.transaction():
            for older in range(version, FORMAT):
                self._execute_each(_MIGRATIONS[older])
            self._connection.execute(f"PRAGMA user_version = {FORMAT}")

    def _execute_each(self, statements: str) -> None:
        for statement in statements.split(";"):
            self._connection.execute(statement)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes inside it, or none if it raises."""
        self.begin_changes()
        with self._sqlite_errors():
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self.drop_changes()
                raise

    def begin_changes(self) -> None:
        """Collect changes until the next `transaction` makes them all together."""
        if not self._connection.in_transaction:
            with self._sqlite_errors():
                self._connection.execute("BEGIN IMMEDIATE")

    def drop_changes(self) -> None:
        """Undo the changes that were collected."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self.segments = Segments(self._connection)

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._holder.unlink(missing_ok=True)
        self._connection.close()

    @property
    def options(self) -> dict[str, Any]:
        """The options that the index was made with."""
        rows = self._connection.execute("SELECT name, value FROM options")
        return {name: orjson.loads(value) for name, value in rows}

    def _recover(self) -> None:
        """Finish what a killed process left undone. A subclass knows what that is."""
