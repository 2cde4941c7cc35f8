"""What becomes of a record of the input, for those who write it."""

from __future__ import annotations

from typing import NamedTuple

from dedup.document import Edit, Tag


class Record(NamedTuple):
    """A record of an input file and what becomes of it: a document is kept, with edits or without, or
    dropped; a reject has a `reason`. Unchanged documents that follow each other may share one Record:
    `documents` says how many they are, and `start` to `end` spans them all.
    """

    file: int
    position: int
    start: int
    end: int
    line: bytes | None
    """The ledger line, a JSON object without "undo"; of several documents, with newlines between. None: no
    line.
    """
    edits: list[Edit]
    dropped: bool
    reason: str | None = None
    documents: int = 1
    tag: Tag | None = None
    """What the document is tagged with. None: the run tags nothing, or the record is a reject."""

    @property
    def is_removed(self) -> bool:
        """Whether the output lacks the record: a document that was dropped, or a reject."""
        return self.dropped or self.reason is not None
