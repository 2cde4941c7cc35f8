"""How soon dedup answers: `dedup --help` and the cleaning of two small files, with compiled code and without.

python -m bench.speed.startup [--rounds 5]
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.harness.figures import code_digest, save
from bench.harness.measure import Run, run
from bench.paths import TOP

DEDUP = [sys.executable, "-m", "dedup"]
FILES = [str(TOP / "fixtures/repeats" / name) for name in ("body-twice.txt", "block-at-distance.txt")]


def clean_two_files(cache: str | None = None) -> Run:
    """Clean two small files, with a ledger. `cache`: a folder for compiled code, instead of dedup's own."""
    environment = {"NUMBA_CACHE_DIR": cache} if cache else None
    with TemporaryDirectory() as folder:
        files = ["-o", str(Path(folder, "out")), "--ledger", str(Path(folder, "ledger.jsonl"))]
        return run([*DEDUP, "clean", *FILES, *files], environment)


def cached_seconds(rounds: int) -> dict[str, float]:
    """The median seconds of both commands, with compiled code in the cache."""
    clean_two_files()
    runs = [(run([*DEDUP, "--help"]), clean_two_files()) for _ in range(rounds)]
    help_runs, clean_runs = zip(*runs, strict=True)
    return {"help": _median(help_runs), "two files": _median(clean_runs)}


def _median(runs: Sequence[Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    seconds = cached_seconds(parser.parse_args().rounds)
    with TemporaryDirectory() as empty:
        first = clean_two_files(empty)
    save("startup", {**seconds, "first": first.seconds, "code": code_digest()})
    print(f"{seconds['help']:6.2f} s  dedup --help")
    print(f"{seconds['two files']:6.2f} s  dedup clean, two small files")
    message = f"dedup's message: {first.complaint}" if first.complaint else "no message about it"
    print(f"{first.seconds:6.2f} s  dedup clean, two small files, nothing compiled yet; {message}")


if __name__ == "__main__":
    main()
