"""The parser of the command line: the arguments of every command, with their help texts."""

import argparse

from dedup.cli.arguments.index import add_index_commands
from dedup.cli.arguments.runs import add_engine, add_fail_over, add_index, add_machine
from dedup.cli.arguments.shared import (
    Commands,
    add_action,
    add_fields,
    add_inputs,
    add_kinds,
    add_matching,
    add_never_drop,
    add_similarity,
    add_site,
    add_title,
)
from dedup.version import __version__

_EXAMPLES = """examples:
  dedup clean crawl/*.jsonl -o clean.jsonl --ledger ledger.jsonl    clean many articles, record every decision
  dedup clean article.txt                                           clean one article to standard output
  dedup repeats article.txt                                         show its repeats, and why they are cut
  dedup compare a1 a2 --in crawl/*.jsonl                            show two articles side by side
  dedup tune crawl/*.jsonl                                          choose the threshold
  zcat crawl.jsonl.gz | dedup clean - > clean.jsonl                 clean in a pipe
  crawler | dedup clean - -o - --index seen.index --stream          answer each article as it comes
  dedup index check seen.index crawl/*.jsonl                        find articles that earlier runs have seen
  dedup restore clean.jsonl ledger.jsonl -o crawl.jsonl             restore the input, byte for byte
  dedup why a1 ledger.jsonl                                         say what became of one article
  dedup report ledger.jsonl                                         show the report of a finished run again
"""


def parser() -> argparse.ArgumentParser:
    """The parser of the command line. Its result has the `command`, such as "clean" or "index add"."""
    top = argparse.ArgumentParser(
        "dedup",
        description="Turns scraped articles into clean ones.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"dedup {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_clean(commands)
    _add_repeats(commands)
    _add_compare(commands)
    _add_tune(commands)
    _add_restore(commands)
    _add_report(commands)
    _add_why(commands)
    add_index_commands(commands)
    return top


def _add_clean(commands: Commands) -> None:
    clean = commands.add_parser(
        "clean",
        help="cut repeats inside articles, drop near-duplicates",
        description="Cut text that a scraper repeated inside an article, drop near-duplicates of other "
        "articles, and report every decision.",
    )
    clean.set_defaults(command="clean")
    add_inputs(clean.add_argument)
    files = clean.add_argument_group("files").add_argument
    files(
        "-o", "--output", metavar="OUTPUT", help="a file, or a folder (ends in /); default: standard output"
    )
    files("--ledger", metavar="FILE", help="write every decision and how to undo it, as JSON Lines")
    files(
        "--rejects",
        metavar="FILE",
        help="write the records that could not be read (default: OUTPUT.rejects.jsonl, if there are any)",
    )
    files(
        "--report",
        metavar="FILE",
        help="write the report: .html is a page with the texts side by side, .json has the values that "
        "dedup/summary/report.schema.json describes",
    )
    add_fields(files)
    add_title(files)
    add_site(files)
    repeats = clean.add_argument_group("repeats inside an article").add_argument
    add_kinds(repeats)
    repeats("--no-repeats", action="store_true", help="do not cut repeats")
    duplicates = clean.add_argument_group("near-duplicates").add_argument
    add_similarity(duplicates)
    add_matching(duplicates)
    add_never_drop(duplicates)
    add_action(duplicates)
    duplicates("--no-duplicates", action="store_true", help="do not drop near-duplicates")
    add_index(clean.add_argument_group("earlier runs").add_argument)
    running = clean.add_argument_group("running").add_argument
    add_machine(running)
    running(
        "--stream",
        action="store_true",
        help="answer each line of standard input before reading the next one; articles are compared with "
        "those before them in the stream and in --index. Output and rejects are appended to their files line "
        "by line; with --ledger all three files must be new",
    )
    running("--dry-run", action="store_true", help="show the report, write nothing")
    running("--quiet", action="store_true", help="show no report and no progress")
    add_fail_over(running)
    add_engine(clean.add_argument_group("more than one machine").add_argument)


def _add_repeats(commands: Commands) -> None:
    repeats = commands.add_parser(
        "repeats",
        help="show articles with their repeats marked",
        description="Show each article that has repeats: those that would be cut are struck out in their "
        "place, others underlined, each with its kind, its similarity and the reason for the decision. "
        "Nothing is written.",
    )
    repeats.set_defaults(command="repeats")
    add_inputs(repeats.add_argument)
    repeats.add_argument(
        "--id", metavar="ID", help="show only this document (an id or SOURCE:POSITION), even without repeats"
    )
    add_fields(repeats.add_argument)
    add_kinds(repeats.add_argument)


def _add_compare(commands: Commands) -> None:
    compare = commands.add_parser(
        "compare",
        help="show two articles side by side, and how similar they are",
        description="Show how similar two documents are, whether `dedup clean` would drop one as a "
        "duplicate of the other, and their texts side by side (one below the other under 100 columns) with "
        "the differences marked. A and B are files of one document each; with --in they are ids of "
        "documents in INPUT. The numbers are those of `dedup clean`: exact, and without the repeats that it "
        "cuts. Nothing is written.",
        usage="%(prog)s A B [--in INPUT [INPUT ...]] [options]",  # in this order: --in takes all that follows
    )
    compare.set_defaults(command="compare")
    compare.add_argument("one", metavar="A", help="a file of one document; with --in, the id of a document")
    compare.add_argument("other", metavar="B", help="the other file or id")
    compare.add_argument(
        "--in",
        dest="inputs",
        nargs="+",
        default=[],
        metavar="INPUT",
        help="files that have the documents A and B, as for `dedup clean`; SOURCE:POSITION also names a "
        "document",
    )
    compare.add_argument("--full", action="store_true", help="show long identical passages in full")
    compare.add_argument("--no-repeats", action="store_true", help="compare the texts with their repeats")
    add_similarity(compare.add_argument)
    add_fields(compare.add_argument)
    add_title(compare.add_argument)
    add_kinds(compare.add_argument)


def _add_tune(commands: Commands) -> None:
    tune = commands.add_parser(
        "tune",
        help="recommend a threshold, and show what each would do",
        description="Recommend a --threshold, with what it would keep and drop compared with the default and "
        "the command to run. Show how many pairs there are at each similarity, how many documents each "
        "threshold would drop, how many pairs the search may miss, and pairs just above and just below the "
        "threshold with their differences. The numbers are those of "
        "`dedup clean`: exact, without the repeats that it cuts, and without close calls, such as pairs that "
        "differ in their titles, numbers or names, which it keeps. Nothing is written.",
    )
    tune.set_defaults(command="tune")
    add_inputs(tune.add_argument)
    add_fields(tune.add_argument)
    add_title(tune.add_argument)
    repeats = tune.add_argument_group("repeats inside an article").add_argument
    add_kinds(repeats)
    repeats("--no-repeats", action="store_true", help="compare the texts with their repeats")
    duplicates = tune.add_argument_group("near-duplicates").add_argument
    add_similarity(duplicates)
    add_matching(duplicates)
    running = tune.add_argument_group("running").add_argument
    add_machine(running)
    running("--quiet", action="store_true", help="show no progress")


def _add_restore(commands: Commands) -> None:
    restore = commands.add_parser(
        "restore",
        help="restore the input of a finished run",
        description="Restore the input of a finished run: byte for byte after decompression, or an equal "
        "table if it was Parquet. With --id only single articles, each with its own bytes.",
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


def _add_report(commands: Commands) -> None:
    report = commands.add_parser(
        "report",
        help="show the report of a finished run again",
        description="Show the report of a finished run again, from its complete ledger. The articles are "
        "not read. A ledger records neither times nor the folder of the output.",
    )
    report.set_defaults(command="report")
    report.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")


def _add_why(commands: Commands) -> None:
    why = commands.add_parser(
        "why",
        help="say what became of one article, and why",
        description="Say in a few sentences what became of one article of a finished run: kept, cut, dropped "
        "for which other one, and why. All of it is in the ledger; the articles are not read.",
    )
    why.set_defaults(command="why")
    why.add_argument("id", metavar="ID", help="the id of the article, or SOURCE:POSITION")
    why.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")
    why.add_argument("--json", action="store_true", help="print JSON")
