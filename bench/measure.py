"""Run a command as a process of its own: how long it took, and how much memory at its peak."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in a unit of ru_maxrss
PAGE = os.sysconf("SC_PAGE_SIZE")
PAUSE = 0.1  # seconds between two looks at the memory


class Run(NamedTuple):
    """Wall time in seconds, peak memory in bytes, and the exit status of a command."""

    seconds: float
    peak: int
    status: int


def run(command: Sequence[str]) -> Run:
    """Run `command` with its standard output thrown away, and measure it.

    The peak is that of the largest process, or, where /proc shows it, of all its processes together: pages
    that they share count for each, so that number errs upwards.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    done = threading.Event()
    samples = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, done, samples))
    watcher.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        done.set()
        watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = max(usage.ru_maxrss * MAXRSS_UNIT, *samples)
    return Run(time.perf_counter() - start, peak, process.returncode)


def _watch(pid: int, done: threading.Event, samples: list[int]) -> None:
    while not done.wait(PAUSE):
        samples.append(sum(_resident(member) for member in _family(pid)))


def _family(pid: int) -> Iterator[int]:
    """Yield `pid` and its descendants."""
    yield pid
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(path).split():
            yield from _family(int(child))


def _resident(pid: int) -> int:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * PAGE if fields else 0


def _read(path: Path) -> str:
    """Return the text of a file of /proc, nothing once its process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""
