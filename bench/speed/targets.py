"""What is aimed at beside what was measured, by speed.py, signing.py, scale.py, start.py and odd.py.

python -m bench.speed.targets [--write]        runs odd.py; takes the others' figures as they are kept
"""

import argparse
import re
import subprocess
import sys
from typing import Any, NamedTuple

from bench.corpora.cache import corpus_path
from bench.harness.results import code, kept, write
from bench.paths import TOP
from bench.scale import growth as scale
from bench.speed import compare as speed
from bench.speed.tables import OURS, Results, ran, rate, seconds

CORPUS, MILLION = 50_000, 1_000_000
FASTER = {
    "rensa, full sets": 8,
    "datasketch MinHashLSH": 60,
    "datasketch, update_batch": 60,
    "datatrove": 200,
    "Daft, normalise and minhash alone": 1.5,
}
OF_THE_FLOOR = {"dedup, 1 worker": 3, OURS: 2}
SCRIPT = "bench.speed.targets --write"


class Aim(NamedTuple):
    """What is measured, in which unit, what it has to reach (`least`) or not to pass, and what it was."""

    says: str
    unit: str
    bound: float
    least: bool
    measured: float | None

    @property
    def verdict(self) -> str:
        """Whether it is met."""
        if self.measured is None:
            return "not measured"
        met = self.measured >= self.bound if self.least else self.measured <= self.bound
        return "met" if met else "missed"

    @property
    def row(self) -> str:
        """Its line of the table."""
        bound = f"at {'least' if self.least else 'most'} {self.bound:g} {self.unit}"
        measured = "" if self.measured is None else f"{self.measured:.2f}"
        return f"| {self.says} | {bound} | {measured} | {self.verdict} |"


def of_speed(found: Results) -> list[Aim]:
    """Against the rivals by MB/s, against the floor and of two workers against one by seconds."""
    given = {name: figures for name, figures in found.items() if figures and ran(figures)}

    def quotient(of: Any, over: str, under: str) -> float | None:
        return of(given[over]) / of(given[under]) if over in given and under in given else None

    return [
        *(Aim(f"{OURS}, faster than {name}", "times", bound, True, quotient(rate, OURS, name))
          for name, bound in FASTER.items()),
        *(Aim(f"{name}, time of the floor's", "times", bound, False, quotient(seconds, name, "floor"))
          for name, bound in OF_THE_FLOOR.items()),
        Aim("two workers, faster than one", "times", 1.7, True, quotient(seconds, "dedup, 1 worker", OURS)),
    ]  # fmt: skip


def of_signing(figures: dict[str, Any] | None) -> list[Aim]:
    """Signatures alone."""
    took = figures["seconds"] if figures else {}
    ratio = took["datasketch, update_batch"] / took["dedup, from text"] if took else None
    unlike = float(figures["unlike"]) if figures else None
    return [
        Aim("signatures on one core, faster than update_batch", "times", 50, True, ratio),
        Aim("signatures unlike datasketch's", "of all", 0, False, unlike),
    ]


def of_scale(rows: list[scale.Row]) -> list[Aim]:
    """From the smallest corpus to a million articles; the start is a third of the time of the smallest."""
    aims, peaks = [], [row.peak / 1e9 for row in rows if row.documents == MILLION]
    for workers in scale.WORKERS:
        sizes = {row.documents: row for row in rows if row.workers == workers}
        first, last = sizes.get(scale.SIZES[0]), sizes.get(MILLION)
        whole = 100 * (last.whole / first.whole - 1) if first and last else None
        each = 100 * (last.each / first.each - 1) if first and last else None
        said = f"a million articles, {workers} worker{'s' * (workers > 1)}, growth of the time an article"
        aims.append(Aim(said, "%", 15, False, whole))
        aims.append(Aim(f"{said} beyond the start", "%", 15, False, each))
    return [*aims, Aim("a million articles, peak memory", "GB", 1.5, False, max(peaks, default=None))]


def of_start(figures: dict[str, Any] | None) -> list[Aim]:
    """Compiled code cached."""
    took = figures or {}
    return [
        Aim("dedup --help", "s", 0.3, False, took.get("help")),
        Aim("two small files", "s", 1.5, False, took.get("two files")),
    ]


def of_odd(printed: str) -> list[Aim]:
    """A line of odd.py begins with the seconds of a page and ends with what it is."""
    lines = re.findall(r"^ *([\d.]+) s  (?:.*  )?(\S.*)$", printed, re.MULTILINE)
    return [Aim(name, "s", 5, False, float(took)) for took, name in lines]


def current(name: str) -> dict[str, Any] | None:
    """What is kept under a name, unless the code is another now."""
    figures = kept(name)
    return figures if figures and figures["code"] == code() else None


def main() -> None:
    """Read the arguments, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put the table into bench/speed/results.md")
    options = parser.parse_args()
    ask = [sys.executable, "-m", "bench.speed.odd_pages"]
    printed = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    aims = [
        *of_speed(speed.results(corpus_path(CORPUS))),
        *of_signing(current("signing")),
        *of_scale(scale.known()),
        *of_start(current("start")),
        *of_odd(printed),
    ]
    lines = ["| | aim | measured | |", "|---|--:|--:|---|", *(aim.row for aim in aims)]
    print("\n".join(lines))
    if options.write:
        write(TOP / "bench/speed/results.md", SCRIPT, lines)


if __name__ == "__main__":
    main()
