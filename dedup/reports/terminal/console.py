"""The report of a run, for people: in a terminal, without colour, in a log file, from 60 columns on."""

import os
from collections.abc import Callable, Iterable
from io import StringIO
from typing import Literal, TextIO

from rich.console import Console
from rich.text import Text

from dedup.pipeline.outcome import Outcome
from dedup.reports.layout import Part
from dedup.reports.terminal import findings, overview
from dedup.reports.terminal import run_details as account
from dedup.reports.terminal.cut_articles import articles
from dedup.summary.format import Summary

_WIDTH = 80  # where the width is not known
_WIDEST = 200
_PROSE = 120  # columns of running text: longer lines are hard to read
_FEW = 3  # articles that are shown in full


def show(report: Summary, file: TextIO, outcome: Outcome | None = None) -> None:
    """Write a report to `file`, `report` as `dedup.summary` lists it; before it a few articles of `outcome`,
    where there is one, that go nowhere else.
    """
    console = _console(file)
    parts = list(sections(report).values())
    if outcome is not None and 0 < len(outcome.table) <= _FEW:
        parts.insert(0, [*articles(outcome, console.color_system is not None)])
    _put(parts, console, file)


def stream(parts: Callable[[bool], Iterable[Part]], file: TextIO, widest: int = _PROSE) -> None:
    """Write parts to `file`, each when it is made, in `widest` columns at the most. `parts` is told whether
    there are colours.
    """
    console = _console(file, widest)
    for count, part in enumerate(parts(console.color_system is not None)):
        _put([[Text(), *part] if count else part], console, file)


def _put(parts: Iterable[Part], console: Console, file: TextIO) -> None:
    """Print the parts; without colours as plain text that the file's encoding has."""
    if console.color_system is None:
        file.write(_encodable(_rendered(parts, console.width), file.encoding))
    else:
        write(parts, console)


def plain(report: Summary, width: int = _WIDTH) -> str:
    """The report as plain text."""
    return _rendered(sections(report).values(), min(width, _WIDEST)).rstrip("\n")


def sections(report: Summary) -> dict[str, Part]:
    """The parts of the report by name, in order. Those that have nothing to say are left out."""
    parts = {
        "headline": overview.headline(report),
        "check": overview.check(report),
        "totals": overview.totals(report),
        "sites": overview.sites(report),
        "groups": findings.groups(report),
        "repeats": findings.repeats(report),
        "templates": findings.templates(report),
        "rejects": account.rejects(report),
        "time": account.time(report),
        "files": account.files(report),
    }
    return {title: lines for title, lines in parts.items() if lines}


def _console(file: TextIO, widest: int = _WIDEST) -> Console:
    """Where to print. NO_COLOR: no codes at all; a log file has 80 columns unless COLUMNS says otherwise."""
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    console = Console(file=file, color_system=colours, highlight=False, markup=False, emoji=False)
    known = console.is_terminal or os.environ.get("COLUMNS")
    console.width = min(console.width if known else _WIDTH, widest)
    return console


def _rendered(parts: Iterable[Part], width: int) -> str:
    """The report without any code, and without blanks at the ends of lines."""
    text = StringIO()
    console = Console(file=text, color_system=None, highlight=False, markup=False, emoji=False)
    console.width = width
    write(parts, console)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def write(parts: Iterable[Part], console: Console) -> None:
    """Print the parts, an empty line between them."""
    for number, part in enumerate(parts):
        for line in ([Text()] if number else []) + part:
            console.print(line, overflow="fold")


def _encodable(text: str, encoding: str | None) -> str:
    """`text` with escapes for what the encoding of a log file lacks."""
    return text.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8")
