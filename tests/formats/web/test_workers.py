"""Processes that extract: a page that kills one costs that page alone, and none is left behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from dedup.formats.web.process import REJECT, Request
from dedup.formats.web.workers import Workers
from tests.formats.web.made import page, write_pages

NAMES = {"text": "text", "title": "title", "url": "url"}


def request(number: int, seconds: float = 60.0) -> Request:
    """A request for a page."""
    return Request({"id": str(number)}, NAMES, "trafilatura", seconds)


def test_a_page_that_takes_too_long_is_a_reject() -> None:
    """Its process ends, and the next page is extracted by another one; both are gone in the end."""
    workers = Workers(1)
    slow = workers.extract(request(1, seconds=0.001), page(1))
    after = workers.extract(request(2), page(2))
    assert orjson.loads(slow.result()) == {
        "id": "1",
        REJECT: "the page takes trafilatura longer than 0.001 seconds",
    }
    assert orjson.loads(after.result())["title"] == "Story 2 of the town"
    (process,) = workers.processes
    workers.close()
    assert (process.poll(), workers.processes) == (0, [])


def test_a_page_that_kills_its_process_is_a_reject() -> None:
    """The reason names the signal."""
    workers = Workers(1)
    waiting = workers.extract(request(1), page(1))
    while not workers.processes:
        time.sleep(0.001)
    workers.processes[0].send_signal(signal.SIGKILL)
    assert "ended its process on the page (signal 9)" in orjson.loads(waiting.result())[REJECT]
    workers.close()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to find processes in")
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_no_process_is_left_behind(tmp_path: Path, sign: signal.Signals) -> None:
    """When a run is killed or interrupted, the processes that it started end."""
    write_pages(tmp_path / "pages", range(3000))
    command = [
        sys.executable,
        "-m",
        "dedup",
        "clean",
        "pages",
        "-o",
        "out.jsonl",
        "--workers",
        "1",
        "--quiet",
    ]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs ignore it
    try:
        run = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
    finally:
        signal.signal(signal.SIGINT, before)
    with run:
        deadline = time.monotonic() + 60
        while not (children := _children(run.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert children
        time.sleep(1)
        run.send_signal(sign)
        run.wait(30)
    assert not (tmp_path / "out.jsonl").exists()
    deadline = time.monotonic() + 30
    while any(map(_runs, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_runs, children))


def _children(pid: int) -> list[int]:
    """The processes that a process started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _runs(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
