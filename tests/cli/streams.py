"""The command over a stream: in this process, or as one of its own between two pipes."""

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
    """A line with an article unlike the others."""
    said = " ".join(f"w{number}x{i * i % 97}" for i in range(words))
    return b'{"id":"%d","text":"%s"}\n' % (number, said.encode())


def stream(content: bytes, *arguments: object) -> int:
    """The command over these bytes; its status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        return main(["clean", "-", "--stream", *map(str, arguments)])


@contextmanager
def running(*arguments: object, cwd: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a process between two pipes."""
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


def send(process: subprocess.Popen[bytes], *given: bytes) -> None:
    for line in given:
        process.stdin.write(line)
        process.stdin.flush()
