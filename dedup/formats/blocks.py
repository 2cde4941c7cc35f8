"""The types that every format shares: files, their bytes in blocks, and the documents found in them.

All offsets count the bytes of a file as it is decompressed. For Parquet, which has no such bytes, a
document's span is [row, row + 1), and the offsets of an `Edit` count the UTF-8 bytes of the row's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.document import SCHEMA, Cut, Edit, Reject
from dedup.kernels.arrays import Int32s, Int64s


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


ARRAY = 4  # a JSON array may be so many times as long as a document: it is held whole


def reason(limit: int) -> str:
    """Why a record is rejected that has more bytes than this."""
    return f"longer than {limit:,} bytes (--max-document)"


def passed_by(block: Block, limit: int) -> Batch:
    """The batch of a block that is one record too long to be held."""
    file, position, start, end = (
        int(column[0]) for column in (block.file, block.position, block.start, block.end)
    )
    none = pa.RecordBatch.from_pylist([], SCHEMA)
    return Batch(none, [Reject(file, position, start, end, reason(limit))])


def within(spans: Spans, limit: int) -> tuple[Spans, list[Reject]]:
    """The spans of at most `limit` bytes (0: all), and the rejects for the others."""
    long = np.flatnonzero(spans.end - spans.start > limit) if limit else ()
    if not len(long):
        return spans, []
    others = spans.take(long)
    places = zip(*(column.tolist() for column in others[2:]), strict=True)
    bad = [Reject(file, position, start, end, reason(limit)) for file, start, end, position in places]
    return spans.take(np.flatnonzero(spans.end - spans.start <= limit)), bad
