"""The report of a finished run again, from its ledger: what `dedup report` shows."""

from pathlib import Path
from typing import Any, TextIO

from dedup.errors import LedgerError
from dedup.ledger import Survey, survey
from dedup.options import MACHINE

_PASSING = ("seconds", "elapsed", "bytes", "files")  # of one run on one machine: no matter of a ledger


def lasting(report: dict[str, Any]) -> dict[str, Any]:
    """What a ledger keeps of a report: what is the same for each run over the same input."""
    options = {name: value for name, value in report["options"].items() if name not in MACHINE}
    return {key: value for key, value in report.items() if key not in _PASSING} | {"options": options}


def show_finished(ledger: str, file: TextIO) -> int:
    """Write the report of the run that left this ledger to `file`; returns the exit status. Raises
    LedgerError where it is altered or cut short, or has no report.
    """
    from dedup.reports import terminal

    if Path(ledger).is_dir():
        raise LedgerError(
            f"{ledger!r} is of a run on Spark, whose ledger holds no report: keep it with --report FILE."
        )
    known = survey(ledger)
    if known.report is None:
        raise LedgerError(
            f"The ledger {ledger!r} holds no report: a stream has none, nor has one of an older dedup; its "
            "lines have every decision."
        )
    passing = {"seconds": {}, "elapsed": 0.0, "bytes": None, "files": _files(known, ledger)}
    try:
        terminal.show({**known.report, **passing}, file)
    except (KeyError, TypeError, ValueError) as error:
        made = known.header.get("dedup")
        raise LedgerError(
            f"The report in {ledger!r} cannot be shown by this dedup; dedup {made!r} wrote it."
        ) from error
    return 0


def _files(known: Survey, ledger: str) -> dict[str, Any]:
    """The files of that run: the output as the ledger names it, without its folder."""
    outputs, rejects = known.end["outputs"], known.end["rejects"]
    name = "OUTPUT" if known.end["folder"] or len(outputs) != 1 else outputs[0]["name"]
    bad = rejects["name"] if rejects else None
    return {"articles": name, "ledger": ledger, "rejects": bad, "report": None, "dry_run": False}
