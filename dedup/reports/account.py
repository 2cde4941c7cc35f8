"""The report's account of the run: what could not be read, the time, the files, how to undo it."""

import shlex
from typing import TYPE_CHECKING

from rich.text import Text

from dedup.reports.layout import Part, grid, heading, indented, number, percent, rate
from dedup.reports.safe import middle, safe

if TYPE_CHECKING:
    from dedup.job import Job
    from dedup.result import Result

_REASONS = 5
_PLACE = 50  # columns for a place
_SHARED = "read to signatures: summed over workers"


def rejects(result: "Result") -> Part:
    """What could not be read, by reason, with the first places."""
    if not result.reasons:
        return []
    table = grid("right", "wide")
    for reason in result.reasons[:_REASONS]:
        places = "\n".join(middle(f"{source}:{position}", _PLACE) for source, position in reason.first)
        more = (
            f"\nand {reason.records - len(reason.first):,} more" if reason.records > len(reason.first) else ""
        )
        table.add_row(f"{reason.records:,}", Text(safe(reason.text)).append(f"\n{places}{more}", style="dim"))
    others = len(result.reasons) - _REASONS
    rest: Part = [indented(Text(f"and {number(others, 'more reason')}", style="dim"))] if others > 0 else []
    return [heading("Not readable", f": {number(result.totals.rejected, 'record')}"), indented(table), *rest]


def time(result: "Result") -> Part:
    """Where the time went."""
    took, whole = max(result.took, 1e-9), sum(result.seconds.values()) or 1.0
    if not result.totals.records:
        return []
    rates = [f"{number(round(result.totals.records / took), 'article')}/s"]
    if result.size is not None:
        rates.append(rate(result.size / 1e6 / took, "MB"))
    table = grid("left", "right", "right")
    for stage, seconds in result.seconds.items():
        table.add_row(stage, f"{seconds:,.2f} s", percent(seconds / whole))
    notes: Part = [indented(Text(_SHARED, style="dim"))] if result.options.workers != 1 else []
    return [heading("Time", f": {took:,.2f} s, {', '.join(rates)}"), indented(table), *notes]


def files(result: "Result", job: "Job", unwritten: bool) -> Part:
    """What was written, and the command that undoes it."""
    if job.dry_run:
        return [heading("Dry run", ": nothing was written.")]
    written = _written(result, job, unwritten)
    table = grid("left", "wide")
    for what, path in written.items():
        table.add_row(what, Text(middle(path, 200)))
    if unwritten:
        what = "only the report was" if written else "nothing was"
        hint = [heading("Files", f": {what} written. Add -o OUTPUT to write the cleaned articles.")]
        return [*hint, indented(table)] if written else [*hint]
    return [heading("Written"), indented(table), _undo(job, written)]


def _written(result: "Result", job: "Job", unwritten: bool) -> dict[str, str]:
    """The files that this job wrote."""
    if unwritten:
        return {"report": job.report} if job.report else {}
    output = "to standard output" if job.output in (None, "-") else job.output
    bad = job.rejects_file if result.reasons else job.rejects
    paths = {"articles": output, "ledger": job.ledger, "rejects": bad, "report": job.report}
    return {what: path for what, path in paths.items() if path}


def _undo(job: "Job", written: dict[str, str]) -> Text:
    """The command that gives the input back."""
    if not job.ledger:
        return Text("No ledger was written: add --ledger FILE to be able to undo this.")
    output = "OUTPUT" if job.output in (None, "-") else shlex.quote(str(job.output))
    words = ["dedup restore", output, shlex.quote(job.ledger)]
    if "rejects" in written:
        words += ["--rejects", shlex.quote(written["rejects"])]
    return Text("To undo: ").append(safe(" ".join([*words, "-o ORIGINAL"])), style="bold")
