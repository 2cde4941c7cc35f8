"""The report's account of the run: what could not be read, the time, the files, how to undo it."""

import shlex
from typing import cast

from rich.text import Text

from dedup.reports.layout import DIM, Part, grid, heading, indented, number, percent, rate
from dedup.reports.safe import middle, safe
from dedup.reports.terminal.overview import records
from dedup.summary.format import Summary, WrittenFiles

_REASONS = 5
_PLACE = 50  # columns for a place
_NOTES = {"ledger": "  what became of each article, and why"}
_SHARED = "read to signatures: summed over workers"


def rejects(report: Summary) -> Part:
    """What could not be read, by reason, with the first places."""
    reasons = report["rejects"]
    if not reasons:
        return []
    table = grid("right", "right", "wide")
    for reason in reasons[:_REASONS]:
        places = "\n".join(middle(f"{at['source']}:{at['position']}", _PLACE) for at in reason["first"])
        others = reason["count"] - len(reason["first"])
        more = f"\nand {others:,} more" if others > 0 else ""
        told = Text(safe(reason["reason"])).append(f"\n{places}{more}", style=DIM)
        table.add_row(f"{reason['count']:,}", percent(reason["share"]), told)
    others = len(reasons) - _REASONS
    rest: Part = [indented(Text(f"and {number(others, 'more reason')}", style=DIM))] if others > 0 else []
    title = f": {number(report['totals']['rejected'], 'record')} ({percent(report['shares']['rejected'])})"
    return [heading("Not readable", title), indented(table), *rest]


def time(report: Summary) -> Part:
    """Where the time went."""
    seconds = report["seconds"]
    if not records(report) or not seconds:
        return []
    took, whole = max(report["elapsed"], 1e-9), sum(seconds.values()) or 1.0
    rates = [f"{number(round(records(report) / took), 'article')}/s"]
    if report["bytes"] is not None:
        rates.append(rate(report["bytes"] / 1e6 / took, "MB"))
    table = grid("left", "right", "right")
    for stage, spent in seconds.items():
        table.add_row(stage, f"{spent:,.2f} s", percent(spent / whole))
    shared = "signatures" in seconds and report["options"]["workers"] != 1
    notes: Part = [indented(Text(_SHARED, style=DIM))] if shared else []
    return [heading("Time", f": {took:,.2f} s, {', '.join(rates)}"), indented(table), *notes]


def files(report: Summary) -> Part:
    """What was written, and the command that undoes it."""
    found = report["files"]
    if found is None:
        return []
    if found["dry_run"]:
        return [heading("Dry run", ": nothing was written.")]
    written = {what: path for what, path in cast(dict[str, str], found).items() if what != "dry_run" and path}
    table = grid("left", "wide")
    for what, path in written.items():
        told = Text("to standard output" if path == "-" else middle(path, 200))
        table.add_row(what, told.append(_NOTES.get(what, ""), style=DIM))
    if not found["articles"]:
        what = "only the report was" if written else "nothing was"
        hint = [heading("Files", f": {what} written. Add -o OUTPUT to write the cleaned articles.")]
        return [*hint, indented(table)] if written else [*hint]
    return [heading("Written"), indented(table), _undo(found)]


def _undo(found: WrittenFiles) -> Text:
    """The command that gives the input back."""
    if not found["ledger"] or not found["articles"]:
        return Text("No ledger was written: add --ledger FILE to be able to undo this.")
    output = "OUTPUT" if found["articles"] == "-" else shlex.quote(found["articles"])
    words = ["dedup restore", output, shlex.quote(found["ledger"])]
    if found["rejects"]:
        words += ["--rejects", shlex.quote(found["rejects"])]
    return Text("To undo: ").append(safe(" ".join([*words, "-o ORIGINAL"])), style="bold")
