"""The command in a process of its own, and what it leaves behind."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

NO_NETWORK = """
import socket
def refuse(*_, **__):
    raise AssertionError("the network was used")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
"""
"""Code that makes every use of the network an error in the process that runs it."""


def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run `dedup` in a process of its own; `options` go to `subprocess.run`."""
    command = [sys.executable, "-m", "dedup", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)


def json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file; blank lines are skipped."""
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def cut_off() -> list[str]:
    """What starts a command where there is no network at all; nothing where that is not allowed."""
    if not shutil.which("unshare"):
        return []
    command = ["unshare", "--map-root-user", "--net"]
    return command if subprocess.run([*command, "true"], check=False).returncode == 0 else []
