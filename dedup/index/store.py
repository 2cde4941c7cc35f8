"""The documents that earlier runs kept, in the file of an index: SQLite, which survives being killed.

A run enters in three steps: its documents, and where its outputs are to be moved, in one transaction; the
moves; the note that they are done. Whoever opens the file after a run that was killed in between finishes the
moves, or takes the documents out again where that cannot be done.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson

from dedup.index.file import FORMAT, IndexFile
from dedup.kernels.arrays import Int64s

Move = tuple[Path, Path]
"""A finished file, and where it is to stand."""

_ASKED = 500  # rows that are asked for at once


class Row(NamedTuple):
    """A document as it enters; `entered`: seconds since 1970; `marks`: as bytes; `text`: compressed."""

    number: int
    id: str | None
    source: str
    position: int
    entered: int
    words: int
    marks: bytes | memoryview
    text: bytes


class Store(IndexFile):
    """The documents of an index, by number, and the runs that they came with."""

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
        """The numbers, first and behind the last, of the runs of a name."""
        rows = self._connection.execute("SELECT first, end FROM runs WHERE name = ? AND first < end", (name,))
        return rows.fetchall()

    def begin(self, name: str, replaces: Sequence[tuple[int, int]]) -> int:
        """A new run, which takes the place of documents with these numbers when it is done; its number."""
        cursor = self._connection.execute(
            "INSERT INTO runs VALUES (NULL, ?, ?, ?, ?, ?, NULL)",
            (name, int(time.time()), self.next, self.next, orjson.dumps(replaces).decode()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def enter(self, run: int, rows: Iterable[Row], end: int) -> None:
        """Add documents to a run, whose numbers end before `end`."""
        for some in _some(rows):
            self._connection.executemany(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", [row[:-1] for row in some]
            )
            self._connection.executemany(
                "INSERT INTO texts VALUES (?, ?)", [(row.number, row.text) for row in some]
            )
        self._connection.execute("UPDATE runs SET end = ? WHERE run = ?", (end, run))

    def expect(self, run: int, moves: Sequence[Move]) -> None:
        """Note what is to be moved before the run is done."""
        said = [[str(draft), str(place), draft.stat().st_ino, draft.stat().st_size] for draft, place in moves]
        self._connection.execute(
            "UPDATE runs SET moves = ? WHERE run = ?", (orjson.dumps(said).decode(), run)
        )

    def settle(self, run: int) -> None:
        """The run is done: what it replaces goes."""
        with self.transaction():
            for first, end in orjson.loads(self._one("SELECT replaces FROM runs WHERE run = ?", run)):
                self._forget("number >= ? AND number < ?", first, end)
                self._connection.execute(
                    "DELETE FROM runs WHERE first >= ? AND end <= ? AND run < ?", (first, end, run)
                )
            self._connection.execute("UPDATE runs SET moves = NULL, replaces = '[]' WHERE run = ?", (run,))

    def cancel(self, run: int) -> None:
        """The run is not done: its documents go."""
        with self.transaction():
            first, end = self._connection.execute(
                "SELECT first, end FROM runs WHERE run = ?", (run,)
            ).fetchone()
            self._forget("number >= ? AND number < ?", first, end)
            self._connection.execute(
                "UPDATE runs SET moves = NULL, first = end, replaces = '[]' WHERE run = ?", (run,)
            )

    def _recover(self) -> None:
        """Do what runs that were killed left to do."""
        for run, moves in self._connection.execute(
            "SELECT run, moves FROM runs WHERE moves IS NOT NULL"
        ).fetchall():
            if all(map(_moved, orjson.loads(moves))):
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

    def shapes(self, numbers: Int64s) -> list[tuple[int, int, bytes]]:
        """Number, words and marks of those of these documents that are still there, in order."""
        found: list[tuple[int, int, bytes]] = []
        for some in _parts(numbers):
            ask = _among("number, words, marks", "documents", len(some))
            found += self._connection.execute(f"{ask} ORDER BY number", some)
        return found

    def texts(self, numbers: Int64s) -> Iterator[list[bytes]]:
        """The compressed texts of these documents, which are there; some at a time."""
        for some in _parts(numbers):
            found = dict(self._connection.execute(_among("number, text", "texts", len(some)), some))
            yield [found[number] for number in some]

    def document(self, number: int) -> tuple[str | None, str, int, int]:
        """Id, source, position, and when it entered (seconds since 1970), of a document."""
        ask = "SELECT id, source, position, entered FROM documents WHERE number = ?"
        found: tuple[str | None, str, int, int] = self._connection.execute(ask, (number,)).fetchone()
        return found

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


def _moved(move: tuple[str, str, int, int]) -> bool:
    """Whether a finished file stands in its place, by now."""
    draft, place, inode, size = move
    for path in (draft, place):
        with suppress(OSError):
            found = Path(path).stat()
            if (found.st_ino, found.st_size) == (inode, size):
                Path(path).replace(place)
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
