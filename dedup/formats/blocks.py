"""What travels between the readers and the parsers of formats: pieces of files, blocks of pieces, batches of
documents; and records that are too long. `dedup.document` says what offsets count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
import pyarrow as pa

from dedup.columns import SCHEMA
from dedup.document import Cut, Edit, Reject
from dedup.errors import DedupError
from dedup.native.arrays import Int32s, Int64s

RECORDS = 1 << 16  # of a block at most: what is packed well may have a million in 2 MB
_REASON = 200  # characters of the message of an error that nobody has thought of


class Piece(NamedTuple):
    """Bytes of one file that hold complete records; the first is at `position` and begins at `start`. Or one
    record that is not read, of `oversize` bytes: without a `reason` it is too long for memory.
    """

    file: int
    start: int
    position: int
    data: bytes
    oversize: int = 0
    reason: str = ""

    @property
    def is_unread(self) -> bool:
        return bool(self.oversize or self.reason)


@dataclass(frozen=True)
class Block:
    """Records of files of one format: what a parser takes. `names`: of the files, by their index."""

    format: str
    names: dict[int, str]

    @property
    def size(self) -> int:
        """The bytes of the block."""
        raise NotImplementedError

    def reject(self, reason: str) -> Reject:
        """The reject for the block, which is one record."""
        raise NotImplementedError


@dataclass(frozen=True)
class OversizeBlock(Block):
    """One record that is not read: it is too long for memory, or its file is damaged there."""

    piece: Piece

    @property
    def size(self) -> int:
        return self.piece.oversize

    def reject(self, reason: str) -> Reject:
        piece = self.piece
        return Reject(piece.file, piece.position, piece.start, piece.start + piece.oversize, reason)


@dataclass(frozen=True)
class ByteBlock(Block):
    """Pieces of files, one after the other in `data`: piece i is data[offset[i]:offset[i + 1]]. Of each
    piece: the index of its file (int32), its bytes [start, end) there, and the position of its first record
    (int64). `is_first`: whether a piece begins a file of JSON or JSON Lines: then it is an error if each
    record is an object without the text field.
    """

    data: bytes
    file: Int32s
    start: Int64s
    end: Int64s
    position: Int64s
    offset: Int64s
    is_first: bool = False

    @property
    def size(self) -> int:
        return len(self.data)

    def pieces(self) -> Iterator[bytes]:
        """The bytes of each piece."""
        for low, high in pairwise(self.offset.tolist()):
            yield self.data[low:high]

    def reject(self, reason: str) -> Reject:
        file, position, start, end = (
            int(column[0]) for column in (self.file, self.position, self.start, self.end)
        )
        return Reject(file, position, start, end, reason)


@dataclass(frozen=True)
class RowBlock(ByteBlock):
    """Rows of one CSV or TSV file. `header`: the names of the columns."""

    header: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableBlock(Block):
    """Rows of one Parquet file. `file`: its index; `rows`: their numbers in the file, from 0 (int64)."""

    file: int
    rows: Int64s
    table: pa.RecordBatch = field(repr=False)

    @property
    def size(self) -> int:
        return int(self.table.nbytes)

    def reject(self, reason: str) -> Reject:
        row = int(self.rows[0])
        return Reject(self.file, row + 1, row, row + 1, reason)


_BY_LINE = {"jsonl", "csv", "tsv"}  # where a block has several pieces, a newline ends each of them


def join(
    format: str,
    pieces: Sequence[Piece],
    names: dict[int, str],
    *,
    is_first: bool = False,
    header: tuple[str, ...] | None = None,
) -> ByteBlock | OversizeBlock:
    """A block of these pieces; an oversize piece is alone. `header`: the names of the columns of CSV."""
    if pieces[0].is_unread:
        return OversizeBlock(format, names, pieces[0])
    parts = [piece.data for piece in pieces]
    if format in _BY_LINE and len(parts) > 1:
        parts = [part if part.endswith((b"\n", b"\r")) else part + b"\n" for part in parts]
    offset = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=offset[1:])
    start = np.array([piece.start for piece in pieces], np.int64)
    columns = (
        parts[0] if len(parts) == 1 else b"".join(parts),
        np.array([piece.file for piece in pieces], np.int32),
        start,
        start + np.array([len(piece.data) for piece in pieces], np.int64),
        np.array([piece.position for piece in pieces], np.int64),
        offset,
        is_first,
    )
    if header is None:
        return ByteBlock(format, names, *columns)
    return RowBlock(format, names, *columns, header)


def group(pieces: Iterable[Piece], size: int) -> Iterator[list[Piece]]:
    """The pieces in lists of about `size` bytes, 1 to RECORDS pieces each; one that is not read is alone."""
    grouped: list[Piece] = []
    length = 0
    for piece in pieces:
        is_full = length + len(piece.data) > size or len(grouped) == RECORDS
        if grouped and (is_full or piece.is_unread or grouped[0].is_unread):
            yield grouped
            grouped, length = [], 0
        grouped.append(piece)
        length += len(piece.data)
    if grouped:
        yield grouped


class Spans(NamedTuple):
    """Where records are: [low, high) in the bytes of a block, [start, end) in their files; and their
    positions. All int64, but for `file`, the index of the file (int32).
    """

    low: Int64s
    high: Int64s
    file: Int32s
    start: Int64s
    end: Int64s
    position: Int64s

    def take(self, rows: Sequence[int] | Int64s) -> Spans:
        chosen = np.asarray(rows, np.int64)
        return Spans._make(column[chosen] for column in self)

    def rejects(self, reasons: Iterable[tuple[int, str]]) -> list[Reject]:
        """The rejects for these records, by row, and reasons."""
        return [
            Reject(int(self.file[i]), int(self.position[i]), int(self.start[i]), int(self.end[i]), reason)
            for i, reason in reasons
        ]


def piece_spans(block: ByteBlock) -> Spans:
    """The spans of a block in which each piece is one record."""
    return Spans(block.offset[:-1], block.offset[1:], block.file, block.start, block.end, block.position)


def line_spans(block: ByteBlock, low: Int64s, high: Int64s, lines: Int64s, ends: Int64s) -> Spans:
    """The spans of records at [low, high) of the block that begin on its lines `lines` (from 0). `ends`:
    where each line of the block ends. All int64.
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
    """The documents of a block as an Arrow record batch (see SCHEMA), and the records that are none."""

    def __init__(self, documents: pa.RecordBatch, rejects: list[Reject]) -> None:
        self.documents = documents
        self.rejects = rejects

    def titles(self, rows: Int64s) -> pa.LargeStringArray:
        """The titles of these documents, empty where there is none."""
        return self.documents.column("title").take(pa.array(rows)).fill_null("")

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        """The edits of the file that remove exactly these characters from the text of document `row`."""
        raise NotImplementedError


class _JoinedBatch(Batch):
    """Batches of blocks that follow each other, as one."""

    def __init__(self, parts: Sequence[Batch]) -> None:
        documents = pa.Table.from_batches([part.documents for part in parts], SCHEMA).combine_chunks()
        batches = documents.unify_dictionaries().to_batches()
        rejects = [reject for part in parts for reject in part.rejects]
        super().__init__(batches[0] if batches else parts[0].documents, rejects)
        self._parts = parts
        self._ends = np.cumsum([len(part.documents) for part in parts])

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        part = int(np.searchsorted(self._ends, row, "right"))
        return self._parts[part].edits(row - int(self._ends[part - 1] if part else 0), cuts)


Readable = TypeVar("Readable", bound="Rejectable")


class Rejectable(Protocol):
    """Some records of a source. `reject`: the reject for what is one record."""

    def reject(self, reason: str) -> Reject: ...


def without_failures(
    parse: Callable[[Readable], Batch], block: Readable, halves: Callable[[Readable], Sequence[Readable]]
) -> Batch:
    """The batch that `parse` gives for a block. Here a record whose reading fails becomes a reject, whatever
    the exception: the block is halved until the record is alone, and the others are read. `halves`: a block
    in two; nothing for one record. Raises DedupError, which is about a file, and MemoryError.
    """
    try:
        return parse(block)
    except (DedupError, MemoryError):
        raise
    except Exception as error:
        parts = halves(block)
        if not parts:
            reason = f"it could not be read: {type(error).__name__}: {error}"
            return rejected(block.reject(reason[:_REASON]))
        return _JoinedBatch([without_failures(parse, part, halves) for part in parts])


def too_long(limit: int) -> str:
    """Why a record of more than `limit` bytes is rejected."""
    return f"longer than {limit:,} bytes (--max-document)"


def rejected(reject: Reject) -> Batch:
    """No document and one reject."""
    return Batch(pa.RecordBatch.from_pylist([], SCHEMA), [reject])


def split_by_length(spans: Spans, limit: int) -> tuple[Spans, list[Reject]]:
    """The records of at most `limit` bytes (0: any number), and rejects for the others."""
    is_long = spans.end - spans.start > limit if limit else np.zeros(len(spans.low), bool)
    if not is_long.any():
        return spans, []
    reasons = ((row, too_long(limit)) for row in np.flatnonzero(is_long).tolist())
    return spans.take(np.flatnonzero(~is_long)), spans.rejects(reasons)
