"""The parts of the terminal report -> HTML: the same sentences and tables."""

from collections.abc import Iterable
from html import escape
from itertools import pairwise

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dedup.reports.layout import ALARM, DIM, NAME, Part, Sentence

_CLASSES = {ALARM: "alarm", NAME: "name", DIM: "dim", "bold": "strong"}


def section(key: str, part: Part, more: str = "") -> str:
    """A section of the page: the part's first line as its heading, the rest, and `more` (HTML)."""
    title, *rest = part
    assert isinstance(title, Text)
    head, said = heading(title)
    return (
        f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title">{escape(head)}</h2>'
        f"{f'<p class=lead>{escape(said)}</p>' if said else ''}{body(rest)}{more}</section>\n"
    )


def heading(title: Text) -> tuple[str, str]:
    """A part's first line in two: its title, and what it goes on with."""
    end = title.spans[0].start if title.spans else len(title.plain)
    head, said = title.plain[:end], title.plain[end:].removeprefix(": ")
    return head, f"{said[:1].upper()}{said[1:]}"


def body(parts: Part) -> str:
    """What stands below a heading."""
    return "".join(_rendered(part) for part in parts)


def _rendered(part: object) -> str:
    while isinstance(part, Padding):
        part = part.renderable
    if isinstance(part, Table):
        return table(part)
    if isinstance(part, Sentence):
        return f"<p>{escape(part.first)} {escape(part.rest)}</p>"
    assert isinstance(part, Text), f"{type(part)} has no form in HTML"
    return f"<p>{text(part)}</p>" if part.plain else ""


def table(shown: Table) -> str:
    """A table; numbers are right-aligned, and what is wide in the terminal has the room that is left."""
    sides = [
        "num" if column.justify == "right" else "wide" if column.ratio else "" for column in shown.columns
    ]
    columns = [[*column.cells] for column in shown.columns]
    rows = "".join(
        f"<tr>{''.join(_cell('td', *pair) for pair in zip(cells, sides, strict=True))}</tr>"
        for cells in zip(*columns, strict=True)
    )
    heads = [column.header for column in shown.columns]
    titled = shown.show_header and any(str(head) for head in heads)
    head = "".join(
        _cell("th" if str(title) else "td", title, side) for title, side in zip(heads, sides, strict=True)
    )
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>'
        f"{f'<thead><tr>{head}</tr></thead>' if titled else ''}<tbody>{rows}</tbody></table></div>"
    )


def _cell(tag: str, cell: object, side: str) -> str:
    said = cell if isinstance(cell, Text) else Text(str(cell))
    scope = " scope=col" if tag == "th" else ""
    return f"<{tag}{scope}{f' class={side}' if side else ''}>{text(said)}</{tag}>"


def text(said: Text) -> str:
    """A text with its styles as classes; its lines stand below each other."""
    plain, spans = said.plain, [(0, len(said.plain), str(said.style)), *said.spans]
    edges = sorted({0, len(plain), *(edge for start, end, _ in spans for edge in (start, end))})
    return "".join(
        _styled(
            plain[start:end], [str(style) for first, last, style in spans if first <= start and end <= last]
        )
        for start, end in pairwise(edges)
    )


def _styled(piece: str, styles: Iterable[str]) -> str:
    name = next((_CLASSES[style] for style in reversed([*styles]) if style in _CLASSES), "")
    said = "<br>".join(f"<bdi>{escape(line)}</bdi>" if line else "" for line in piece.split("\n"))
    return f'<span class="{name}">{said}</span>' if name else said
