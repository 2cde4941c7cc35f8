"""A summary -> how the report ends: unreadable records, the time, the files, how to undo the run."""

from rich.text import Text

from dedup.reports.commands import Commands
from dedup.reports.layout import DIM, Command, Part, grid, heading, indented
from dedup.reports.numbers import number, percent, rate
from dedup.reports.safe import middle, safe
from dedup.reports.terminal.overview import records
from dedup.reports.terminal.short.report import unknown_output
from dedup.summary.format import Summary, WrittenFiles

_REASONS = 5  # that are listed
_LOCATION = 50  # columns for the location of a record
_PATH = 200  # columns for a path


def rejects(summary: Summary) -> Part:
    """Why records could not be read, and where the first of them are."""
    reasons = summary["rejects"]
    if not reasons:
        return []
    table = grid("right", "right", "wide")
    for reason in reasons[:_REASONS]:
        locations = [middle(f"{at['source']}:{at['position']}", _LOCATION) for at in reason["first"]]
        others = reason["count"] - len(locations)
        more = [f"and {others:,} more"] if others > 0 else []
        text = Text(safe(reason["reason"])).append("\n" + "\n".join([*locations, *more]), style=DIM)
        table.add_row(f"{reason['count']:,}", percent(reason["share"]), text)
    others = len(reasons) - _REASONS
    rest: Part = [indented(Text(f"and {number(others, 'more reason')}", style=DIM))] if others > 0 else []
    count, share = summary["totals"]["rejected"], summary["shares"]["rejected"]
    title = f": {number(count, 'record')} ({percent(share)})"
    return [heading("Unreadable", title), indented(table), *rest]


def time(summary: Summary) -> Part:
    """How long each stage took."""
    seconds = summary["seconds"]
    if not records(summary) or not seconds:
        return []
    elapsed, total = max(summary["elapsed"], 1e-9), sum(seconds.values()) or 1.0
    rates = [f"{number(round(records(summary) / elapsed), 'article')}/s"]
    if summary["bytes"] is not None:
        rates.append(rate(summary["bytes"] / 1e6 / elapsed, "MB"))
    table = grid("left", "right", "right")
    for stage, spent in seconds.items():
        table.add_row(stage, f"{spent:,.2f} s", percent(spent / total))
    notes: Part = []
    if "signatures" in seconds and summary["options"]["workers"] != 1:
        notes = [indented(Text("read to signatures: summed over workers", style=DIM))]
    return [heading("Time", f": {elapsed:,.2f} s, {', '.join(rates)}"), indented(table), *notes]


def files(summary: Summary) -> Part:
    """What was written, and the command that undoes it."""
    files = summary["files"]
    if files is None:
        return []
    skipped = _skipped(files)
    if files["dry_run"]:
        return [heading("Dry run", ": nothing was written."), *skipped]
    table = grid("left", "wide")
    written = _written(files)
    for name, text in written:
        table.add_row(name, text)
    if files["articles"]:
        return [heading("Written"), indented(table), *_undo(summary, files), *skipped]
    what = "only the report was" if written else "nothing was"
    line = Commands(summary).with_ledger()
    hint: Part = [heading("Files", f": {what} written. To write the cleaned articles, add -o OUTPUT.")]
    again: Part = [Command(line)] if line else []
    return [*hint, *([indented(table)] if written else []), *again, *skipped]


def _skipped(files: WrittenFiles) -> Part:
    """The files of folders that were not read, since dedup wrote them."""
    skipped = files["skipped"]
    if not skipped:
        return []
    listed = [f"{middle(file['name'], _LOCATION)} ({safe(file['what'])})" for file in skipped[:_REASONS]]
    more = f" and {len(skipped) - _REASONS:,} more" if len(skipped) > _REASONS else ""
    return [Text(f"Not read, since dedup wrote them: {', '.join(listed)}{more}")]


def _written(files: WrittenFiles) -> list[tuple[str, Text]]:
    """Each file that was written: what it has, and its path."""
    paths = {
        "articles": files["articles"],
        "ledger": files["ledger"],
        "rejects": files["rejects"],
        "report": files["report"],
    }
    notes = {"ledger": "  what became of each article, and why"}
    return [
        (
            name,
            Text("to standard output" if path == "-" else middle(path, _PATH)).append(
                notes.get(name, ""), style=DIM
            ),
        )
        for name, path in paths.items()
        if path
    ]


def _undo(summary: Summary, files: WrittenFiles) -> Part:
    """The command that gives the input back."""
    commands = Commands(summary)
    if not files["ledger"]:
        return [Text("Without a ledger this run cannot be undone. Add --ledger FILE to be able to.")]
    if line := commands.restore():
        return [Text("To undo the run:"), Command(line)]
    return [unknown_output(files)]
