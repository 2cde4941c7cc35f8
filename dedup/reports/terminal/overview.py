"""The report's beginning: the run in a sentence, what to look at first, what came in and went out, sites."""

from collections.abc import Callable
from typing import cast

from rich.text import Text

from dedup.reports.layout import ALARM, Part, Sentence, grid, heading, indented, number, percent
from dedup.reports.safe import middle, name
from dedup.summary.format import Alarm, Summary

ROWS = {
    "kept": "out",
    "cut": "cut",
    "dropped": "dropped",
    "rejected": "unreadable",
    "empty": "without words",
}
_NAME = 40  # columns for what a document, or a site, is called
_SITES = 5


def headline(report: Summary) -> Part:
    """The run in one sentence."""
    totals = report["totals"]
    dropped = number(totals["dropped"], "near-duplicate")
    lost = f"{dropped} dropped, {totals['cut']:,} cleaned of repeats, {totals['rejected']:,} unreadable"
    return [Sentence(f"{number(records(report), 'article')} in, {totals['kept']:,} out:", lost)]


def records(report: Summary) -> int:
    """What came in: documents and rejects."""
    return int(report["totals"]["documents"] + report["totals"]["rejected"])


def check(report: Summary) -> Part:
    """What to look at first."""
    if not records(report):
        return []
    if not report["alarms"]:
        return [heading("Look at first", ": nothing stands out")]
    table = grid("left", "folded")
    for alarm in report["alarms"]:
        table.add_row(Text("!", style=ALARM), Text(_SENTENCES[alarm["alarm"]](alarm)))
    return [heading("Look at first"), indented(table)]


def _document(alarm: Alarm) -> str:
    return middle(name(alarm["document"]), _NAME)


_SENTENCES: dict[str, Callable[[Alarm], str]] = {
    "unreadable": lambda one: f"{number(one['count'], 'record')} could not be read ({percent(one['share'])})",
    "without words": lambda one: (
        f"{number(one['count'], 'article')} without words ({percent(one['share'])}): "
        "an extractor that finds nothing, or another --text-field"
    ),
    "unlike": lambda one: (
        f"{one['count']:,} articles are one group, that of {_document(one)}, and some look unlike each other"
    ),
    "crowd": lambda one: (
        f"one group, that of {_document(one)}, holds {one['count']:,} articles ({percent(one['share'])})"
    ),
    "echo": lambda one: (
        f"{middle(one['host'], _NAME)} says {percent(one['share'])} of its text twice, far more than the "
        "others: an extractor that broke"
    ),
    "same": lambda one: (
        f"{one['count']:,} articles of {middle(one['host'], _NAME)} ({percent(one['share'])} of them) say "
        "the same as another: one page under many addresses"
    ),
    "dropped": lambda one: (
        f"{number(one['count'], 'article')} dropped ({percent(one['share'])}), half or more"
    ),
    "lost": lambda one: f"the dropped ones lose {percent(one['share'])} of their text (--max-loss)",
}


def totals(report: Summary) -> Part:
    """What came in and went out, with shares."""
    counts, shares = cast(dict[str, int], report["totals"]), cast(dict[str, float], report["shares"])
    if not records(report):
        return [Text("There was no article in the input.")]
    table = grid("left", "right", "right", "right", "right", head=("", "articles", "", "characters", ""))
    table.add_row("in", f"{records(report):,}", "", f"{counts['characters']:,}", "")
    for key, label in ROWS.items():
        row, characters = [f"{counts[key]:,}", percent(shares[key])], f"{key}_characters"
        if characters in counts:
            row += [f"{counts[characters]:,}", percent(shares[characters])]
        if counts[key] or key == "kept":
            table.add_row(label, *row)
    return [indented(table)]


def sites(report: Summary) -> Part:
    """The sites that say most of their text twice."""
    found = report["sites"]
    if not found:
        return []
    title = (
        f": {found['hosts']:,}; worst first of the {found['told']:,} with {found['least']:,} articles or more"
    )
    if not found["worst"]:
        return [heading("Sites", f": {found['hosts']:,}, none with {found['least']:,} articles or more")]
    table = grid(
        "left", "right", "right", "right", "right", head=("", "articles", "dropped", "", "said twice")
    )
    for site in found["worst"][:_SITES]:
        counts = f"{site['documents']:,}", f"{site['dropped']:,}", percent(site["dropped_share"])
        table.add_row(Text(middle(site["host"], _NAME)), *counts, percent(site["echo"]))
    dropped = percent(found["dropped_share"])
    table.add_row("all", f"{found['documents']:,}", "", dropped, percent(found["echo"]), style="dim")
    rising = Text("A share said twice that rises from run to run: an extractor broke.", style="dim")
    return [heading("Sites", title), indented(table), indented(rising)]
