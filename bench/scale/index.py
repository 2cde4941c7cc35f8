"""An index of many documents: how fast it is built, how large it is, how soon it opens, what it costs a run
to be compared with it, and how soon it answers for one article.

    python -m bench.scale.index [--documents 1000000] [--new 10000] [--rounds 3] [--keep] [--write]

The index is built by `dedup clean --index` of a corpus. New articles are of corpora of other seeds: their
sentences are those of the corpus, so that they share much with what the index holds. Each round cleans one of
these corpora alone, and with the index.
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
from bench.harness.measure import Run, run
from bench.harness.results import commit, keep, machine, write
from bench.paths import FIXTURES, TOP, build
from dedup.index.index import Index

SCRIPT = "bench.scale.index --write"
CHECKED = 500  # articles that are asked for one by one


class Found(NamedTuple):
    """Seconds and counts: `alone`, `beside`: medians of the rounds; `answers`: milliseconds of each check."""

    documents: int
    kept: int
    built: Run
    bytes: int
    opened: float
    new: int
    alone: float
    beside: float
    answers: dict[str, list[float]]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """What, its figure, what is aimed at."""
        each = self.bytes / self.kept
        median = {name: statistics.median(taken) for name, taken in self.answers.items()}
        whole = statistics.median([one for taken in self.answers.values() for one in taken])
        late = {name: sorted(taken)[len(taken) * 95 // 100] for name, taken in self.answers.items()}
        told = ", ".join(f"{name} {median[name]:.2f} (19 of 20 below {late[name]:.2f})" for name in median)
        speed = self.documents / self.built.seconds
        return [
            ("articles that came in, and that the index holds", f"{self.documents:,}, {self.kept:,}", ""),
            (
                "building it, cleaned articles written, too: documents a second",
                f"{speed:,.0f}",
                "at least 10,000",
            ),
            ("peak memory of building it", f"{self.built.peak / 2**20:,.0f} MiB", ""),
            ("bytes a document", f"{each:,.0f}", "at most 3,000"),
            ("opening it", f"{self.opened:.3f} s", "under 1 s"),
            (f"{self.new:,} new ones alone", f"{self.alone:.2f} s", ""),
            ("the same with the index, beyond that", f"{self.beside - self.alone:.2f} s", "under 3 s"),
            ("checking one, median of all", f"{whole:.2f} ms", "at most 3 ms"),
            ("of them, medians", told, ""),
        ]


def command(source: Path, *more: str) -> list[str]:
    """What cleans a file."""
    return [
        sys.executable,
        "-m",
        "dedup",
        "clean",
        str(source),
        "-o",
        str(build("seen.jsonl")),
        "--quiet",
        *more,
    ]


def built(path: Path, documents: int) -> Run:
    """Make the index of a corpus."""
    path.unlink(missing_ok=True)
    return run(command(make_corpus(documents), "--index", str(path)))


def answers(index: Index, documents: list[dict[str, str]]) -> list[float]:
    """Milliseconds of checking each."""
    took = []
    for document in documents:
        began = time.perf_counter()
        index.check(document)
        took.append(1e3 * (time.perf_counter() - began))
    return took


def some(documents: int, seed: int) -> list[dict[str, str]]:
    """The first articles of a corpus."""
    with make_corpus(documents, seed).open("rb") as lines:
        return [orjson.loads(line) for line in islice(lines, CHECKED)]


def measured(documents: int, new: int, rounds: int, keep_index: bool) -> Found:
    """Build, and measure."""
    path = build(f"seen-{documents}.index")
    run(command(FIXTURES))  # compiled code is cached from here on
    took = built(path, documents)
    corpora = [make_corpus(new, 2 + number) for number in range(rounds)]
    alone, beside = [], []
    for corpus in corpora:
        alone.append(run(command(corpus)).seconds)
        beside.append(run(command(corpus, "--index", str(path))).seconds)
    began = time.perf_counter()
    with Index(path) as index:
        opened = time.perf_counter() - began
        count, size = len(index), path.stat().st_size
        index.check("One more article.")
        found = {"seen": answers(index, some(documents, 1)), "new": answers(index, some(new, 2 + rounds))}
    if not keep_index:
        path.unlink()
    return Found(
        documents, count, took, size, opened, new, statistics.median(alone), statistics.median(beside), found
    )


def main() -> None:
    """Read the arguments, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="leave the index")
    parser.add_argument("--write", action="store_true", help="put the table into bench/scale/results.md")
    options = parser.parse_args()
    found = measured(options.documents, options.new, options.rounds, options.keep)
    lines = [f"{machine()}; dedup {commit()}.", "", "| | measured | aimed at |", "|---|--:|--:|"]
    lines += [f"| {' | '.join(row)} |" for row in found.rows]
    print("\n".join(lines))
    keep("seen", {"rows": found.rows})
    if options.write:
        write(TOP / "bench/scale/results.md", SCRIPT, lines)


if __name__ == "__main__":
    main()
