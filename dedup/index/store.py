"""The documents that earlier runs kept, in the file of an index: SQLite, which survives a kill.

A run enters in three steps: one transaction adds its documents and notes where its outputs will be moved; the
outputs are moved; a second transaction notes that the run is complete. If a run is killed in between, the
next process to open the file finishes the moves, or takes the documents out again if that is not possible.
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
"""A finished draft of an output, and the path that it will be moved to."""

_BATCH = 500  # rows that are read or written by one statement


class StoredDocument(NamedTuple):
    """A document as the file has it. `entered`: seconds since 1970; `words`: how many it has; `bloom_bits`:
    see `matching.bloom`; `key`: what it is told apart by (see `text.addresses`), None for nothing;
    `word_hash`: of its words; `text`: compressed; `title`, `url`: None where it has none.
    """

    number: int
    id: str | None
    source: str
    position: int
    entered: int
    words: int
    bloom_bits: bytes | memoryview
    key: int | None
    word_hash: int
    text: bytes
    title: str | None
    url: str | None


class Store(IndexFile):
    """The documents of an index, by number, and the runs that they came with."""

    def __len__(self) -> int:
        return int(self._one("SELECT count(*) FROM documents") or 0)

    def _one(self, statement: str, *values: Any) -> Any:
        row = self._connection.execute(statement, values).fetchone()
        return row[0] if row else None

    @property
    def next(self) -> int:
        """The number that the next document gets. No number is used twice."""
        return int(self._one("SELECT max(end) FROM runs") or 0)

    def numbers_of(self, name: str) -> list[tuple[int, int]]:
        """The spans of document numbers, [first, end), of the runs of this name."""
        rows = self._connection.execute("SELECT first, end FROM runs WHERE name = ? AND first < end", (name,))
        return rows.fetchall()

    def begin(self, name: str, replaces: Sequence[tuple[int, int]]) -> int:
        """Add a run and return its number. Once it is complete, it replaces the documents in these spans."""
        cursor = self._connection.execute(
            "INSERT INTO runs VALUES (NULL, ?, ?, ?, ?, ?, NULL)",
            (name, int(time.time()), self.next, self.next, orjson.dumps(replaces).decode()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def add(self, run: int, documents: Iterable[StoredDocument], end: int) -> None:
        """Add documents to a run. `end`: one more than the highest number of a document."""
        for batch in _batches(documents):
            self._connection.executemany(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [document[:9] for document in batch],
            )
            self._connection.executemany(
                "INSERT INTO texts VALUES (?, ?, ?, ?)",
                [(document.number, *document[9:]) for document in batch],
            )
        self._connection.execute("UPDATE runs SET end = ? WHERE run = ?", (end, run))

    def expect(self, run: int, moves: Sequence[Move]) -> None:
        """Note the moves that will complete the run."""
        rows = [[str(draft), str(path), draft.stat().st_ino, draft.stat().st_size] for draft, path in moves]
        self._connection.execute(
            "UPDATE runs SET moves = ? WHERE run = ?", (orjson.dumps(rows).decode(), run)
        )

    def settle(self, run: int) -> None:
        """Complete a run: delete what it replaces."""
        with self.transaction():
            for first, end in orjson.loads(self._one("SELECT replaces FROM runs WHERE run = ?", run)):
                self._delete("number >= ? AND number < ?", first, end)
                self._connection.execute(
                    "DELETE FROM runs WHERE first >= ? AND end <= ? AND run < ?", (first, end, run)
                )
            self._connection.execute("UPDATE runs SET moves = NULL, replaces = '[]' WHERE run = ?", (run,))

    def cancel(self, run: int) -> None:
        """Cancel a run: delete its documents."""
        with self.transaction():
            first, end = self._connection.execute(
                "SELECT first, end FROM runs WHERE run = ?", (run,)
            ).fetchone()
            self._delete("number >= ? AND number < ?", first, end)
            self._connection.execute(
                "UPDATE runs SET moves = NULL, first = end, replaces = '[]' WHERE run = ?", (run,)
            )

    def _recover(self) -> None:
        """Complete or cancel the runs that a kill left unfinished."""
        for run, moves in self._connection.execute(
            "SELECT run, moves FROM runs WHERE moves IS NOT NULL"
        ).fetchall():
            if all(map(_finish_move, orjson.loads(moves))):
                self.settle(run)
            else:
                self.cancel(run)

    def _delete(self, which: str, *values: Any) -> int:
        """Delete documents and return how many. Their entries stay in the pages until `purge`."""
        self._connection.execute(
            f"DELETE FROM texts WHERE number IN (SELECT number FROM documents WHERE {which})",  # noqa: S608
            values,
        )
        return self._connection.execute(f"DELETE FROM documents WHERE {which}", values).rowcount  # noqa: S608

    def remove(self, id: str) -> int:
        """Delete the documents with this id, in the caller's transaction; returns how many there were."""
        return self._delete("id = ?", id)

    def purge(self, before: int) -> int:
        """Delete the documents that entered before a time (seconds since 1970), and return the space of all
        deleted documents to the file system; returns how many there were.
        """
        with self.transaction():
            count = self._delete("entered < ?", before)
            present = np.zeros(self.next, bool)
            present[self.numbers()] = True
            self.segments.rewrite(present)
        with self._sqlite_errors():
            self._connection.execute("VACUUM")
        return count

    def first(self, since: int) -> int:
        """The number of the first document that entered at a time (seconds since 1970) or later."""
        if since <= 0:
            return 0
        number = self._one("SELECT min(number) FROM documents WHERE entered >= ?", since)
        return self.next if number is None else int(number)

    def numbers(self) -> Int64s:
        """The numbers (int64) of all documents."""
        rows = self._connection.execute("SELECT number FROM documents")
        return np.fromiter((number for (number,) in rows), np.int64)

    def sizes(self, numbers: Int64s) -> list[tuple[int, int, bytes]]:
        """Number, word count and Bloom bits of these documents (ascending), without deleted ones."""
        rows: list[tuple[int, int, bytes]] = []
        for batch in _number_batches(numbers):
            statement = _select("number, words, marks", "documents", len(batch))
            rows += self._connection.execute(f"{statement} ORDER BY number", batch)
        return rows

    def versions(self, keys: Int64s) -> Iterator[tuple[int, int, int]]:
        """Number, key and hash of the words of the documents with these keys."""
        for batch in _number_batches(keys):
            columns = "number, key, word_hash"
            yield from self._connection.execute(_select(columns, "documents", len(batch), "key"), batch)

    def texts(self, numbers: Int64s) -> Iterator[list[tuple[bytes, str | None, str | None]]]:
        """Compressed text, title and URL of these documents, in batches. None of them may be deleted."""
        for batch in _number_batches(numbers):
            rows = self._connection.execute(_select("number, text, title, url", "texts", len(batch)), batch)
            texts = {number: tuple(columns) for number, *columns in rows}
            yield [texts[number] for number in batch]

    def document(self, number: int) -> tuple[str | None, str, int, int]:
        """Id, source, position and time of entry (seconds since 1970) of a document."""
        statement = "SELECT id, source, position, entered FROM documents WHERE number = ?"
        row: tuple[str | None, str, int, int] = self._connection.execute(statement, (number,)).fetchone()
        return row

    def facts(self) -> dict[str, Any]:
        """The file's documents, runs, first and last date (seconds since 1970), bytes, format and options."""
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


def _finish_move(move: tuple[str, str, int, int]) -> bool:
    """Move a draft to its path if that was not done before a kill; returns whether the file is there now. The
    inode and the size tell the draft from other files.
    """
    draft, path, inode, size = move
    for candidate in (draft, path):
        with suppress(OSError):
            stat = Path(candidate).stat()
            if (stat.st_ino, stat.st_size) == (inode, size):
                Path(candidate).replace(path)
                return True
    return False


def _number_batches(numbers: Int64s) -> Iterator[list[int]]:
    for first in range(0, len(numbers), _BATCH):
        yield numbers[first : first + _BATCH].tolist()


def _batches(documents: Iterable[StoredDocument]) -> Iterator[list[StoredDocument]]:
    batch: list[StoredDocument] = []
    for document in documents:
        batch.append(document)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _select(columns: str, table: str, count: int, by: str = "number") -> str:
    """A statement that selects rows by `count` values of the column `by`."""
    return f"SELECT {columns} FROM {table} WHERE {by} IN ({','.join('?' * count)})"  # noqa: S608
