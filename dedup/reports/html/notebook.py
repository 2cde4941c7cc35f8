"""A summary as a notebook shows it: small tables in HTML, in the colours of the notebook, light or dark.

Text from outside is made harmless, then escaped, and stands in an element of its own (`bdi`), so that what is
written from right to left moves nothing beside it. The classes tell MathJax to leave `$` in texts alone.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import cast

from dedup.reports.layout import number, percent
from dedup.reports.safe import middle, name, short
from dedup.reports.terminal.findings import jaccard_range, reach
from dedup.reports.terminal.overview import ROWS, records
from dedup.summary.findings_format import GroupEntry
from dedup.summary.format import Summary

_GROUPS = 5  # groups that are shown
_NAME = 40  # columns for what a document is called
_OPENING = 100  # columns for how it begins
_REASON = 100  # columns for why something could not be read
_CELL = "padding: 0.1em 1em 0.1em 0; vertical-align: top; text-align: "
_TABLE = "color: inherit; font: inherit; border: none; margin: 0"
_DIM = "opacity: 0.7"


def shown(report: Summary) -> str:
    """What came in and went out, kinds of repeats, the largest groups, what could not be read."""
    parts = [_totals(report), _repeats(report), _groups(report), _rejects(report)]
    more = "print(result) says more; result.kept has the documents"
    return (
        '<div class="dedup tex2jax_ignore mathjax_ignore">'
        f'{"".join(parts)}<div style="{_DIM}">{escape(more)}</div></div>'
    )


def _totals(report: Summary) -> str:
    """Counts and shares of what came in and went out."""
    counts, shares = cast(dict[str, int], report["totals"]), cast(dict[str, float], report["shares"])
    rows = [("in", f"{records(report):,}", "", f"{counts['characters']:,}", "")]
    for key, label in ROWS.items():
        of_text = f"{key}_characters"
        text = (f"{counts[of_text]:,}", percent(shares[of_text])) if of_text in counts else ("", "")
        if counts[key] or key in ("kept", "cut", "dropped", "rejected"):
            rows.append((label, f"{counts[key]:,}", percent(shares[key]), *text))
    dropped = number(counts["dropped"], "near-duplicate")
    title = f"{number(records(report), 'article')} in, {counts['kept']:,} out"
    return _part(
        title,
        f": {dropped} dropped",
        ("", "articles", "", "characters", ""),
        rows,
        "left right right right right",
    )


def _repeats(report: Summary) -> str:
    """How many repeats of each kind were found, and cut."""
    kinds = report["repeats"]
    if not kinds:
        return ""
    rows = [(kind, f"{counts['found']:,}", f"{counts['cut']:,}") for kind, counts in kinds.items()]
    return _part("Repeats inside articles", "", ("kind", "found", "cut"), rows, "left right right")


def _groups(report: Summary) -> str:
    """The largest groups of near-duplicates."""
    found = report["groups"]
    if not found["count"]:
        return ""
    rows = [
        (f"{g['size']:,}", jaccard_range(g["lowest"], g["highest"]), _keeper(g))
        for g in found["largest"][:_GROUPS]
    ]
    title = f": {number(found['count'], 'group')} ({reach(report['options'])})"
    more = found["count"] - len(rows)
    rest = f'<div style="{_DIM}">and {number(more, "more group")}</div>' if more > 0 else ""
    head = ("articles", "Jaccard", "kept, and how it begins")
    return _part("Near-duplicates", title, head, rows, "right left left") + rest


def _keeper(group: GroupEntry) -> str:
    """Who is kept, and its first words."""
    opening = short(group["opening"], _OPENING)
    called = _outside(middle(name(group["keeper"]), _NAME))
    return f'{called}<br><span style="{_DIM}">{_outside(opening)}</span>'


def _rejects(report: Summary) -> str:
    """Why records could not be read."""
    reasons = report["rejects"]
    if not reasons:
        return ""
    rows = [(f"{r['count']:,}", _outside(short(r["reason"], _REASON))) for r in reasons[:_GROUPS]]
    return _part("Not readable", "", ("records", "reason"), rows, "right left")


def _outside(harmless: str) -> str:
    """Text from outside that is harmless already, as HTML."""
    return f"<bdi>{escape(harmless)}</bdi>"


def _part(title: str, rest: str, head: Sequence[str], rows: Iterable[Sequence[str]], sides: str) -> str:
    """A heading and a table. `rows` are HTML; `sides`: left or right, for each column."""
    titles = _row("th", [escape(cell) for cell in head], sides, f"; font-weight: normal; {_DIM}")
    body = "".join(_row("td", row, sides, "") for row in rows)
    return (
        f'<div style="margin-top: 0.5em"><b>{escape(title)}</b>{escape(rest)}</div>'
        f'<table style="{_TABLE}">{titles}{body}</table>'
    )


def _row(tag: str, cells: Sequence[str], sides: str, style: str) -> str:
    """A row of a table: no colour of its own, also where notebooks stripe their tables."""
    made = [
        f'<{tag} style="{_CELL}{side}{style}">{cell}</{tag}>'
        for cell, side in zip(cells, sides.split(), strict=True)
    ]
    return f'<tr style="background: none; border: none">{"".join(made)}</tr>'
