"""Time per article and peak memory as a corpus grows, with one worker and with two.

    python -m bench.scale.growth [--most 200000] [--keep] [--write]

The corpora have 10,000, 50,000, 200,000 and 1,000,000 articles, up to --most. Each is made before it is used
and deleted afterwards, unless it was there before or --keep is given: a million articles are 4.3 GB, and as
much is written. Growth is that of the time without start-up, which is the time for the 48 articles of the
fixtures: start-up would make the small corpora look slow. The table includes other sizes that were measured
with the same code.
"""

import argparse
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.corpora.cache import temporary_corpus
from bench.harness.figures import code_digest, commit, load_current, machine, save, write_table
from bench.harness.measure import Run, run
from bench.paths import FIXTURES, TOP, build

SIZES = (10_000, 50_000, 200_000, 1_000_000)
ROUNDS = {10_000: 5, 50_000: 3}  # more where a run is short
WORKERS = (1, 2)
PROGRAM = "bench.scale.growth --write"


class Row(NamedTuple):
    """One size of corpus with one number of workers.

    `size`: bytes of the corpus. `seconds`: the median of a run. `startup`: seconds of these that a tiny run
    takes, too. `peak`: bytes of memory, the highest of all runs.
    """

    documents: int
    size: int
    workers: int
    seconds: float
    startup: float
    peak: int

    @property
    def micros(self) -> float:
        """Microseconds per article."""
        return 1e6 * self.seconds / self.documents

    @property
    def net_micros(self) -> float:
        """Microseconds per article, without start-up."""
        return 1e6 * (self.seconds - self.startup) / self.documents


def clean(source: Path, rounds: int) -> dict[int, list[Run]]:
    """The runs that clean a file, by the number of workers, in turns."""
    runs: dict[int, list[Run]] = {workers: [] for workers in WORKERS}
    with TemporaryDirectory(dir=build("")) as folder:
        files = ["-o", str(Path(folder, "out.jsonl")), "--ledger", str(Path(folder, "ledger.jsonl"))]
        command = [sys.executable, "-m", "dedup", "clean", str(source), *files, "--quiet", "--workers"]
        for _ in range(rounds):
            for workers in WORKERS:
                runs[workers].append(run([*command, str(workers)]))
    return runs


def median_seconds(runs: list[Run]) -> float:
    """The median wall time of the runs."""
    return statistics.median(run.seconds for run in runs)


def measure(documents: int, startup: dict[int, float], keep_corpus: bool) -> list[Row]:
    """The rows of one size. `startup`: seconds by the number of workers."""
    with temporary_corpus(documents, keep_corpus) as path:
        runs_by_workers, size = clean(path, ROUNDS.get(documents, 1)), path.stat().st_size
    return [
        Row(documents, size, workers, median_seconds(runs), startup[workers], max(run.peak for run in runs))
        for workers, runs in runs_by_workers.items()
    ]


def table(rows: list[Row]) -> list[str]:
    """A line for each size and number of workers."""
    lines = [
        "| articles | MB | workers | s | microseconds per article | without start-up | growth | peak MiB | "
        "faster than one |",
        "|--:|" + "--:|" * 8,
    ]
    first = {row.workers: row for row in reversed(rows)}
    one_worker = {row.documents: row for row in rows if row.workers == 1}
    for row in rows:
        growth = 100 * (row.net_micros / first[row.workers].net_micros - 1)
        cells = [
            f"{row.documents:,}",
            f"{row.size / 1e6:,.0f}",
            str(row.workers),
            f"{row.seconds:.2f}",
            f"{row.micros:.0f}",
            f"{row.net_micros:.0f}",
            f"{growth:+.0f}%",
            f"{row.peak / 2**20:,.0f}",
            f"{one_worker[row.documents].seconds / row.seconds:.2f} times" if row.workers > 1 else "",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def saved_rows() -> list[Row]:
    """The rows that were measured with this code."""
    figures = load_current("growth")
    return [Row(**row) for row in figures["rows"]] if figures else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of articles")
    parser.add_argument("--most", type=int, default=200_000, help="skip larger sizes (default: 200,000)")
    parser.add_argument("--keep", action="store_true", help="do not delete the corpora")
    parser.add_argument("--write", action="store_true", help="put the table into bench/scale/results.md")
    options = parser.parse_args()
    clean(FIXTURES, 1)  # compiled code is cached from here on
    startup = {workers: median_seconds(runs) for workers, runs in clean(FIXTURES, 5).items()}
    for documents in (size for size in options.sizes if size <= options.most):
        measured = measure(documents, startup, options.keep)
        rows = sorted([*(row for row in saved_rows() if row.documents != documents), *measured])
        save("growth", {"rows": [row._asdict() for row in rows], "code": code_digest()})
        lines = [f"{machine()}; dedup {commit()}.", "", *table(rows)]
        print("\n".join([*lines, ""]), flush=True)
        if options.write:  # after each size, so that an interrupted run keeps its figures
            write_table(TOP / "bench/scale/results.md", PROGRAM, lines)


if __name__ == "__main__":
    main()
