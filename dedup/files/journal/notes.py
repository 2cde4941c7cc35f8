"""What a journal has: a line that says who writes, a line for each draft, a line when all are complete.

    {"dedup_journal":1,"holder":"process 12 on host since 2026-11-30 12:00:00","first":null}
    {"target":"out.jsonl","token":"0f3c..."}
    {"complete":1}

Paths are relative to the folder of the journal. It does not name drafts: each is beside its target, under a
name that is made from both, so that a journal from somebody else moves nothing but such a draft.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dedup.files.names import hidden, real

ENDING = ".dedup"
_IN_FOLDER = f".run{ENDING}"
_FIRST = b'{"dedup_journal":'
_TOKEN = re.compile("[0-9a-f]{17,32}")


class Draft(NamedTuple):
    """What is written until it is complete, and then moved to its target. `token`: no other draft has it."""

    target: Path
    token: str

    @property
    def path(self) -> Path:
        """Where it is: beside its target."""
        return hidden(self.target, f".{self.token}.tmp")

    def move(self) -> None:
        """Move the draft to its target, if that was not done before. Raises OSError."""
        try:
            self.path.replace(self.target)
        except FileNotFoundError:
            if not self.target.exists():
                raise


class Notes(NamedTuple):
    """A journal that was read. `is_known`: it is one, or it is empty; `first`: the journal that has the
    drafts, if that is another one.
    """

    is_known: bool
    holder: str = "another process"
    first: Path | None = None
    drafts: tuple[Draft, ...] = ()
    is_complete: bool = False

    @classmethod
    def of(cls, data: bytes, folder: Path) -> Notes:
        """The notes in the bytes of a journal in a folder."""
        if not data.startswith(_FIRST):
            return cls(_FIRST.startswith(data))
        try:
            head, *others = map(json.loads, data.split(b"\n")[:-1])
            first = Path(folder, head["first"]) if head["first"] else None
            drafts = tuple(_draft(other, folder) for other in others if "target" in other)
            is_complete = any(other.get("complete") == len(drafts) for other in others)
        except (ValueError, TypeError, LookupError, AttributeError):
            return cls(False)
        return cls(True, str(head.get("holder")), first, drafts, is_complete)

    @classmethod
    def at(cls, path: Path) -> Notes:
        """The notes in a journal that another process has."""
        try:
            return cls.of(path.read_bytes(), path.parent)
        except OSError:  # the process has ended meanwhile
            return cls(False)


def _draft(values: dict[str, str], folder: Path) -> Draft:
    target, token = Path(folder, values["target"]), values["token"]
    if not _TOKEN.fullmatch(token) or "\0" in values["target"] or not target.name:
        raise ValueError
    return Draft(target, token)


def journal_beside(target: Path) -> Path:
    """Where the journal of a file is."""
    return hidden(target, ENDING)


def place_of(path: str | Path) -> Path:
    """Where the journal of a run is that writes to this path: beside the file, or in the folder."""
    target = real(path)
    return target / _IN_FOLDER if target.is_dir() else journal_beside(target)


def places_of(path: str | Path) -> list[Path]:
    """Where there may be a journal of a run that wrote this file or folder: beside it, or in a folder."""
    target = real(path)
    return [journal_beside(target), *(folder / _IN_FOLDER for folder in (target, *target.parents))]


def places_around(path: str | Path) -> Iterator[Path]:
    """Where there is a journal of a run that writes to a folder that this path is in, or to a file in this
    folder.
    """
    target = real(path)
    for folder in target.parents:
        places = [folder / _IN_FOLDER, *([journal_beside(folder)] if folder.name else [])]
        yield from filter(os.path.lexists, places)
    for inner, _, names in os.walk(target):
        yield from (Path(inner, name) for name in names if name.startswith(".") and name.endswith(ENDING))


def relative(path: Path, folder: Path) -> str:
    """A path from a folder; the path itself where none leads there."""
    try:
        return os.path.relpath(path, folder)
    except ValueError:  # another drive
        return str(path)


def line(**values: Any) -> bytes:
    """A line of a journal."""
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"
