"""The commands that show something and write nothing: `dedup repeats`, `sites`, `compare`, `tune`, `report`
and `why`."""

import json
import shlex
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any, cast

from dedup.cli.exit_status import DONE, of_unreadable
from dedup.cli.job import claim_inputs, explain_skipped
from dedup.cli.options import options_of, words_of
from dedup.errors import LedgerError, OptionsError
from dedup.explain.compare import compare
from dedup.explain.repeats import ReadCounts, inspect
from dedup.explain.sites import explain_sites
from dedup.explain.tune import tune
from dedup.files.claims import Claims
from dedup.files.locations.copies import local_copies
from dedup.files.locations.names import shown
from dedup.ledger.reader import CheckedLedger, check_ledger, foreign
from dedup.reports.terminal import console as terminal
from dedup.sources import lookup
from dedup.sources.files import Files
from dedup.summary.format import Summary


def show_repeats(arguments: Namespace) -> int:
    """Run `dedup repeats`; returns the exit status. Raises InputError, OptionsError."""
    from dedup.reports.terminal import repeats

    options, counts = options_of(arguments), ReadCounts()
    source = Files(arguments.inputs, options)
    claim_inputs(arguments.inputs, source.files)
    explain_skipped(source.skipped)
    articles = inspect(source, options, arguments.id, counts)
    terminal.stream(lambda colour: repeats.report(articles, lambda: counts.documents, colour), sys.stdout)
    return of_unreadable(counts.rejects, "only readable ones are shown")


def show_sites(arguments: Namespace) -> int:
    """Run `dedup sites`; returns the exit status. Raises InputError, OptionsError."""
    from dedup.reports import printed_passages
    from dedup.reports.terminal import progress

    options = options_of(arguments)
    source = Files(arguments.inputs, options)
    claim_inputs(arguments.inputs, source.files)
    if not arguments.quiet:
        explain_skipped(source.skipped)
    with progress.shown(source.files, arguments.quiet) as show_progress:
        printing = explain_sites(source, options, show_progress)
    if arguments.json:
        _print_json(printing.as_values())
    else:
        field, shows_all = options.site_field or options.url_field, arguments.all
        terminal.stream(lambda _: printed_passages.report(printing, field, shows_all), sys.stdout)
    return of_unreadable(printing.rejects, "only readable ones are counted")


def show_comparison(arguments: Namespace) -> int:
    """Run `dedup compare`; returns the exit status. Raises InputError, OptionsError."""
    from dedup.reports.terminal import side_by_side

    options, names = options_of(arguments), [arguments.one, arguments.other]
    if arguments.inputs:
        one, other = lookup.one_of_each(names, arguments.inputs, options)
    elif names == ["-", "-"]:
        raise OptionsError(
            "only one of the two documents can come from standard input; name a file for the other"
        )
    else:
        one, other = lookup.in_files(names, options)
    compared = compare(one, other, options)
    terminal.stream(
        lambda colour: side_by_side.report(compared, arguments.full, colour), sys.stdout, side_by_side.WIDEST
    )
    return DONE


def show_thresholds(arguments: Namespace) -> int:
    """Run `dedup tune`; returns the exit status. Raises InputError, OptionsError."""
    from dedup.reports.terminal import progress, tuning

    options = options_of(arguments)
    source = Files(arguments.inputs, options)
    claim_inputs(arguments.inputs, source.files)
    if not arguments.quiet:
        explain_skipped(source.skipped)
    with progress.shown(source.files, arguments.quiet) as show_progress:
        tuned = tune(source, options, show_progress)
    command = shlex.join(["dedup", "clean", *map(shown, arguments.inputs), *words_of(options)])
    terminal.stream(lambda colour: tuning.report(tuned, colour, command), sys.stdout)
    return of_unreadable(tuned.rejects, "only readable ones are counted")


def show_report(arguments: Namespace) -> int:
    """Run `dedup report`; returns the exit status. Raises LedgerError if the ledger is altered, cut short or
    without a report.
    """
    with local_copies(arguments.ledger) as (ledger,):
        return _show_report(ledger)


def _show_report(ledger: str) -> int:
    if Path(ledger).is_dir():
        raise LedgerError(
            f"{ledger!r} is the ledger of a run on Spark, which has no report; write one with --report FILE."
        )
    claims = Claims()
    claims.read(ledger, "is the ledger")
    claims.check_stdout()
    with foreign(ledger):
        run = check_ledger(ledger)
    if run.summary is None:
        raise LedgerError(
            f"The ledger {ledger!r} has no report: neither a stream nor an older dedup writes one. Its "
            "lines have every decision."
        )
    with foreign(ledger):
        files = _files_of(run, ledger)
    not_in_ledger = {"seconds": {}, "elapsed": 0.0, "bytes": None, "files": files}
    try:
        terminal.show(cast(Summary, {**run.summary, **not_in_ledger}), sys.stdout)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise LedgerError(
            f"The report in {ledger!r} cannot be shown by this dedup; dedup {run.header.get('dedup')!r} "
            "wrote it."
        ) from error
    return DONE


def show_fate(arguments: Namespace) -> int:
    """Run `dedup why`; returns the exit status. Raises LedgerError."""
    from dedup.ledger.fate import fate_of
    from dedup.reports.terminal import fate

    with local_copies(arguments.ledger) as (ledger,):
        known = fate_of(arguments.id, ledger)
        if arguments.json:
            _print_json(known)
        else:
            with foreign(ledger):
                terminal.stream(lambda _: fate.report(known), sys.stdout)
    return DONE


def _print_json(values: object) -> None:
    """Print values as JSON that escapes all but ASCII, so that no text acts on a terminal."""
    print(json.dumps(values, indent=2))


def _files_of(run: CheckedLedger, ledger: str) -> dict[str, Any]:
    """The files of a run. A ledger knows the name of an output, but not its folder."""
    outputs, rejects = run.end["outputs"], run.end["rejects"]
    output = "OUTPUT" if run.end["folder"] or len(outputs) != 1 else outputs[0]["name"]
    return {
        "articles": output,
        "ledger": ledger,
        "rejects": rejects["name"] if rejects else None,
        "report": None,
        "dry_run": False,
        "skipped": [],
    }
