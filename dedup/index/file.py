"""The file of an index as such: opened by one process at a time, made or refused, changed all or nothing."""

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

FORMAT = 1
_MARK = 0x64647570  # "ddup": tells an index from another SQLite file
_PAGE = 32768  # texts of 2 KB fill half of the usual 4,096
_SCHEMA = f"""
CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (run INTEGER PRIMARY KEY, name TEXT NOT NULL, began INTEGER NOT NULL,
                   first INTEGER NOT NULL, end INTEGER NOT NULL, replaces TEXT NOT NULL, moves TEXT);
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT, source TEXT NOT NULL, position INTEGER NOT NULL,
                        entered INTEGER NOT NULL, words INTEGER NOT NULL, marks BLOB NOT NULL);
CREATE TABLE texts (number INTEGER PRIMARY KEY, text BLOB NOT NULL);
{segments.SCHEMA}
"""


class IndexFile:
    """The open file of an index. Raises IndexFileError where it is in use for longer than `wait` seconds, is
    no index, or one of another format.
    """

    def __init__(self, path: str | Path, options: dict[str, Any] | None, wait: float = 0.0) -> None:
        """`options`: what a new index is made with; None: there must be one."""
        self.path = Path(path)
        if self.path.is_dir():
            raise IndexFileError(f"{str(path)!r} is a folder; name a file.")
        self._holder = self.path.with_name(f"{self.path.name}.holder")
        if options is None and not (self.path.is_file() and self.path.stat().st_size):
            raise IndexFileError(f"{str(path)!r} does not exist: `dedup clean --index` makes an index.")
        with self._told():
            self._connection = sqlite3.connect(
                self.path, timeout=wait, isolation_level=None, check_same_thread=False
            )
        try:
            with self._told():
                self._lock()
                self._check(options)
                self.segments = Segments(self._connection)
                self._recover()
            self._say_who()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite cannot do, in a sentence."""
        name = str(self.path)
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise IndexFileError(
                    f"{name!r} is in use by {self._user()}: --wait SECONDS waits."
                ) from error
            raise IndexFileError(f"{name!r} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error):
                raise IndexFileError(f"{name!r} is no index of dedup: name another file.") from error
            raise IndexFileError(f"{name!r} is broken ({error}): take a copy of it, or a new one.") from error

    def _user(self) -> str:
        """Who has the file, as far as they told."""
        with suppress(OSError):
            return self._holder.read_text(encoding="utf-8").strip() or "another process"
        return "another process"

    def _lock(self) -> None:
        """Take the file."""
        self._connection.execute(f"PRAGMA page_size = {_PAGE}")
        self._connection.execute("PRAGMA cache_size = -65536")  # in KB: the upper pages of each segment
        self._connection.execute("BEGIN EXCLUSIVE")
        # Not before: two that wait in this mode keep what each of them has, and the other wants.
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("COMMIT")

    def _say_who(self) -> None:
        """Tell others who has the file."""
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime())
        with suppress(OSError):
            said = f"process {os.getpid()} on {socket.gethostname()} since {since}"
            self._holder.write_text(said, encoding="utf-8")

    def _check(self, options: dict[str, Any] | None) -> None:
        """Make a new file an index; refuse others that are none."""
        (mark,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not mark and not tables and options is not None:
            with self.transaction():
                for statement in _SCHEMA.split(";"):
                    self._connection.execute(statement)
                said = ((name, orjson.dumps(value).decode()) for name, value in options.items())
                self._connection.executemany("INSERT INTO options VALUES (?, ?)", said)
                self._connection.execute(f"PRAGMA application_id = {_MARK}")
                self._connection.execute(f"PRAGMA user_version = {FORMAT}")
        elif mark != _MARK:
            raise IndexFileError(f"{str(self.path)!r} is no index of dedup: name another file.")
        elif version != FORMAT:
            raise IndexFileError(
                f"{str(self.path)!r} has index format {version}; this dedup reads {FORMAT}: "
                "take the dedup that wrote it, or a new index."
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what is changed in it."""
        self.begin_changes()
        with self._told():
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self.drop_changes()
                raise

    def begin_changes(self) -> None:
        """From here on changes are made together, at the end of a `transaction`."""
        if not self._connection.in_transaction:
            with self._told():
                self._connection.execute("BEGIN IMMEDIATE")

    def drop_changes(self) -> None:
        """Take the changes back that are not made yet."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self.segments = Segments(self._connection)

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            self._holder.unlink(missing_ok=True)
        self._connection.close()

    @property
    def options(self) -> dict[str, Any]:
        """The options that shape what is stored."""
        rows = self._connection.execute("SELECT name, value FROM options")
        return {name: orjson.loads(value) for name, value in rows}

    def _recover(self) -> None:
        """Do what a process that was killed left to do."""
