"""Kills `dedup clean` at many moments, and checks what it leaves behind.

    python -m bench.faults.kills [--count 500] [--seed 1] [--documents 2000]

Half of the kills come after a random time, half right before or after a step that puts outputs and index in
place. One run in three has an index, one writes three files, one writes a folder, with ledger and rejects in
another one. After a kill `restore`, `report`, the index or the next run looks first; half of the first two
are killed themselves at first. Then all files are those before the run or those after it (others are "of both
runs"), restore gives the input of that run, and the next run gives what an undisturbed run gives, and leaves
no hidden file.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.corpora.cache import make_corpus
from bench.faults.kill_at_step import STEPS
from bench.paths import TOP
from dedup.index.index import Index
from dedup.index.repair import repair
from dedup.ledger.reader import check_ledger
from dedup.restore import restore

OVERLAP = 20  # documents of the second input that are in the first one, too
MIXED, DAMAGED, OTHER_RESULT = "of both runs", "DAMAGED", "another result of the next run"
KINDS = ("index", "files", "folder")
LOOKS = ("restore", "report", "index", "next")

Aim = tuple[str, int, str]
"""A step, which run of it (from 1 on), and "before" or "after"."""


class State(NamedTuple):
    """The bytes of the files of a run, by name, and the documents in the index."""

    files: dict[str, bytes]
    documents: int


class Trial:
    """A folder with two inputs, and with what a run over the first one wrote.

    Runs over the second input start from there, again and again. `kind`: see KINDS.
    """

    def __init__(self, folder: Path, documents: int, kind: str) -> None:
        self.folder, self.saved, self.work, self.kind = folder, folder / "saved", folder / "work", kind
        (folder / "first").mkdir(parents=True)
        (folder / "second").mkdir()
        lines = make_corpus(documents).read_bytes().splitlines(keepends=True)
        half = documents // 2
        self._write("first", [*lines[:half], b"bad\n"])
        self._write("second", [b"worse\n", *lines[half - OVERLAP :]])
        (self.work / "books").mkdir(parents=True)
        self._run([sys.executable, "-m", "dedup", *self._arguments("first")])
        shutil.copytree(self.work, self.saved)
        self.before = self.state()
        self.run_undisturbed()
        start = time.perf_counter()
        self.run_undisturbed()
        self.seconds = time.perf_counter() - start
        self.after = self.state()
        assert self.before != self.after

    def _write(self, name: str, lines: list[bytes]) -> None:
        """Write an input: a file, or two in a folder."""
        parts = [lines[: len(lines) // 2], lines[len(lines) // 2 :]] if self.kind == "folder" else [lines]
        for part, letter in zip(parts, "ab", strict=False):
            (self.folder / name / f"{letter}.jsonl").write_bytes(b"".join(part))

    @property
    def _run_files(self) -> tuple[str, str, str]:
        """Output, ledger and rejects."""
        output = "out/" if self.kind == "folder" else "out.jsonl"
        return f"{self.work}/{output}", f"{self.work}/books/ledger.jsonl", f"{self.work}/books/rejects.jsonl"

    def _arguments(self, name: str) -> list[str]:
        """The arguments of `dedup` that clean one of the inputs."""
        output, ledger, rejects = self._run_files
        files = ["-o", output, "--ledger", ledger, "--rejects", rejects]
        index = ["--index", str(self.work / "seen.index")] if self.kind == "index" else []
        return ["clean", str(self.folder / name), *files, *index, "--quiet", "--workers", "1"]

    def _run(self, command: list[str], seconds: float | None = None) -> None:
        """Run a command, and kill it after some seconds."""
        process = subprocess.Popen(command, cwd=TOP, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        assert process.wait() in (0, 3, -signal.SIGKILL), process.returncode  # 3: one record is rejected

    def _run_to(self, aim: Aim, arguments: list[str]) -> None:
        """Run `dedup`, and kill it at an aim."""
        self._run([sys.executable, "-m", "bench.faults.kill_at_step", *map(str, aim), *arguments])

    def run_undisturbed(self) -> None:
        """Clean the second input."""
        self._run([sys.executable, "-m", "dedup", *self._arguments("second")])

    def run_killed(self, rng: random.Random, aim: Aim | None) -> None:
        """Go back to the start, clean the second input, and kill that: at an aim, or after a random time."""
        shutil.rmtree(self.work)
        shutil.copytree(self.saved, self.work)
        if aim:
            self._run_to(aim, self._arguments("second"))
        else:
            seconds = rng.uniform(0, 1.05 * self.seconds)
            self._run([sys.executable, "-m", "dedup", *self._arguments("second")], seconds)

    def look(self, first: str, aim: Aim | None) -> None:
        """Have a command look at what was left. `aim`: where one is killed that looks before it."""
        output, ledger, rejects = self._run_files
        if first in ("restore", "report"):
            target = ["-o", f"{self.folder}/back/"]
            words = ["restore", output, ledger, "--rejects", rejects, *target]
            if aim:
                self._run_to(aim, words if first == "restore" else ["report", ledger])
            restore(output, ledger, rejects, f"{self.folder}/back/") if first == "restore" else check_ledger(
                ledger
            )
        elif first == "index" and self.kind == "index":
            with Index(self.work / "seen.index", create=False):
                pass
        else:
            self.run_undisturbed()

    def verdict(self) -> str:
        """What is there now."""
        state = self.state(hidden=False)
        if state not in (self.before, self.after):
            known = [self.before.files, self.after.files]
            whole = all(any(files.get(name) == data for files in known) for name, data in state.files.items())
            return MIXED if whole else DAMAGED
        name = "first" if state == self.before else "second"
        if self._restored() != {path.name: path.read_bytes() for path in (self.folder / name).iterdir()}:
            return DAMAGED
        return "as before the run" if state == self.before else "as after it"

    def _restored(self) -> dict[str, bytes]:
        """The input, as restore gives it back."""
        back = self.folder / "back"
        with suppress(FileNotFoundError):
            shutil.rmtree(back)
        return {Path(path).name: Path(path).read_bytes() for path in restore(*self._run_files, f"{back}/")}

    def state(self, hidden: bool = True) -> State:
        """What is there now. Opens the index, which must be sound. `hidden`: drafts and the like count."""
        documents = self._count_indexed() if self.kind == "index" else 0
        paths = [
            path for path in self.work.rglob("*") if path.is_file() and not path.name.startswith("seen.index")
        ]
        counted = (path for path in paths if hidden or not path.name.startswith("."))
        return State({str(path.relative_to(self.work)): path.read_bytes() for path in counted}, documents)

    def _count_indexed(self) -> int:
        """How many documents are in the index, which must be sound."""
        assert repair(self.work / "seen.index", 0.0) is None
        with Index(self.work / "seen.index", create=False) as index:
            return len(index)


def aims() -> Iterator[Aim]:
    """Yield every aim: each step, before and after it."""
    for (step, (_, _, most)), when in product(STEPS.items(), ("before", "after")):
        for count in range(1, most + 1):
            yield step, count, when


def kill_many(count: int, seed: int, documents: int) -> Counter[str]:
    """How often each verdict was given, and how often the next run gave another result."""
    rng, verdicts = random.Random(seed), Counter({MIXED: 0, DAMAGED: 0, OTHER_RESULT: 0})
    every_aim = [*aims()]
    again = [aim for aim in every_aim if aim[0] in ("Path.replace", "LockedFile.remove")]
    with TemporaryDirectory() as folder:
        trials = [Trial(Path(folder, kind), documents, kind) for kind in KINDS]
        for number in range(count):
            trial, first = trials[number % len(trials)], rng.choice(LOOKS)
            aim, next_aim = (
                rng.choice(every_aim) if number % 2 else None,
                rng.choice([None, rng.choice(again)]),
            )
            trial.run_killed(rng, aim)
            trial.look(first, next_aim)
            verdicts[verdict := trial.verdict()] += 1
            if verdict in (MIXED, DAMAGED):
                print(f"  {number}: {verdict}: {trial.kind}, {aim}, {first}, {next_aim}", file=sys.stderr)
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
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1764547200")  # else a ledger differs from others in its date
    verdicts = kill_many(options.count, options.seed, options.documents)
    print(f"{options.count} kills: {listed(verdicts)}")
    sys.exit(bool(verdicts[MIXED] or verdicts[DAMAGED] or verdicts[OTHER_RESULT]))


if __name__ == "__main__":
    main()
