"""Kills `dedup clean` at many moments, and checks what it leaves behind.

    python -m bench.faults.kills [--count 500] [--seed 1] [--documents 2000]

Afterwards every file is complete, output and index agree, and the next run gives what an undisturbed run
gives. Half of the kills come after a random time, half right before or after a step that puts outputs and
index in place. Two of three runs have an index. The third has none, and writes three files: each of them is
that of the run before, or that of the killed run. Between two of its renames, for microseconds, they may be
mixed ("of both runs"); then the ledger does not fit the output, and restore refuses it.
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
from bench.faults.kill_at_step import STEPS
from bench.paths import TOP
from dedup.index.index import Index

FILES = ("out.jsonl", "ledger.jsonl", "rejects.jsonl")
OVERLAP = 20  # documents of the second input that are in the first one, too
DAMAGED, OTHER_RESULT = "DAMAGED", "another result of the next run"

Aim = tuple[str, int, str]
"""A step, which run of it (from 1 on), and "before" or "after"."""


class State(NamedTuple):
    """The bytes of output, ledger and rejects (None: no such file), and the documents in the index."""

    output: bytes | None
    ledger: bytes | None
    rejects: bytes | None
    documents: int

    def verdict(self, before: "State", after: "State") -> str:
        """What this state is, given those before and after an undisturbed run."""
        if self == before:
            return "as before the run"
        if self == after:
            return "as after it"
        complete = all(value in expected for value, *expected in zip(self, before, after, strict=True))
        return "of both runs" if complete and not self.documents else DAMAGED


class Trial:
    """A folder with two inputs, and with what a run over the first one wrote.

    Runs over the second input start from there, again and again.
    """

    def __init__(self, folder: Path, documents: int, indexed: bool) -> None:
        self.folder, self.saved, self.indexed = folder, folder / "saved", indexed
        folder.mkdir()
        lines = make_corpus(documents).read_bytes().splitlines(keepends=True)
        half = documents // 2
        (folder / "first.jsonl").write_bytes(b"".join([*lines[:half], b"bad\n"]))
        (folder / "second.jsonl").write_bytes(b"".join([b"worse\n", *lines[half - OVERLAP :]]))
        self._run([sys.executable, "-m", "dedup", *self._arguments("first")])
        self.saved.mkdir()
        for name in (*FILES, "seen.index") if indexed else FILES:
            shutil.copy2(folder / name, self.saved)
        self.before = self.state()
        self.run_undisturbed()
        start = time.perf_counter()
        self.run_undisturbed()
        self.seconds = time.perf_counter() - start
        self.after = self.state()
        assert self.before != self.after

    def _arguments(self, name: str) -> list[str]:
        """The arguments of `dedup` that clean one of the inputs."""
        output, ledger, rejects = (str(self.folder / file) for file in FILES)
        files = ["-o", output, "--ledger", ledger, "--rejects", rejects]
        index = ["--index", str(self.folder / "seen.index")] if self.indexed else []
        return ["clean", str(self.folder / f"{name}.jsonl"), *files, *index, "--quiet", "--workers", "1"]

    def _run(self, command: list[str], seconds: float | None = None) -> None:
        """Run a command, and kill it after some seconds."""
        process = subprocess.Popen(command, cwd=TOP, stderr=subprocess.DEVNULL)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        assert process.wait() in (3, -signal.SIGKILL), process.returncode  # 3: one record is rejected

    def run_undisturbed(self) -> None:
        """Clean the second input."""
        self._run([sys.executable, "-m", "dedup", *self._arguments("second")])

    def run_killed(self, rng: random.Random, aim: Aim | None) -> None:
        """Go back to the start, clean the second input, and kill that: at an aim, or after a random time."""
        for path in self.folder.glob(".*"):
            path.unlink()
        for path in self.saved.iterdir():
            shutil.copy2(path, self.folder)
        if aim:
            command = [sys.executable, "-m", "bench.faults.kill_at_step", *map(str, aim)]
            self._run([*command, *self._arguments("second")])
        else:
            seconds = rng.uniform(0, 1.05 * self.seconds)
            self._run([sys.executable, "-m", "dedup", *self._arguments("second")], seconds)

    def state(self) -> State:
        """What is there now. Opens the index, which finishes or undoes what a killed run began."""
        documents = self._count_indexed() if self.indexed else 0
        output, ledger, rejects = (_bytes(self.folder / file) for file in FILES)
        return State(output, ledger, rejects, documents)

    def _count_indexed(self) -> int:
        """How many documents are in the index, which must be sound."""
        with Index(self.folder / "seen.index", create=False) as index:
            documents = len(index)
        with sqlite3.connect(self.folder / "seen.index") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            for table in ("documents", "texts"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (documents,)  # noqa: S608
        return documents


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def aims() -> Iterator[Aim]:
    """Yield every aim: each step, before and after it."""
    for step, when in product(STEPS, ("before", "after")):
        for count in (1, 2) if step == "Path.replace" else (1,):
            yield step, count, when


def kill_many(count: int, seed: int, documents: int) -> Counter[str]:
    """How often each verdict was given, and how often the next run gave another result."""
    rng, verdicts = random.Random(seed), Counter[str]()
    every_aim = list(aims())
    with TemporaryDirectory() as folder:
        indexed, plain = (
            Trial(Path(folder, name), documents, name == "index") for name in ("index", "plain")
        )
        for number in range(count):
            trial = plain if number % 3 == 2 else indexed
            trial.run_killed(rng, every_aim[number // 2 % len(every_aim)] if number % 2 else None)
            verdicts[trial.state().verdict(trial.before, trial.after)] += 1
            trial.run_undisturbed()
            verdicts[OTHER_RESULT] += trial.state() != trial.after
            if number % 50 == 49:
                print(f"  {number + 1}: {listed(verdicts)}", file=sys.stderr, flush=True)
    return verdicts


def listed(verdicts: Counter[str]) -> str:
    """The counts in a line."""
    return ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500, help="kills (default: 500)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=2000, help="of both inputs (default: 2,000)")
    options = parser.parse_args()
    verdicts = kill_many(options.count, options.seed, options.documents)
    print(f"{options.count} kills: {listed(verdicts)}, {verdicts[DAMAGED]} damaged")
    sys.exit(bool(verdicts[DAMAGED] or verdicts[OTHER_RESULT]))


if __name__ == "__main__":
    main()
