"""Decisions of an index for an event loop, which must not wait for them.

A process of its own has the index (`deciding`), a thread hands it what gathers. In a thread of a crawler's
process the libraries' 150,000 objects make each collection of garbage stop it for 190 ms in place of 50, and
what holds the interpreter lock slows it down: a crawl of 2,000 local pages took 50 % more processor time.
"""

import os
import subprocess
import sys
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

from dedup.errors import IndexFileError, OptionsError
from dedup.identity import Identity
from dedup.service.messages import received, send

__all__ = ["Answer", "Asked", "Decisions", "received", "send"]

_GATHERED = 0.1  # seconds for which documents gather: thirty at once take twice the time of one
_MOST = 64  # documents that are not to wait for more: 10 ms


class Asked(NamedTuple):
    """The index that is to decide, as `Index` takes it."""

    path: str
    wait: float
    forget: str | None
    source: str
    options: dict[str, Any]


class Answer(NamedTuple):
    """A decision; `text`: the document without its repeats, None where none is cut; `cut`: how many are."""

    decision: str
    keeper: Identity | None
    jaccard: float
    coverage: float
    text: str | None
    cut: int


Waiting = tuple[tuple[str | None, str], "Future[Answer]"]
"""A document's id and text, and where its answer goes."""


class Decisions:
    """The process that has an index, and the documents that wait for it. None of the calls waits; all are to
    come from one thread. A future may end in IndexFileError, that of `open` in OptionsError, too.
    """

    def __init__(self, asked: Asked) -> None:
        self.seconds = 0.0  # that documents were with the process
        self._asked = asked
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1, "dedup")
        self._waiting: deque[Waiting] = deque()
        self._called = False
        self._closing = False
        self._enough = Event()
        self._error: Exception | None = None

    def open(self) -> "Future[int]":
        """Start the process, and open the index: how many documents it holds."""
        return self._thread.submit(self._open)

    def ask(self, id: str | None, text: str) -> "Future[Answer]":
        """What is to become of a document, which is in the index from then on if it is kept. An error is the
        answer to all that are asked after it, too.
        """
        answer: Future[Answer] = Future()
        self._waiting.append(((id, text), answer))
        if not self._called:
            self._called = True
            self._thread.submit(self._decide)
        if len(self._waiting) >= _MOST:
            self._enough.set()
        return answer

    def close(self) -> "Future[int]":
        """Decide what waits, and close the index: how many documents it holds."""
        self._closing = True
        self._enough.set()
        closed = self._thread.submit(self._close)
        self._thread.shutdown(wait=False)
        return closed

    def _open(self) -> int:
        here = str(Path(__file__).parents[2])
        known = os.environ.get("PYTHONPATH")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dedup.service.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([here, known] if known else [here])},
            start_new_session=True,  # Ctrl-C is for the crawler, which lets it finish
        )
        return int(self._told(self._asked))

    def _decide(self) -> None:
        """Decide what gathers. What comes while that is done gathers for the next time."""
        self._enough.wait(_GATHERED)
        if not self._closing:
            self._enough.clear()
        self._called = False
        count = len(self._waiting)
        for first in range(0, count, _MOST):
            self._answer([self._waiting.popleft() for _ in range(min(_MOST, count - first))])

    def _answer(self, some: list[Waiting]) -> None:
        """Decide these documents, less those whose answer nobody waits for any more."""
        some = [one for one in some if one[1].set_running_or_notify_cancel()]
        began = time.perf_counter()
        try:
            answers = self._told([document for document, _ in some])
        except Exception as error:
            for _, answer in some:
                answer.set_exception(error)
            return
        self.seconds += time.perf_counter() - began
        for (_, future), answer in zip(some, answers, strict=True):
            future.set_result(Answer(*answer))

    def _close(self) -> int:
        if self._process is None or self._error is not None:
            self._end()
            return 0
        known = int(self._told(None))
        self._end()
        return known

    def _told(self, asked: Any) -> Any:
        """What the process answers. Raises IndexFileError, OptionsError."""
        if self._error is not None:
            raise self._error
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            send(self._process.stdin, asked)
            kind, said = received(self._process.stdout)
        except (EOFError, OSError):
            kind, said = "gone", f"the process that has the index ended with status {self._process.wait()}"
        if kind == "done":
            return said
        self._error = OptionsError(said) if kind == "OptionsError" else IndexFileError(said)
        raise self._error

    def _end(self) -> None:
        """Let the process end."""
        if self._process is not None:
            with suppress(BrokenPipeError), self._process:  # it may have died with something to read
                pass
