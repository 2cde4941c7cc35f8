"""What becomes of each document: the last thing that is known before anything is written."""

from __future__ import annotations

from typing import NamedTuple

from dedup.formats.blocks import Edit


class Record(NamedTuple):
    """What becomes of one document or reject; `reason` is set for a reject and only then."""

    file: int
    position: int
    start: int
    end: int
    line: bytes | None
    """The public fields of the ledger line, a JSON object; None writes no line for this document."""
    edits: list[Edit]
    dropped: bool
    reason: str | None = None

    @property
    def gone(self) -> bool:
        return self.dropped or self.reason is not None
