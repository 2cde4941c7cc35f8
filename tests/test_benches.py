"""The benches run, in small, and count what they say they count. No rival is asked, and no time is asserted."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

TOP = Path(__file__).parents[1]
BENCH = TOP / "bench"
DOCUMENTS = "120"


@pytest.fixture(autouse=True, scope="module")
def bench() -> Iterator[None]:
    """The modules of bench/ can be imported, and are gone afterwards."""
    before = set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCH))
        yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCH)):
            del sys.modules[name]


def run(script: str, *arguments: str) -> str:
    """What a bench prints; it has to end well."""
    command = [sys.executable, str(BENCH / f"{script}.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=TOP)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(printed: str) -> dict[str, list[str]]:
    """The cells of a table's rows, by the first one."""
    lines = [line.strip("| ").split(" | ") for line in printed.splitlines() if line.startswith("| ")]
    return {cells[0]: cells[1:] for cells in lines}
