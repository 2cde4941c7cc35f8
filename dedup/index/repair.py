"""A damaged index, or one of the format before, made whole: what can be read of it goes into a new file.

Documents whose row or text is damaged are lost, and so is a damaged row of what was known of sites. The keys
that documents are looked up by are made anew from their texts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from dedup.errors import IndexFileError
from dedup.index.entry import keys_of
from dedup.index.file import CONVERTIBLE, read_options, read_state
from dedup.index.session import stored_options
from dedup.index.sites import SiteRows
from dedup.index.storage.database import Database, RepairableError, Row
from dedup.index.storage.rows import StoredDocument, are_in_order
from dedup.index.storage.site_texts import SiteTexts
from dedup.index.storage.tables import DOCUMENTS, OPTIONS, RUNS, SITE_TEXTS, SITES, TEXTS, Table
from dedup.index.store import Store, batches
from dedup.matching.plan import plan_for
from dedup.options import Options
from dedup.text.ragged import Ragged
from dedup.text.scanned import scanned_texts

_FURTHEST = 1 << 62


class Repaired(NamedTuple):
    """What was saved of an index. `documents`; `lost`: documents that are gone; None: nobody knows how many
    there were; `lost_sites`: whether something is gone of what it knew of sites; `old`: where the file is now
    that was repaired.
    """

    documents: int
    lost: int | None
    lost_sites: bool
    old: Path


def repair(path: Path, wait: float) -> Repaired | None:
    """Check the whole index, and put one that is whole in place of one that is damaged or of the format
    before. Returns None if it is whole. Raises IndexFileError, also where nothing can be saved.
    """
    with suppress(RepairableError):
        store = Store(path, None, wait)
        try:
            stored_options(store, Options(), set())
            store.check()
            return None
        finally:
            store.close()
    old = path.with_name(f"{path.name}.old")
    if old.exists():
        raise IndexFileError(f"{str(old)!r} exists from an earlier repair; move it away first.")
    draft = path.with_name(f".{path.name}.{os.getpid():x}.tmp")
    damaged = Database(path, wait)
    try:
        damaged.lock()
        documents, lost, lost_sites = _saved(_Salvage(damaged), draft)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, RepairableError):  # the file says nothing of its own, or too little
            raise _lost(path, error.what) from error
        raise
    finally:
        damaged.close()
    path.replace(old)
    draft.replace(path)
    return Repaired(documents, lost, lost_sites, old)


def _lost(path: Path, what: str) -> IndexFileError:
    """The error for a file of which nothing can be saved. `what`: what is damaged."""
    return IndexFileError(
        f"{str(path)!r} cannot be repaired ({what}): start a new index with the articles that earlier runs "
        "kept."
    )


def _saved(salvage: _Salvage, draft: Path) -> tuple[int, int | None, bool]:
    """Write what can be saved into a new index: how many documents, how many are lost, and whether something
    of what was known of sites is.
    """
    draft.unlink(missing_ok=True)
    store = Store(draft, salvage.options())
    try:
        options = replace(stored_options(store, Options(), set()), repeats=False)
        with store.transaction():
            end = 0
            for documents in batches(salvage.documents()):
                store.insert(documents)
                store.segments.add(*_keys(documents, options, salvage.database))
                end = documents[-1].number + 1 if documents else end
            store.insert_runs(salvage.runs(end))
            store.sites.insert(salvage.sites())
            store.site_texts.insert(salvage.site_texts())
        store.check()
        return len(store), salvage.lost(len(store)), salvage.lost_sites
    finally:
        store.close()


def _keys(documents: list[StoredDocument], options: Options, database: Database) -> tuple[Any, Any]:
    """The keys of documents, from their texts."""
    texts = [database.unpacked_text(document.text) for document in documents]
    signatures = scanned_texts(pa.array(texts, pa.large_string()), plan_for(options)).signatures
    return keys_of(
        np.array([document.number for document in documents], np.uint64),
        signatures.prints[:, 0] != 0,
        signatures.buckets.view(np.int64),
        Ragged(signatures.samples, signatures.sample_bounds),
        np.array([document.key or 0 for document in documents], np.int64),
    )


class _Salvage:
    """What is whole of a file that is damaged or of the format before, which has no checksums."""

    def __init__(self, database: Database) -> None:
        self.database, self.lost_sites = database, False
        self._is_checked = database.one("PRAGMA user_version") != CONVERTIBLE
        self._state: dict[str, Any] | None = None
        if self._is_checked:
            with suppress(IndexFileError):
                self._state = read_state(database)
        else:
            self._state = {"documents": database.one("SELECT count(*) FROM documents")}

    def options(self) -> dict[str, Any]:
        """The options that the index was made with. Raises IndexFileError if they are not whole."""
        try:
            if self._is_checked:
                return read_options(self.database)
            rows = self.database.rows("SELECT name, value FROM options")
            return {name: orjson.loads(value) for name, value in rows}
        except (IndexFileError, ValueError, TypeError) as error:
            raise self.database.damaged(OPTIONS.meaning) from error

    def runs(self, end: int) -> list[Row]:
        """The runs; one run of all documents where the list is damaged. `end`: one more than the highest
        number of a document.
        """
        rows: list[Row] = []
        with suppress(IndexFileError):
            if self._state is not None:
                rows = [*RUNS.select(self.database, "ORDER BY run")]
        is_whole = are_in_order(rows) and max((row[4] for row in rows), default=0) >= end
        return rows if is_whole else [(1, "", int(time.time()), 0, end, "[]", None)]

    def lost(self, saved: int) -> int | None:
        """How many documents are lost, as far as that is known."""
        return None if self._state is None else self._state["documents"] - saved

    def documents(self) -> Iterator[StoredDocument]:
        """The documents that are whole, and whose texts are."""
        for row in self._whole_rows(DOCUMENTS, "number"):
            text = self._text(row[0]) if row[5] >= 0 else None
            if text is not None:
                yield StoredDocument._make((*row[:9], *text))

    def _text(self, number: int) -> Row | None:
        """Text, title and URL of a document; None if they are not whole."""
        with suppress(IndexFileError):
            row = self.database.row("SELECT * FROM texts WHERE number = ?", number)
            whole = None if row is None else self._whole(TEXTS, row)
            if whole is not None:
                self.database.unpacked_text(whole[1])
                return whole[1:4]
        return None

    def sites(self) -> Iterator[Row]:
        """The whole rows of what is known of sites, without their checksums."""
        store_rows = SiteRows(self.database)
        for row in self._whole_rows(SITES, "place"):
            try:
                store_rows.row(row)
            except IndexFileError:
                self.lost_sites = True
                continue
            yield row[:6]

    def site_texts(self) -> Iterable[Row]:
        """How much text the pages of sites had; nothing where that is damaged."""
        with suppress(IndexFileError):
            if self._state is not None and self._is_checked:
                SiteTexts(self.database, self._state["site_texts"]).contents.check()
            if self._state is not None:
                return [*SITE_TEXTS.select(self.database)]
        self.lost_sites = True
        return []

    def _whole(self, table: Table, row: Row) -> Row | None:
        """A row of a table, with its checksum; None if it is not whole."""
        with suppress(TypeError):  # a value of a wrong type has no checksum
            sealed = row if self._is_checked or table.checksum is None else (*row, table.checksum(row))
            return sealed if table.is_whole(sealed) else None
        return None

    def _whole_rows(self, table: Table, key: str) -> Iterator[Row]:
        """The rows of a table that are whole."""
        for row in self._rows(table, key):
            whole = self._whole(table, row)
            if whole is not None:
                yield whole
            else:
                self.lost_sites |= table is SITES

    def _rows(self, table: Table, key: str) -> Iterator[Row]:
        """The rows of a table that SQLite can read, by their numbers: behind what it cannot read they go on
        where it can. The format before has no checksums.
        """
        columns = ", ".join(name for name in table.columns if self._is_checked or name != "sum")
        statement = f"SELECT {key}, {columns} FROM {table.name} WHERE {key} >= ? ORDER BY {key}"  # noqa: S608
        first, gap = 0, 1
        while first < _FURTHEST:
            try:
                for row in self.database.rows(statement, (first,)):
                    first, gap = row[0] + 1, 1
                    yield row[1:]
                return
            except IndexFileError:
                self.lost_sites |= table is SITES
                first, gap = first + gap, 2 * gap
