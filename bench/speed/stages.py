"""Where the time of `dedup clean` goes, by stage: with one worker and with all.

    python -m bench.speed.stages [FILE.jsonl] [--documents 50000] [--seed 1]

Seconds are those of the report (before "candidates" summed over workers), MB/s counts the bytes of the file.
Compiled code is cached before the clock starts: what compiling costs is told by start.py. Imports are those
of a whole run, also the late ones, which stages hold; Python itself counts them, which makes them slower.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import orjson

from bench.corpora.cache import make_corpus
from bench.harness.measure import Run, run
from bench.paths import FIXTURES, build
from dedup.engines.local import cores

REPORT = "stages.json"
IMPORTED = re.compile(
    r"^import time: +(\d+) \|[\d |]+ (\w+)", re.MULTILINE
)  # its own microseconds, its package
LARGEST = 8


def command(source: Path, workers: int) -> list[str]:
    """What is measured, behind the name of Python: a file is cleaned, ledger and all."""
    files = ["-o", str(build("stages.jsonl")), "--ledger", str(build("stages.ledger.jsonl"))]
    how = ["--report", str(build(REPORT)), "--workers", str(workers), "--quiet"]
    return ["-m", "dedup", "clean", str(source), *files, *how]


def clean(source: Path, workers: int) -> tuple[Run, dict[str, Any]]:
    """What cleaning a file took, and its report."""
    took = run([sys.executable, *command(source, workers)])
    return took, orjson.loads(build(REPORT).read_bytes())


def imports() -> list[str]:
    """The packages that take longest to import, the rest summed."""
    asked = [sys.executable, "-X", "importtime", *command(FIXTURES, 1)]
    printed = subprocess.run(asked, capture_output=True, text=True, check=True).stderr
    took: Counter[str] = Counter()
    for micros, package in IMPORTED.findall(printed):
        took[package] += int(micros)
    largest = took.most_common(LARGEST)
    rest = took.total() - sum(micros for _, micros in largest)
    rows = [*largest, (f"{len(took) - len(largest)} others", rest), ("all imports", took.total())]
    return [f"{name:14}{micros / 1e6:8.3f}" for name, micros in rows]


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
    """How many articles and pairs of paragraphs reached rapidfuzz, where the report counts them."""
    if not (compared := report.get("compared")):
        return []
    articles, pairs = report["totals"]["documents"], compared["pairs"]
    return [
        f"{name}: {compared[of]:,} of {whole:,} {what}, {100 * compared[of] / max(1, whole):.2f} %"
        for name, of, whole, what in (
            ("worth comparing", "documents", articles, "articles"),
            ("by rapidfuzz", "fuzzy_documents", articles, "articles"),
            ("by rapidfuzz", "fuzzy_pairs", pairs, "pairs of paragraphs"),
        )
    ]


def main() -> None:
    """Read the arguments, measure, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.jsonl")
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    source = options.file or make_corpus(options.documents, options.seed)
    size = source.stat().st_size
    clean(FIXTURES, 1)
    python = min(run([sys.executable, "-c", "pass"]).seconds for _ in range(5))
    print(f"{source.name}: {size / 1e6:.1f} MB")
    for workers in sorted({1, cores()}):
        print("\n".join(table(*clean(source, workers), size, python)))
    print("\n".join(imports()))


if __name__ == "__main__":
    main()
