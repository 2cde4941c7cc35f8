"""Where the time of `dedup clean` goes, by stage: with one worker, and with all cores.

    python -m bench.speed.stages [FILE.jsonl] [--documents 50000] [--seed 1]

Seconds are those of the report; those of stages before "candidates" are summed over workers. MB/s counts the
bytes of the file. Python has compiled dedup's modules before the clock starts (startup.py shows what that
costs). Imports are those of a whole run, including the late ones within stages; Python's own count of them
slows them down.
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
from bench.paths import FIXTURES, TOP, build
from dedup.engines.local import cores

REPORT = "stages.json"
IMPORTED = re.compile(
    r"^import time: +(\d+) \|[\d |]+ (\w+)", re.MULTILINE
)  # a module's own microseconds, and its package
LARGEST = 8


def clean_arguments(source: Path, workers: int) -> list[str]:
    """The arguments for Python that clean a file and write a ledger and a report."""
    files = ["-o", str(build("stages.jsonl")), "--ledger", str(build("stages.ledger.jsonl"))]
    options = ["--report", str(build(REPORT)), "--workers", str(workers), "--quiet"]
    return ["-m", "dedup", "clean", str(source), *files, *options]


def clean(source: Path, workers: int) -> tuple[Run, dict[str, Any]]:
    """The run that cleans a file, and its report."""
    result = run([sys.executable, *clean_arguments(source, workers)])
    return result, orjson.loads(build(REPORT).read_bytes())


def import_table() -> list[str]:
    """The packages that take longest to import; the rest are summed."""
    command = [sys.executable, "-X", "importtime", *clean_arguments(FIXTURES, 1)]
    log = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stderr
    times: Counter[str] = Counter()
    for micros, package in IMPORTED.findall(log):
        times[package] += int(micros)
    largest = times.most_common(LARGEST)
    rest = times.total() - sum(micros for _, micros in largest)
    rows = [*largest, (f"{len(times) - len(largest)} others", rest), ("all imports", times.total())]
    return [f"{name:14}{micros / 1e6:8.3f}" for name, micros in rows]


def table(result: Run, report: dict[str, Any], size: int, python: float) -> list[str]:
    """The rows of one run. `size`: bytes of the file; `python`: seconds that Python alone takes to start."""
    workers, stages = report["options"]["workers"], report["seconds"]
    rows = {**stages, "Python": python, "imports, end": result.seconds - report["elapsed"] - python}
    if workers == 1:
        rows["in no stage"] = report["elapsed"] - sum(stages.values())
    total = sum(rows.values())
    lines = [
        f"{workers} worker{'s' * (workers > 1)}: {result.seconds:.2f} s, "
        f"{size / 1e6 / result.seconds:.0f} MB/s; "
        f"processor {result.cpu:.2f} s; peak {result.peak / 2**20:.0f} MiB",
        f"{'':14}{'s':>8}{'share':>9}{'MB/s':>9}",
    ]
    for name, seconds in rows.items():
        rate = f"{size / 1e6 / seconds:9.0f}" if name in stages and seconds >= 0.0005 else ""
        lines.append(f"{name:14}{seconds:8.3f}{100 * seconds / total:8.1f}%{rate}")
    return [*lines, *comparison_shares(report), ""]


def comparison_shares(report: dict[str, Any]) -> list[str]:
    """The shares of articles and of paragraph pairs that rapidfuzz compared, where the report counts them."""
    if not (compared := report.get("compared")):
        return []
    articles, pairs = report["totals"]["documents"], compared["pairs"]
    return [
        f"{name}: {compared[key]:,} of {total:,} {unit}, {100 * compared[key] / max(1, total):.2f}%"
        for name, key, total, unit in (
            ("worth comparing", "documents", articles, "articles"),
            ("compared by rapidfuzz", "fuzzy_documents", articles, "articles"),
            ("compared by rapidfuzz", "fuzzy_pairs", pairs, "pairs of paragraphs"),
        )
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE.jsonl", help="default: a corpus")
    parser.add_argument("--documents", type=int, default=50_000, help="size of the corpus (default: 50,000)")
    parser.add_argument("--seed", type=int, default=1, help="of the corpus")
    options = parser.parse_args()
    source = options.file.resolve() if options.file else make_corpus(options.documents, options.seed)
    size = source.stat().st_size
    clean(FIXTURES, 1)
    python = min(run([sys.executable, "-c", "pass"]).seconds for _ in range(5))
    print(f"{source.name}: {size / 1e6:.1f} MB")
    for workers in sorted({1, cores()}):
        print("\n".join(table(*clean(source, workers), size, python)))
    print("\n".join(import_table()))


if __name__ == "__main__":
    main()
