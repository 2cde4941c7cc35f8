"""Finds the lines of a ledger that are about the documents that a user names.

Each line is matched by its first bytes; only lines that are wanted are parsed: of a ledger of a million lines
one pass takes a few seconds and the memory of one line.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from heapq import nlargest
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dedup.errors import LedgerError
from dedup.files.lines import read_lines
from dedup.identity import Identity
from dedup.ledger.format import END_PREFIX, MOST
from dedup.ledger.reader import check_end, parse_header, parse_line

_STRING = rb'"(?:[^"\\]|\\.)*"'
_DOCUMENT = re.compile(
    rb'\{"id": ?(null|%b), ?"source": ?(null|%b), ?"position": ?(null|[0-9]+)' % (_STRING, _STRING), re.DOTALL
)
_REJECT = re.compile(rb'\{"source": ?(%b), ?"line": ?([0-9]+),' % _STRING, re.DOTALL)
_ALIKE = 0.85  # similarity of a name to an id, from which on a message names the id
_NEAREST = 3  # ids that a message names


class CalledLines(NamedTuple):
    """The lines that a name means, parsed: those of documents with this id or location, or of the only
    document of this source.
    """

    by_name: dict[str, list[dict[str, Any]]]
    header: dict[str, Any]
    """The first line; empty for the ledger of a run on Spark, which has none."""


def ledger_lines(ledger: str) -> Iterator[bytes]:
    """The lines of a ledger: a file, or the folder of a run on Spark. Raises LedgerError."""
    path = Path(ledger)
    if not path.exists():
        raise LedgerError(f"The ledger {ledger!r} does not exist.")
    parts = sorted(path.glob("part-*")) if path.is_dir() else [path]
    if not parts:
        raise LedgerError(f"{ledger!r} is a folder without the ledger of a run on Spark.")
    for part in parts:
        yield from _whole_lines(str(part)) if part is path else read_lines(str(part), MOST)


def _whole_lines(ledger: str) -> Iterator[bytes]:
    """The lines of a ledger. Raises LedgerError at the last one if those before it were changed."""
    crc, count = 0, 0
    for line in read_lines(ledger, MOST):
        if line.startswith(END_PREFIX):
            check_end(parse_line(line, ledger), count, crc, ledger)
        crc, count = zlib.crc32(line, crc), count + 1
        yield line


def called(names: Collection[str], ledger: str) -> CalledLines:
    """The lines that each name means, in order; none for a name that means no document. Raises LedgerError
    if the file is no ledger.
    """
    by_id = {orjson.dumps(name): name for name in names}
    by_location = {location: name for name in names if (location := _location(name))}
    lines: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    alone: dict[bytes, bytes] = {}
    counts: Counter[bytes] = Counter()
    header: dict[str, Any] = {}
    for number, line in enumerate(ledger_lines(ledger)):
        match = _DOCUMENT.match(line) or _REJECT.match(line)
        if match is None:
            header = parse_header(line, ledger) if number == 0 else header
            continue
        *id_, source, position = match.groups()
        meant = [by_id.get(*id_)] if id_ else []
        for name in {*meant, by_location.get((source, position))} - {None}:
            lines[str(name)].append(parse_line(line, ledger))
        if source in by_id:
            counts[source] += 1
            alone.setdefault(source, line)
    for source, line in alone.items():
        if counts[source] == 1 and not lines[by_id[source]]:
            lines[by_id[source]].append(parse_line(line, ledger))
    return CalledLines(lines, header)


def _location(name: str) -> tuple[bytes, bytes] | None:
    """The source and the position, as JSON, of a name that is source:position."""
    source, _, position = name.rpartition(":")
    return (orjson.dumps(source), position.encode()) if position.isascii() and position.isdecimal() else None


def require(names: Collection[str], ledger: str) -> CalledLines:
    """The lines of `called`. Raises LedgerError if a name means no document."""
    lines = called(names, ledger)
    for name, of_name in lines.by_name.items():
        if not of_name:
            raise LedgerError(f"no article in {ledger!r} is called {name!r}{_hint(name, ledger)}")
    return lines


def _hint(name: str, ledger: str) -> str:
    """The ids that are most like a name, if any are."""
    from rapidfuzz.distance import JaroWinkler  # loaded for a wrong name only

    ids = (match[1] for match in map(_DOCUMENT.match, ledger_lines(ledger)) if match)
    texts = (orjson.loads(id_) for id_ in ids if id_ != b"null")
    alike = ((JaroWinkler.similarity(name, text, score_cutoff=_ALIKE), text) for text in texts)
    nearest = nlargest(_NEAREST, (pair for pair in alike if pair[0] >= _ALIKE), key=lambda pair: pair[0])
    named = ", ".join(dict.fromkeys(repr(text) for _, text in nearest))
    return f"; did you mean {named}?" if named else "; give its id, or SOURCE:POSITION"


def identity_of(line: dict[str, Any]) -> Identity:
    """The identity in the line of a document or of a reject."""
    position = line["position"] if "position" in line else line["line"]
    return {"id": line.get("id"), "source": line["source"], "position": position}
