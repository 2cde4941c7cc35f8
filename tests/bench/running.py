"""Runs benches as processes, and reads the tables that they print."""

import subprocess
import sys
from typing import Any

from tests.support.paths import TOP

COPIES = 18  # in a corpus of 120 documents


def run(program: str, *arguments: str) -> str:
    """The standard output of `python -m bench.PROGRAM`, which must end with status 0."""
    command = [sys.executable, "-m", f"bench.{program}", *arguments]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def rows(lines: list[str]) -> dict[str, list[str]]:
    """The cells of a table's rows, by the first cell."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ")]
    return {row[0]: row[1:] for row in cells}


def figures_of(seconds: float, **changes: Any) -> dict[str, Any]:
    """Figures as bench/speed/compare.py saves them, of one run of this many seconds."""
    run = {"seconds": seconds, "cpu": 2.0, "peak": 2**20}
    return {"version": "tool 1", "size": 4_000_000, "runs": [run], "at": 0.0, "found": None, **changes}
