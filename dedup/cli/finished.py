"""The commands about a finished run, and about what its words mean: `dedup report`, `why` and `explain`."""

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from dedup.cli.as_json import print_json
from dedup.cli.exit_status import DONE
from dedup.errors import LedgerError, OptionsError
from dedup.files.claims import Claims
from dedup.files.locations.copies import local_copies
from dedup.files.locations.names import shown
from dedup.files.staging import Staging
from dedup.ledger.reader import CheckedLedger, check_ledger, foreign
from dedup.ledger.run_facts import RunFacts, from_ledger
from dedup.options import MACHINE
from dedup.outputs.targets import check_report
from dedup.reports import report_file
from dedup.reports.terminal import console as terminal
from dedup.summary.format import Summary


def show_report(arguments: Namespace) -> int:
    """Run `dedup report`; returns the exit status. Raises LedgerError if the ledger is altered, cut short or
    without a report, OptionsError, OutputError.
    """
    check_report(arguments.report)
    with local_copies(arguments.ledger) as (ledger,):
        return _show_report(ledger, arguments)


def _show_report(ledger: str, arguments: Namespace) -> int:
    if Path(ledger).is_dir():
        raise LedgerError(
            f"{ledger!r} is the ledger of a run on Spark, which has no report; write one with --report FILE."
        )
    claims = Claims()
    claims.read(ledger, "is the ledger")
    if arguments.report not in (None, "-"):
        claims.write("--report", arguments.report)
    claims.check_stdout()
    with foreign(ledger):
        run = check_ledger(ledger)
    if run.summary is None:
        raise LedgerError(
            f"The ledger {ledger!r} has no report: neither a stream nor an older dedup writes one. Its "
            "lines have every decision."
        )
    with foreign(ledger):
        name = shown(arguments.ledger)
        facts = from_ledger(run.header["run"], name) if "run" in run.header else None
        files = _files_of(run, facts, name)
    not_in_ledger = {
        "run": facts,
        "seconds": {},
        "elapsed": 0.0,
        "bytes": None,
        "files": files,
    }
    try:
        options = {**dict.fromkeys(MACHINE, 0), **run.summary["options"]}
        _show(cast(Summary, {**run.summary, "options": options, **not_in_ledger}), arguments)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise LedgerError(
            f"The report in {ledger!r} cannot be shown by this dedup; dedup {run.header.get('dedup')!r} "
            "wrote it."
        ) from error
    return DONE


def _show(summary: Summary, arguments: Namespace) -> None:
    """Print the report, or write it to a file."""
    if not arguments.report:
        terminal.show(summary, sys.stdout, verbose=arguments.verbose)
        return
    write_report(arguments.report, report_file.render(arguments.report, summary, None))


def write_report(path: str, parts: Iterable[bytes]) -> None:
    """Write a report whole or not at all. Raises OutputError."""
    with Staging() as staging:
        target = staging.stdout() if path == "-" else staging.open(path)
        for part in parts:
            target.write(part)
        if path == "-":
            target.push()


def _files_of(run: CheckedLedger, facts: RunFacts | None, ledger: str) -> dict[str, Any]:
    """The files of a run. An older ledger knows the name of an output, but not its folder."""
    outputs, rejects = run.end["outputs"], run.end["rejects"]
    name = None if run.end["folder"] or len(outputs) != 1 else outputs[0]["name"]
    return {
        "articles": (facts["output"] if facts else None) or name or "a folder",
        "ledger": ledger,
        "rejects": rejects["name"] if rejects else None,
        "report": None,
        "dry_run": False,
        "skipped": [],
    }


def show_fate(arguments: Namespace) -> int:
    """Run `dedup why`; returns the exit status. Raises LedgerError."""
    from dedup.ledger.fate import fate_of
    from dedup.reports.terminal.views import fate

    with local_copies(arguments.ledger) as (ledger,):
        known = fate_of(arguments.id, ledger)
        if arguments.json:
            print_json(known)
        else:
            with foreign(ledger):
                name = shown(arguments.ledger)
                terminal.stream(lambda _: fate.report(known, name, arguments.verbose), sys.stdout)
    return DONE


def show_explanations(arguments: Namespace) -> int:
    """Run `dedup explain`; returns the exit status. Raises OptionsError for a name that means nothing."""
    from dedup.cli.arguments.usage import did_you_mean
    from dedup.explain import terms
    from dedup.reports.terminal.views import explanations

    chosen = []
    for name in arguments.names:
        if not (found := terms.called(name)):
            meant = did_you_mean(name, terms.names()) or "; dedup explain lists all names"
            raise OptionsError(f"there is nothing called {name!r} to explain{meant}")
        chosen += found
    if arguments.json:
        print_json([term._asdict() for term in chosen or terms.all_terms()])
    else:
        parts = [*map(explanations.term, chosen)] if chosen else [*explanations.listing()]
        terminal.stream(lambda _: parts, sys.stdout)
    return DONE
