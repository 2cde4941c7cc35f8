"""Runs `dedup clean - --stream`: in this process, or as a process of its own between pipes."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dedup.cli.main import main
from tests.support.paths import TOP


def article(number: int, words: int = 120) -> bytes:
    """A line with an article that is unlike those of other numbers."""
    text = " ".join(f"w{number}x{i * i % 97}" for i in range(words))
    return b'{"id":"%d","text":"%s"}\n' % (number, text.encode())


def stream(content: bytes, *arguments: object) -> int:
    """Run the command with these bytes as standard input; returns its status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        return main(["clean", "-", "--stream", *map(str, arguments)])


@contextmanager
def running(*arguments: object, cwd: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a process between pipes."""
    command = [sys.executable, "-m", "dedup", "clean", "-", "--stream", *map(str, arguments)]
    pipe = subprocess.PIPE
    top = str(TOP)
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd, env=os.environ | {"PYTHONPATH": top}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def send(process: subprocess.Popen[bytes], *lines: bytes) -> None:
    for line in lines:
        process.stdin.write(line)
        process.stdin.flush()
