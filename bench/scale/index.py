"""An index of many documents: how fast it is built, how large it is, and what it costs to use.

    python -m bench.scale.index [--documents 1000000] [--new 10000] [--rounds 3] [--keep] [--write]

`dedup clean --index` builds the index from a corpus. New articles are from corpora of other seeds, made of
the same sentences, so they share much with what the index holds. Each round cleans one of these corpora
without the index, and with it. Then single articles are checked.
"""

import argparse
import statistics
import sys
import time
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import orjson

from bench.corpora.cache import make_corpus
from bench.harness.figures import commit, machine, save, write_table
from bench.harness.measure import Run, run
from bench.paths import FIXTURES, TOP, build
from dedup.index.index import Index

PROGRAM = "bench.scale.index --write"
CHECKS = 500  # articles of each kind that are checked one by one


class Figures(NamedTuple):
    """What was measured.

    `documents` came in, of which the index holds `kept`, in `bytes`. `built`: the run that built it.
    `opened`: seconds to open it. `without`, `with_index`: median seconds of cleaning `new` articles.
    `checks`: milliseconds of each check, by kind of article.
    """

    documents: int
    kept: int
    built: Run
    bytes: int
    opened: float
    new: int
    without: float
    with_index: float
    checks: dict[str, list[float]]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Each figure: what it is, its value, the aim."""
        per_document = self.bytes / self.kept
        per_second = self.documents / self.built.seconds
        all_checks = [millis for of_kind in self.checks.values() for millis in of_kind]
        return [
            ("articles read; documents in the index", f"{self.documents:,}; {self.kept:,}", ""),
            ("documents per second, with cleaned articles written", f"{per_second:,.0f}", "at least 10,000"),
            ("peak memory of building it", f"{self.built.peak / 2**20:,.0f} MiB", ""),
            ("bytes per document", f"{per_document:,.0f}", "at most 3,000"),
            ("opening it", f"{self.opened:.3f} s", "under 1 s"),
            (f"cleaning {self.new:,} new articles without it", f"{self.without:.2f} s", ""),
            ("the index adds to that", f"{self.with_index - self.without:.2f} s", "under 3 s"),
            ("checking one article, median", f"{statistics.median(all_checks):.2f} ms", "at most 3 ms"),
            ("by kind of article, median and 95%", self._spread(), ""),
        ]

    def _spread(self) -> str:
        """The median and the 95th percentile of the checks of each kind."""
        parts = []
        for kind, millis in self.checks.items():
            late = sorted(millis)[len(millis) * 95 // 100]
            parts.append(f"{kind} {statistics.median(millis):.2f} (95% below {late:.2f})")
        return ", ".join(parts)


def clean_command(source: Path, *arguments: str) -> list[str]:
    """The command that cleans a file."""
    output = str(build("index.jsonl"))
    return [sys.executable, "-m", "dedup", "clean", str(source), "-o", output, "--quiet", *arguments]


def build_index(path: Path, documents: int) -> Run:
    """Make the index of a corpus."""
    path.unlink(missing_ok=True)
    return run(clean_command(make_corpus(documents), "--index", str(path)))


def check_each(index: Index, documents: list[dict[str, str]]) -> list[float]:
    """The milliseconds that checking each document takes."""
    times = []
    for document in documents:
        start = time.perf_counter()
        index.check(document)
        times.append(1e3 * (time.perf_counter() - start))
    return times


def first_articles(documents: int, seed: int) -> list[dict[str, str]]:
    """The first articles of a corpus."""
    with make_corpus(documents, seed).open("rb") as lines:
        return [orjson.loads(line) for line in islice(lines, CHECKS)]


def measure(documents: int, new: int, rounds: int, keep_index: bool) -> Figures:
    """Build an index, and measure what using it costs."""
    path = build(f"index-{documents}.index")
    run(clean_command(FIXTURES))  # compiled code is cached from here on
    built = build_index(path, documents)
    without, with_index = [], []
    for corpus in [make_corpus(new, 2 + number) for number in range(rounds)]:
        without.append(run(clean_command(corpus)).seconds)
        with_index.append(run(clean_command(corpus, "--index", str(path))).seconds)
    start = time.perf_counter()
    with Index(path) as index:
        opened = time.perf_counter() - start
        kept, size = len(index), path.stat().st_size
        index.check("One more article.")
        checks = {
            "seen": check_each(index, first_articles(documents, 1)),
            "new": check_each(index, first_articles(new, 2 + rounds)),
        }
    if not keep_index:
        path.unlink()
    medians = statistics.median(without), statistics.median(with_index)
    return Figures(documents, kept, built, size, opened, new, *medians, checks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1_000_000, help="(default: a million)")
    parser.add_argument("--new", type=int, default=10_000, help="articles of a round (default: 10,000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="do not delete the index")
    parser.add_argument("--write", action="store_true", help="put the table into bench/scale/results.md")
    options = parser.parse_args()
    figures = measure(options.documents, options.new, options.rounds, options.keep)
    lines = [f"{machine()}; dedup {commit()}.", "", "| | measured | aim |", "|---|--:|--:|"]
    lines += [f"| {' | '.join(row)} |" for row in figures.rows]
    print("\n".join(lines))
    save("index", {"rows": figures.rows})
    if options.write:
        write_table(TOP / "bench/scale/results.md", PROGRAM, lines)


if __name__ == "__main__":
    main()
