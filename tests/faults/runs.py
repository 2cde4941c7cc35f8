"""Runs of dedup in a process of its own, and the outputs before and after them."""

import json
import random
import subprocess
import sys
from pathlib import Path

from tests.support.paths import TOP

FILES = ("out.jsonl", "ledger.jsonl", "rejects.jsonl", "report.json")


def articles(count: int, seed: int = 1) -> bytes:
    """Lines with articles of about 2 KB, and one that is not JSON."""
    choice = random.Random(seed)
    words = [f"word{i}" for i in range(3000)]
    texts = ("\n".join(" ".join(choice.choices(words, k=50)) for _ in range(6)) for _ in range(count))
    return (
        b"".join(json.dumps({"id": i, "text": text}).encode() + b"\n" for i, text in enumerate(texts))
        + b"{\n"
    )


def run(*arguments: object, before: str = "", **options) -> subprocess.CompletedProcess[str]:
    """Run dedup in a process of its own. `before`: code that the process runs first."""
    code = f"{before}\nfrom dedup.__main__ import process\nprocess()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=TOP, **options)


def error_of(done: subprocess.CompletedProcess[str], status: int) -> str:
    """The only line on standard error of a command that ended with this status."""
    assert done.returncode == status, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("dedup: ")
    return done.stderr


def write_old_outputs(folder: Path) -> dict[str, bytes]:
    """Write outputs of an earlier run into a folder; returns its files."""
    for name in FILES:
        (folder / name).write_bytes(f"old {name}".encode())
    return files_in(folder)


def files_in(folder: Path) -> dict[str, bytes]:
    """The content of the files of a folder, hidden ones included."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def output_options(folder: Path) -> list[str]:
    """The options of a run that writes all of its outputs into a folder."""
    output, ledger, rejects, report = (str(folder / name) for name in FILES)
    return ["-o", output, "--ledger", ledger, "--rejects", rejects, "--report", report, "--quiet"]
