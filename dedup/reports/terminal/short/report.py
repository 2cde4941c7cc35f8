"""A summary -> the short report: what came in and went out, what needs attention, the riskiest decisions, and
how to see more or undo the run.
"""

from io import StringIO

from rich.console import Console
from rich.text import Text

from dedup.ledger.run_facts import RunFacts
from dedup.reports.commands import Commands, places, words_of
from dedup.reports.layout import DIM, Command, Part
from dedup.reports.near_duplicates import fate
from dedup.reports.numbers import number, percent
from dedup.reports.safe import middle, safe
from dedup.reports.terminal.short.attention import attention, unlike_commands
from dedup.reports.terminal.short.decisions import decisions
from dedup.summary.format import Summary, WrittenFiles

_MOST = 25  # lines, where not more needs attention
_ALARMS = 4  # that are shown
_PATH = 60  # columns for a path
_SKIPPED = 3  # files that are named


def short_report(summary: Summary, width: int) -> list[Part]:
    """The parts of the report, in lines of at most `width` columns but for the commands."""
    if not summary["totals"]["documents"] + summary["totals"]["rejected"]:
        return [[Text("The input has no articles.", style="bold"), *provenance(summary)], ending(summary)]
    commands = [Command(line) for line in unlike_commands(summary, Commands(summary))[:1]]
    first, alarms, last = headline(summary), [*attention(summary, _ALARMS), *commands], ending(summary)
    room = _MOST - 3 - sum(_height(part, width) for part in (first, alarms, last))
    parts = [first, alarms, decisions(summary, width, room), last]
    return [part for part in parts if part]


def _height(part: Part, width: int) -> int:
    """How many lines a part takes."""
    console = Console(file=StringIO(), width=width, color_system=None)
    return sum(1 if isinstance(line, Command) else len(console.render_lines(line)) for line in part)


def headline(summary: Summary) -> Part:
    """What came in and went out, and what the run was."""
    totals, shares = summary["totals"], summary["shares"]
    records = totals["documents"] + totals["rejected"]
    kept = f"Kept {totals['kept']:,} of {number(records, 'article')} ({percent(shares['kept'])})"
    whose = "its" if records == 1 else "their"
    first = Text(f"{kept}, {percent(shares['kept_characters'])} of {whose} text.", style="bold")
    return [first, Text(" ".join(_what_became(summary))), *provenance(summary)]


def _what_became(summary: Summary) -> list[str]:
    """What was dropped, cut and kept apart, in sentences."""
    totals, shares, options = summary["totals"], summary["shares"], summary["options"]
    near, sentences = fate(summary), list[str]()
    if options["duplicates"]:
        earlier = f", {summary['seen']:,} of them for articles of earlier runs" if summary["seen"] else ""
        became = f"{near.word.capitalize()} {number(near.articles, 'near-duplicate')}"
        none = f"{near.word.capitalize()} no near-duplicates."
        sentences.append(f"{became} ({percent(near.share)}){earlier}." if near.articles else none)
    if options["repeats"]:
        cut = sum(counts["cut"] for counts in summary["repeats"].values())
        of = f" from {number(totals['cut'], 'article')} ({percent(shares['cut_characters'])} of the text)"
        sentences.append(f"Cut {number(cut, 'repeat')}{of}." if cut else "Cut no repeats.")
    if count := summary["templates"]["count"]:
        sentences.append(f"Kept {number(count, 'close call')}.")
    if updated := totals.get("updated", 0):
        sentences.append(f"Kept {number(updated, 'update')} of earlier articles.")
    return sentences


def provenance(summary: Summary) -> Part:
    """The inputs, the options in force and where they are from, the version, the date, the time taken."""
    run, lines = summary.get("run"), list[str]()
    if run is not None:
        lines.append(f"Input: {middle(places(run), _PATH)}. Options: {options(summary, run)}.")
    date = [f"{run['date'][:16].replace('T', ' ')} UTC"] if run is not None else []
    took = [f"{summary['elapsed']:,.1f} s"] if summary["elapsed"] else []
    lines.append(", ".join([f"dedup {safe(summary['dedup'])}", *date, *took]) + ".")
    return [Text(line, style=DIM) for line in [*lines, *skipped(summary["files"])]]


def options(summary: Summary, run: RunFacts) -> str:
    """The options that differ from the defaults, and the files that set some."""
    index = ["--index", run["index"]] if run["index"] else []
    words = " ".join([*words_of(summary["options"], [*summary["options"]]), *index]) or "defaults"
    files = [f"{', '.join(file['options'])} from {file['file']}" for file in run["settings"]]
    return safe(f"{words} ({'; '.join(files)})" if files else words)


def skipped(files: WrittenFiles | None) -> list[str]:
    """The files of folders that were not read, since dedup wrote them."""
    if not files or not files["skipped"]:
        return []
    listed = [f"{middle(file['name'], _PATH)} ({safe(file['what'])})" for file in files["skipped"]]
    more = f" and {len(listed) - _SKIPPED:,} more" if len(listed) > _SKIPPED else ""
    return [f"Not read, since dedup wrote them: {', '.join(listed[:_SKIPPED])}{more}."]


def ending(summary: Summary) -> Part:
    """What was written, and the commands that show more and undo the run."""
    files, commands = summary["files"], Commands(summary)
    if files is None:
        return []
    if files["dry_run"] or not files["articles"]:
        nothing = "Dry run: nothing was written." if files["dry_run"] else "No articles were written."
        return [Text(f"{nothing} To write them:"), *_lines(commands.with_ledger())]
    wrote: Part = [Text(f"Wrote {', '.join(_written(files))}.")]
    if not files["ledger"]:
        again = _lines(commands.with_ledger())
        hint = " To be able to, run it with a ledger:" if again else " Add --ledger FILE to be able to."
        return [*wrote, Text(f"Without a ledger this run cannot be undone.{hint}"), *again]
    whole, undo = _lines(commands.whole_report()), _lines(commands.restore())
    more = [Text("To see the whole report:"), *whole] if whole else []
    back = [Text("To undo the run:"), *undo] if undo else [unknown_output(files)]
    return [*wrote, *more, *back]


def _lines(line: str | None) -> Part:
    return [Command(line)] if line else []


def unknown_output(files: WrittenFiles) -> Text:
    """Why there is no command that undoes the run, and what to do."""
    if files["articles"] == "-":
        return Text("To be able to undo a run, write its articles to a file with -o.")
    if files["ledger"] in ("-", "/dev/stdout"):
        return Text("To be able to undo a run, write its ledger to a file.")
    return Text("dedup restore undoes the run. It needs the output and the ledger.")


def _written(files: WrittenFiles) -> list[str]:
    """What was written, and to which file."""
    paths = {
        "the articles": files["articles"],
        "every decision": files["ledger"],
        "what could not be read": files["rejects"],
        "the report": files["report"],
    }
    return [
        f"{what} to {'standard output' if path == '-' else middle(path, _PATH)}"
        for what, path in paths.items()
        if path
    ]
