"""The tables of compare.py: the full one for bench/speed/results.md, a short one for docs/performance.md."""

import hashlib
import statistics
import time
from pathlib import Path
from typing import Any

from bench.corpora.cache import truth_path
from bench.harness.figures import machine, write_table
from bench.paths import TOP

PROGRAM = "bench.speed.compare --write"
DEDUP = "dedup, 2 workers"
Figures = dict[str, Any]
Results = dict[str, Figures | None]
"""By name: the figures that compare.py saved of a contestant; None where there are none."""


def seconds(figures: Figures) -> float:
    """The median of the runs."""
    return float(statistics.median(run["seconds"] for run in figures["runs"]))


def rate(figures: Figures) -> float:
    """MB/s of the file that the contestant was given."""
    return float(figures["size"] / 1e6 / seconds(figures))


def has_runs(figures: Figures | None) -> bool:
    """Whether there are figures of runs, and not only the reason why there are none."""
    return bool(figures and figures.get("runs"))


def full(corpus: Path, results: Results) -> list[str]:
    """The conditions, and a table with all figures."""
    lines = [
        *conditions(corpus, results),
        "",
        "| | s | fastest to slowest | MB/s | CPU s | peak MiB | dropped | copies found | missed | of these "
        "similar | wrongly dropped | dedup is faster |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, figures in results.items():
        if not (figures and has_runs(figures)):
            lines.append(f"| {name} | {_reason(figures)} | | | | | | | | | | |")
            continue
        times = [run["seconds"] for run in figures["runs"]]
        cpu = statistics.median(run["cpu"] for run in figures["runs"])
        spread = f"{min(times):.2f} to {max(times):.2f}" if len(times) > 1 else "one run"
        counts = figures.get("found")
        keys = ("dropped", "found", "missed", "similar", "wrong")
        cells = [f"{seconds(figures):.2f}", spread, f"{rate(figures):.1f}", f"{cpu:.1f}", _peak(figures)]
        cells += [f"{counts[key]:,}" if counts else "" for key in keys]
        lines.append(f"| {name}{_share(corpus, figures)} | {' | '.join(cells)} | {_faster(results, name)} |")
    return lines


def short(corpus: Path, results: Results) -> list[str]:
    """A table with the figures that most readers ask for."""
    copies = sum(b'"of":null' not in line for line in truth_path(corpus).read_bytes().splitlines())
    lines = [
        f"| {corpus.stat().st_size / 1e6:.0f} MB, {copies:,} copies | s | MB/s | peak MiB | copies missed | "
        "wrongly dropped | dedup is faster |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, figures in results.items():
        if not (figures and has_runs(figures)):
            lines.append(f"| {name} | {_reason(figures)} | | | | | |")
            continue
        counts = figures.get("found")
        cells = [f"{seconds(figures):.2f}", f"{rate(figures):.1f}", _peak(figures)]
        cells += [f"{counts[key]:,}" if counts else "" for key in ("missed", "wrong")]
        lines.append(f"| {name}{_share(corpus, figures)} | {' | '.join(cells)} | {_faster(results, name)} |")
    return lines


def _reason(figures: Figures | None) -> str:
    """Why there are no figures."""
    return f"did not run: {figures['reason'].replace('|', '/')}" if figures else "not measured"


def _share(corpus: Path, figures: Figures) -> str:
    """The share of the corpus that was given, where it is not all of it."""
    share = figures["size"] / corpus.stat().st_size
    return "" if share == 1 else f", {100 * share:.0f}% of the file"


def _peak(figures: Figures) -> str:
    return f"{max(run['peak'] for run in figures['runs']) / 2**20:,.0f}"


def _faster(results: Results, name: str) -> str:
    """How many times the MB/s of dedup with two workers are those of this contestant."""
    ours, theirs = results[DEDUP], results[name]
    if not (ours and theirs and has_runs(ours)) or name == DEDUP:
        return ""
    return f"{rate(ours) / rate(theirs):.2f} times"


def conditions(corpus: Path, results: Results) -> list[str]:
    """When, where and with what it was measured; the corpus by its digest."""
    with corpus.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    measured = [figures for figures in results.values() if figures]
    times = [time.strftime("%Y-%m-%d %H:%M", time.gmtime(figures["at"])) for figures in measured] or ["never"]
    versions = dict.fromkeys(figures["version"] for figures in measured if has_runs(figures))
    given = f"{corpus.name}, {corpus.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}..."
    return [f"{given}; {min(times)} to {max(times)} UTC; {machine()}; {', '.join(versions)}."]


def write_pages(corpus: Path, results: Results) -> None:
    """Put the tables into the pages."""
    write_table(TOP / "bench/speed/results.md", PROGRAM, full(corpus, results))
    write_table(TOP / "docs/performance.md", PROGRAM, short(corpus, results))
