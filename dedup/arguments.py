"""The arguments of every command: what is said on the command line, and the help that tells it."""

import argparse
from collections.abc import Callable, Mapping
from typing import TypeAlias

from dedup import __version__
from dedup.options import CUT, Options

_EXAMPLES = """examples:
  dedup clean crawl/*.jsonl -o clean.jsonl --ledger ledger.jsonl    many articles, with a record of decisions
  dedup clean article.txt                                           one article, cleaned, to standard output
  dedup repeats article.txt                                         what it says twice, marked, and why
  dedup compare a1 a2 --in crawl/*.jsonl                            two articles side by side, and how alike
  dedup tune crawl/*.jsonl                                          where the threshold should lie
  zcat crawl.jsonl.gz | dedup clean - > clean.jsonl                 between a crawler and what comes after it
  dedup restore clean.jsonl ledger.jsonl -o crawl.jsonl             the input again, byte for byte
"""
Add = Callable[..., argparse.Action]
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
    return whole


def _add_clean(commands: Commands, run: Run) -> None:
    clean = commands.add_parser(
        "clean", help="cut repeats inside articles, drop near-duplicates", description=run.__doc__
    )
    clean.set_defaults(command=run)
    _add_inputs(clean.add_argument)
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
    files("--report", metavar="FILE", help="write the report as JSON")
    _add_fields(files)
    what = clean.add_argument_group("repeats inside an article").add_argument
    _add_kinds(what)
    what("--no-repeats", action="store_true", help="leave texts as they are")
    near = clean.add_argument_group("near-duplicates").add_argument
    _add_similarity(near)
    _add_matching(near)
    near("--no-duplicates", action="store_true", help="drop nothing")
    _add_index_(clean.add_argument_group("earlier runs").add_argument)
    how = clean.add_argument_group("running").add_argument
    _add_machine(how)
    how("--dry-run", action="store_true", help="report, but write nothing")
    how("--quiet", action="store_true", help="no report, no progress")


def _add_repeats(commands: Commands, run: Run) -> None:
    repeats = commands.add_parser(
        "repeats", help="show articles with their repeats marked", description=run.__doc__
    )
    repeats.set_defaults(command=run)
    _add_inputs(repeats.add_argument)
    repeats.add_argument("--id", metavar="ID", help="show this document alone, with or without repeats")
    _add_fields(repeats.add_argument)
    _add_kinds(repeats.add_argument)


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
    _add_similarity(compare.add_argument)
    _add_fields(compare.add_argument)
    _add_kinds(compare.add_argument)


def _add_tune(commands: Commands, run: Run) -> None:
    tune = commands.add_parser("tune", help="show what each threshold would do", description=run.__doc__)
    tune.set_defaults(command=run)
    _add_inputs(tune.add_argument)
    _add_fields(tune.add_argument)
    what = tune.add_argument_group("repeats inside an article").add_argument
    _add_kinds(what)
    what("--no-repeats", action="store_true", help="compare the texts as they are")
    near = tune.add_argument_group("near-duplicates").add_argument
    _add_similarity(near)
    _add_matching(near)
    how = tune.add_argument_group("running").add_argument
    _add_machine(how)
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


def _add_inputs(add: Add) -> None:
    add(
        "inputs",
        nargs="+",
        metavar="INPUT",
        help="files, folders, globs: .jsonl .json .csv .tsv .parquet .txt .md, .gz and .zst on top; - for "
        "JSON Lines on standard input",
    )


def _add_fields(add: Add) -> None:
    default = Options()
    add(
        "--text-field",
        default=default.text_field,
        metavar="NAME",
        help="the field with the text (default: %(default)s)",
    )
    add(
        "--id-field",
        default=default.id_field,
        metavar="NAME",
        help="the field that identifies a document, if there is one (default: %(default)s)",
    )


def _add_kinds(add: Add) -> None:
    default = Options()
    add(
        "--cut",
        default=",".join(CUT),
        metavar="KINDS",
        help="kinds to cut, of block exact near title excerpt pattern (default: %(default)s)",
    )
    add(
        "--caution",
        type=float,
        default=default.caution,
        metavar="SHARE",
        help="how sure an accident must be to be cut, 0 to 1 (default: %(default)s)",
    )


def _add_similarity(add: Add) -> None:
    default = Options()
    add(
        "--threshold",
        type=float,
        default=default.threshold,
        metavar="JACCARD",
        help="documents as alike as this are duplicates (default: %(default)s)",
    )
    add(
        "--contained",
        type=_share_or_off,
        default=default.contained,
        metavar="SHARE",
        help="a document that has this share of its text in another is a duplicate of it; 1: all of it; off: "
        "do not look for that (default: %(default)s)",
    )
    add(
        "--ngram",
        type=int,
        default=default.ngram,
        metavar="N",
        help="words in a shingle (default: %(default)s)",
    )


def _share_or_off(text: str) -> float | None:
    try:
        return None if text == "off" else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be off or a number from 0 to 1, not {text!r}") from None


def _add_matching(add: Add) -> None:
    default = Options()
    add(
        "--max-loss",
        type=float,
        default=default.max_loss,
        metavar="SHARE",
        help="keep what would lose more of its text than this, 0 to 1 (default: %(default)s)",
    )
    add(
        "--num-perm",
        type=int,
        default=default.num_perm,
        metavar="N",
        help="numbers in a MinHash signature (default: %(default)s)",
    )
    add(
        "--recall",
        type=float,
        default=default.recall,
        metavar="SHARE",
        help="find pairs at --threshold or --contained with this probability (default: %(default)s)",
    )
    add(
        "--keep",
        default=default.keep,
        metavar="WHICH",
        help="longest, first, newest:FIELD or oldest:FIELD (default: %(default)s)",
    )


def _add_index_(add: Add) -> None:
    add(
        "--index",
        metavar="FILE",
        help="compare with the documents that this file holds of earlier runs, too, and add those kept; "
        "it is made if there is none",
    )
    add(
        "--forget",
        metavar="AGE",
        help="what is in the index for longer matches nothing: 90d, 12h, 2w (default: nothing is forgotten)",
    )
    _add_wait(add)


def _add_wait(add: Add) -> None:
    add(
        "--wait",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long to wait where another process has the index (default: not at all)",
    )


def _add_machine(add: Add) -> None:
    add(
        "--workers",
        type=int,
        default=Options().workers,
        metavar="N",
        help="threads (default: one for each core)",
    )
    add(
        "--memory",
        metavar="SIZE",
        help="what comparing may take before it goes on on disk, as 512M or 4G (default: half of all)",
    )
