"""The whole report as Markdown: the headings, sentences, tables and commands of the terminal report."""

from collections.abc import Iterator

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dedup.reports.layout import Command, Sentence
from dedup.reports.terminal import console
from dedup.reports.terminal.short.report import headline
from dedup.summary.format import Summary

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#|~!$&"})


def render(summary: Summary) -> str:
    """The report, from its first heading to its last line."""
    return "\n".join(_lines(summary)).rstrip("\n") + "\n"


def _lines(summary: Summary) -> Iterator[str]:
    yield f"# dedup: {_text(headline(summary)[0])}\n"
    for name, part in console.sections(summary).items():
        first, *rest = part
        if isinstance(first, Text) and not isinstance(first, Command) and name != "totals":
            title, lead = _heading(first)
            yield f"## {title}\n"
            yield from [f"{lead}\n"] if lead else []
        else:
            rest = [*part]
        for line in rest:
            yield from _rendered(line)


def _heading(first: Text) -> tuple[str, str]:
    """The title of a part, and what follows it on its line."""
    end = first.spans[0].start if first.spans else len(first.plain)
    return _escaped(first.plain[:end]), _escaped(first.plain[end:].removeprefix(": "))


def _rendered(line: object) -> Iterator[str]:
    while isinstance(line, Padding):
        line = line.renderable
    if isinstance(line, Table):
        yield from _table(line)
    elif isinstance(line, Command):
        yield f"```console\n{line.plain.strip()}\n```\n"
    elif isinstance(line, Sentence):
        yield f"{_escaped(line.first)} {_escaped(line.rest)}\n"
    else:
        yield f"{_text(line)}\n"


def _table(table: Table) -> Iterator[str]:
    """A table; one without a head gets an empty one, since Markdown wants one."""
    yield _row(column.header if table.show_header else "" for column in table.columns)
    yield "|" + "|".join("--:" if column.justify == "right" else "---" for column in table.columns) + "|"
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        yield _row(cells)
    yield ""


def _row(cells: "Iterator[object] | tuple[object, ...]") -> str:
    return f"| {' | '.join(map(_text, cells))} |"


def _text(content: object) -> str:
    plain = content.plain if isinstance(content, Text) else str(content)
    return "<br>".join(map(_escaped, plain.strip().split("\n")))


def _escaped(text: str) -> str:
    """Text in which nothing acts as markup."""
    return text.translate(_SPECIAL)
