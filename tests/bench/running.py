"""Benches as processes, and the tables that they print."""

import subprocess
import sys
from typing import Any

from tests.support.paths import TOP

COPIES = 18  # of 120 documents


def run(program: str, *arguments: str) -> str:
    """What a bench prints; it has to end well."""
    command = [sys.executable, "-m", f"bench.{program}", *arguments]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(lines: list[str]) -> dict[str, list[str]]:
    """The cells of a table's rows, by the first one."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ")]
    return {row[0]: row[1:] for row in cells}


def took(seconds: float, **changes: Any) -> dict[str, Any]:
    """Figures as speed.py keeps them."""
    run = {"seconds": seconds, "cpu": 2.0, "peak": 2**20}
    return {"version": "tool 1", "size": 4_000_000, "runs": [run], "at": 0.0, "found": None, **changes}
