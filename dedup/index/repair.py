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
from dedup.index.sites import SiteRows, row_sum
from dedup.index.storage.database import Database, RepairableError, Row
from dedup.index.storage.rows import (
    StoredDocument,
    are_whole_runs,
    document_sum,
    is_whole_document,
    is_whole_text,
    text_sum,
)
from dedup.index.storage.site_texts import SiteTexts
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
    except BaseException:
        damaged.close()
        draft.unlink(missing_ok=True)
        raise
    damaged.close()
    path.replace(old)
    draft.replace(path)
    return Repaired(documents, lost, lost_sites, old)


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
            raise IndexFileError(
                f"{str(self.database.path)!r} cannot be repaired, since the options that it was made with "
                "are damaged: start a new index with the articles that earlier runs kept."
            ) from error

    def runs(self, end: int) -> list[Row]:
        """The runs; one run of all documents where the list is damaged. `end`: one more than the highest
        number of a document.
        """
        rows: list[Row] = []
        with suppress(IndexFileError):
            rows = [*self.database.rows("SELECT * FROM runs ORDER BY run")]
        is_whole = (
            self._state is not None
            and are_whole_runs(rows)
            and max((row[4] for row in rows), default=0) >= end
        )
        return rows if is_whole else [(1, "", int(time.time()), 0, end, "[]", None)]

    def lost(self, saved: int) -> int | None:
        """How many documents are lost, as far as that is known."""
        return None if self._state is None else self._state["documents"] - saved

    def documents(self) -> Iterator[StoredDocument]:
        """The documents that are whole, and whose texts are."""
        for row in self._rows("documents", "number"):
            whole = row if self._is_checked else (*row, document_sum(row))
            text = self._text(row[0]) if is_whole_document(whole, 1 << 32) and whole[5] >= 0 else None
            if text is not None:
                yield StoredDocument._make((*whole[:9], *text))

    def _text(self, number: int) -> Row | None:
        """Text, title and URL of a document; None if they are not whole."""
        with suppress(IndexFileError, TypeError):
            row = self.database.row("SELECT * FROM texts WHERE number = ?", number)
            if row is not None:
                whole = row if self._is_checked else (*row, text_sum(row))
                self.database.unpacked_text(whole[1])
                return whole[1:4] if is_whole_text(whole) else None
        return None

    def sites(self) -> Iterator[Row]:
        """The whole rows of what is known of sites, without their checksums."""
        store_rows = SiteRows(self.database)
        for _, *row in self._rows("sites", "place"):
            whole = (*row, row_sum(tuple(row))) if not self._is_checked else tuple(row)
            try:
                store_rows.row(whole)
            except IndexFileError:
                self.lost_sites = True
                continue
            yield whole[:6]

    def site_texts(self) -> Iterable[Row]:
        """How much text the pages of sites had; nothing where that is damaged."""
        with suppress(IndexFileError):
            if self._state is not None and self._is_checked:
                SiteTexts(self.database, self._state["site_texts"]).contents.check()
            if self._state is not None:
                return [*self.database.rows("SELECT * FROM site_texts")]
        self.lost_sites = True
        return []

    def _rows(self, table: str, key: str) -> Iterator[Row]:
        """The rows of a table that SQLite can read, by their numbers: behind what it cannot read they go on
        where it can.
        """
        statement, first, gap = f"SELECT * FROM {table} WHERE {key} >= ? ORDER BY {key}", 0, 1  # noqa: S608
        while first < _FURTHEST:
            try:
                for row in self.database.rows(statement, (first,)):
                    first, gap = row[0] + 1, 1
                    yield row
                return
            except IndexFileError:
                self.lost_sites |= table == "sites"
                first, gap = first + gap, 2 * gap
