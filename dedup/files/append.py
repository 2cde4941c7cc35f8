"""Targets of a stream: each line is written at once, and appended to what a file has."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO, cast

from dedup.errors import OptionsError, OutputError
from dedup.files.target import Target, unwritable


def stdout() -> Target:
    """Standard output."""
    return Target("-", sys.stdout.buffer)


def append_to(path: str) -> Target:
    """A file to append to, as a shell's >> does. Raises OutputError."""
    target = Target(path, _open(path))
    if Path(path).is_file() and (size := Path(path).stat().st_size):
        with Path(path).open("rb") as stream:
            stream.seek(-1, os.SEEK_END)
            target.size, target.ends_line = size, stream.read() == b"\n"
    return target


def append_if_any(path: str) -> Target:
    """A file to append to, which the first write opens or makes."""
    return Target(path, cast(BinaryIO, _LazyFile(path)))


def check_empty(path: str) -> None:
    """Raise OptionsError if the file has bytes already."""
    if Path(path).is_file() and Path(path).stat().st_size:
        raise OptionsError(f"{path} is not empty; with --ledger a stream begins new files: name another file")


def _open(path: str) -> BinaryIO:
    if Path(path).is_dir():
        raise OutputError(f"{path!r} is a folder; name a file.")
    try:
        return Path(path).open("ab")
    except OSError as error:
        raise unwritable(path, error) from error


class _LazyFile:
    """A file that the first write opens."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> int:
        self._file = self._file or _open(self._path)
        return self._file.write(data)

    def flush(self) -> None:
        if self._file:
            self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()
