"""Files -> those of their documents that repeat something, with what they repeat: for `dedup repeats`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from dedup.errors import LedgerError, OptionsError
from dedup.explain.compare import compare
from dedup.explain.repeats import ReadCounts, inspect
from dedup.explain.tune import tune
from dedup.ledger.reader import CheckedLedger, check_ledger
from dedup.options import Options
from dedup.sources import lookup
from dedup.sources.files import Files
from dedup.summary.format import Summary


def show_repeats(inputs: Sequence[str], options: Options, only: str | None, file: TextIO) -> int:
    """Write every document that repeats something to `file`, its repeats marked; of `only`, an id, that
    document alone, whatever it holds. Returns the exit status. Raises InputError.
    """
    from dedup.reports.terminal import console as terminal
    from dedup.reports.terminal import repeats

    source, counts = Files(inputs, options), ReadCounts()
    inspected = inspect(source, options, only, counts)
    terminal.stream(lambda colour: repeats.report(inspected, lambda: counts.documents, colour), file)
    if not counts.rejects:
        return 0
    print(f"dedup: records that could not be read and are not shown: {counts.rejects:,}", file=sys.stderr)
    return 3


def show_comparison(
    names: Sequence[str], inputs: Sequence[str], options: Options, full: bool, file: TextIO
) -> int:
    """Write how two documents compare to `file`. `names`: two files, or with `inputs` two ids of theirs.
    Returns the exit status. Raises InputError, OptionsError.
    """
    from dedup.reports.terminal import console as terminal
    from dedup.reports.terminal import side_by_side

    if not inputs and list(names) == ["-", "-"]:
        raise OptionsError("standard input holds one of the two; name a file for the other")
    one, other = lookup.one_of_each(names, inputs, options) if inputs else lookup.in_files(names, options)
    compared = compare(one, other, options)
    terminal.stream(lambda colour: side_by_side.report(compared, full, colour), file, side_by_side.WIDEST)
    return 0


def show_thresholds(inputs: Sequence[str], options: Options, quiet: bool, file: TextIO) -> int:
    """Write to `file` what each threshold would do. Returns the exit status. Raises InputError,
    OptionsError.
    """
    from dedup.reports.terminal import console as terminal
    from dedup.reports.terminal import progress, tuning

    source = Files(inputs, options)
    with progress.shown(source.files, quiet) as told:
        tuned = tune(source, options, told)
    terminal.stream(lambda colour: tuning.report(tuned, colour), file)
    if not tuned.rejects:
        return 0
    print(f"dedup: records that could not be read and are left out: {tuned.rejects:,}", file=sys.stderr)
    return 3


def show_finished(ledger: str, file: TextIO) -> int:
    """Write the report of the run that left this ledger to `file`; returns the exit status. Raises
    LedgerError where it is altered or cut short, or has no report.
    """
    from dedup.reports.terminal import console as terminal

    if Path(ledger).is_dir():
        raise LedgerError(
            f"{ledger!r} is of a run on Spark, whose ledger holds no report: keep it with --report FILE."
        )
    checked = check_ledger(ledger)
    if checked.summary is None:
        raise LedgerError(
            f"The ledger {ledger!r} holds no report: a stream has none, nor has one of an older dedup; its "
            "lines have every decision."
        )
    passing = {"seconds": {}, "elapsed": 0.0, "bytes": None, "files": _files(checked, ledger)}
    try:
        terminal.show(cast(Summary, {**checked.summary, **passing}), file)
    except (KeyError, TypeError, ValueError) as error:
        made = checked.header.get("dedup")
        raise LedgerError(
            f"The report in {ledger!r} cannot be shown by this dedup; dedup {made!r} wrote it."
        ) from error
    return 0


def _files(checked: CheckedLedger, ledger: str) -> dict[str, Any]:
    """The files of that run: the output as the ledger names it, without its folder."""
    outputs, rejects = checked.end["outputs"], checked.end["rejects"]
    name = "OUTPUT" if checked.end["folder"] or len(outputs) != 1 else outputs[0]["name"]
    bad = rejects["name"] if rejects else None
    return {"articles": name, "ledger": ledger, "rejects": bad, "report": None, "dry_run": False}
