"""Outputs of a run that go to stores and into tables: written to drafts, sent when all are complete, and put
in their places at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dedup.errors import OutputError
from dedup.files.compression import compression_of
from dedup.files.journal.journal import Journal
from dedup.files.locations.names import check_target, is_address, key_of, last_part, shown, split_table
from dedup.files.locations.temporary import TemporaryFolder
from dedup.files.names import real
from dedup.files.target import Target

if TYPE_CHECKING:
    from dedup.files.locations.tables import TableDatabase


class _Pending(Protocol):
    """What is sent, and not in its place yet."""

    def commit(self) -> None: ...
    def discard(self) -> None: ...


class Deliveries:
    """The outputs of a run that go elsewhere. `journal`: of the run."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._folder: TemporaryFolder | None = None
        self._drafts: dict[str, tuple[str, Path, Target]] = {}
        """By what two paths of one place have in common: the path, the draft and the target."""
        self._pending: list[_Pending] = []

    def open(self, path: str, writer: Executor | None) -> Target | None:
        """A target for an address or a table; None if it is open already. Raises OutputError."""
        if is_address(path):
            check_target("--output", path)
            key = key_of(path)
        else:
            database, table = split_table(path)
            self._check_database(Path(database))
            self._journal.claim(database)
            key = f"{real(database)}::{table.casefold()}"
        if key in self._drafts:
            return None
        self._folder = self._folder or TemporaryFolder()
        draft = self._folder.path / str(len(self._drafts))
        compression = compression_of(last_part(shown(path))) if is_address(path) else ""
        target = Target(shown(path), draft.open("xb"), compression, writer=writer)
        self._drafts[key] = path, draft, target
        return target

    @staticmethod
    def _check_database(path: Path) -> None:
        """Raise OutputError if a file is there that is no database."""
        from dedup.files.locations.tables import is_database

        if path.is_dir() or (path.is_file() and path.stat().st_size and not is_database(path)):
            raise OutputError(f"{str(path)!r} is no SQLite database; name another file.")
        if not path.parent.is_dir():
            raise OutputError(f"{str(path)!r} cannot be written: there is no such folder; make it first.")

    def targets(self) -> Iterator[Target]:
        """The targets that are open."""
        return (target for _, _, target in self._drafts.values())

    def send(self) -> None:
        """Send all drafts, which are complete. Raises OutputError; nothing is seen of any of them then."""
        databases: dict[Path, TableDatabase] = {}
        for path, draft, _ in self._drafts.values():
            if is_address(path):
                from dedup.files.locations.stores import Upload

                upload = Upload(path)
                self._pending.append(upload)
                upload.send(draft)
            else:
                name, table = split_table(path)
                self._database(databases, name).replace(table, draft)
        for place, database in databases.items():
            if not place.exists():  # it is a draft of the journal, and moved with the others
                database.commit()

    def _database(self, databases: dict[Path, TableDatabase], path: str) -> TableDatabase:
        """The database at a path; one that is not there is made in a draft."""
        from dedup.files.locations.tables import TableDatabase

        place = real(path)
        if place not in databases:
            database = TableDatabase(place if place.exists() else self._journal.draft(place), path)
            databases[place] = database
            self._pending.append(database)
        return databases[place]

    def commit(self) -> None:
        """Put all that was sent in its place. Raises OutputError."""
        while self._pending:
            self._pending[-1].commit()
            self._pending.pop()

    def close(self) -> None:
        """Take back what is not in its place, and remove the drafts."""
        while self._pending:
            self._pending.pop().discard()
        if self._folder:
            self._folder.remove()
