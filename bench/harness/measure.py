"""Run a command as a process of its own: how long it took, how much processor time and memory.

python -m bench.harness.measure COMMAND ...       prints them as JSON
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

TOP = (
    Path(__file__).resolve().parents[2]
)  # not from bench.paths: run() starts this file where nothing can be imported

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in a unit of ru_maxrss
PAGE = os.sysconf("SC_PAGE_SIZE")
PAUSE = 0.1  # seconds between two looks at the memory
DONE = (0, 3)  # exit statuses of a run that counts; dedup's 3: done, some records could not be read


class Run(NamedTuple):
    """Wall time and processor time (without that of processes that nobody waited for) in seconds, peak memory
    in bytes, the exit status, and the last line that the command wrote to standard error.
    """

    seconds: float
    cpu: float
    peak: int
    status: int
    complaint: str


class FailedError(Exception):
    """A command ended with another status than DONE; the message is its complaint, or the status."""


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Measure `command`, with `environment` on top of this one's. Raises FailedError.

    A small process starts it, since ru_maxrss holds what the parent of a process had when it started it.
    """
    starter = [sys.executable, "-I", "-S", __file__, *command]
    given = {**os.environ, **(environment or {})}
    given.pop("PYTHONDONTWRITEBYTECODE", None)  # or every run compiles what others import
    told = subprocess.run(starter, cwd=TOP, stdout=subprocess.PIPE, env=given, check=True).stdout
    found = Run(**json.loads(told))
    if found.status not in DONE:
        raise FailedError(found.complaint or f"ended with status {found.status}")
    return found


def measured(command: Sequence[str]) -> Run:
    """Run `command` with what it prints thrown away.

    The peak is that of the largest process, or, where /proc shows it, of all its processes together: pages
    that they share count for each, so that number errs upwards.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        done = threading.Event()
        samples = [0]
        watcher = threading.Thread(target=_watch, args=(process.pid, done, samples))
        watcher.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        finally:
            done.set()
            watcher.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    peak = max(usage.ru_maxrss * MAXRSS_UNIT, *samples)
    complaint = lines[-1][:200] if lines else ""
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode, complaint)


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


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1:])._asdict()))
