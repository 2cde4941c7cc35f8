"""What dedup aims at beside what was measured: speed, signatures, growth, start-up and odd pages.

    python -m bench.speed.targets [--write]

Runs odd_pages.py; takes the figures that compare.py, signatures.py, startup.py and bench/scale/growth.py
saved.
"""

import argparse
import re
import subprocess
import sys
from typing import Any, NamedTuple

from bench.corpora.cache import corpus_path
from bench.harness.figures import load_current, write_table
from bench.paths import TOP
from bench.scale import growth
from bench.speed import compare
from bench.speed.tables import DEDUP, Results, has_runs, rate, seconds

CORPUS, MILLION = 50_000, 1_000_000
FASTER = {
    "rensa, full sets": 5,
    "datasketch MinHashLSH": 100,
    "datasketch, update_batch": 60,
    "datatrove": 200,
    "Daft, normalise and minhash alone": 2,
}
TIMES_THE_FLOOR = {"dedup, 1 worker": 2, DEDUP: 1.25}
PROGRAM = "bench.speed.targets --write"


class Aim(NamedTuple):
    """What is measured, its unit, the least (`least`) or the most it may be, and what it was."""

    name: str
    unit: str
    bound: float
    least: bool
    measured: float | None

    @property
    def verdict(self) -> str:
        """Whether the aim is met."""
        if self.measured is None:
            return "not measured"
        met = self.measured >= self.bound if self.least else self.measured <= self.bound
        return "met" if met else "missed"

    @property
    def row(self) -> str:
        """The aim as a row of the table."""
        unit = self.unit if self.unit == "%" else f" {self.unit}"
        bound = f"at {'least' if self.least else 'most'} {self.bound:g}{unit}"
        measured = "" if self.measured is None else f"{self.measured:.2f}"
        return f"| {self.name} | {bound} | {measured} | {self.verdict} |"


def speed_aims(results: Results) -> list[Aim]:
    """Against the rivals, by MB/s; against the floor, and two workers against one, by seconds."""
    measured = {name: figures for name, figures in results.items() if figures and has_runs(figures)}

    def quotient(of: Any, over: str, under: str) -> float | None:
        return of(measured[over]) / of(measured[under]) if over in measured and under in measured else None

    return [
        *(Aim(f"{DEDUP}, faster than {name}", "times", bound, True, quotient(rate, DEDUP, name))
          for name, bound in FASTER.items()),
        *(Aim(f"{name}, time of the floor's", "times", bound, False, quotient(seconds, name, "floor"))
          for name, bound in TIMES_THE_FLOOR.items()),
        Aim("two workers, faster than one", "times", 1.5, True, quotient(seconds, "dedup, 1 worker", DEDUP)),
    ]  # fmt: skip


def signature_aims(figures: dict[str, Any] | None) -> list[Aim]:
    """Signatures alone: how fast, and whether they equal datasketch's."""
    times = figures["seconds"] if figures else {}
    ratio = times["datasketch, update_batch"] / times["dedup, from text"] if times else None
    unlike = float(figures["unlike"]) if figures else None
    return [
        Aim("signatures on one core, faster than update_batch", "times", 50, True, ratio),
        Aim("signatures unlike datasketch's", "of all", 0, False, unlike),
    ]


def growth_aims(rows: list[growth.Row]) -> list[Aim]:
    """From the smallest corpus to a million articles. Start-up is a third of the smallest one's time."""
    aims, peaks = [], [row.peak / 1e9 for row in rows if row.documents == MILLION]
    for workers in growth.WORKERS:
        sizes = {row.documents: row for row in rows if row.workers == workers}
        first, last = sizes.get(growth.SIZES[0]), sizes.get(MILLION)
        total = 100 * (last.micros / first.micros - 1) if first and last else None
        net = 100 * (last.net_micros / first.net_micros - 1) if first and last else None
        name = f"a million articles, {workers} worker{'s' * (workers > 1)}, growth of the time per article"
        aims.append(Aim(name, "%", 10, False, total))
        aims.append(Aim(f"{name} without start-up", "%", 10, False, net))
    return [*aims, Aim("a million articles, peak memory", "GB", 1.2, False, max(peaks, default=None))]


def startup_aims(figures: dict[str, Any] | None) -> list[Aim]:
    """How soon dedup answers in an environment of its own, for the first time and later."""
    times = figures or {}
    records = times["first records"] - times["records"] if times else None
    return [
        Aim("dedup --help", "s", 0.1, False, times.get("help")),
        Aim("dedup clean article.txt", "s", 0.35, False, times.get("article")),
        Aim("dedup clean article.txt, for the first time", "s", 1, False, times.get("first article")),
        Aim("import dedup; dedup.clean_text(text)", "s", 0.25, False, times.get("clean_text")),
        Aim("first run over JSON Lines, longer than later ones", "s", 0.1, False, records),
    ]


def odd_page_aims(output: str) -> list[Aim]:
    """From the output of odd_pages.py: each line has the seconds first and the page's name last."""
    lines = re.findall(r"^ *([\d.]+) s  (?:.*  )?(\S.*)$", output, re.MULTILINE)
    return [Aim(name, "s", 5, False, float(time)) for time, name in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into bench/speed/results.md")
    options = parser.parse_args()
    command = [sys.executable, "-m", "bench.speed.odd_pages"]
    output = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout
    aims = [
        *speed_aims(compare.results(corpus_path(CORPUS))),
        *signature_aims(load_current("signatures")),
        *growth_aims(growth.saved_rows()),
        *startup_aims(load_current("startup")),
        *odd_page_aims(output),
    ]
    lines = ["| | aim | measured | |", "|---|--:|--:|---|", *(aim.row for aim in aims)]
    print("\n".join(lines))
    if options.write:
        write_table(TOP / "bench/speed/results.md", PROGRAM, lines)


if __name__ == "__main__":
    main()
