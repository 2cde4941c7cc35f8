"""The crawl again from the folders that a run on Spark left: parts of lines, read in order, without Spark."""

from __future__ import annotations

import base64
import heapq
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from dedup.errors import LedgerError
from dedup.files.staging import Staging, Target
from dedup.ledger.format import unpack
from dedup.ledger.reader import lines, parsed
from dedup.restore.files import safe_name


class _Entry(NamedTuple):
    """A line of a source: its position there, from 1, and its bytes without the line's end."""

    source: str
    position: int
    raw: bytes


def restore(output: str, ledger: str, rejects: str | None, original: str) -> list[str]:
    """Write every file of JSON Lines again and return their paths: each line as it was; blank ones come back
    empty, and the last one ends as the others do. Raises LedgerError where the folders do not fit together.
    """
    if any(path.suffix != ".jsonl" for path in _files(output)):
        raise LedgerError(
            f"{output!r} holds no JSON Lines, and of a run on Spark restore gives these alone; of tables the "
            "ledger says as undo what was cut and dropped."
        )
    bad = [] if rejects is None else _Sources(rejects).names
    order = _Sources(ledger).with_others(bad)
    several = len(order) > 1 or original.endswith("/") or Path(original).is_dir()
    both = heapq.merge(
        _said(ledger, output),
        _refused(rejects) if rejects else iter(()),
        key=lambda entry: (order[entry.source], entry.position),
    )
    written = []
    with Staging() as staging:
        for source, entries in groupby(both, lambda entry: entry.source):
            path = str(Path(original, safe_name(source))) if several else original
            with staging.open(path, folders=several) as target:
                _write(target, entries)
            written.append(path)
    return written


class _Sources:
    """The sources that the lines of a folder name, in order."""

    def __init__(self, folder: str) -> None:
        self.names = list(dict.fromkeys(str(line["source"]) for line in _parsed(folder)))

    def with_others(self, others: list[str]) -> dict[str, int]:
        """The place of each in an order that both lists have, with those that are among others alone."""
        names, at = list(self.names), 0
        for other in others:
            if other in names:
                at = names.index(other) + 1
            else:
                names.insert(at, other)
                at += 1
        return {name: place for place, name in enumerate(names)}


def _said(ledger: str, output: str) -> Iterator[_Entry]:
    """The documents, in order, as they came in."""
    kept = _lines(output)
    for line in _parsed(ledger):
        raw = b"" if line["decision"] == "dropped" else next(kept, None)
        if raw is None:
            raise LedgerError(
                f"{output!r} has fewer articles than the ledger {ledger!r}: they are of two runs."
            )
        yield _Entry(line["source"], line["position"], _undone(raw, line.get("undo", [])))
    if next(kept, None) is not None:
        raise LedgerError(f"{output!r} has more articles than the ledger {ledger!r}: they are of two runs.")


def _undone(raw: bytes, undo: list[list[Any]]) -> bytes:
    """A line as it was: what stood at `start`, and how long what stands there now is, one after the other."""
    parts, at, shift = [], 0, 0
    for start, removed, length in undo:
        old = unpack(removed)
        parts += [raw[at : start + shift], old]
        at = start + shift + length
        shift += length - len(old)
    return b"".join([*parts, raw[at:]])


def _refused(rejects: str) -> Iterator[_Entry]:
    for line in _parsed(rejects):
        raw = base64.b64decode(line["raw_base64"]) if "raw_base64" in line else line["raw"].encode()
        yield _Entry(line["source"], line["line"], raw)


def _write(target: Target, entries: Iterator[_Entry]) -> None:
    at = 1
    for _, position, raw in entries:
        target.write(b"\n" * (position - at) + raw + b"\n")
        at = position + 1


def _files(folder: str) -> list[Path]:
    """The parts of a folder, in order. Raises LedgerError where it is none that Spark left whole."""
    path = Path(folder)
    if not (path / "_SUCCESS").is_file():
        raise LedgerError(f"{folder!r} is no whole folder of a run on Spark: it has no _SUCCESS.")
    return sorted(path.glob("part-*"))


def _lines(folder: str) -> Iterator[bytes]:
    for path in _files(folder):
        yield from (line.removesuffix(b"\n") for line in lines(str(path)))


def _parsed(folder: str) -> Iterator[dict[str, Any]]:
    return (parsed(line, folder) for line in _lines(folder))
