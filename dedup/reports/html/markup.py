"""Parts of the terminal report -> HTML: the same sentences and tables, in a page or in a notebook."""

from collections.abc import Callable, Iterable
from html import escape
from itertools import pairwise

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dedup.reports.layout import ALARM, DIM, NAME, Part, Sentence
from dedup.reports.terminal import console
from dedup.summary.format import Summary

Look = Callable[[str], str]
"""Called with the name of a look (num, wide, alarm, name, dim, strong): the attribute that gives it."""

_NAMES = {ALARM: "alarm", NAME: "name", DIM: "dim", "bold": "strong"}
_STYLES = {
    "scroll": "overflow-x: auto",
    "num": "text-align: right; vertical-align: top",
    "wide": "text-align: left; vertical-align: top",
    "": "text-align: left; vertical-align: top",
    "dim": "opacity: 0.7",
    "alarm": "font-weight: bold",
    "name": "font-weight: bold",
    "strong": "font-weight: bold",
}


def by_class(name: str) -> str:
    """A class, which the style sheet of the page knows."""
    return f' class="{name}"' if name else ""


def by_style(name: str) -> str:
    """A style without colours, which suits a notebook, light or dark."""
    return f' style="{_STYLES[name]}"'


def section(key: str, part: Part, more: str = "") -> str:
    """A section of the page: the first line of the part as its heading, the rest, and `more` (HTML)."""
    first, *rest = part
    assert isinstance(first, Text)
    title, lead = heading(first)
    return (
        f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title">{escape(title)}</h2>'
        f"{f'<p class=lead>{escape(lead)}</p>' if lead else ''}{body(rest)}{more}</section>\n"
    )


def heading(first: Text) -> tuple[str, str]:
    """The first line of a part: its title, and the rest as a sentence."""
    end = first.spans[0].start if first.spans else len(first.plain)
    title, rest = first.plain[:end], first.plain[end:].removeprefix(": ")
    return title, f"{rest[:1].upper()}{rest[1:]}"


def fragment(summary: Summary) -> str:
    """The report for a notebook, without times and files: no script, style sheet or colour of its own. The
    classes tell MathJax to leave `$` in texts alone.
    """
    parts = console.sections(summary)
    shown = "".join(body(part, by_style) for name, part in parts.items() if name not in ("time", "files"))
    return f'<div class="dedup tex2jax_ignore mathjax_ignore">{shown}</div>'


def body(part: Part, look: Look = by_class) -> str:
    """The lines and tables of a part."""
    return "".join(_rendered(line, look) for line in part)


def _rendered(line: object, look: Look) -> str:
    while isinstance(line, Padding):
        line = line.renderable
    if isinstance(line, Table):
        return table(line, look)
    if isinstance(line, Sentence):
        return f"<p{look('strong')}>{escape(line.first)} {escape(line.rest)}</p>"
    assert isinstance(line, Text), f"{type(line)} has no form in HTML"
    return f"<p>{text(line, look)}</p>" if line.plain else ""


def table(table: Table, look: Look) -> str:
    """A table. Numbers are right-aligned; a column that is wide in the terminal takes the spare width."""
    looks = [
        "num" if column.justify == "right" else "wide" if column.ratio else "" for column in table.columns
    ]
    columns = [[*column.cells] for column in table.columns]
    rows = "".join(
        _row("td", [(cell, name) for cell, name in zip(cells, looks, strict=True)], look)
        for cells in zip(*columns, strict=True)
    )
    titles = [column.header for column in table.columns]
    has_titles = table.show_header and any(str(title) for title in titles)
    head = _row("th", [(title, name) for title, name in zip(titles, looks, strict=True)], look)
    return (
        f'<div{look("scroll")} tabindex="0" role="group" aria-label="Table"><table>'
        f"{f'<thead>{head}</thead>' if has_titles else ''}<tbody>{rows}</tbody></table></div>"
    )


def _row(tag: str, cells: Iterable[tuple[object, str]], look: Look) -> str:
    return f"<tr>{''.join(_cell(tag, cell, name, look) for cell, name in cells)}</tr>"


def _cell(tag: str, cell: object, name: str, look: Look) -> str:
    """A cell; a title that is empty is no header."""
    content = cell if isinstance(cell, Text) else Text(str(cell))
    tag = "td" if tag == "th" and not content.plain else tag
    scope = " scope=col" if tag == "th" else ""
    return f"<{tag}{scope}{look(name)}>{text(content, look)}</{tag}>"


def text(content: Text, look: Look) -> str:
    """A text with its styles as looks; lines are separated by line breaks."""
    plain, spans = content.plain, [(0, len(content.plain), str(content.style)), *content.spans]
    edges = sorted({0, len(plain), *(edge for start, end, _ in spans for edge in (start, end))})
    return "".join(
        _styled(
            plain[start:end],
            [str(style) for first, last, style in spans if first <= start and end <= last],
            look,
        )
        for start, end in pairwise(edges)
    )


def _styled(stretch: str, styles: Iterable[str], look: Look) -> str:
    """Text of one style. Each line is isolated, so that right-to-left text moves nothing beside it."""
    name = next((_NAMES[style] for style in reversed([*styles]) if style in _NAMES), "")
    html = "<br>".join(f"<bdi>{escape(line)}</bdi>" if line else "" for line in stretch.split("\n"))
    return f"<span{look(name)}>{html}</span>" if name else html
