"""Lines as they arrive on standard input, up to its end or to a signal that asks to stop."""

import signal
import sys
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any


class _Stopped(BaseException):
    """Raised where nothing is under way but waiting."""


class Arriving:
    """The lines of standard input. SIGINT and SIGTERM end them as their end does: what was begun with a line
    is finished first, unless a second one comes. `stopped`: the signal, or 0.
    """

    def __init__(self) -> None:
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

    def __iter__(self) -> Iterator[bytes]:
        if sys.stdin is None:  # closed from the start
            return
        while not self.stopped and (line := self._next()):
            yield line

    def _next(self) -> bytes:
        """The next line, with its end; nothing at the end of all, and when stopped."""
        try:
            self._waiting = True
            return sys.stdin.buffer.readline()
        except _Stopped:
            return b""
        finally:
            self._waiting = False
