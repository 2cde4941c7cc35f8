"""Input files of JSON Lines restored from the folders that a run on Spark wrote, without Spark.

The folders hold files of lines, which are in the order of the input when they are read by name.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from dedup.errors import LedgerError
from dedup.files.lines import read_lines
from dedup.files.staging import Staging
from dedup.files.target import Target
from dedup.ledger.format import Undo, raw_bytes
from dedup.ledger.reader import foreign, parse_line
from dedup.restore.checks import check_name, check_targets
from dedup.restore.pages import restored_name


class _SourceLine(NamedTuple):
    """A line of an input file: its position there, from 1, and its bytes without the newline."""

    source: str
    position: int
    raw: bytes


def restore(output: str, ledger: str, rejects: str | None, original: str) -> list[str]:
    """Write every input file of JSON Lines again and return the paths; see `dedup.restore.restore`. A blank
    line comes back empty, and every line with a newline. Raises LedgerError if the folders do not belong
    together.
    """
    with foreign(ledger):
        return _restore(output, ledger, rejects, original)


def _restore(output: str, ledger: str, rejects: str | None, original: str) -> list[str]:
    _check_format(output)
    reject_sources = [] if rejects is None else _sources(rejects)
    ranks = {source: rank for rank, source in enumerate(_merge(_sources(ledger), reject_sources))}
    into_folder = len(ranks) > 1 or original.endswith("/") or Path(original).is_dir()
    targets = {
        source: str(Path(original, check_name(restored_name(source)))) if into_folder else original
        for source in ranks
    }
    check_targets([*targets.values()], {"output": output, "ledger": ledger, "rejects folder": rejects})
    lines = heapq.merge(
        _documents(ledger, output),
        _rejects(rejects) if rejects else iter(()),
        key=lambda line: (ranks[line.source], line.position),
    )
    with Staging() as staging:
        if into_folder:
            staging.make_folder(original)
        for source, group in groupby(lines, lambda line: line.source):
            with staging.open(targets[source]) as target:
                _write(target, group)
    return [*targets.values()]


def _check_format(output: str) -> None:
    """Raise LedgerError if an output is not JSON Lines."""
    if any(path.suffix != ".jsonl" for path in _part_files(output)):
        raise LedgerError(
            f"{output!r} has no JSON Lines, and restore gives back only these from a run on Spark. "
            'Of other formats the "undo" in each ledger line says what was cut and dropped.'
        )


def records(output: str, ledger: str, positions: dict[str, set[int]]) -> Iterator[tuple[str, list[bytes]]]:
    """The lines at these positions of each input file, by source, in the order of the input."""
    _check_format(output)
    wanted = (line for line in _documents(ledger, output) if line.position in positions.get(line.source, ()))
    for source, group in groupby(wanted, lambda line: line.source):
        yield source, [line.raw for line in group]


def _sources(folder: str) -> list[str]:
    """The input files that the lines of a folder name, in order."""
    return list(dict.fromkeys(str(line["source"]) for line in _parsed_lines(folder)))


def _merge(sources: list[str], others: list[str]) -> list[str]:
    """All of these sources in an order that agrees with both lists."""
    merged, at = list(sources), 0
    for source in others:
        if source in merged:
            at = merged.index(source) + 1
        else:
            merged.insert(at, source)
            at += 1
    return merged


def _documents(ledger: str, output: str) -> Iterator[_SourceLine]:
    """The documents as they were in the input, in order."""
    kept = _lines(output)
    for line in _parsed_lines(ledger):
        raw = b"" if line["decision"] == "dropped" else next(kept, None)
        if raw is None:
            raise LedgerError(
                f"{output!r} has fewer articles than the ledger {ledger!r}: use folders of the same run."
            )
        undo = map(Undo.from_json, line.get("undo", []))
        yield _SourceLine(line["source"], line["position"], _undone(raw, undo))
    if next(kept, None) is not None:
        raise LedgerError(
            f"{output!r} has more articles than the ledger {ledger!r}: use folders of the same run."
        )


def _undone(raw: bytes, undo: Iterable[Undo]) -> bytes:
    parts, at, shift = [], 0, 0  # shift: a position in `raw` less the same one in the original
    for start, removed, length in undo:
        parts += [raw[at : start + shift], removed]
        at = start + shift + length
        shift += length - len(removed)
    return b"".join([*parts, raw[at:]])


def _rejects(rejects: str) -> Iterator[_SourceLine]:
    """The rejects as they were in the input, in order."""
    for line in _parsed_lines(rejects):
        yield _SourceLine(line["source"], line["line"], raw_bytes(line))


def _write(target: Target, lines: Iterator[_SourceLine]) -> None:
    """Write the lines of a file, empty ones at the positions that are missing."""
    expected = 1
    for _, position, raw in lines:
        target.write(b"\n" * (position - expected) + raw + b"\n")
        expected = position + 1


def _part_files(folder: str) -> list[Path]:
    """The files of a folder, in order. Raises LedgerError for one that no run on Spark completed."""
    path = Path(folder)
    if not (path / "_SUCCESS").is_file():
        raise LedgerError(
            f"{folder!r} is not a complete folder of a run on Spark, it has no _SUCCESS: "
            "use the folders of a run that finished."
        )
    return sorted(path.glob("part-*"))


def _lines(folder: str) -> Iterator[bytes]:
    for path in _part_files(folder):
        yield from (line.removesuffix(b"\n") for line in read_lines(str(path)))


def _parsed_lines(folder: str) -> Iterator[dict[str, Any]]:
    return (parse_line(line, folder) for line in _lines(folder))
