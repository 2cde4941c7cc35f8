"""What becomes of each document: the last thing that is known before anything is written."""

from __future__ import annotations

from typing import NamedTuple

from dedup.document import Edit


class Record(NamedTuple):
    """What becomes of one document or reject, or of some `documents` that stay as they are, one after the
    other; `reason` is set for a reject and only then.
    """

    file: int
    position: int
    start: int
    end: int
    line: bytes | None
    """The public fields of the ledger line, a JSON object (of each document); None writes no line."""
    edits: list[Edit]
    dropped: bool
    reason: str | None = None
    documents: int = 1

    @property
    def gone(self) -> bool:
        return self.dropped or self.reason is not None
