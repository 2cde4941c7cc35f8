"""Run a command as a process of its own: wall time, processor time and peak memory.

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

TOP = Path(__file__).resolve().parents[2]  # run() starts this file where bench.paths cannot be imported
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in a unit of ru_maxrss
PAGE = os.sysconf("SC_PAGE_SIZE")
PAUSE = 0.1  # seconds between two samples of the memory
DONE = (0, 3)  # exit statuses of a run that counts; 3 is dedup's: done, but some records were rejected


class Run(NamedTuple):
    """One run of a command.

    `seconds`: wall time. `cpu`: processor seconds, without those of processes that nobody waited for. `peak`:
    memory in bytes. `complaint`: the last line written to standard error.
    """

    seconds: float
    cpu: float
    peak: int
    status: int
    complaint: str


class FailedError(Exception):
    """A command ended with a status that is not in DONE. The message is its complaint, or the status."""


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Measure a command, run from the top folder. `environment` is added to this one's. Raises FailedError.

    A small process starts the command, because ru_maxrss of a process includes the memory its parent had.
    """
    starter = [sys.executable, "-I", "-S", __file__, *command]
    variables = {**os.environ, **(environment or {})}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # or every run compiles what it imports
    output = subprocess.run(starter, cwd=TOP, stdout=subprocess.PIPE, env=variables, check=True).stdout
    result = Run(**json.loads(output))
    if result.status not in DONE:
        raise FailedError(result.complaint or f"ended with status {result.status}")
    return result


def measure(command: Sequence[str]) -> Run:
    """Run a command; its standard output is thrown away.

    The peak is that of the largest process or, where /proc shows more, of all processes of the command
    together. That sum counts shared pages once for each process, so it errs upwards.
    """
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        done = threading.Event()
        samples = [0]
        sampler = threading.Thread(target=_sample, args=(process.pid, done, samples))
        sampler.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        finally:
            done.set()
            sampler.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        lines = [line.strip() for line in errors.read().decode(errors="replace").splitlines() if line.strip()]
    peak = max(usage.ru_maxrss * MAXRSS_UNIT, *samples)
    complaint = lines[-1][:200] if lines else ""
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode, complaint)


def _sample(pid: int, done: threading.Event, samples: list[int]) -> None:
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
    """The text of a file in /proc; empty once its process has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1:])._asdict()))
