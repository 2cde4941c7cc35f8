"""Files that dedup itself wrote, found in a folder that is read: no inputs, unless a user names them.

A ledger, rejects, a report and an index are known by how they begin. An output is known by a ledger that has
its size and checksum. It is left out only where nothing is missed without it: what it was made from is read,
too, unchanged or with more at its end.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from dedup.errors import DedupError
from dedup.files.compression import compression_of
from dedup.files.earlier.finished_run import Content, FinishedRun
from dedup.files.reading import chunks

LEDGER = "a ledger"
_STRING = rb'"(?:[^"\\]|\\.)*"'
_BEGINNINGS = {
    LEDGER: rb'\{"dedup_ledger":|\{"id":(?:null|STRING),"source":STRING,"position":\d+,"decision":"',
    "rejects": rb'\{"source":STRING,"line":(?:\d+|null),"reason":STRING,(?:"part":\d+,)?"raw[a-z0-9_]*":"',
    "a report": rb'\{\s*"dedup": "[^"]*",\s*"options": \{\s*"text_field":'
    rb'|\s*<!DOCTYPE html>(?s:.{0,200}?)<meta name="generator" content="dedup">'
    rb"|<!DOCTYPE html>(?s:.{0,4000}?)<title>dedup: the report of a run</title>",  # of dedup 0.1
    "an index": rb"SQLite format 3\x00(?s:.{52})ddup",
}
_KINDS = {kind: re.compile(begin.replace(b"STRING", _STRING)) for kind, begin in _BEGINNINGS.items()}

_LONGEST_CHAIN = 100  # outputs of outputs; what is behind is read


class OwnTargets(NamedTuple):
    """Where a run writes. `includes`: called with a path, whether it is a target or in the folder of the
    outputs; `ledger`: the ledger, if the run writes one.
    """

    includes: Callable[[Path], bool]
    ledger: Path | None = None


class _Origin(NamedTuple):
    """What an output was made from: `files`, which are there, in the run of a ledger."""

    ledger: Path
    files: list[Path]


def kind_of(path: Path) -> str | None:
    """What dedup wrote in a file, by how it begins: "a ledger", "rejects", "a report" or "an index"; None:
    none of these.
    """
    compression = compression_of(path)
    try:
        if not compression and not _may_begin(path):
            return None
        with closing(chunks(path, compression)) as parts:  # type: ignore[type-var]
            start = next(parts, b"")
    except (DedupError, OSError):  # whoever reads the file says so
        return None
    return next((kind for kind, pattern in _KINDS.items() if pattern.match(start)), None)


def _may_begin(path: Path) -> bool:
    """Whether the first bytes are those of a file of dedup: a folder may have 100,000 texts."""
    with path.open("rb", buffering=0) as file:
        return file.read(6).startswith((b"{", b"SQLite", b"<!DOCT"))


def own_files(found: Sequence[Path], named: Sequence[Path], targets: OwnTargets | None) -> dict[Path, str]:
    """Which of the files `found` in folders are to be left out, and what each is. `named`: files that are
    read in any case. `targets`: where this run writes, if it writes.
    """
    own = {path: kind for path in found if (kind := kind_of(path))}
    ledgers = [path for path, kind in own.items() if kind == LEDGER]
    left = [path for path in found if path not in own]
    written = {path for path in left if targets and targets.includes(path)}
    own |= {path: "empty, to be written" for path in written if not path.stat().st_size}
    if targets and targets.ledger and targets.ledger not in ledgers:
        ledgers.append(targets.ledger)
    runs = {ledger: run for ledger in ledgers if (run := FinishedRun.of(ledger))}
    origins = _origins(left, [*left, *named], runs, written)
    first = [*(path for path in left if path in written), *reversed(left)]
    return own | {path: f"the output of {ledger.name}" for path, ledger in _resolve(origins, first).items()}


def _origins(
    left: Sequence[Path], read: Sequence[Path], runs: dict[Path, FinishedRun], written: set[Path]
) -> dict[Path, list[_Origin]]:
    """For each file that is the output of a run whose inputs are there: those inputs, by run. An output that
    this run replaces is one of the ledger's whatever became of the inputs, unless it may be one of them.
    """
    by_name = defaultdict(list)
    for path in read:
        by_name[path.name].append(path)
    origins = defaultdict(list)
    for ledger, run in runs.items():
        for path in left:
            if (output := run.output_at(path)) is None:
                continue
            inputs = run.inputs_of(output)
            files = [_first(file, by_name[PurePosixPath(file.name).name], path) for file in inputs]
            if path in written and not run.may_have_read(path):
                origins[path].append(_Origin(ledger, []))
            elif inputs and all(files):
                origins[path].append(_Origin(ledger, [file for file in files if file]))
    return origins


def _first(content: Content, paths: Sequence[Path], output: Path) -> Path | None:
    """The first of these files, other than the output, that has a content, maybe with more at its end."""
    others = (path for path in paths if path != output)
    return next((path for path in others if content.is_in(path, may_be_longer=True)), None)


def _resolve(origins: dict[Path, list[_Origin]], order: Sequence[Path]) -> dict[Path, Path]:
    """The outputs that can be left out, with the ledger of each. Of files that are made from one another,
    such as two that are equal, one is read: not the first in `order`.
    """
    ledgers: dict[Path, Path | None] = {}
    visited: set[Path] = set()

    def visit(path: Path, depth: int) -> None:
        visited.add(path)
        for origin in origins[path]:
            for file in origin.files:
                if file in origins and file not in visited and depth:
                    visit(file, depth - 1)
            if all(file in ledgers or file not in origins for file in origin.files):
                ledgers[path] = origin.ledger
                return
        ledgers[path] = None

    for path in order:
        if path in origins and path not in visited:
            visit(path, _LONGEST_CHAIN)
    return {path: ledger for path, ledger in ledgers.items() if ledger}
