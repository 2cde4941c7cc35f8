"""Targets that are written as they go, each line at once: nothing of a stream can wait for its end."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO, cast

from dedup.errors import OptionsError, OutputError
from dedup.files.staging import Target, unwritable


def stdout() -> Target:
    """Standard output."""
    return Target("-", sys.stdout.buffer)


def onto(path: str) -> Target:
    """A file, behind what it holds, as a shell's >> has it. Raises OutputError."""
    target = Target(path, _opened(path))
    if Path(path).is_file() and (size := Path(path).stat().st_size):
        with Path(path).open("rb") as stream:
            stream.seek(-1, os.SEEK_END)
            target.size, target.ends_line = size, stream.read() == b"\n"
    return target


def when_needed(path: str) -> Target:
    """The same of a file that is made when the first line comes, and may stay unmade."""
    return Target(path, cast(BinaryIO, _Late(path)))


def refuse_old(path: str) -> None:
    """Raise OptionsError where a file holds something already."""
    if Path(path).is_file() and Path(path).stat().st_size:
        raise OptionsError(
            f"{path} holds something already; with --ledger a stream begins new files: name another one"
        )


def _opened(path: str) -> BinaryIO:
    if Path(path).is_dir():
        raise OutputError(f"{path!r} is a folder; name a file.")
    try:
        return Path(path).open("ab")
    except OSError as error:
        raise unwritable(path, error) from error


class _Late:
    """A file that is opened by the first write."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> int:
        self._file = self._file or _opened(self._path)
        return self._file.write(data)

    def flush(self) -> None:
        if self._file:
            self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()
