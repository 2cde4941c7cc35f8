"""Kills `dedup clean --index` at many moments: output and index agree afterwards, and the next run gives what
an undisturbed one gives.

    python bench/kills.py [--count 200] [--seed 1]

Half of the kills come after a random time, half where it matters: before and behind each of the steps that
put outputs and index in place.
"""

import argparse
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from corpora import TOP, made

from dedup.index import Index

STEPS = ("Staging._enter", "Entry.prepare", "Staging._publish", "Path.replace", "Entry.settle", "Index.close")
AIMED = """
import os, signal, sys
from pathlib import Path
from dedup.cli import main
from dedup.index import Entry, Index
from dedup.staging import Staging
holder, name = sys.argv[1].split(".")
owner, left = {"Staging": Staging, "Path": Path, "Entry": Entry, "Index": Index}[holder], int(sys.argv[2])
step = getattr(owner, name)
def killed(*arguments):
    global left
    left -= 1
    if left == 0 and sys.argv[3] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    value = step(*arguments)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return value
setattr(owner, name, killed)
sys.exit(main(sys.argv[4:]))
"""
COMMON = 20  # documents of the second input that stand in the first one, too


class State(NamedTuple):
    """The output and the ledger (None: there is none), and how many documents the index holds."""

    output: bytes | None
    ledger: bytes | None
    documents: int


class Trial:
    """A folder with two inputs, the index and the output of the first, to go on from again and again."""

    def __init__(self, folder: Path, documents: int) -> None:
        self.folder, self.saved = folder, folder / "saved"
        lines = made(documents).read_bytes().splitlines(keepends=True)
        half = documents // 2
        (folder / "first.jsonl").write_bytes(b"".join(lines[:half]))
        (folder / "second.jsonl").write_bytes(b"".join(lines[half - COMMON :]))
        self._run([sys.executable, "-m", "dedup", *self.command("first")])
        self.saved.mkdir()
        for name in ("out.jsonl", "ledger.jsonl", "seen.index"):
            shutil.copy2(folder / name, self.saved)
        self.before = self.state()
        self.again()
        began = time.perf_counter()
        self.again()
        self.seconds = time.perf_counter() - began
        self.after = self.state()
        assert self.before != self.after

    def command(self, name: str) -> list[str]:
        """What is run on one of the inputs."""
        at = {key: str(self.folder / key) for key in ("out.jsonl", "ledger.jsonl", "seen.index")}
        files = ["-o", at["out.jsonl"], "--ledger", at["ledger.jsonl"], "--index", at["seen.index"]]
        return ["clean", str(self.folder / f"{name}.jsonl"), *files, "--quiet", "--workers", "1"]

    def _run(self, command: list[str], after: float | None = None) -> None:
        process = subprocess.Popen(command, cwd=TOP)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
        assert process.wait() in (0, -signal.SIGKILL), process.returncode

    def again(self) -> None:
        """An undisturbed run."""
        self._run([sys.executable, "-m", "dedup", *self.command("second")])

    def killed(self, choice: random.Random, aim: tuple[str, int, str] | None) -> None:
        """A run from the start, killed: at an aim, or after a random time."""
        for path in self.folder.glob(".*"):
            path.unlink()
        for path in self.saved.iterdir():
            shutil.copy2(path, self.folder)
        if aim:
            self._run([sys.executable, "-c", AIMED, *map(str, aim), *self.command("second")])
        else:
            late = choice.uniform(0, 1.05 * self.seconds)
            self._run([sys.executable, "-m", "dedup", *self.command("second")], late)

    def state(self) -> State:
        """What is there once the index was opened, which is sound."""
        with Index(self.folder / "seen.index", create=False) as index:
            documents = len(index)
        with sqlite3.connect(self.folder / "seen.index") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            for table in ("documents", "texts"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (documents,)  # noqa: S608
        output, ledger = (self.folder / name for name in ("out.jsonl", "ledger.jsonl"))
        return State(_bytes(output), _bytes(ledger), documents)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def aims() -> Iterator[tuple[str, int, str]]:
    """Each step, the how-manieth time, before or behind it."""
    for step, when in product(STEPS, ("before", "behind")):
        for time_ in (1, 2) if step == "Path.replace" else (1,):
            yield step, time_, when


def damaged(count: int, seed: int, documents: int) -> Counter[str]:
    """What was found after so many kills."""
    choice, found = random.Random(seed), Counter[str]()
    aimed = list(aims())
    with TemporaryDirectory() as folder:
        trial = Trial(Path(folder), documents)
        for number in range(count):
            trial.killed(choice, aimed[number // 2 % len(aimed)] if number % 2 else None)
            state = trial.state()
            kind = {trial.before: "as before", trial.after: "as after the run"}.get(state, "DAMAGED")
            found[kind] += 1
            trial.again()
            found["another result of the next run"] += trial.state() != trial.after
    return found


def main() -> None:
    """Read the arguments, kill, tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=2000)
    options = parser.parse_args()
    found = damaged(options.count, options.seed, options.documents)
    print(f"{options.count} kills: " + ", ".join(f"{count} {kind}" for kind, count in found.items()))
    sys.exit(bool(found["DAMAGED"] or found["another result of the next run"]))


if __name__ == "__main__":
    main()
