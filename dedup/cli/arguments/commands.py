"""The arguments of `dedup clean`, and of the commands about a finished run, with their help texts."""

from dedup.cli import exit_status
from dedup.cli.arguments.command_parser import CommandParser
from dedup.cli.arguments.runs import add_earlier_runs, add_engine, add_fail_over, add_machine, add_stream
from dedup.cli.arguments.shared import (
    add_action,
    add_date,
    add_fields,
    add_inputs,
    add_json,
    add_kinds,
    add_matching,
    add_never_drop,
    add_quiet,
    add_report_file,
    add_similarity,
    add_site,
    add_title,
    add_verbose,
)

SHELLS = ("bash", "zsh", "fish")
"""The shells that a script for completion is written for."""


def add_clean(clean: CommandParser) -> None:
    """`dedup clean`."""
    clean.description = (
        "Cut text that a scraper repeated inside an article, drop near-duplicates of other "
        "articles, and report every decision."
    )
    clean.set_defaults(command="clean")
    clean.statuses = tuple(exit_status.MEANINGS)
    add_inputs(clean.add_argument)
    files = clean.add_argument_group("output").add_argument
    files(
        "-o",
        "--output",
        metavar="OUTPUT",
        help="a file, a folder (ends in /), an object in s3://, gs:// or az://, or a table "
        "(out.db::articles); default: standard output",
    )
    files("-l", "--ledger", metavar="FILE", help="write every decision and how to undo it, as JSON Lines")
    files(
        "--rejects",
        metavar="FILE",
        help="write the records that could not be read (default: OUTPUT.rejects.jsonl, if there are any)",
    )
    add_report_file(files)
    files("-n", "--dry-run", action="store_true", help="show the report, write nothing")
    add_quiet(files, "show nothing but errors: no report, no progress")
    add_verbose(files)
    fields = clean.add_argument_group("fields").add_argument
    add_fields(fields)
    add_title(fields)
    add_date(fields)
    add_site(fields)
    repeats = clean.add_argument_group("repeats inside an article").add_argument
    add_kinds(repeats)
    repeats("--no-repeats", action="store_true", help="do not cut repeats")
    duplicates = clean.add_argument_group("near-duplicates").add_argument
    add_similarity(duplicates)
    add_matching(duplicates)
    add_never_drop(duplicates)
    add_action(duplicates)
    duplicates("--no-duplicates", action="store_true", help="do not drop near-duplicates")
    add_earlier_runs(clean.add_argument_group("earlier runs").add_argument)
    running = clean.add_argument_group("running").add_argument
    add_machine(running)
    add_stream(running)
    add_fail_over(running)
    add_engine(clean.add_argument_group("more than one machine").add_argument)


def add_restore(restore: CommandParser) -> None:
    """`dedup restore`."""
    restore.description = (
        "Restore the input of a finished run: byte for byte after decompression, or an equal "
        "table if it was Parquet. With --id only single articles, each with its own bytes."
    )
    restore.set_defaults(command="restore")
    restore.add_argument("output", metavar="OUTPUT", help="what `dedup clean -o` wrote")
    restore.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")
    restore.add_argument(
        "--rejects", metavar="FILE", help="what `dedup clean --rejects` wrote, if there were rejects"
    )
    restore.add_argument(
        "-o",
        "--original",
        metavar="ORIGINAL",
        help="the file to write; a folder if there were several inputs",
    )
    restore.add_argument(
        "--id",
        action="append",
        metavar="ID",
        help="write only this article (an id or SOURCE:POSITION), to ORIGINAL or standard output; may be "
        "repeated. A folder as ORIGINAL gets a file for each input, else all articles have one format",
    )


def add_report(report: CommandParser) -> None:
    """`dedup report`."""
    report.description = (
        "Show the report of a finished run again, from its complete ledger, or write it as a web page or in "
        "another format. The articles are not read, so a page has no texts. A ledger does not record how "
        "long a run took."
    )
    report.set_defaults(command="report")
    report.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")
    add_report_file(report.add_argument)
    add_verbose(report.add_argument)


def add_why(why: CommandParser) -> None:
    """`dedup why`."""
    why.description = (
        "Say in a few sentences what became of one article of a finished run, and why: whether it was kept, "
        "cut or dropped, and for which other article. The ledger has all of it; the articles are not read."
    )
    why.set_defaults(command="why")
    why.add_argument("id", metavar="ID", help="the id of the article, or SOURCE:POSITION")
    why.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")
    add_json(why.add_argument)
    add_verbose(why.add_argument, "show how much each piece of evidence weighed")


def add_explain(explain: CommandParser) -> None:
    """`dedup explain`."""
    explain.description = (
        "Say what a word of a report or a ledger means, with an example and what to do: a kind of repeat, an "
        "alarm, a reason why a record was rejected, why an article was dropped or kept, an observation."
    )
    explain.set_defaults(command="explain")
    explain.add_argument("names", nargs="*", metavar="NAME", help="a word, such as lost; default: list all")
    add_json(explain.add_argument)


def add_completion(completion: CommandParser) -> None:
    """`dedup completion`."""
    completion.description = (
        "Print a script that completes commands, options and file names with Tab. "
        "bash: dedup completion bash >> ~/.bashrc; "
        "zsh: dedup completion zsh > ~/.zfunc/_dedup, in a folder of $fpath; "
        "fish: dedup completion fish > ~/.config/fish/completions/dedup.fish"
    )
    completion.set_defaults(command="completion")
    completion.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"{', '.join(SHELLS)}")
