"""The documents that earlier runs kept, in the file of an index: SQLite, which survives a kill.

A run enters in three steps: one transaction adds its documents and notes its outputs; the outputs are moved
into place, by a journal of their own; a second transaction notes that the run is complete. If a run is killed
in between, the next process to open the file takes the documents out, unless the outputs are in place.

A document that is deleted leaves its number, since pages of keys have it until `purge`: so a document that
SQLite no longer finds is not taken for one that was deleted.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import orjson

from dedup.index.file import FORMAT, IndexFile
from dedup.index.outputs import Move, are_in_place, noted_outputs
from dedup.index.sites import KnownSites
from dedup.index.storage.database import Row
from dedup.index.storage.rows import KnownDocument, StoredDocument, are_in_order
from dedup.index.storage.tables import DELETED, DOCUMENTS, RUNS, TEXTS, document_sum, text_sum
from dedup.matching.earlier_runs import Postings
from dedup.native.arrays import Hashes, Int64s

_BATCH = 500  # rows that are read or written by one statement


class Store(IndexFile):
    """The documents of an index, by number, and the runs that they came with."""

    _is_checked = False

    def __len__(self) -> int:
        return self.count

    @property
    def next(self) -> int:
        """The number that the next document gets. No number is used twice."""
        return int(self._database.one("SELECT max(end) FROM runs") or 0)

    def postings(self, keys: Hashes, most: int) -> Postings:
        """Which documents have these keys; see `Segments.postings`."""
        return self.segments.postings(keys, most)

    def known_sites(self, hidden: Container[int], since: int) -> KnownSites:
        """What is known of sites; see `KnownSites`."""
        return KnownSites(self.sites, self.site_texts, hidden, since)

    def numbers_of(self, name: str) -> list[tuple[int, int]]:
        """The spans of document numbers, [first, end), of the runs of this name."""
        statement = "SELECT first, end FROM runs WHERE name = ? AND first < end"
        return [(first, end) for first, end in self._database.rows(statement, (name,))]

    def runs_of(self, name: str) -> set[int]:
        """The numbers of the runs of this name."""
        return {run for (run,) in self._database.rows("SELECT run FROM runs WHERE name = ?", (name,))}

    def begin(self, name: str, replaces: Sequence[tuple[int, int]]) -> int:
        """Add a run and return its number. Once it is complete, it replaces the documents in these spans."""
        cursor = self._database.change(
            "INSERT INTO runs VALUES (NULL, ?, ?, ?, ?, ?, NULL)",
            *(name, int(time.time()), self.next, self.next, orjson.dumps(replaces).decode()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def add(self, run: int, documents: Iterable[StoredDocument], end: int) -> None:
        """Add documents to a run. `end`: one more than the highest number of a document."""
        self.insert(documents)
        self._database.change("UPDATE runs SET end = ? WHERE run = ?", end, run)

    def insert(self, documents: Iterable[StoredDocument]) -> None:
        """Add documents, which are to be in the span of a run."""
        for batch in batches(documents):
            self._insert(document[:9] for document in batch)
            self._database.change_each(
                "INSERT INTO texts VALUES (?, ?, ?, ?, ?)",
                (
                    (number, text, title, url, text_sum((number, text, title, url)))
                    for number, *_, text, title, url in batch
                ),
            )
            self.count += len(batch)

    def insert_runs(self, runs: Iterable[Row]) -> None:
        """Add runs as they are."""
        self._database.change_each("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", runs)

    def _insert(self, rows: Iterable[Row]) -> None:
        """Write documents, all columns but the checksum, in place of those of the same number."""
        self._database.change_each(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((*row, document_sum(row)) for row in rows),
        )

    def expect(self, run: int, moves: Sequence[Move]) -> None:
        """Note the outputs whose moves will complete the run."""
        self._database.change("UPDATE runs SET moves = ? WHERE run = ?", noted_outputs(moves), run)

    def settle(self, run: int) -> None:
        """Complete a run: delete what it replaces, documents and what their pages said of their sites."""
        with self.transaction():
            replaces = self._database.one("SELECT replaces FROM runs WHERE run = ?", run)
            for first, end in orjson.loads(replaces):
                self._delete("number >= ? AND number < ?", first, end)
                statement = "SELECT run FROM runs WHERE first >= ? AND end <= ? AND run < ?"
                self._delete_runs([number for (number,) in self._database.rows(statement, (first, end, run))])
            self._database.change("UPDATE runs SET moves = NULL, replaces = '[]' WHERE run = ?", run)

    def _delete_runs(self, runs: Sequence[int]) -> None:
        self._delete_sites(runs)
        self._database.change_each("DELETE FROM runs WHERE run = ?", ((run,) for run in runs))

    def _delete_sites(self, runs: Sequence[int]) -> None:
        self.sites.delete(runs)
        self.site_texts.delete(runs)

    def cancel(self, run: int) -> None:
        """Cancel a run: delete its documents, and what their pages said of their sites."""
        with self.transaction():
            first, end = self._database.row("SELECT first, end FROM runs WHERE run = ?", run) or (0, 0)
            self._delete("number >= ? AND number < ?", first, end)
            self._delete_sites([run])
            self._database.change(
                "UPDATE runs SET moves = NULL, first = end, replaces = '[]' WHERE run = ?", run
            )

    def _check_runs(self) -> None:
        """Raise IndexFileError for a run that dedup has not written so."""
        if not are_in_order([*RUNS.select(self._database, "ORDER BY run")]):
            raise self._database.damaged("the list of its runs")

    def _recover(self) -> None:
        """Complete or cancel the runs that a kill left unfinished."""
        for run, noted in [*self._database.rows("SELECT run, moves FROM runs WHERE moves IS NOT NULL")]:
            if are_in_place(noted):
                self.settle(run)
            else:
                self.cancel(run)

    def _delete(self, which: str, *values: Any) -> int:
        """Delete documents and return how many. Their numbers, and their entries in the pages, stay until
        `purge`.
        """
        statement = f"SELECT number FROM documents WHERE words >= 0 AND {which}"  # noqa: S608
        numbers = [number for (number,) in self._database.rows(statement, values)]
        self._database.change_each("DELETE FROM texts WHERE number = ?", ((number,) for number in numbers))
        self._insert((number, None, "", 0, 0, DELETED, b"", None, 0) for number in numbers)
        self.count -= len(numbers)
        return len(numbers)

    def remove(self, id: str) -> int:
        """Delete the documents with this id, in the caller's transaction; returns how many there were. What
        their pages said of their sites stays.
        """
        self._check_documents()
        return self._delete("id = ?", id)

    def purge(self, before: int) -> int:
        """Delete the documents that entered before a time (seconds since 1970), and what pages before it said
        of their sites, and return the space of all that was deleted to the file system; returns how many
        documents there were.
        """
        self._check_documents()
        with self.transaction():
            count = self._delete("entered < ?", before)
            self.sites.forget(before)
            self.site_texts.forget(before)
            present = np.zeros(self.next, bool)
            present[self.numbers()] = True
            self.segments.rewrite(present)
            self._database.change("DELETE FROM documents WHERE words < 0")
        self._database.change("VACUUM")
        return count

    def first(self, since: int) -> int:
        """The number of the first document that entered at a time (seconds since 1970) or later."""
        if since <= 0:
            return 0
        self._check_count()
        statement = "SELECT number FROM documents WHERE entered >= ? AND words >= 0 ORDER BY number LIMIT 1"
        number = self._database.one(statement, since)
        first = self.next if number is None else int(number)
        before = self._database.one(
            "SELECT max(number) FROM documents WHERE number < ? AND words >= 0", first
        )
        _ = [*self.documents(np.array([at for at in (before, number) if at is not None], np.int64))]
        return first

    def _check_count(self) -> None:
        """Raise IndexFileError if SQLite does not find all documents."""
        if self._database.one("SELECT count(*) FROM documents WHERE words >= 0") != self.count:
            raise self._database.damaged("some of its documents are missing")

    def _check_documents(self) -> None:
        """Read and check what is known of all documents, once."""
        if not self._is_checked:
            self._check_count()
            end = self.next
            for row in DOCUMENTS.select(self._database, "ORDER BY number"):
                self._document(row, end)
            self._is_checked = True

    def check(self) -> None:
        """Read and check the whole file. Raises IndexFileError if anything is damaged."""
        if (said := self._database.one("PRAGMA integrity_check")) != "ok":
            raise self._database.damaged(said)
        self._check_documents()
        numbers = self.numbers()
        for batch in self.texts(np.sort(numbers)):
            for text, _, _ in batch:
                self._database.unpacked_text(text)
        self.segments.check(self.next)
        self.sites.check()
        self.site_texts.contents.check()

    def numbers(self) -> Int64s:
        """The numbers (int64) of all documents."""
        self._check_count()
        rows = self._database.rows("SELECT number FROM documents WHERE words >= 0")
        return np.fromiter((number for (number,) in rows), np.int64)

    def _document(self, row: Row, end: int) -> KnownDocument | None:
        """What is known of a document, from its row; None if it was deleted. Raises IndexFileError for a row
        that dedup has not written so. `end`: one more than the highest number.
        """
        if row[0] >= end:
            raise self._database.damaged(DOCUMENTS.meaning)
        return KnownDocument._make(row[:9]) if row[5] >= 0 else None

    def documents(self, numbers: Int64s) -> Iterator[KnownDocument]:
        """What is known of these documents (ascending), without deleted ones. Raises IndexFileError if one of
        the others is not there.
        """
        end = self.next
        for batch in _number_batches(numbers):
            rows = [*DOCUMENTS.select(self._database, f"{_these(len(batch))} ORDER BY number", batch)]
            if [row[0] for row in rows] != batch:
                raise self._database.damaged("some of its documents are missing")
            yield from filter(None, (self._document(row, end) for row in rows))

    def texts(self, numbers: Int64s) -> Iterator[list[tuple[bytes, str | None, str | None]]]:
        """Compressed text, title and URL of these documents, in batches. None of them may be deleted."""
        for batch in _number_batches(numbers):
            rows = {row[0]: row for row in TEXTS.select(self._database, _these(len(batch)), batch)}
            texts = [rows[number] for number in batch if number in rows]
            if len(texts) != len(batch):
                raise self._database.damaged(TEXTS.meaning)
            yield [(text, title, url) for _, text, title, url, _ in texts]

    def facts(self) -> dict[str, Any]:
        """The file's documents, runs, first and last date (seconds since 1970), bytes, format and options."""
        self._check_count()
        span = self._database.row("SELECT min(number), max(number) FROM documents WHERE words >= 0") or ()
        ends = [*self.documents(np.unique(np.array([at for at in span if at is not None], np.int64)))]
        return {
            "documents": len(self),
            "runs": self._database.one("SELECT count(*) FROM runs WHERE first < end"),
            "first": ends[0].entered if ends else None,
            "last": ends[-1].entered if ends else None,
            "bytes": self.path.stat().st_size,
            "format": FORMAT,
            "options": self.options,
        }


def _number_batches(numbers: Int64s) -> Iterator[list[int]]:
    for first in range(0, len(numbers), _BATCH):
        yield numbers[first : first + _BATCH].tolist()


def batches(documents: Iterable[StoredDocument]) -> Iterator[list[StoredDocument]]:
    batch: list[StoredDocument] = []
    for document in documents:
        batch.append(document)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _these(count: int) -> str:
    """The end of a statement that selects the rows with `count` numbers."""
    return f"WHERE number IN ({','.join('?' * count)})"
