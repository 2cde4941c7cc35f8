"""Processes that extract pages: started when the first page comes, and gone when the run is."""

from __future__ import annotations

import subprocess
import sys
import weakref
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from dedup.formats.web.process import TIMED_OUT, Request, rejected, write_request

_PROCESS = Path(__file__).with_name("process.py")

_Task = tuple["Future[bytes]", Request, bytes]


class Workers:
    """So many processes, each with a thread that hands it one page at a time. A process that dies costs the
    page that it had, and is replaced. `processes`: those that are there.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._tasks: Queue[_Task | None] = Queue(count)
        self.processes = list[subprocess.Popen[bytes]]()
        self._threads = list[Thread]()
        self._close = weakref.finalize(self, _kill, self._tasks, self.processes, count)

    def extract(self, request: Request, body: bytes) -> Future[bytes]:
        """Extract a page; the future has its line. Waits while each process has a page and another waits."""
        if len(self._threads) < self._count:
            thread = Thread(target=_serve, args=(self._tasks, self.processes), daemon=True)
            self._threads.append(thread)
            thread.start()
        future: Future[bytes] = Future()
        self._tasks.put((future, request, body))
        return future

    def close(self) -> None:
        """End the processes when they have extracted what they were given."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._close()


def _kill(tasks: Queue[_Task | None], processes: list[subprocess.Popen[bytes]], count: int) -> None:
    """End the processes, whatever they do, and the threads."""
    try:
        while True:
            tasks.get_nowait()
    except Empty:
        pass
    for _ in range(count):
        tasks.put_nowait(None)
    for process in [*processes]:
        process.kill()


def _serve(tasks: Queue[_Task | None], processes: list[subprocess.Popen[bytes]]) -> None:
    """Hand pages to a process until there are no more."""
    process: subprocess.Popen[bytes] | None = None
    while task := tasks.get():
        future, request, body = task
        try:
            if process is None:
                process = _started()
                processes.append(process)
            line = _ask(process, request, body)
            if not line.endswith(b"\n"):
                processes.remove(process)
                line, process = rejected(request.known, _why_it_ended(process, request)), None
            future.set_result(line)
        except BaseException as error:
            future.set_exception(error)
    if process is not None:
        _reap(process)
        processes.remove(process)


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", str(_PROCESS)],  # -P: nothing beside the file is taken for a library
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the run, which ends its processes
    )


def _ask(process: subprocess.Popen[bytes], request: Request, body: bytes) -> bytes:
    """The line of a page; one without a newline if the process died over it."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        write_request(process.stdin, request, body)
        return process.stdout.readline()
    except OSError:
        return b""


def _why_it_ended(process: subprocess.Popen[bytes], request: Request) -> str:
    status = _reap(process)
    if status == TIMED_OUT:
        return f"the page takes {request.extractor} longer than {request.seconds:g} seconds"
    cause = f"signal {-status}" if status < 0 else f"status {status}"
    return f"{request.extractor} ended its process on the page ({cause})"


def _reap(process: subprocess.Popen[bytes]) -> int:
    """Close the pipes of a process, which ends it, and wait for that; returns its exit status."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    return process.wait()
