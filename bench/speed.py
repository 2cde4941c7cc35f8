"""Time `dedup clean` against the floor, a plain orjson loop over the same file, in turns.

    python bench/speed.py [FILE.jsonl] [--rounds 3] [--documents 50000] [--seed 1]

Without FILE it takes build/corpus-DOCUMENTS-SEED.jsonl, which it makes with corpus.py where it is absent. The
times are those of whole processes, so they hold the start of Python, too.
"""

import argparse
import statistics
import sys
from pathlib import Path

from corpora import BUILD, made
from measure import Run, run

BENCH = Path(__file__).resolve().parent


def commands(source: Path, build: Path) -> dict[str, list[str]]:
    """Return what is timed: a name and the command."""
    ledger = ["--ledger", str(build / "speed.ledger.jsonl")]
    clean = ["-m", "dedup", "clean", str(source), "-o", str(build / "speed.clean.jsonl"), *ledger, "--quiet"]
    return {
        "floor": [sys.executable, str(BENCH / "floor.py"), str(source), str(build / "speed.floor.jsonl")],
        "dedup": [sys.executable, *clean],
    }


def measure(named: dict[str, list[str]], rounds: int) -> dict[str, list[Run]]:
    """Run each command once a round, in turns, so that a busy machine is busy for all."""
    runs: dict[str, list[Run]] = {name: [] for name in named}
    for _ in range(rounds):
        for name, command in named.items():
            runs[name].append(run(command))
    return runs


def table(runs: dict[str, list[Run]], size: int) -> str:
    """Return the rows: seconds, MB/s and the ratio from the medians, the peak from the worst run."""
    floor = statistics.median(one.seconds for one in runs["floor"])
    rows = [f"{'':8}{'median s':>10}{'min s':>8}{'max s':>8}{'MB/s':>8}{'peak MiB':>10}{'x floor':>9}"]
    for name, of_name in runs.items():
        seconds = [one.seconds for one in of_name]
        median = statistics.median(seconds)
        peak = max(one.peak for one in of_name) / 2**20
        times = f"{median:10.2f}{min(seconds):8.2f}{max(seconds):8.2f}"
        rows.append(f"{name:8}{times}{size / 1e6 / median:8.1f}{peak:10.0f}{median / floor:9.2f}")
    return "\n".join(rows)


def main() -> None:
    """Read the arguments, measure, print the table."""
    parser = argparse.ArgumentParser(description="Time `dedup clean` against a plain orjson loop.")
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.jsonl")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    BUILD.mkdir(exist_ok=True)
    source = options.file or made(options.documents, options.seed)
    size = source.stat().st_size
    print(f"{source.name}: {size / 1e6:.1f} MB, {options.rounds} rounds")
    print(table(measure(commands(source, BUILD), options.rounds), size))


if __name__ == "__main__":
    main()
