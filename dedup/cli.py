"""The command: arguments in, one call, a report, an exit status.

0: done. 1: the input or the machine made it impossible. 2: wrong usage. 3: done, but some records could not
be read; they stand in the rejects file. 130: interrupted. 141: whoever read the output has gone.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from dedup import __version__
from dedup.errors import DedupError, OptionsError
from dedup.options import CUT, Options

_EXAMPLES = """examples:
  dedup clean crawl/*.jsonl -o clean.jsonl --ledger ledger.jsonl    many articles, with a record of decisions
  dedup clean article.txt                                           one article, cleaned, to standard output
  dedup repeats article.txt                                         what it says twice, marked, and why
  zcat crawl.jsonl.gz | dedup clean - > clean.jsonl                 between a crawler and what comes after it
  dedup restore clean.jsonl ledger.jsonl -o crawl.jsonl             the input again, byte for byte
"""
Add = Callable[..., argparse.Action]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    try:
        chosen = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = chosen.command
        return command(chosen)
    except OptionsError as error:
        return _fail(str(error), 2)
    except DedupError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return _fail("interrupted; nothing was written", 130)
    except BrokenPipeError:
        _let_go_of_stdout()
        return 141
    except MemoryError:
        return _fail("there is not enough memory for this input; give it in smaller parts", 1)
    except OSError as error:
        return _fail(f"{error.filename or 'the machine'}: {error.strerror or error}", 1)


def _fail(message: str, status: int) -> int:
    print(f"dedup: {message}", file=sys.stderr)
    return status


def _let_go_of_stdout() -> None:
    """Point standard output at nothing, so that Python's own flush at the end does not complain."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        "dedup", description="Turns scraped articles into clean ones.", epilog=_EXAMPLES, formatter_class=form
    )
    parser.add_argument("--version", action="version", version=f"dedup {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_clean(commands)
    _add_repeats(commands)
    _add_restore(commands)
    return parser


def _add_clean(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    default = Options()
    clean = commands.add_parser(
        "clean", help="cut repeats inside articles, drop near-duplicates", description=_clean.__doc__
    )
    clean.set_defaults(command=_clean)
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
    near(
        "--threshold",
        type=float,
        default=default.threshold,
        metavar="JACCARD",
        help="drop what is as alike as this (default: %(default)s)",
    )
    near(
        "--contained",
        type=_share_or_off,
        default=default.contained,
        metavar="SHARE",
        help="drop what has this share of its text in the one that is kept; 1: all of it; off: do not look "
        "for that (default: %(default)s)",
    )
    near(
        "--max-loss",
        type=float,
        default=default.max_loss,
        metavar="SHARE",
        help="keep what would lose more of its text than this, 0 to 1 (default: %(default)s)",
    )
    near(
        "--ngram",
        type=int,
        default=default.ngram,
        metavar="N",
        help="words in a shingle (default: %(default)s)",
    )
    near(
        "--num-perm",
        type=int,
        default=default.num_perm,
        metavar="N",
        help="numbers in a MinHash signature (default: %(default)s)",
    )
    near(
        "--recall",
        type=float,
        default=default.recall,
        metavar="SHARE",
        help="find pairs at --threshold or --contained with this probability (default: %(default)s)",
    )
    near(
        "--keep",
        default=default.keep,
        metavar="WHICH",
        help="longest, first, newest:FIELD or oldest:FIELD (default: %(default)s)",
    )
    near("--no-duplicates", action="store_true", help="drop nothing")
    how = clean.add_argument_group("running").add_argument
    how(
        "--workers",
        type=int,
        default=default.workers,
        metavar="N",
        help="threads (default: one for each core)",
    )
    how("--dry-run", action="store_true", help="report, but write nothing")
    how("--quiet", action="store_true", help="no report, no progress")


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


def _add_repeats(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    repeats = commands.add_parser(
        "repeats", help="show articles with their repeats marked", description=_repeats.__doc__
    )
    repeats.set_defaults(command=_repeats)
    _add_inputs(repeats.add_argument)
    repeats.add_argument("--id", metavar="ID", help="show this document alone, with or without repeats")
    _add_fields(repeats.add_argument)
    _add_kinds(repeats.add_argument)


def _add_restore(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    restore = commands.add_parser(
        "restore", help="give the input of a finished run back", description=_restore.__doc__
    )
    restore.set_defaults(command=_restore)
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


def _share_or_off(given: str) -> float | None:
    """A share as argparse shall read it; None for off."""
    return None if given == "off" else float(given)


def _kinds(chosen: argparse.Namespace) -> tuple[str, ...]:
    return tuple(kind.strip() for kind in chosen.cut.split(",") if kind.strip())


def _options(chosen: argparse.Namespace) -> Options:
    return Options(
        text_field=chosen.text_field,
        id_field=chosen.id_field,
        repeats=not chosen.no_repeats,
        duplicates=not chosen.no_duplicates,
        cut=_kinds(chosen),
        caution=chosen.caution,
        threshold=chosen.threshold,
        contained=chosen.contained,
        max_loss=chosen.max_loss,
        ngram=chosen.ngram,
        num_perm=chosen.num_perm,
        recall=chosen.recall,
        keep=chosen.keep,
        workers=chosen.workers,
    )


def _clean(chosen: argparse.Namespace) -> int:
    """Cut what a scrape repeated inside articles, drop articles that say the same as another, and report
    every decision.
    """
    from dedup.job import Job, clean_files

    options = _options(chosen)
    return clean_files(
        Job(
            chosen.inputs,
            chosen.output,
            chosen.ledger,
            chosen.rejects,
            chosen.report,
            chosen.dry_run,
            chosen.quiet,
        ),
        options,
    )


def _repeats(chosen: argparse.Namespace) -> int:
    """Show each article that says something twice: what would be cut struck out in its place, what would be
    left underlined, each with its kind and how alike it is, and what decided. Nothing is written.
    """
    from dedup.inspection import show_repeats

    options = Options(chosen.text_field, chosen.id_field, cut=_kinds(chosen), caution=chosen.caution)
    return show_repeats(chosen.inputs, options, chosen.id, sys.stdout)


def _restore(chosen: argparse.Namespace) -> int:
    """Give the input of a finished run back: byte for byte, compression aside; an equal table for Parquet."""
    from dedup.ledger import restore

    for name in restore(chosen.output, chosen.ledger, chosen.rejects, chosen.original):
        print(f"restored {name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
