"""Seconds an article and peak memory as a corpus grows, with one worker and with two.

    python -m bench.scale.growth [--most 200000] [--keep] [--write]
    python -m bench.scale.growth --spark [--most 100000] [--keep] [--write]

Corpora of 10,000, 50,000, 200,000 and 1,000,000 articles up to --most; each is made before it is used and
deleted after it (a million are 4.3 GB, and as much is written), unless it was there or --keep is given.
Growth is that of the time beyond what the 48 articles of the fixtures take: the start would flatter the small
ones. Sizes that were measured with the same code stand in the table, too. With --spark: 10,000, 50,000 (on
several clusters), 100,000 and 1,000,000 articles on Spark beside the local engine, whether both say the same,
and what is sent between machines (`shuffled.py`), for bench/scale/spark.md.
"""

import argparse
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.corpora.cache import temporary_corpus
from bench.harness.measure import Run, run
from bench.harness.results import code, commit, keep, kept, machine, write
from bench.paths import FIXTURES, TOP, build
from bench.scale import spark as shuffled

SIZES = (10_000, 50_000, 200_000, 1_000_000)
ON_SPARK = (10_000, shuffled.SEVERAL, 100_000, 1_000_000)
ROUNDS = {10_000: 5, 50_000: 3}  # more where a run is short
WORKERS = (1, 2)
SCRIPT = "bench.scale.growth --write"


class Row(NamedTuple):
    """One size and number of workers: the median of whole seconds, what of them is the start, and the worst
    peak in bytes.
    """

    documents: int
    size: int
    workers: int
    seconds: float
    start: float
    peak: int

    @property
    def whole(self) -> float:
        """Microseconds an article."""
        return 1e6 * self.seconds / self.documents

    @property
    def each(self) -> float:
        """Microseconds an article, beyond the start."""
        return 1e6 * (self.seconds - self.start) / self.documents


def cleaned(source: Path, rounds: int) -> dict[int, list[Run]]:
    """What cleaning a file takes, by the number of workers, in turns."""
    runs: dict[int, list[Run]] = {workers: [] for workers in WORKERS}
    with TemporaryDirectory(dir=build("")) as folder:
        files = ["-o", str(Path(folder, "out.jsonl")), "--ledger", str(Path(folder, "ledger.jsonl"))]
        command = [sys.executable, "-m", "dedup", "clean", str(source), *files, "--quiet", "--workers"]
        for _ in range(rounds):
            for workers in WORKERS:
                runs[workers].append(run([*command, str(workers)]))
    return runs


def median(runs: list[Run]) -> float:
    """Of their seconds."""
    return statistics.median(run.seconds for run in runs)


def measured(documents: int, starts: dict[int, float], keep_corpus: bool) -> list[Row]:
    """The rows of one size."""
    with temporary_corpus(documents, keep_corpus) as path:
        found, size = cleaned(path, ROUNDS.get(documents, 1)), path.stat().st_size
    return [
        Row(documents, size, workers, median(runs), starts[workers], max(run.peak for run in runs))
        for workers, runs in found.items()
    ]


def table(rows: list[Row]) -> list[str]:
    """A line for each size and number of workers."""
    lines = [
        "| articles | MB | workers | s | microseconds an article | beyond the start | growth | peak MiB | "
        "faster than one |",
        "|--:|" + "--:|" * 8,
    ]
    first = {row.workers: row for row in reversed(rows)}
    alone = {row.documents: row for row in rows if row.workers == 1}
    for row in rows:
        whole = f"{row.seconds:.2f} | {row.whole:.0f}"
        growth = f"{row.each:.0f} | {100 * (row.each / first[row.workers].each - 1):+.0f} %"
        faster = f"{alone[row.documents].seconds / row.seconds:.2f} times" if row.workers > 1 else ""
        size = f"{row.documents:,} | {row.size / 1e6:,.0f} | {row.workers}"
        lines.append(f"| {size} | {whole} | {growth} | {row.peak / 2**20:,.0f} | {faster} |")
    return lines


def known() -> list[Row]:
    """The rows that were measured with this code."""
    figures = kept("scale") or {}
    return [Row(**row) for row in figures["rows"]] if figures.get("code") == code() else []


def on_spark(options: argparse.Namespace) -> None:
    """Measure on Spark, size by size; print, keep and write what is there."""
    cleaned(FIXTURES, 1)  # compiled code is cached from here on
    about = f"{machine()}; dedup {commit()}; `{shuffled.USUAL.master}`."  # before a table is written
    for documents in (size for size in ON_SPARK if size <= options.most):
        clusters = shuffled.CLUSTERS if documents == shuffled.SEVERAL else [shuffled.USUAL]
        with temporary_corpus(documents, options.keep) as path:
            for cluster in clusters:
                told(shuffled.measured(path, documents, cluster), about, options.write)


def told(found: shuffled.Found, about: str, writes: bool) -> None:
    """Keep what was measured on Spark, print it with what was measured before, and write it."""
    figures = kept("shuffled") or {}
    before = figures["rows"] if figures.get("code") == code() else []
    rows = {row[:3]: row for row in (*(shuffled.Found(**row) for row in before), found)}
    every = [rows[key] for key in sorted(rows)]
    keep("shuffled", {"rows": [row._asdict() for row in every], "code": code()})
    usual = [row for row in every if row[1:3] == shuffled.USUAL]
    several = [row for row in every if row.documents == shuffled.SEVERAL]
    for table in (shuffled.engines, shuffled.clusters, shuffled.stages, shuffled.cost):
        lines = [about, "", *table(several if table is shuffled.clusters else usual)]
        print("\n".join([*lines, ""]), flush=True)
        if writes:
            write(
                TOP / "bench/scale/spark.md", f"bench.scale.growth --spark --write: {table.__name__}", lines
            )


def main() -> None:
    """Read the arguments, measure size by size, print and keep what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of articles")
    parser.add_argument("--most", type=int, default=200_000, help="the largest of them")
    parser.add_argument("--keep", action="store_true", help="leave the corpora")
    parser.add_argument("--write", action="store_true", help="put the table into bench/scale/results.md")
    parser.add_argument("--spark", action="store_true", help="on Spark, for bench/scale/spark.md")
    options = parser.parse_args()
    if options.spark:
        on_spark(options)
        return
    cleaned(FIXTURES, 1)  # compiled code is cached from here on
    starts = {workers: median(runs) for workers, runs in cleaned(FIXTURES, 5).items()}
    for documents in (size for size in options.sizes if size <= options.most):
        found = measured(documents, starts, options.keep)
        rows = sorted([*(row for row in known() if row.documents != documents), *found])
        keep("scale", {"rows": [row._asdict() for row in rows], "code": code()})
        lines = [f"{machine()}; dedup {commit()}.", "", *table(rows)]
        print("\n".join([*lines, ""]), flush=True)
        if options.write:  # after each size: what is measured stays, whatever comes
            write(TOP / "bench/scale/results.md", SCRIPT, lines)


if __name__ == "__main__":
    main()
