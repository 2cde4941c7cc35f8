"""Asks an index for decisions without blocking an event loop.

The index lives in a process of its own (`process`); a thread sends it the documents in batches. As a thread
of the crawler's own process it would slow the crawl down: the 150,000 objects of the libraries lengthen each
garbage collection from 50 to 190 ms, and both would wait for one interpreter. A crawl of 2,000 local pages
took 50 % more processor time.
"""

import logging
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Timer
from typing import Any

from dedup.errors import IndexFileError, IndexUnavailableError, OptionsError
from dedup.service.messages import (
    ALIVE,
    DONE,
    NOTE,
    UNAVAILABLE,
    Item,
    ItemDecision,
    OpenRequest,
    Reply,
    read_message,
    write_message,
)

_GATHER = 0.1  # seconds in which documents gather: a batch of thirty takes twice the time of one document
_BATCH = 64  # documents that are sent without waiting for more; deciding them takes 10 ms
PATIENCE = 30.0  # seconds without a sign of life, of which the process gives one every two seconds

logger = logging.getLogger("dedup")

Pending = tuple[Item, "Future[ItemDecision]"]
"""An item and the future of its decision."""


class IndexClient:
    """A process that has an index, and the documents that wait for its decisions.

    No call blocks; all calls must come from one thread. A future may end in IndexFileError, that of `open`
    also in OptionsError. After an error every later decision ends in the same error, but for
    IndexUnavailableError: the next one is asked for as ever. `note`: called with what is to be logged, from
    another thread.
    """

    def __init__(self, request: OpenRequest, note: Callable[[str], None] = logger.warning) -> None:
        self._note = note
        self.seconds = 0.0
        """The time that the process spent on documents, in seconds."""
        self._request = request
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = ThreadPoolExecutor(1, "dedup")
        self._pending: deque[Pending] = deque()
        self._scheduled = False
        self._closing = False
        self._batch_is_full = Event()
        self._error: Exception | None = None
        self._is_given_up = False

    def open(self) -> "Future[int]":
        """Start the process and open the index. The future has the number of documents in it."""
        return self._thread.submit(self._open)

    def decide(self, item: Item) -> "Future[ItemDecision]":
        """Ask what becomes of a document. A document that is kept is in the index from then on."""
        decision: Future[ItemDecision] = Future()
        self._pending.append((item, decision))
        if not self._scheduled:
            self._scheduled = True
            self._thread.submit(self._decide_pending)
        if len(self._pending) >= _BATCH:
            self._batch_is_full.set()
        return decision

    def close(self) -> "Future[int]":
        """Decide what is pending and close the index. The future has the number of documents in it."""
        self._closing = True
        self._batch_is_full.set()
        closed = self._thread.submit(self._close)
        self._thread.shutdown(wait=False)
        return closed

    def _open(self) -> int:
        package = str(Path(__file__).parents[2])
        path = os.environ.get("PYTHONPATH")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dedup.service.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join([package, path] if path else [package])},
            start_new_session=True,  # Ctrl-C is for the crawler, which lets the process finish
        )
        assert self._process.stdout is not None
        with suppress(EOFError):  # `_call` sees that, too
            read_message(self._process.stdout)  # ALIVE: a slow machine may load the libraries for a minute
        return int(self._call(self._request))

    def _decide_pending(self) -> None:
        """Decide the documents that gathered. Those that come meanwhile gather for the next call."""
        self._batch_is_full.wait(_GATHER)
        if not self._closing:
            self._batch_is_full.clear()
        self._scheduled = False
        count = len(self._pending)
        for first in range(0, count, _BATCH):
            self._decide_batch([self._pending.popleft() for _ in range(min(_BATCH, count - first))])

    def _decide_batch(self, batch: list[Pending]) -> None:
        """Decide these documents, except those whose future was cancelled."""
        batch = [pending for pending in batch if pending[1].set_running_or_notify_cancel()]
        began = time.perf_counter()
        try:
            decisions = self._call([item for item, _ in batch])
        except Exception as error:
            for _, future in batch:
                future.set_exception(error)
            return
        self.seconds += time.perf_counter() - began
        for (_, future), decision in zip(batch, decisions, strict=True):
            future.set_result(ItemDecision(*decision))

    def _close(self) -> int:
        if self._process is None or self._error is not None:
            self._end_process()
            return 0
        count = int(self._call(None))
        self._end_process()
        return count

    def _call(self, message: Any) -> Any:
        """Send a message and return the value of the reply. Raises IndexFileError, OptionsError."""
        if self._error is not None:
            raise self._error
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            with self._patience():
                write_message(self._process.stdin, message)
            while (reply := self._reply()).kind in (NOTE, ALIVE):
                if reply.kind == NOTE:
                    self._note(reply.value)
        except (EOFError, OSError):
            status = self._process.wait()
            end = (
                f"gave no sign of life for {PATIENCE:.0f} s"
                if self._is_given_up
                else f"ended with status {status}"
            )
            reply = Reply("EOFError", f"the process that has the index {end}")
        if reply.kind == DONE:
            return reply.value
        if reply.kind == UNAVAILABLE:
            raise IndexUnavailableError(reply.value)
        error = OptionsError if reply.kind == "OptionsError" else IndexFileError
        self._error = error(reply.value)
        raise self._error

    def _reply(self) -> Reply:
        assert self._process is not None
        assert self._process.stdout is not None
        with self._patience():
            return Reply(*read_message(self._process.stdout))

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Kill the process if this block takes longer than PATIENCE: it was stopped, or its machine has no
        memory left. A process that only takes long shows that it is alive.
        """
        timer = Timer(PATIENCE, self._give_up)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        assert self._process is not None
        self._is_given_up = True
        self._process.kill()

    def _end_process(self) -> None:
        if self._process is not None:
            with suppress(BrokenPipeError), self._process:  # it may have died with input that it never read
                pass
