"""The report of a run in a terminal, without colour, or in a log file, from 60 columns on."""

import os
from collections.abc import Callable, Iterable
from io import StringIO
from typing import Literal, TextIO

from rich.console import Console
from rich.text import Text

from dedup.pipeline.outcome import Outcome
from dedup.reports.layout import Command, Part
from dedup.reports.terminal import findings, overview, run_details
from dedup.reports.terminal.cut_articles import articles
from dedup.reports.terminal.short.report import provenance, short_report
from dedup.summary.format import Summary

_WIDTH = 80  # columns where the width is unknown
_WIDEST = 200
_PROSE = 120  # columns of running text: longer lines are hard to read
_FEW = 3  # articles that are shown in full


def show(summary: Summary, file: TextIO, outcome: Outcome | None = None, verbose: bool = False) -> None:
    """Write the report of a run to `file`: the short one, or if `verbose` the whole one. `outcome`: given if
    its articles go nowhere else; if they are few, they are shown in full before the report.
    """
    console = _console(file, _WIDEST if verbose else _PROSE)
    parts = whole_report(summary) if verbose else short_report(summary, console.width)
    if outcome is not None and 0 < len(outcome.table) <= _FEW:
        parts.insert(0, [*articles(outcome, console.color_system is not None)])
    _print(parts, console, file)


def stream(parts: Callable[[bool], Iterable[Part]], file: TextIO, widest: int = _PROSE) -> None:
    """Write parts to `file`, each as soon as it is made, in at most `widest` columns. `parts` is called with
    whether there are colours.
    """
    console = _console(file, widest)
    for count, part in enumerate(parts(console.color_system is not None)):
        _print([[Text(), *part] if count else part], console, file)


def _print(parts: Iterable[Part], console: Console, file: TextIO) -> None:
    """Print the parts; without colours as plain text that the encoding of the file has."""
    if console.color_system is None:
        file.write(_encodable(_rendered(parts, console.width), file.encoding))
    else:
        write(parts, console)


def plain(summary: Summary, width: int = _WIDTH, verbose: bool = False) -> str:
    """The short report of a run, or if `verbose` the whole one, as plain text."""
    width = min(width, _WIDEST)
    parts = whole_report(summary) if verbose else short_report(summary, width)
    return _rendered(parts, width).rstrip("\n")


def whole_report(summary: Summary) -> list[Part]:
    """All parts of the report."""
    headline, *others = sections(summary).values()
    return [[*headline, *provenance(summary)], *others]


def sections(summary: Summary) -> dict[str, Part]:
    """The parts of the report by name, in order; without those that have nothing to say."""
    parts = {
        "headline": overview.headline(summary),
        "check": overview.check(summary),
        "totals": overview.totals(summary),
        "sites": overview.sites(summary),
        "groups": findings.groups(summary),
        "repeats": findings.repeats(summary),
        "templates": findings.templates(summary),
        "rejects": run_details.rejects(summary),
        "time": run_details.time(summary),
        "files": run_details.files(summary),
    }
    return {name: part for name, part in parts.items() if part}


def _console(file: TextIO, widest: int = _WIDEST) -> Console:
    """Where to print. With NO_COLOR there are no codes at all; a log file has 80 columns, or COLUMNS."""
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    console = Console(file=file, color_system=colours, highlight=False, markup=False, emoji=False)
    has_width = console.is_terminal or os.environ.get("COLUMNS")
    console.width = min(console.width if has_width else _WIDTH, widest)
    return console


def _rendered(parts: Iterable[Part], width: int) -> str:
    """The parts as text without codes, and without blanks at the ends of lines."""
    text = StringIO()
    console = Console(file=text, color_system=None, highlight=False, markup=False, emoji=False)
    console.width = width
    write(parts, console)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def write(parts: Iterable[Part], console: Console) -> None:
    """Print the parts, with an empty line between two."""
    for count, part in enumerate(parts):
        for line in ([Text()] if count else []) + part:
            if isinstance(line, Command):
                console.print(line, soft_wrap=True)
            else:
                console.print(line, overflow="fold")


def _encodable(text: str, encoding: str | None) -> str:
    """The text with escapes for characters that the encoding of a log file lacks."""
    return text.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")
