"""How soon dedup answers: `dedup --help`, and cleaning two small files, compiled code cached and not.

python bench/start.py [--rounds 5]
"""

import argparse
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from corpora import TOP
from kept import code, keep
from measure import run

FILES = [str(TOP / "fixtures/repeats" / name) for name in ("body-twice.txt", "block-at-distance.txt")]


def main() -> None:
    """Read the arguments, measure, print and keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    dedup = [sys.executable, "-m", "dedup"]
    with TemporaryDirectory() as folder:
        clean = [
            *dedup,
            "clean",
            *FILES,
            "-o",
            str(Path(folder, "out")),
            "--ledger",
            str(Path(folder, "ledger")),
        ]
        first = run(clean, {"NUMBA_CACHE_DIR": str(Path(folder, "compiled"))})
        run(clean)  # fills the cache that the runs after it find
        took = {
            name: statistics.median(run(command).seconds for _ in range(rounds))
            for name, command in {"help": [*dedup, "--help"], "two files": clean}.items()
        }
    keep("start", {**took, "first": first.seconds, "code": code()})
    print(f"{took['help']:6.2f} s  dedup --help")
    print(f"{took['two files']:6.2f} s  dedup clean, two small files")
    said = f"says: {first.complaint}" if first.complaint else "says nothing of it"
    print(f"{first.seconds:6.2f} s  the same, nothing compiled yet; {said}")


if __name__ == "__main__":
    main()
