"""The tables of speed.py: all of it for bench/README.md, the short form for docs/performance.md."""

import hashlib
import statistics
import time
from pathlib import Path
from typing import Any

from bench.corpora.cache import truth_path
from bench.harness.results import machine, write
from bench.paths import TOP

SCRIPT = "bench.speed.compare --write"
OURS = "dedup, 2 workers"
Figures = dict[str, Any]
Results = dict[str, Figures | None]
"""By name: what speed.py keeps of a contestant; None where nothing is kept."""


def seconds(figures: Figures) -> float:
    """The median of the runs."""
    return float(statistics.median(run["seconds"] for run in figures["runs"]))


def rate(figures: Figures) -> float:
    """MB/s, of the file that was given."""
    return float(figures["size"] / 1e6 / seconds(figures))


def ran(figures: Figures | None) -> bool:
    """Whether there are figures, and no reason why not."""
    return bool(figures and figures.get("runs"))


def full(corpus: Path, found: Results) -> list[str]:
    """Where and of what it was measured, and everything."""
    lines = [
        *conditions(corpus, found),
        "",
        "| | s | least to most | MB/s | processor s | peak MiB | dropped | copies found | missed | of these "
        "alike | wrong | dedup is faster |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, figures in found.items():
        if not (figures and ran(figures)):
            lines.append(f"| {name} | {_absent(figures)} | | | | | | | | | | |")
            continue
        took = [run["seconds"] for run in figures["runs"]]
        cpu = statistics.median(run["cpu"] for run in figures["runs"])
        spread = f"{min(took):.2f} to {max(took):.2f}" if len(took) > 1 else "one run"
        says = figures.get("found")
        keys = ("dropped", "found", "missed", "alike", "wrong")
        cells = [f"{seconds(figures):.2f}", spread, f"{rate(figures):.1f}", f"{cpu:.1f}", _peak(figures)]
        cells += [f"{says[key]:,}" if says else "" for key in keys]
        lines.append(f"| {name}{_part(corpus, figures)} | {' | '.join(cells)} | {_faster(found, name)} |")
    return lines


def short(corpus: Path, found: Results) -> list[str]:
    """The same without what only a reader of bench/ asks for."""
    copies = sum(b'"of":null' not in line for line in truth_path(corpus).read_bytes().splitlines())
    lines = [
        f"| {corpus.stat().st_size / 1e6:.0f} MB, {copies:,} copies | s | MB/s | peak MiB | copies missed | "
        "wrongly dropped | dedup is faster |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, figures in found.items():
        if not (figures and ran(figures)):
            lines.append(f"| {name} | {_absent(figures)} | | | | | |")
            continue
        says = figures.get("found")
        cells = [f"{seconds(figures):.2f}", f"{rate(figures):.1f}", _peak(figures)]
        cells += [f"{says[key]:,}" if says else "" for key in ("missed", "wrong")]
        lines.append(f"| {name}{_part(corpus, figures)} | {' | '.join(cells)} | {_faster(found, name)} |")
    return lines


def _absent(figures: Figures | None) -> str:
    return f"did not run: {figures['reason'].replace('|', '/')}" if figures else "not measured"


def _part(corpus: Path, figures: Figures) -> str:
    """Of how much of the corpus the figures are, where it is not all."""
    share = figures["size"] / corpus.stat().st_size
    return "" if share == 1 else f", {100 * share:.0f} % of the file"


def _peak(figures: Figures) -> str:
    return f"{max(run['peak'] for run in figures['runs']) / 2**20:,.0f}"


def _faster(found: Results, name: str) -> str:
    """How many times the MB/s of dedup with two workers are another's."""
    ours, theirs = found[OURS], found[name]
    if not (ours and theirs and ran(ours)) or name == OURS:
        return ""
    return f"{rate(ours) / rate(theirs):.2f} times"


def conditions(corpus: Path, found: Results) -> list[str]:
    """When, where and with what; the corpus by its digest."""
    with corpus.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    some = [figures for figures in found.values() if figures]
    times = [time.strftime("%Y-%m-%d %H:%M", time.gmtime(one["at"])) for one in some] or ["never"]
    versions = dict.fromkeys(figures["version"] for figures in some if ran(figures))
    given = f"{corpus.name}, {corpus.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}..."
    return [f"{given}; {min(times)} to {max(times)} UTC; {machine()}; {', '.join(versions)}."]


def write_pages(corpus: Path, found: Results) -> None:
    """Put the tables into the pages."""
    write(TOP / "bench/speed/results.md", SCRIPT, full(corpus, found))
    write(TOP / "docs/performance.md", SCRIPT, short(corpus, found))
