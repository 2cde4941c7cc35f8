"""The file of an index: documents that earlier runs kept, in SQLite, which outlives being killed at any moment.

One process has it at a time. A run enters in three steps: its documents, and where its outputs are to be
moved, in one transaction; the moves; the note that they are done. Whoever opens the file after a run that was
killed in between finishes the moves, or takes the documents out again where that cannot be done.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from dedup.errors import IndexFileError
from dedup.index import segments
from dedup.index.segments import Segments

Int64s = npt.NDArray[np.int64]
Move = tuple[Path, Path]
"""A finished file, and where it is to stand."""

FORMAT = 1
_MARK = 0x64647570  # "ddup": tells an index from another SQLite file
_PAGE = 32768  # texts of 2 KB fill half of the usual 4,096
_ASKED = 500  # rows that are asked for at once
_SCHEMA = f"""
CREATE TABLE options (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (run INTEGER PRIMARY KEY, name TEXT NOT NULL, began INTEGER NOT NULL,
                   first INTEGER NOT NULL, end INTEGER NOT NULL, replaces TEXT NOT NULL, moves TEXT);
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT, source TEXT NOT NULL, position INTEGER NOT NULL,
                        entered INTEGER NOT NULL, words INTEGER NOT NULL);
CREATE TABLE texts (number INTEGER PRIMARY KEY, text BLOB NOT NULL);
{segments.SCHEMA}
"""


class Row(NamedTuple):
    """A document as it enters: `text` is compressed; `entered`: seconds since 1970."""

    number: int
    id: str | None
    source: str
    position: int
    entered: int
    words: int
    text: bytes


class Store:
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
                self._finish_moves()
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
                raise IndexFileError(f"{name!r} is in use by {self._user()}: --wait SECONDS waits.") from error
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
        self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._connection.execute("PRAGMA cache_size = -65536")  # in KB: the upper pages of each segment
        self._connection.execute("BEGIN EXCLUSIVE")
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

    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM documents") or 0)

    def _one(self, statement: str, *values: Any) -> Any:
        row = self._connection.execute(statement, values).fetchone()
        return row[0] if row else None

    @property
    def next(self) -> int:
        """The number of the next document: none is given twice."""
        return int(self._one("SELECT max(end) FROM runs") or 0)

    def numbers_of(self, name: str) -> list[tuple[int, int]]:
        """The numbers, first and behind the last, of the runs of a name: the same inputs and the same output."""
        rows = self._connection.execute("SELECT first, end FROM runs WHERE name = ? AND first < end", (name,))
        return rows.fetchall()

    def begin(self, name: str, replaces: Sequence[tuple[int, int]]) -> int:
        """A new run, which takes the place of documents with these numbers when it is done; returns its own."""
        cursor = self._connection.execute(
            "INSERT INTO runs VALUES (NULL, ?, ?, ?, ?, ?, NULL)",
            (name, int(time.time()), self.next, self.next, orjson.dumps(replaces).decode()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def enter(self, run: int, rows: Iterable[Row], end: int) -> None:
        """Add documents to a run, whose numbers end before `end`."""
        for some in _some(rows):
            self._connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", [row[:-1] for row in some])
            self._connection.executemany("INSERT INTO texts VALUES (?, ?)", [(row.number, row.text) for row in some])
        self._connection.execute("UPDATE runs SET end = ? WHERE run = ?", (end, run))

    def expect(self, run: int, moves: Sequence[Move]) -> None:
        """Note what is to be moved before the run is done."""
        said = [[str(draft), str(place), draft.stat().st_ino, draft.stat().st_size] for draft, place in moves]
        self._connection.execute("UPDATE runs SET moves = ? WHERE run = ?", (orjson.dumps(said).decode(), run))

    def settle(self, run: int) -> None:
        """The run is done: what it replaces goes."""
        with self.transaction():
            for first, end in orjson.loads(self._one("SELECT replaces FROM runs WHERE run = ?", run)):
                self._forget("number >= ? AND number < ?", first, end)
                self._connection.execute("DELETE FROM runs WHERE first >= ? AND end <= ? AND run < ?", (first, end, run))
            self._connection.execute("UPDATE runs SET moves = NULL, replaces = '[]' WHERE run = ?", (run,))

    def cancel(self, run: int) -> None:
        """The run is not done: its documents go."""
        with self.transaction():
            first, end = self._connection.execute("SELECT first, end FROM runs WHERE run = ?", (run,)).fetchone()
            self._forget("number >= ? AND number < ?", first, end)
            self._connection.execute("UPDATE runs SET moves = NULL, first = end, replaces = '[]' WHERE run = ?", (run,))

    def _finish_moves(self) -> None:
        """Do what runs that were killed left to do."""
        for run, moves in self._connection.execute("SELECT run, moves FROM runs WHERE moves IS NOT NULL").fetchall():
            if all([_moved(*move) for move in orjson.loads(moves)]):
                self.settle(run)
            else:
                self.cancel(run)

    def _forget(self, which: str, *values: Any) -> int:
        """Delete documents; their entries in pages are left, and lead to nobody."""
        self._connection.execute(
            f"DELETE FROM texts WHERE number IN (SELECT number FROM documents WHERE {which})",  # noqa: S608
            values,
        )
        return self._connection.execute(f"DELETE FROM documents WHERE {which}", values).rowcount  # noqa: S608

    def remove(self, id: str) -> int:
        """Forget the documents of an id; returns how many."""
        return self._forget("id = ?", id)

    def purge(self, before: int) -> int:
        """Forget what entered before then (seconds since 1970), and give the room back; returns how many."""
        with self.transaction():
            gone = self._forget("entered < ?", before)
            there = np.zeros(self.next, bool)
            there[self.numbers()] = True
            self.segments.rewrite(there)
        with self._told():
            self._connection.execute("VACUUM")
        return gone

    def first(self, since: int) -> int:
        """The number of the first document that entered then (seconds since 1970) or later."""
        if since <= 0:
            return 0
        found = self._one("SELECT min(number) FROM documents WHERE entered >= ?", since)
        return self.next if found is None else int(found)

    def numbers(self) -> Int64s:
        """The numbers (int64) of all documents."""
        rows = self._connection.execute("SELECT number FROM documents")
        return np.fromiter((number for (number,) in rows), np.int64)

    def words(self, numbers: Int64s) -> Int64s:
        """How many words these documents have (int64), -1 where they are gone."""
        found = {}
        for some in _parts(numbers):
            found.update(self._connection.execute(_among("number, words", "documents", len(some)), some))
        return np.array([found.get(number, -1) for number in numbers.tolist()], np.int64)

    def texts(self, numbers: Int64s) -> Iterator[list[bytes]]:
        """The compressed texts of these documents, which are there; some at a time."""
        for some in _parts(numbers):
            found = dict(self._connection.execute(_among("number, text", "texts", len(some)), some))
            yield [found[number] for number in some]

    def document(self, number: int) -> tuple[str | None, str, int, int]:
        """Id, source, position, and when it entered (seconds since 1970), of a document."""
        row = self._connection.execute(
            "SELECT id, source, position, entered FROM documents WHERE number = ?", (number,)
        ).fetchone()
        return row  # type: ignore[no-any-return]

    def facts(self) -> dict[str, Any]:
        """What the file holds, counted."""
        first, last = self._connection.execute("SELECT min(entered), max(entered) FROM documents").fetchone()
        return {
            "documents": len(self),
            "runs": self._one("SELECT count(*) FROM runs WHERE first < end"),
            "first": first,
            "last": last,
            "bytes": self.path.stat().st_size,
            "format": FORMAT,
            "options": self.options,
        }


def _moved(draft: str, place: str, inode: int, size: int) -> bool:
    """Whether a finished file stands in its place, by now."""
    for path in (draft, place):
        with suppress(OSError):
            found = Path(path).stat()
            if (found.st_ino, found.st_size) == (inode, size):
                os.replace(path, place)
                return True
    return False


def _parts(numbers: Int64s) -> Iterator[list[int]]:
    for at in range(0, len(numbers), _ASKED):
        yield numbers[at : at + _ASKED].tolist()


def _some(rows: Iterable[Row]) -> Iterator[list[Row]]:
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) == _ASKED:
            yield held
            held = []
    yield held


def _among(columns: str, table: str, count: int) -> str:
    """The statement for rows of so many numbers."""
    return f"SELECT {columns} FROM {table} WHERE number IN ({','.join('?' * count)})"  # noqa: S608
