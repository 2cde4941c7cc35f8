"""Lines as they arrive on standard input, up to its end or to a signal to stop."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

from dedup.files.reading import CHUNK


class _Stopped(BaseException):
    """Raised by a signal while the process does nothing but wait for a line."""


class LongLine:
    """A line that is too long for memory, in a temporary file. `size`: its bytes."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `parts`
        self.size = 0

    def add(self, part: bytes) -> None:
        """Append the next bytes."""
        self.size += self._file.write(part)

    def parts(self) -> Iterator[bytes]:
        """The bytes in chunks, once."""
        with self._file as file:
            file.seek(0, os.SEEK_SET)
            while part := file.read(CHUNK):
                yield part


_HANGUP = (signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()  # Windows has none
_ENDS = (signal.SIGINT, signal.SIGTERM, *_HANGUP)


class StdinLines:
    """The lines of standard input; one of more than `limit` bytes (0: any number) is a `LongLine`.

    SIGINT, SIGTERM and SIGHUP end the lines as the end of the input does: the work on a line is finished
    first, unless a second signal comes. A SIGHUP that is ignored (nohup) stays so.
    `stopped`: the signal, or 0.
    """

    def __init__(self, limit: int = 0) -> None:
        self._limit = limit
        self.stopped = 0
        self._is_waiting = False
        self._handlers: dict[int, Any] = {}

    def __enter__(self) -> "StdinLines":
        for number in _ENDS:
            if number in _HANGUP and signal.getsignal(number) == signal.SIG_IGN:
                continue
            self._handlers[number] = signal.signal(number, self._stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore_handlers()

    def _restore_handlers(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _stop(self, number: int, _: FrameType | None) -> None:
        self.stopped = number
        self._restore_handlers()  # where the output's reader reads no more, only a second signal helps
        if self._is_waiting:
            raise _Stopped

    def __iter__(self) -> Iterator[bytes | LongLine]:
        if sys.stdin is None:  # closed before the process began
            return
        while not self.stopped and (line := self._next(self._limit + 1 if self._limit else -1)):
            yield self._long_line(line) if self._limit and len(line) > self._limit else line

    def _long_line(self, start: bytes) -> LongLine:
        """The line that begins with these bytes."""
        line, part = LongLine(), start
        while part:
            line.add(part)
            part = b"" if part.endswith(b"\n") or self.stopped else self._next(CHUNK)
        return line

    def _next(self, limit: int) -> bytes:
        """The next line with its newline, or its first `limit` bytes (-1: any number); b"" at the end of the
        input and after a signal.
        """
        try:
            self._is_waiting = True
            return sys.stdin.buffer.readline(limit)
        except _Stopped:
            return b""
        finally:
            self._is_waiting = False
