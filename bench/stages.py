"""Where the time of `dedup clean` goes, by stage: with one worker and with all.

    python bench/stages.py [FILE.jsonl] [--documents 50000] [--seed 1]

Seconds are those of the report (before "candidates" summed over workers), MB/s counts the bytes of the file.
Compiled code is cached before the clock starts: what compiling costs is told by start.py.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import orjson
from corpora import BUILD, TOP, made
from measure import Run, run

from dedup.engines.local import cores

FIXTURES = TOP / "fixtures/articles.jsonl"


def clean(source: Path, workers: int) -> tuple[Run, dict[str, Any]]:
    """What cleaning a file took, ledger and all, and its report."""
    report = BUILD / "stages.json"
    files = ["-o", str(BUILD / "stages.jsonl"), "--ledger", str(BUILD / "stages.ledger.jsonl")]
    command = [sys.executable, "-m", "dedup", "clean", str(source), *files, "--report", str(report)]
    took = run([*command, "--workers", str(workers), "--quiet"])
    return took, orjson.loads(report.read_bytes())


def table(took: Run, report: dict[str, Any], size: int, python: float) -> list[str]:
    """The rows of one run: of the file's `size` bytes, `python` seconds for Python alone."""
    workers, stages = report["options"]["workers"], report["seconds"]
    around = took.seconds - report["elapsed"] - python
    rows = {**stages, "Python": python, "imports, end": around}
    if workers == 1:
        rows["in no stage"] = report["elapsed"] - sum(stages.values())
    summed = sum(rows.values())
    lines = [
        f"{workers} worker{'s' * (workers > 1)}: {took.seconds:.2f} s, {size / 1e6 / took.seconds:.0f} MB/s; "
        f"processor {took.cpu:.2f} s; peak {took.peak / 2**20:.0f} MiB",
        f"{'':14}{'s':>8}{'share':>9}{'MB/s':>9}",
    ]
    for name, seconds in rows.items():
        rate = f"{size / 1e6 / seconds:9.0f}" if name in stages and seconds >= 0.0005 else ""
        lines.append(f"{name:14}{seconds:8.3f}{100 * seconds / summed:7.1f} %{rate}")
    return [*lines, *counts(report), ""]


def counts(report: dict[str, Any]) -> list[str]:
    """How many articles and pairs reached rapidfuzz, where the report counts them."""
    return [f"rapidfuzz: {name} {count:,}" for name, count in report.get("rapidfuzz", {}).items()]


def main() -> None:
    """Read the arguments, measure, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.jsonl")
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    source = options.file or made(options.documents, options.seed)
    size = source.stat().st_size
    clean(FIXTURES, 1)
    python = min(run([sys.executable, "-c", "pass"]).seconds for _ in range(5))
    print(f"{source.name}: {size / 1e6:.1f} MB")
    for workers in sorted({1, cores()}):
        print("\n".join(table(*clean(source, workers), size, python)))


if __name__ == "__main__":
    main()
