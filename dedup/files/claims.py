"""What each file is to a run, so that nothing is written over what is read, or over what is written as well.

Two paths are one file if they lead to the same place: through links, `..`, another case where the file system
ignores it, or a second name of the same file (a hard link).
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TextIO

from dedup.errors import OptionsError
from dedup.files.locations.names import is_address, is_table, key_of, shown, split_table
from dedup.files.names import descriptor, real

Key = tuple[int, int, str]
"""A file: the numbers of its device and of the file itself. One that does not exist yet: those of the nearest
folder, and the path below it. A table: those of its database, and "::" with its name. An object: its address.
"""


class Claim(NamedTuple):
    """Who has a file. `option`: what names it, such as "--ledger"; "" if it is read. `what`: what it is, such
    as "is an input".
    """

    option: str
    what: str


class Claims:
    """The files of a run, each with what it is to the run."""

    def __init__(self) -> None:
        self._claims: dict[Key, Claim] = {}
        self._databases: dict[Key, Claim] = {}
        """The databases of which tables are claimed."""
        self._folders: dict[str, tuple[Key, bool]] = {}
        """Of folders that do not have a file yet, by path: the key, and whether names ignore their case."""

    def read(self, path: str | Path, what: str = "is an input") -> None:
        """Claim a file that is read."""
        if key := self._key(path):
            self._claims.setdefault(key, Claim("", what))
            if is_table(path):
                self._databases.setdefault(self._key_of_database(path), Claim("", "has a table that is read"))

    def read_stdin(self) -> None:
        """Claim the file that standard input is redirected from, if it is one."""
        if key := _key_of_stream(sys.stdin):
            self._claims.setdefault(key, Claim("", "is the file that standard input is read from"))

    def write(self, option: str, path: str | Path, what: str = "") -> None:
        """Claim a file that is written. `option`: the option that names it, such as "--ledger"; `what`: what
        it is, if the option names another file. Raises OptionsError if the file is claimed already; an open
        file, such as /dev/stdout, only if it is read.
        """
        key = self._key(path)
        if key is None or (descriptor(path) is not None and not self.is_read(path)):
            return
        new, name = Claim(option, what), shown(str(path))
        if is_table(path):
            database = self._key_of_database(path)
            claim = self._claims.get(database, new)
            self._databases.setdefault(database, Claim(option, "has a table that is written"))
        else:
            claim = self._databases.get(key, new)
        if claim is new:
            claim = self._claims.setdefault(key, new)
        if claim is new:
            return
        if claim.what:
            raise OptionsError(f"{option} names {name}, which {claim.what}; name another file")
        raise OptionsError(f"{claim.option} and {option} both name {name}; name another file")

    def write_stdout(self) -> None:
        """Claim the file that standard output is redirected to, if it is one and is not claimed already."""
        if key := _key_of_stream(sys.stdout):
            self._claims.setdefault(key, Claim("standard output", ""))

    def check_stdout(self) -> None:
        """Raise OptionsError if standard output is redirected to a file that is claimed."""
        key = _key_of_stream(sys.stdout)
        if key and (claim := self._claims.get(key)):
            what = claim.what or f"{claim.option} names, too"
            raise OptionsError(
                f"standard output is redirected to a file that {what}; redirect it to another file"
            )

    def is_read(self, path: str | Path) -> bool:
        """Whether this is a file that is read."""
        claim = self._claims.get(key) if (key := self._key(path)) else None
        return claim is not None and not claim.option

    def is_written(self, path: str | Path) -> bool:
        """Whether this is a file that is written."""
        claim = self._claims.get(key) if (key := self._key(path)) else None
        return claim is not None and claim.option != ""

    def _key_of_database(self, table: str | Path) -> Key:
        return self._key(split_table(table)[0]) or (0, 0, split_table(table)[0])

    def _key(self, path: str | Path) -> Key | None:
        """The key of the file at a path. None: a device or a pipe, to which several may write."""
        if is_address(path):
            return 0, 0, key_of(str(path))
        if is_table(path):
            device, number, below = self._key_of_database(path)
            return device, number, f"{below}::{split_table(path)[1].casefold()}"
        try:
            status = os.stat(path)  # noqa: PTH116 - 2 microseconds; a run may have 100,000 files
        except OSError:
            return self._key_of_missing(os.path.abspath(path))  # noqa: PTH100 - keeps the last link
        return _key_of_status(status)

    def _key_of_missing(self, path: str) -> Key:
        """The key of a file that does not exist yet, or that cannot be reached."""
        if os.path.islink(path):  # noqa: PTH114 - a link to a file that does not exist yet
            path = os.path.realpath(path)
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = _key_of_folder(Path(folder)), _ignores_case(Path(folder))
        (device, number, below), ignores_case = self._folders[folder]
        below = f"{below}/{name}"
        return device, number, below.casefold() if ignores_case else below


def _key_of_status(status: os.stat_result) -> Key | None:
    is_file = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
    return (status.st_dev, status.st_ino, "") if is_file else None


def _key_of_stream(stream: TextIO | None) -> Key | None:
    """The key of the file that a standard stream is redirected to or from. None: it is no file."""
    with suppress(AttributeError, OSError, ValueError):  # closed, or replaced by an object without a file
        status = os.fstat(stream.fileno())  # type: ignore[union-attr]
        return _key_of_status(status) if stat.S_ISREG(status.st_mode) else None
    return None


def _key_of_folder(folder: Path) -> Key:
    """The key of the nearest folder that exists, and the path from there to this one."""
    folder, missing = real(folder), ""
    while not folder.exists() and folder != folder.parent:
        missing, folder = f"/{folder.name}{missing}", folder.parent
    with suppress(OSError):
        status = folder.stat()
        return status.st_dev, status.st_ino, missing
    return 0, 0, f"{folder}{missing}"


def _ignores_case(folder: Path) -> bool:
    """Whether the file system of a folder takes two names for one that differ in their case."""
    for path in (folder, *folder.parents):
        other = path.with_name(path.name.swapcase()) if path.name else path
        if other.name != path.name and path.exists():
            return other.exists() and other.samefile(path)
    return False
