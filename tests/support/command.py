"""The command in a process of its own, and JSON Lines read back."""

import subprocess
import sys
from pathlib import Path

import orjson


def lines(path: Path) -> list[dict]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def run(*arguments: object, **options) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "dedup", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)
