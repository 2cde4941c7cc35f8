"""Kills `dedup clean` at many moments: every output is whole afterwards, output and index agree, and the next
run gives what an undisturbed one gives.

    python -m bench.faults.kills [--count 500] [--seed 1]

Half of the kills come after a random time, half where it matters: before and behind each of the steps that
put outputs and index in place. Of three runs two have an index; the third has none, and leaves three files:
each of them is that of the run before or that of the killed one, whole. Between two of the renames, some
microseconds, they may be of both ("of both runs"); their ledger does not fit then, and restore says so.
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

from bench.corpora.cache import make_corpus
from bench.paths import TOP
from dedup.index.index import Index

STEPS = (
    "Staging._commit",
    "IndexEntry.prepare",
    "Staging._publish",
    "Path.replace",
    "IndexEntry.settle",
    "IndexSession.close",
)
AIMED = """
import os, signal, sys
from pathlib import Path
from dedup.cli.main import main
from dedup.index.entry import IndexEntry
from dedup.index.session import IndexSession
from dedup.files.staging import Staging
holder, name = sys.argv[1].split(".")
owners = {"Staging": Staging, "Path": Path, "IndexEntry": IndexEntry, "IndexSession": IndexSession}
owner, left = owners[holder], int(sys.argv[2])
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
FILES = ("out.jsonl", "ledger.jsonl", "rejects.jsonl")
COMMON = 20  # documents of the second input that stand in the first one, too


class State(NamedTuple):
    """The output, the ledger and the rejects (None: there is none); documents that the index holds."""

    output: bytes | None
    ledger: bytes | None
    rejects: bytes | None
    documents: int

    def between(self, before: "State", after: "State") -> str:
        """What it is, beside those before and after an undisturbed run."""
        if self == before:
            return "as before the run"
        if self == after:
            return "as after it"
        whole = all(one in both for one, *both in zip(self, before, after, strict=True))
        return "of both runs" if whole and not self.documents else "DAMAGED"


class Trial:
    """A folder with two inputs, the index and the output of the first, to go on from again and again."""

    def __init__(self, folder: Path, documents: int, indexed: bool) -> None:
        self.folder, self.saved, self.indexed = folder, folder / "saved", indexed
        folder.mkdir()
        lines = make_corpus(documents).read_bytes().splitlines(keepends=True)
        half = documents // 2
        (folder / "first.jsonl").write_bytes(b"".join([*lines[:half], b"bad\n"]))
        (folder / "second.jsonl").write_bytes(b"".join([b"worse\n", *lines[half - COMMON :]]))
        self._run([sys.executable, "-m", "dedup", *self.command("first")])
        self.saved.mkdir()
        for name in (*FILES, "seen.index") if indexed else FILES:
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
        at = [str(self.folder / file) for file in FILES]
        files = ["-o", at[0], "--ledger", at[1], "--rejects", at[2]]
        index = ["--index", str(self.folder / "seen.index")] if self.indexed else []
        return ["clean", str(self.folder / f"{name}.jsonl"), *files, *index, "--quiet", "--workers", "1"]

    def _run(self, command: list[str], after: float | None = None) -> None:
        process = subprocess.Popen(command, cwd=TOP, stderr=subprocess.DEVNULL)
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.kill()
        assert process.wait() in (3, -signal.SIGKILL), process.returncode  # 3: one record is a reject

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
        documents = self._indexed() if self.indexed else 0
        output, ledger, rejects = (_bytes(self.folder / file) for file in FILES)
        return State(output, ledger, rejects, documents)

    def _indexed(self) -> int:
        """How many documents the index holds."""
        with Index(self.folder / "seen.index", create=False) as index:
            documents = len(index)
        with sqlite3.connect(self.folder / "seen.index") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            for table in ("documents", "texts"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (documents,)  # noqa: S608
        return documents


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
        indexed, plain = (
            Trial(Path(folder, name), documents, name == "index") for name in ("index", "plain")
        )
        for number in range(count):
            trial = plain if number % 3 == 2 else indexed
            trial.killed(choice, aimed[number // 2 % len(aimed)] if number % 2 else None)
            found[trial.state().between(trial.before, trial.after)] += 1
            trial.again()
            found["another result of the next run"] += trial.state() != trial.after
            if number % 50 == 49:
                print(f"  {number + 1}: {told(found)}", file=sys.stderr, flush=True)
    return found


def told(found: Counter[str]) -> str:
    """The counts in a line."""
    return ", ".join(f"{count} {kind}" for kind, count in found.items())


def main() -> None:
    """Read the arguments, kill, tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=2000)
    options = parser.parse_args()
    found = damaged(options.count, options.seed, options.documents)
    print(f"{options.count} kills: {told(found)}, {found['DAMAGED']} damaged")
    sys.exit(bool(found["DAMAGED"] or found["another result of the next run"]))


if __name__ == "__main__":
    main()
