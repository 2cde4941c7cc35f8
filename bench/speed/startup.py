"""How soon dedup answers: `dedup --help`, and cleaning two small files, compiled code cached and not.

python -m bench.speed.startup [--rounds 5]
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness.measure import Run, run
from bench.harness.results import code, keep
from bench.paths import TOP

DEDUP = [sys.executable, "-m", "dedup"]
FILES = [str(TOP / "fixtures/repeats" / name) for name in ("body-twice.txt", "block-at-distance.txt")]


def two_files(compiled: str | None = None) -> Run:
    """Clean two small files, with a ledger; `compiled`: a folder for compiled code in place of its own."""
    environment = {"NUMBA_CACHE_DIR": compiled} if compiled else None
    with TemporaryDirectory() as folder:
        files = ["-o", str(Path(folder, "out")), "--ledger", str(Path(folder, "ledger.jsonl"))]
        return run([*DEDUP, "clean", *FILES, *files], environment)


def cached(rounds: int) -> dict[str, float]:
    """The medians in seconds, compiled code cached."""
    two_files()
    helped, cleaned = zip(*((run([*DEDUP, "--help"]), two_files()) for _ in range(rounds)), strict=True)
    return {"help": _median(helped), "two files": _median(cleaned)}


def _median(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def main() -> None:
    """Read the arguments, measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    took = cached(parser.parse_args().rounds)
    with TemporaryDirectory() as empty:
        first = two_files(empty)
    keep("start", {**took, "first": first.seconds, "code": code()})
    print(f"{took['help']:6.2f} s  dedup --help")
    print(f"{took['two files']:6.2f} s  dedup clean, two small files")
    said = f"says: {first.complaint}" if first.complaint else "says nothing of it"
    print(f"{first.seconds:6.2f} s  the same, nothing compiled yet; {said}")


if __name__ == "__main__":
    main()
