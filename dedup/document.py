"""What a document is: its file, the fields it is read from, and the edits that cut its text. `dedup.columns`
has its columns.

All offsets count the bytes of a file after decompression. Parquet has no such bytes: there a document's span
is [row, row + 1), and the offsets of an `Edit` count the UTF-8 bytes of the row's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from dedup.policy import Preference

Cut = tuple[int, int]
"""A range of characters (code points) of a text."""

BOM = b"\xef\xbb\xbf"


class Origin(NamedTuple):
    """Where the bytes of a file were copied from. `location`: the address or the table; `digest`: the SHA-256
    of the bytes; `folder`: what has the copy, as long as it is used.
    """

    location: str
    digest: str
    folder: object


class ExtractedFrom(NamedTuple):
    """What lines were made from: a file of `form` html, warc or wet, what extracted its pages, and of its
    bytes after decompression their number, CRC-32 and SHA-256 (hexadecimal).
    """

    form: str
    extractor: str
    size: int
    crc32: int
    sha256: str


class Lines(Protocol):
    """JSON Lines that were made from a file: the documents of its pages. `chunks`: all bytes, in order;
    `read`: the bytes [start, end), which were read before; `origin`: what they were made from, once all were
    read.
    """

    def chunks(self) -> Iterator[bytes]: ...
    def read(self, start: int, end: int) -> bytes: ...
    def origin(self) -> ExtractedFrom: ...


@dataclass(frozen=True)
class File:
    """One input file. `name` is unique among the inputs and relative; it is what reports and ledgers show."""

    name: str
    path: Path
    format: str
    """jsonl, json, csv, tsv, parquet, text or damaged; before its pages are extracted html, warc or wet"""
    compression: str = ""
    """gz, zst, or empty for none"""
    single: bool = False
    """Whether the file is one document: a text file, or a .json file that is one object."""
    size: int = -1
    """Bytes on disk when the file was found, to notice a change; -1 where that is unknown."""
    mtime_ns: int = -1
    origin: Origin | None = field(default=None, repr=False)
    """Where the file was copied from, if `path` is a copy."""
    strict: bool = True
    """Whether it is an error if the file ends too early or is damaged; else what can be read is read."""
    lines: Lines | None = field(default=None, compare=False, repr=False)
    """What is read in place of the file's own bytes."""
    problem: str = ""
    """Why nothing of a damaged file can be read."""


class Fields(NamedTuple):
    """The names of the fields that are read. `order`: the FIELD of newest:FIELD and oldest:FIELD; `url`: the
    field with the address; `title`: that with the title. `limit`: the most bytes of a record; 0: any number.
    `preferences`: of the policy; `site`: the field that names the site; None: the host of the address does.
    """

    text: str = "text"
    id: str = "id"
    order: str | None = None
    url: str | None = None
    title: str | None = None
    limit: int = 0
    preferences: tuple[Preference, ...] = ()
    site: str | None = None

    @property
    def names(self) -> tuple[str, str, str | None, str | None, str | None]:
        return self[:5]


def list_fields(names: Sequence[str]) -> str:
    """The names of fields for a message: safe to print, and at most eight of them."""
    shown = ", ".join(repr(name[:40]) for name in names[:8])
    return (shown or "no fields at all") + (", ..." if len(names) > 8 else "")


REJECT = "dedup_reject"
"""The field of the line of a page that has no document: why it has none."""


class Reject(NamedTuple):
    """A record that is no document, and why. `file`: the index of its file; `position`: its number there,
    from 1; `start`, `end`: its bytes.
    """

    file: int
    position: int
    start: int
    end: int
    reason: str


class Edit(NamedTuple):
    """Replace the bytes [start, end) of a file with `new`."""

    start: int
    end: int
    new: bytes


class Tag(NamedTuple):
    """What a run that tags near-duplicates (--action tag) writes into a document, as the fields TAG_FIELDS of
    `dedup.options`. Both are None for a document that is no near-duplicate.
    """

    duplicate_of: str | None = None
    """The name of the keeper: its id, or source:position where it has none."""
    similarity: float | None = None
    """The Jaccard of the document and its keeper."""


UNTAGGED = Tag()
"""The tag of a document that is no near-duplicate."""
