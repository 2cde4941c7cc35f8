"""The arguments of every command: what is said on the command line, and the help that tells it."""

import argparse
from collections.abc import Callable, Mapping
from typing import TypeAlias

from dedup.cli.shared_arguments import (
    add_engine,
    add_fail_over,
    add_fields,
    add_forget,
    add_index,
    add_inputs,
    add_keeping,
    add_kinds,
    add_machine,
    add_matching,
    add_search,
    add_similarity,
    add_site,
    add_wait,
    only_said,
)
from dedup.version import __version__

_EXAMPLES = """examples:
  dedup clean crawl/*.jsonl -o clean.jsonl --ledger ledger.jsonl    many articles, with a record of decisions
  dedup clean article.txt                                           one article, cleaned, to standard output
  dedup repeats article.txt                                         what it says twice, marked, and why
  dedup compare a1 a2 --in crawl/*.jsonl                            two articles side by side, and how alike
  dedup tune crawl/*.jsonl                                          where the threshold should lie
  zcat crawl.jsonl.gz | dedup clean - > clean.jsonl                 between a crawler and what comes after it
  crawler | dedup clean - -o - --index seen.index --stream          each article answered as it comes
  dedup index check seen.index crawl/*.jsonl                        which articles earlier runs have seen
  dedup restore clean.jsonl ledger.jsonl -o crawl.jsonl             the input again, byte for byte
  dedup report ledger.jsonl                                         the report of a finished run again
"""
Run = Callable[[argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parser(runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """What reads the command line. `runs`: by command what it does, whose docstring describes it."""
    form = argparse.RawDescriptionHelpFormatter
    whole = argparse.ArgumentParser(
        "dedup", description="Turns scraped articles into clean ones.", epilog=_EXAMPLES, formatter_class=form
    )
    whole.add_argument("--version", action="version", version=f"dedup {__version__}")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    _add_clean(commands, runs["clean"])
    _add_repeats(commands, runs["repeats"])
    _add_compare(commands, runs["compare"])
    _add_tune(commands, runs["tune"])
    _add_restore(commands, runs["restore"])
    _add_report(commands, runs["report"])
    _add_index(commands, runs)
    return whole


def _add_clean(commands: Commands, run: Run) -> None:
    clean = commands.add_parser(
        "clean", help="cut repeats inside articles, drop near-duplicates", description=run.__doc__
    )
    clean.set_defaults(command=run)
    add_inputs(clean.add_argument)
    files = clean.add_argument_group("files").add_argument
    files(
        "-o", "--output", metavar="OUTPUT", help="a file, or a folder (ends in /); default: standard output"
    )
    files("--ledger", metavar="FILE", help="write every decision and what undoes it, as JSON Lines")
    files(
        "--rejects",
        metavar="FILE",
        help="write the records that could not be read (default, where there are any: OUTPUT.rejects.jsonl)",
    )
    files(
        "--report",
        metavar="FILE",
        help="write the report: .html a page with the texts side by side; .json values, whose fields "
        "dedup/summary/report.schema.json has",
    )
    add_fields(files)
    add_site(files)
    what = clean.add_argument_group("repeats inside an article").add_argument
    add_kinds(what)
    what("--no-repeats", action="store_true", help="leave texts as they are")
    near = clean.add_argument_group("near-duplicates").add_argument
    add_similarity(near)
    add_matching(near)
    near("--no-duplicates", action="store_true", help="drop nothing")
    add_index(clean.add_argument_group("earlier runs").add_argument)
    how = clean.add_argument_group("running").add_argument
    add_machine(how)
    how(
        "--stream",
        action="store_true",
        help="answer each line of standard input before the next one comes in, compared with those before it "
        "and with what --index holds (without an index: with this stream alone). -o FILE and --rejects FILE "
        "are written line by line, behind what they hold; with --ledger FILE all three must be new",
    )
    how("--dry-run", action="store_true", help="report, but write nothing")
    how("--quiet", action="store_true", help="no report, no progress")
    add_fail_over(how)
    add_engine(clean.add_argument_group("past one machine").add_argument)


def _add_repeats(commands: Commands, run: Run) -> None:
    repeats = commands.add_parser(
        "repeats", help="show articles with their repeats marked", description=run.__doc__
    )
    repeats.set_defaults(command=run)
    add_inputs(repeats.add_argument)
    repeats.add_argument("--id", metavar="ID", help="show this document alone, with or without repeats")
    add_fields(repeats.add_argument)
    add_kinds(repeats.add_argument)


def _add_compare(commands: Commands, run: Run) -> None:
    compare = commands.add_parser(
        "compare",
        help="show two articles side by side, and how alike",
        description=run.__doc__,
        usage="%(prog)s A B [--in INPUT [INPUT ...]] [options]",  # in this order: --in takes all that follows
    )
    compare.set_defaults(command=run)
    compare.add_argument("one", metavar="A", help="a file that holds one document; with --in, an id")
    compare.add_argument("other", metavar="B", help="likewise")
    compare.add_argument(
        "--in",
        dest="inputs",
        nargs="+",
        default=[],
        metavar="INPUT",
        help="where to look for the ids, as for `dedup clean`; SOURCE:POSITION names a document, too",
    )
    compare.add_argument("--full", action="store_true", help="show long shared stretches as well")
    compare.add_argument(
        "--no-repeats", action="store_true", help="compare the texts as they are, nothing cut of them"
    )
    add_similarity(compare.add_argument)
    add_fields(compare.add_argument)
    add_kinds(compare.add_argument)


def _add_tune(commands: Commands, run: Run) -> None:
    tune = commands.add_parser("tune", help="show what each threshold would do", description=run.__doc__)
    tune.set_defaults(command=run)
    add_inputs(tune.add_argument)
    add_fields(tune.add_argument)
    what = tune.add_argument_group("repeats inside an article").add_argument
    add_kinds(what)
    what("--no-repeats", action="store_true", help="compare the texts as they are")
    near = tune.add_argument_group("near-duplicates").add_argument
    add_similarity(near)
    add_matching(near)
    how = tune.add_argument_group("running").add_argument
    add_machine(how)
    how("--quiet", action="store_true", help="no progress")


def _add_restore(commands: Commands, run: Run) -> None:
    restore = commands.add_parser(
        "restore", help="give the input of a finished run back", description=run.__doc__
    )
    restore.set_defaults(command=run)
    restore.add_argument("output", metavar="OUTPUT", help="what `dedup clean -o` wrote")
    restore.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")
    restore.add_argument(
        "--rejects", metavar="FILE", help="what `dedup clean --rejects` wrote, where there were rejects"
    )
    restore.add_argument(
        "-o",
        "--original",
        metavar="ORIGINAL",
        required=True,
        help="the file to write; a folder where there were several inputs",
    )


def _add_report(commands: Commands, run: Run) -> None:
    report = commands.add_parser(
        "report", help="show the report of a finished run again", description=run.__doc__
    )
    report.set_defaults(command=run)
    report.add_argument("ledger", metavar="LEDGER", help="what `dedup clean --ledger` wrote")


def _add_index(commands: Commands, runs: Mapping[str, Run]) -> None:
    about = "Work with the documents that earlier runs kept: the file of `dedup clean --index FILE`."
    index = commands.add_parser("index", help="add to, ask, show, shorten the memory", description=about)
    actions = index.add_subparsers(required=True, metavar="ACTION")
    add = _action(actions, "add", "compare documents and remember those kept", runs)
    add_inputs(add.add_argument)
    _add_comparing(add)
    shape = only_said(add.add_argument_group("what the index is made with").add_argument)
    add_kinds(shape)
    shape("--no-repeats", action="store_true", help="leave texts as they are")
    add_similarity(shape)
    add_search(shape)
    check = _action(actions, "check", "say what would become of documents", runs)
    add_inputs(check.add_argument)
    _add_comparing(check)
    info = _action(actions, "info", "say what the index holds", runs)
    info.add_argument("--json", action="store_true", help="as JSON")
    drop = _action(actions, "drop", "forget documents", runs)
    drop.add_argument("ids", nargs="*", metavar="ID", help="the id of a document to forget")
    drop.add_argument("--older", metavar="AGE", help="forget what is in the index for longer: 90d, 12h, 2w")
    for action in (add, check, info, drop):
        add_wait(action.add_argument)


def _action(actions: Commands, name: str, help: str, runs: Mapping[str, Run]) -> argparse.ArgumentParser:
    """The form of `dedup index NAME`."""
    run = runs[f"index {name}"]
    action = actions.add_parser(name, help=help, description=run.__doc__)
    action.set_defaults(command=run)
    action.add_argument("file", metavar="FILE", help="the index")
    return action


def _add_comparing(action: argparse.ArgumentParser) -> None:
    """The options of comparing with an index."""
    add_fields(action.add_argument)
    add_keeping(action.add_argument)
    add_forget(action.add_argument)
    add_machine(action.add_argument)
    action.add_argument("--quiet", action="store_true", help="no report, no progress")
