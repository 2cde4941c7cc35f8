"""Lines as they arrive on standard input, up to its end or to a signal that asks to stop."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

from dedup.files.reading import CHUNK


class _Stopped(BaseException):
    """Raised where nothing is under way but waiting."""


class Long:
    """A line that is too long to be held: its parts, in a temporary file, and how many bytes they are."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `parts`
        self.size = 0

    def add(self, part: bytes) -> None:
        """Append the next bytes."""
        self.size += self._file.write(part)

    def parts(self) -> Iterator[bytes]:
        """All the bytes, once."""
        with self._file as held:
            held.seek(0, os.SEEK_SET)
            while part := held.read(CHUNK):
                yield part


class Arriving:
    """The lines of standard input; one of more than `limit` bytes (0: any number) is a `Long`. SIGINT and
    SIGTERM end them as their end does: what was begun with a line is finished first, unless a second one
    comes. `stopped`: the signal, or 0.
    """

    def __init__(self, limit: int = 0) -> None:
        self._limit = limit
        self.stopped = 0
        self._waiting = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Arriving":
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._told)
        return self

    def _let_go(self) -> None:
        """From now on signals do what they did before."""
        for number, before in self._before.items():
            signal.signal(number, before)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def _told(self, number: int, _: FrameType | None) -> None:
        self.stopped = number
        self._let_go()  # a reader that reads no more would hold up the end for ever
        if self._waiting:
            raise _Stopped

    def __iter__(self) -> Iterator[bytes | Long]:
        if sys.stdin is None:  # closed from the start
            return
        while not self.stopped and (line := self._next(self._limit + 1 if self._limit else -1)):
            yield self._long(line) if self._limit and len(line) > self._limit else line

    def _long(self, first: bytes) -> Long:
        """The line that begins so."""
        line, part = Long(), first
        while part:
            line.add(part)
            part = b"" if part.endswith(b"\n") or self.stopped else self._next(CHUNK)
        return line

    def _next(self, most: int) -> bytes:
        """The next line, with its end, or as much of it; nothing at the end of all, and when stopped."""
        try:
            self._waiting = True
            return sys.stdin.buffer.readline(most)
        except _Stopped:
            return b""
        finally:
            self._waiting = False
