"""The types that every format shares: files, their bytes in blocks, and the documents found in them.

All offsets count the bytes of a file as it is decompressed. For Parquet, which has no such bytes, a
document's span is [row, row + 1), and the offsets of an `Edit` count the UTF-8 bytes of the row's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Cut = tuple[int, int]
"""A range of characters (code points) of a text."""

BOM = b"\xef\xbb\xbf"

HOST = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        ("file", pa.int32()),
        ("position", pa.int64()),
        ("id", pa.string()),
        ("text", pa.large_string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("order", pa.string()),
        ("host", HOST),
    ]
)


@dataclass(frozen=True)
class File:
    """One input file. `name` is unique among the inputs and relative; it is what reports and ledgers show."""

    name: str
    path: Path
    format: str
    """jsonl, json, csv, tsv, parquet or text"""
    compression: str = ""
    """nothing, gz or zst"""
    single: bool = False
    """The whole file is one document: a text file, or a .json file that is one object."""
    size: int = -1
    """Bytes on disk when the file was found, to notice a change; -1 when unknown."""
    mtime_ns: int = -1


class Fields(NamedTuple):
    """The names of the fields that are read; `order` is the FIELD of newest:FIELD and oldest:FIELD, `url` has
    the address. `limit`: the bytes that a record may have; 0: any number.
    """

    text: str = "text"
    id: str = "id"
    order: str | None = None
    url: str | None = None
    limit: int = 0

    @property
    def names(self) -> tuple[str, str, str | None, str | None]:
        return self[:4]


class Reject(NamedTuple):
    """A record that is no document: `file` is an index into the list of files."""

    file: int
    position: int
    start: int
    end: int
    reason: str


class Edit(NamedTuple):
    """Replace the bytes [start, end) of a file by `new`."""

    start: int
    end: int
    new: bytes


class Piece(NamedTuple):
    """Bytes of one file that hold whole records; the first is at `position` and starts at `start`.
    `passed`: the bytes of one record that is too long, in place of `data`.
    """

    file: int
    start: int
    position: int
    data: bytes
    passed: int = 0


@dataclass(frozen=True)
class Block:
    """Pieces of files of one format, joined. Piece i stands in `data` at offset[i] to offset[i + 1]."""

    format: str
    names: dict[int, str]
    """The names of the files in this block, by their index."""
    data: bytes
    file: Int32s
    start: Int64s
    end: Int64s
    position: Int64s
    offset: Int64s
    """One more than there are pieces."""
    header: tuple[str, ...] = ()
    """CSV: the names of the columns."""
    first: bool = False
    """The first block of a file: one without a single text field is an error."""
    passed: int = 0
    """The bytes of the one record that is too long, of which `data` has none."""
    table: pa.RecordBatch | None = field(default=None, repr=False)
    """Parquet: the rows, in place of `data`."""

    @property
    def pieces(self) -> int:
        return len(self.file)

    def piece(self, index: int) -> bytes:
        return self.data[self.offset[index] : self.offset[index + 1]]


def join(
    format: str,
    pieces: Sequence[Piece],
    names: dict[int, str],
    *,
    header: tuple[str, ...] = (),
    first: bool = False,
    by_line: bool = False,
) -> Block:
    """A block of these pieces. `by_line`: a newline is put behind a piece that lacks one."""
    parts = [_closed(p.data) for p in pieces] if by_line and len(pieces) > 1 else [p.data for p in pieces]
    offset = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=offset[1:])
    start = np.array([p.start for p in pieces], np.int64)
    return Block(
        format=format,
        names=names,
        data=parts[0] if len(parts) == 1 else b"".join(parts),
        file=np.array([p.file for p in pieces], np.int32),
        start=start,
        end=start + np.array([len(p.data) + p.passed for p in pieces], np.int64),
        position=np.array([p.position for p in pieces], np.int64),
        offset=offset,
        header=header,
        first=first,
        passed=pieces[0].passed,
    )


def _closed(data: bytes) -> bytes:
    return data if data.endswith((b"\n", b"\r")) else data + b"\n"


class Spans(NamedTuple):
    """Where records of a block stand: in the block (`low`, `high`) and in their files."""

    low: Int64s
    high: Int64s
    file: Int32s
    start: Int64s
    end: Int64s
    position: Int64s

    def take(self, rows: Sequence[int] | Int64s) -> Spans:
        chosen = np.asarray(rows, np.int64)
        return Spans._make(column[chosen] for column in self)


def piece_spans(block: Block) -> Spans:
    """The spans of a block in which each piece is one record."""
    return Spans(block.offset[:-1], block.offset[1:], block.file, block.start, block.end, block.position)


def line_spans(block: Block, low: Int64s, high: Int64s, lines: Int64s, ends: Int64s) -> Spans:
    """The spans of records that stand at [low, high) of the block and begin on its line `lines` (from 0).

    `ends` holds where each line of the block ends.
    """
    piece = np.searchsorted(block.offset[1:-1], low, "right")
    shift = block.start[piece] - block.offset[piece]
    first_line = np.searchsorted(ends, block.offset[:-1], "right")
    return Spans(
        low,
        high,
        block.file[piece],
        low + shift,
        np.minimum(high + shift, block.end[piece]),
        block.position[piece] + lines - first_line[piece],
    )


class Batch:
    """The documents of a block as an Arrow record batch (see SCHEMA), and what could not be read."""

    def __init__(self, documents: pa.RecordBatch, rejects: list[Reject]) -> None:
        self.documents = documents
        self.rejects = rejects

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        """The edits of the file that remove exactly these characters from the text of document `row`."""
        raise NotImplementedError


def grouped(pieces: Iterable[Piece], size: int) -> Iterator[list[Piece]]:
    """The pieces in lists of about `size` bytes, at least one piece each; one that is passed by is alone."""
    group: list[Piece] = []
    held = 0
    for piece in pieces:
        if group and (held + len(piece.data) > size or piece.passed or group[0].passed):
            yield group
            group, held = [], 0
        group.append(piece)
        held += len(piece.data)
    if group:
        yield group
