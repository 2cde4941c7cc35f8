"""Reads ledgers and rejects files; `dedup.ledger.format` describes both."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import orjson

from dedup.errors import DedupError, LedgerError
from dedup.files.journal.recovery import recover
from dedup.files.lines import read_lines
from dedup.ledger.format import END_PREFIX, FILE_PREFIX, MOST, SUMMARY_PREFIX, VERSION, EndLine, FileLine


@contextmanager
def foreign(ledger: str) -> Iterator[None]:
    """Raise what odd values of a ledger lead to as LedgerError: its lines are JSON and complete, but another
    program wrote them.
    """
    try:
        yield
    except DedupError:  # an OptionsError is a ValueError, but not about the ledger
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError) as error:
        raise LedgerError(
            f"{ledger!r} is not a ledger that dedup wrote ({type(error).__name__}); use that of the run."
        ) from error


def parse_line(line: bytes, path: str) -> dict[str, Any]:
    """A line of a ledger or of rejects, of the file at `path`. Raises LedgerError."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LedgerError(f"{path!r} is damaged: one of its lines is not JSON.") from error
    if not isinstance(value, dict):
        raise LedgerError(f"{path!r} is not a ledger: one of its lines is not a JSON object.")
    return value


class CheckedLedger(NamedTuple):
    """The lines of a complete ledger that describe its run, its files and its outputs."""

    header: dict[str, Any]
    files: list[FileLine]
    end: EndLine
    summary: dict[str, Any] | None = None


def check_ledger(path: str) -> CheckedLedger:
    """Read a ledger and check that it is complete, after what a killed run began to put in its place. Raises
    LedgerError if it is not.
    """
    recover(path)
    crc, count = 0, 0
    header: dict[str, Any] = {}
    files: list[FileLine] = []
    summary: dict[str, Any] | None = None
    for line in read_lines(path, MOST):
        if count == 0:
            header = parse_header(line, path)
        elif line.startswith(FILE_PREFIX):
            files.append(cast(FileLine, parse_line(line, path)))
        elif line.startswith(SUMMARY_PREFIX):
            summary = parse_line(line, path)["dedup_report"]
        elif line.startswith(END_PREFIX):
            end = cast(EndLine, parse_line(line, path))
            check_end(end, count, crc, path)
            return CheckedLedger(header, files, end, summary)
        crc, count = zlib.crc32(line, crc), count + 1
    raise LedgerError(
        f"The ledger {path!r} is not complete, its last line is missing: the file was cut short, or the run "
        "was stopped. Use the ledger of a run that finished."
    )


def check_end(end: Mapping[str, Any], count: int, crc: int, path: str) -> None:
    """Raise LedgerError if the last line of a ledger is not that of `count` lines with this checksum."""
    if end.get("dedup_end") != count or end.get("crc32") != crc:
        raise LedgerError(
            f"The ledger {path!r} was changed after it was written: its checksum differs. "
            "Use the ledger as the run wrote it."
        )


def parse_header(line: bytes, path: str) -> dict[str, Any]:
    """The first line of the ledger at `path`. Raises LedgerError if it is not that of a ledger, or has
    another format.
    """
    header = parse_line(line, path)
    if "dedup_ledger" not in header:
        raise LedgerError(f'{path!r} is not a ledger of dedup: its first line lacks "dedup_ledger".')
    if header["dedup_ledger"] != VERSION:
        raise LedgerError(
            f"{path!r} has ledger format {header['dedup_ledger']}; this dedup reads format {VERSION}."
        )
    return header
