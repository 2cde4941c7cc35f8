"""Every decision on disk, with what it takes to undo it.

A ledger is JSON Lines: a header; for each input file a line per document and then the file's own line; the
report of the run, unless it was a stream; an end. What was replaced stands as "undo": a list of [start, the
bytes that stood there, length of what stands there now], where `start` counts the bytes of the original file.
The rejects file holds the records that were no documents.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dedup.errors import LedgerError
from dedup.files.compression import compression_of
from dedup.files.reading import chunks
from dedup.ledger.format import END_MARK, FILE_MARK, REPORT_MARK, VERSION


def lines(path: str) -> Iterator[bytes]:
    """The lines of a file, terminators included, decompressed as its name says."""
    held: list[bytes] = []
    with closing(chunks(Path(path), compression_of(path))) as parts:  # type: ignore[type-var]
        for part in parts:
            first, *whole = part.split(b"\n")
            held.append(first)
            for line in whole:
                yield b"".join(held) + b"\n"
                held = [line]
    if any(held):
        yield b"".join(held)


class Survey(NamedTuple):
    """What a whole ledger says about its run."""

    header: dict[str, Any]
    files: list[dict[str, Any]]
    end: dict[str, Any]
    report: dict[str, Any] | None = None


def survey(path: str) -> Survey:
    """Read a ledger once and check that it is whole. Raises LedgerError."""
    crc, count = 0, 0
    header: dict[str, Any] = {}
    files: list[dict[str, Any]] = []
    report: dict[str, Any] | None = None
    for line in lines(path):
        if count == 0:
            header = parsed(line, path)
            check_version(header, path)
        elif line.startswith(FILE_MARK):
            files.append(parsed(line, path))
        elif line.startswith(REPORT_MARK):
            report = parsed(line, path)["dedup_report"]
        elif line.startswith(END_MARK):
            end = parsed(line, path)
            if end["dedup_end"] != count or end["crc32"] != crc:
                raise LedgerError(f"The ledger {path!r} was altered: lines are missing, added or different.")
            return Survey(header, files, end, report)
        crc, count = zlib.crc32(line, crc), count + 1
    raise LedgerError(
        f"The ledger {path!r} is not whole, its end is missing: it was cut short, or its stream was killed; "
        "take one of a finished run."
    )


def parsed(line: bytes, path: str) -> dict[str, Any]:
    """A line of a ledger or of rejects."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LedgerError(f"{path!r} is broken: a line of it is not JSON.") from error
    if not isinstance(value, dict):
        raise LedgerError(f"{path!r} is not a ledger: a line of it is no object.")
    return value


def check_version(header: dict[str, Any], path: str) -> None:
    """Refuse what is no ledger, or one of another format."""
    if "dedup_ledger" not in header:
        raise LedgerError(f'{path!r} is not a ledger of dedup: its first line lacks "dedup_ledger".')
    if header["dedup_ledger"] != VERSION:
        raise LedgerError(f"{path!r} has ledger format {header['dedup_ledger']}; this dedup reads {VERSION}.")
