"""The SQLite file of an index: errors of SQLite are sentences, and each row has a checksum.

A file may be damaged, or from somebody else: whoever reads a row checks it before it is used, and raises what
`Database.damaged` returns for one that dedup has not written so.
"""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from dedup.errors import IndexFileError
from dedup.index.storage.compressed import decompressed

Row = tuple[Any, ...]

_PAGE_SIZE = 32768  # a text of 2 KB would fill half of a default page of 4,096
_PRAGMAS = (
    f"page_size = {_PAGE_SIZE}",
    "cache_size = -65536",  # 64 MB: the upper pages of each segment
    "cell_size_check = ON",  # a damaged page is noticed when it is read
    "trusted_schema = OFF",
)


def checksum(plain: Sequence[Any], *blobs: bytes | memoryview) -> int:
    """The checksum of a row, of its plain values (int, str, None) and of its blobs: CRC-32, which takes 1 us
    for 2 KB where blake2b takes 6, and misses no damage of up to 32 consecutive bits. It tells damage alone:
    who forges a row can compute it, too.
    """
    crc = crc32(orjson.dumps(plain))
    for blob in blobs:
        crc = crc32(blob, crc)
    return crc


def are(values: Sequence[Any], *types: type | tuple[type, ...]) -> bool:
    """Whether values have these types: a column of SQLite takes a value of any type."""
    return all(map(isinstance, values, types))


class RepairableError(IndexFileError):
    """An index that is damaged, or of the format before: `dedup index repair` makes it whole.

    `what`: what is damaged.
    """

    def __init__(self, message: str, what: str = "") -> None:
        super().__init__(message)
        self.what = what


class Database:
    """The open file. Raises IndexFileError for whatever SQLite cannot do.

    `wait`: seconds to wait while another process has the file; `holder`: names that process.
    """

    def __init__(self, path: str | Path, wait: float = 0.0, holder: Callable[[], str] = str) -> None:
        self.path, self._holder = path, holder
        with self._errors():
            self._connection = sqlite3.connect(
                path, timeout=wait, isolation_level=None, check_same_thread=False
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Raise errors of SQLite as IndexFileError."""
        try:
            yield
        except UnicodeDecodeError as error:
            raise self.damaged("a text is not UTF-8") from error
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise IndexFileError(
                    f"{str(self.path)!r} is in use by {self._holder()}; wait for it with --wait SECONDS."
                ) from error
            if "UTF-8" in str(error):
                raise self.damaged("a text is not UTF-8") from error
            if "overflow" in str(error):  # of a sum of numbers that no index has
                raise self.damaged(str(error)) from error
            raise IndexFileError(f"{str(self.path)!r} cannot be used: {error}.") from error
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error):
                raise IndexFileError(
                    f"{str(self.path)!r} is not an index of dedup; name another file."
                ) from error
            raise self.damaged(str(error)) from error

    def damaged(self, what: str) -> RepairableError:
        """The error for a file that is not as dedup wrote it."""
        return RepairableError(
            f"{str(self.path)!r} is damaged ({what}): `dedup index repair {shlex.quote(str(self.path))}` "
            "saves what is whole.",
            what,
        )

    def lock(self) -> None:
        """Lock the file for this process alone."""
        with self._errors():
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("BEGIN EXCLUSIVE")
            # Not earlier: two processes that wait in this mode would each keep a lock that the other needs.
            self._connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows that a statement selects."""
        with self._errors():
            for row in self._connection.execute(statement, values):  # noqa: UP028 - that closes the cursor
                yield row

    def row(self, statement: str, *values: Any) -> Row | None:
        """The first row that a statement selects."""
        with self._errors():
            row: Row | None = self._connection.execute(statement, values).fetchone()
            return row

    def one(self, statement: str, *values: Any) -> Any:
        """The first value of the first row that a statement selects; None if there is none."""
        row = self.row(statement, *values)
        return row[0] if row else None

    def change(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Execute a statement that changes the file."""
        with self._errors():
            return self._connection.execute(statement, values)

    def change_each(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute a statement for each of these rows."""
        with self._errors():
            self._connection.executemany(statement, rows)

    @property
    def is_changing(self) -> bool:
        """Whether changes are collected, which `commit` makes and `rollback` undoes."""
        return self._connection.in_transaction

    def schema(self) -> list[Row]:
        """The tables and their indexes, as SQLite knows them."""
        return sorted(self.rows("SELECT type, name, tbl_name, sql FROM sqlite_master"), key=repr)

    def unpacked(self, data: bytes, what: str) -> bytes:
        """The bytes that were compressed with zstandard; none of none. Raises IndexFileError for other
        ones, and for more than dedup stores in one place.
        """
        return decompressed(data, what, self.damaged)

    def unpacked_text(self, data: bytes) -> str:
        """The text that was compressed. Raises IndexFileError for other bytes."""
        try:
            return self.unpacked(data, "a text").decode()
        except UnicodeDecodeError as error:
            raise self.damaged("a text is not UTF-8") from error


class Contents:
    """Sums over all rows of a table that is looked up by an index of SQLite: the file has them from when it
    was written, and they are compared when the table is first used, so that a row that SQLite no longer finds
    is not taken for one that never was.

    `statement`: selects the sums; `written`: those that the file has; None: a new file.
    """

    def __init__(self, database: Database, statement: str, written: Sequence[Any] | None) -> None:
        self._database, self._statement = database, statement
        self._written = None if written is None else [*written]
        self._is_checked = written is None

    def check(self) -> None:
        """Raise IndexFileError if the table is not as it was written."""
        if self._is_checked:
            return
        if self._sums() != self._written:
            raise self._database.damaged("what it knows of sites")
        self._is_checked = True

    def change(self) -> None:
        """Call this before the table is changed."""
        self.check()
        self._written = None

    def sums(self) -> list[Any]:
        """The sums as the file is to have them."""
        if self._written is None:
            self._written = self._sums()
        return self._written

    def _sums(self) -> list[Any]:
        return [*(self._database.row(self._statement) or ())]
