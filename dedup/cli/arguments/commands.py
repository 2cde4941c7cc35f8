"""The arguments of each command but `dedup index`, with their help texts."""

from argparse import ArgumentParser

from dedup.cli.arguments.runs import add_earlier_runs, add_engine, add_fail_over, add_machine
from dedup.cli.arguments.shared import (
    add_action,
    add_caution,
    add_fields,
    add_inputs,
    add_kinds,
    add_matching,
    add_never_drop,
    add_similarity,
    add_site,
    add_title,
)


def add_clean(clean: ArgumentParser) -> None:
    """`dedup clean`."""
    clean.description = (
        "Cut text that a scraper repeated inside an article, drop near-duplicates of other "
        "articles, and report every decision."
    )
    clean.set_defaults(command="clean")
    add_inputs(clean.add_argument)
    files = clean.add_argument_group("files").add_argument
    files(
        "-o",
        "--output",
        metavar="OUTPUT",
        help="a file, a folder (ends in /), an object in s3://, gs:// or az://, or a table "
        "(out.db::articles); default: standard output",
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
    add_earlier_runs(clean.add_argument_group("earlier runs").add_argument)
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


def add_repeats(repeats: ArgumentParser) -> None:
    """`dedup repeats`."""
    repeats.description = (
        "Show each article that has repeats: those that would be cut are struck out in their "
        "place, others underlined, each with its kind, its similarity and the reason for the decision. "
        "Nothing is written."
    )
    repeats.set_defaults(command="repeats")
    add_inputs(repeats.add_argument)
    repeats.add_argument(
        "--id", metavar="ID", help="show only this document (an id or SOURCE:POSITION), even without repeats"
    )
    add_fields(repeats.add_argument)
    add_title(repeats.add_argument)
    add_site(repeats.add_argument)
    add_kinds(repeats.add_argument)


def add_sites(sites: ArgumentParser) -> None:
    """`dedup sites`."""
    sites.description = (
        "Show for each site (the host of the URL) what it prints on many of its pages, such as menus, "
        "promotions and footers: on how many pages each passage is, how often `dedup clean` would cut it, "
        "and the reasons. The sites from which most text would be cut come first. Nothing is written."
    )
    sites.set_defaults(command="sites")
    add_inputs(sites.add_argument)
    sites.add_argument("--all", action="store_true", help="show all sites and all of their passages")
    sites.add_argument("--json", action="store_true", help="print all of it as JSON, nothing shortened")
    add_fields(sites.add_argument)
    add_title(sites.add_argument)
    add_site(sites.add_argument)
    add_caution(sites.add_argument)
    running = sites.add_argument_group("running").add_argument
    add_machine(running)
    running("--quiet", action="store_true", help="show no progress")


def add_compare(compare: ArgumentParser) -> None:
    """`dedup compare`."""
    compare.description = (
        "Show how similar two documents are, whether `dedup clean` would drop one as a "
        "duplicate of the other, and their texts side by side (one below the other under 100 columns) with "
        "the differences marked. A and B are files of one document each; with --in they are ids of "
        "documents in INPUT. The numbers are those of `dedup clean`: exact, and without the repeats that it "
        "cuts in the document itself; what sites print on many pages is compared, too. Nothing is written."
    )
    # in this order: --in takes all that follows
    compare.usage = "%(prog)s A B [--in INPUT [INPUT ...]] [options]"
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


def add_tune(tune: ArgumentParser) -> None:
    """`dedup tune`."""
    tune.description = (
        "Recommend a --threshold, with what it would keep and drop compared with the default and "
        "the command to run. Show how many pairs there are at each similarity, how many documents each "
        "threshold would drop, how many pairs the search may miss, and pairs just above and just below the "
        "threshold with their differences. The numbers are those of "
        "`dedup clean`: exact, without the repeats that it cuts, and without close calls, such as pairs that "
        "differ in their titles, numbers or names, which it keeps. Nothing is written."
    )
    tune.set_defaults(command="tune")
    add_inputs(tune.add_argument)
    add_fields(tune.add_argument)
    add_title(tune.add_argument)
    add_site(tune.add_argument)
    repeats = tune.add_argument_group("repeats inside an article").add_argument
    add_kinds(repeats)
    repeats("--no-repeats", action="store_true", help="compare the texts with their repeats")
    duplicates = tune.add_argument_group("near-duplicates").add_argument
    add_similarity(duplicates)
    add_matching(duplicates)
    running = tune.add_argument_group("running").add_argument
    add_machine(running)
    running("--quiet", action="store_true", help="show no progress")


def add_restore(restore: ArgumentParser) -> None:
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


def add_report(report: ArgumentParser) -> None:
    """`dedup report`."""
    report.description = (
        "Show the report of a finished run again, from its complete ledger. The articles are "
        "not read. A ledger records neither times nor the folder of the output."
    )
    report.set_defaults(command="report")
    report.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")


def add_why(why: ArgumentParser) -> None:
    """`dedup why`."""
    why.description = (
        "Say in a few sentences what became of one article of a finished run: kept, cut, dropped "
        "for which other one, and why. All of it is in the ledger; the articles are not read."
    )
    why.set_defaults(command="why")
    why.add_argument("id", metavar="ID", help="the id of the article, or SOURCE:POSITION")
    why.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")
    why.add_argument("--json", action="store_true", help="print JSON")
