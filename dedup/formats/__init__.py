"""Files to documents as Arrow record batches: one module per format, one interface.

    files = find_files(["crawl/"])
    for block in blocks(files):                 # serial and cheap: bytes cut at document borders
        batch = parse(block, Fields())          # pure: may run in any thread or process
        batch.documents, batch.rejects, batch.edits(row, cuts)

`fetch` reads chosen documents again. To add a format, write a module with `read` (a file to pieces) and
`parse` (a block to a batch), and name it in `_module`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from types import ModuleType

import numpy as np
import pyarrow as pa

from dedup.columns import READ_AGAIN
from dedup.document import Cut, Edit, Fields, File, Reject
from dedup.errors import DedupError
from dedup.files.discovery import find_files, format_of
from dedup.files.reading import read_near_spans, read_spans
from dedup.formats import csv, damaged, text
from dedup.formats.blocks import (
    RECORDS,
    Batch,
    Block,
    ByteBlock,
    OversizeBlock,
    Piece,
    TableBlock,
    group,
    join,
    without_failures,
)
from dedup.formats.frames import Copies
from dedup.native.arrays import Int32s, Int64s
from dedup.native.records import line_bounds, line_breaks
from dedup.native.scan import ScanPlan
from dedup.text.scanned import ScannedTexts, scanned_texts

__all__ = [
    "Batch",
    "Block",
    "Cut",
    "Edit",
    "Fields",
    "File",
    "Reject",
    "blocks",
    "fetch",
    "find_files",
    "format_of",
    "parse",
    "scan",
]

BLOCK = 4 << 20  # of 1, 2, 4 and 8 MB the fastest by a tenth: what a block makes still fits the caches
_WITH_HEADER = {"csv", "tsv"}


def blocks(files: Sequence[File], size: int = BLOCK, fields: Fields | None = None) -> Iterator[Block]:
    """The bytes of all files in blocks of about `size`, cut at document borders, in order.

    With `fields`, the other columns of Parquet files are not read, and records that are too long are not
    kept in memory. Raises InputError.
    """
    limit = fields.limit if fields else 0
    for form, indices in _runs(files, range(len(files))):
        if form == "parquet":
            yield from _parquet().blocks(indices[0], files[indices[0]], size, fields)
            continue
        pieces = chain.from_iterable(_module(form).read(i, files[i], size, limit) for i in indices)
        if form in _WITH_HEADER:
            yield from _row_blocks(pieces, files[indices[0]], size, fields)
        else:
            yield from _byte_blocks(form, pieces, files, size)


def _byte_blocks(
    form: str, pieces: Iterable[Piece], files: Sequence[File], size: int, again: bool = False
) -> Iterator[Block]:
    """Pieces of files in blocks. `again`: they are read for a second time."""
    for of_block in group(pieces, size):
        names = {piece.file: files[piece.file].name for piece in of_block}
        is_first = not again and any(piece.position == 1 for piece in of_block)
        yield from _few_records(join(form, of_block, names, is_first=is_first))


def _row_blocks(pieces: Iterable[Piece], file: File, size: int, fields: Fields | None) -> Iterator[Block]:
    """Pieces of one CSV or TSV file in blocks."""
    header = csv.header(file, fields.limit if fields else 0)
    for of_block in group(pieces, size):
        block = join(file.format, of_block, {of_block[0].file: file.name}, header=header)
        if fields and isinstance(block, OversizeBlock):
            csv.check_header(header, fields, file.name)
        yield from _few_records(block)


def _few_records(block: Block) -> Iterator[Block]:
    """A block in parts of no more than RECORDS lines; all of them are in one if it is one record."""
    lines = line_breaks(np.frombuffer(block.data, np.uint8)) if isinstance(block, ByteBlock) else 0
    parts = _halves(block) if lines > RECORDS else []
    if not parts:
        yield block
    for part in parts:
        yield from _few_records(part)


def fetch(
    files: Sequence[File],
    file: Int32s,
    start: Int64s,
    end: Int64s,
    position: Int64s,
    fields: Fields | None = None,
    copies: Copies | None = None,
) -> Iterator[Block]:
    """Blocks of only these documents (sorted by file and start), read again; `copies`: of compressed files.
    Raises InputError.
    """
    copies = copies or Copies()
    first_row = np.searchsorted(file, np.arange(len(files) + 1))
    wanted = [i for i in range(len(files)) if first_row[i] < first_row[i + 1]]
    for form, indices in _runs(files, wanted):
        if form == "parquet":
            rows = slice(first_row[indices[0]], first_row[indices[0] + 1])
            yield from _parquet().fetch(indices[0], files[indices[0]], start[rows], BLOCK, fields)
            continue
        if form == "jsonl" and len(indices) == 1 and _has_spans(files[indices[0]]):
            rows = slice(first_row[indices[0]], first_row[indices[0] + 1])
            yield from _line_blocks(indices[0], files[indices[0]], start[rows], end[rows], position[rows])
            continue
        rows_of = (slice(first_row[i], first_row[i + 1]) for i in indices)
        pieces = chain.from_iterable(
            _pieces(i, files[i], start[rows], end[rows], position[rows], copies)
            for i, rows in zip(indices, rows_of, strict=True)
        )
        if form in _WITH_HEADER:
            yield from _row_blocks(pieces, files[indices[0]], BLOCK, None)
        else:
            yield from _byte_blocks(form, pieces, files, BLOCK, again=True)


def _has_spans(file: File) -> bool:
    """Whether the file on disk has the bytes that spans count."""
    return not file.compression and file.lines is None


def _line_blocks(index: int, file: File, start: Int64s, end: Int64s, position: Int64s) -> Iterator[ByteBlock]:
    """Blocks of these lines of an uncompressed file."""
    size = np.cumsum(end - start)
    borders = np.flatnonzero(np.diff(size // BLOCK)) + 1
    for rows in map(slice, [0, *borders.tolist()], [*borders.tolist(), len(start)]):
        lengths = end[rows] - start[rows]
        offset = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
        data = read_near_spans(file, start[rows].tolist(), end[rows].tolist())
        of_file = np.full(len(lengths), index, np.int32)
        names = {index: file.name}
        yield ByteBlock("jsonl", names, data, of_file, start[rows], end[rows], position[rows], offset)


def _pieces(
    index: int, file: File, start: Int64s, end: Int64s, position: Int64s, copies: Copies
) -> Iterator[Piece]:
    """One piece for each of these spans of a file."""
    spans = start.tolist(), end.tolist()
    parts = copies.spans(index, file, *spans) if file.compression else read_spans(file, *spans)
    for first, number, data in zip(start.tolist(), position.tolist(), parts, strict=True):
        yield Piece(index, first, number, data)


def parse(block: Block, fields: Fields) -> Batch:
    """The documents and rejects of a block. Raises InputError if a file lacks the text field."""
    return without_failures(lambda part: _parse(part, fields), block, _unchecked_halves)


def _unchecked_halves(block: Block) -> Sequence[Block]:
    """As `_halves` has them. In a part, all records may lack the text field."""
    return [replace(part, is_first=False) if isinstance(part, ByteBlock) else part for part in _halves(block)]


def _parse(block: Block, fields: Fields) -> Batch:
    if isinstance(block, OversizeBlock):
        return damaged.unread_batch(block, fields.limit)
    batch: Batch = _module(block.format).parse(block, fields)
    return batch


def _halves(block: Block) -> Sequence[Block]:
    """A block in two, between records; nothing for one record."""
    if isinstance(block, TableBlock):
        middle = len(block.rows) // 2
        parts = [(0, middle), (middle, len(block.rows))] if middle else []
        return [replace(block, rows=block.rows[a:b], table=block.table.slice(a, b - a)) for a, b in parts]
    if not isinstance(block, ByteBlock):
        return []
    middle = len(block.file) // 2
    if middle:
        rest = _chosen_pieces(replace(block, is_first=False), slice(middle, None))
        return [_chosen_pieces(block, slice(middle)), rest]
    if block.format in _WITH_HEADER:
        return _cut(block, *csv.row_starts(block.data, block.format))
    if block.format != "jsonl":
        return []
    starts = line_bounds(np.frombuffer(block.data, np.uint8))[:-1]
    return _cut(block, starts, np.arange(len(starts)))


def _chosen_pieces(block: ByteBlock, chosen: slice) -> ByteBlock:
    """A block of these pieces."""
    ends = block.offset[1:][chosen]
    low, high = int(block.offset[:-1][chosen][0]), int(ends[-1])
    columns = {name: getattr(block, name)[chosen] for name in ("file", "start", "end", "position")}
    offset = np.concatenate(([0], ends - low))
    return replace(block, data=block.data[low:high], offset=offset, **columns)


def _cut(block: ByteBlock, starts: Int64s, lines: Int64s) -> list[ByteBlock]:
    """A block of one piece in two, between records; nothing for one record. `starts`: where each record
    begins in the data; `lines`: on which of its lines, from 0 (both int64).
    """
    middle = len(starts) // 2
    if not middle:
        return []
    at = int(starts[middle])
    parts, border = (block.data[:at], block.data[at:]), block.start + at
    offsets = [np.array([0, len(part)]) for part in parts]
    first = replace(block, data=parts[0], end=border, offset=offsets[0])
    position = block.position + lines[middle]
    rest = replace(block, data=parts[1], start=border, position=position, offset=offsets[1], is_first=False)
    return [first, rest]


def texts(block: Block, fields: Fields) -> list[pa.LargeStringArray]:
    """The columns READ_AGAIN of the documents of a block that was fetched."""
    if isinstance(block, ByteBlock) and block.format == "jsonl":
        from dedup.formats import jsonl

        return jsonl.texts(block, fields)
    documents = parse(block, fields).documents
    return [documents.column(name) for name in READ_AGAIN]


def scan(block: Block, fields: Fields, plan: ScanPlan) -> tuple[Batch, ScannedTexts]:
    """The documents of a block and what is found of their texts, which need not be in the batch. Raises
    InputError as `parse` does.
    """
    if isinstance(block, ByteBlock) and block.format == "jsonl":
        from dedup.formats import jsonl

        try:
            return jsonl.scan(block, fields, plan)
        except (DedupError, MemoryError):
            raise
        except Exception:
            pass
    batch = parse(block, fields)
    return batch, scanned_texts(batch.documents.column("text"), plan)


def _module(form: str) -> ModuleType:
    if form == "parquet":
        return _parquet()
    if form == "damaged":
        return damaged
    if form in ("jsonl", "json"):
        from dedup.formats import json_array, jsonl  # late: 0.003 s, which other formats need not pay

        return jsonl if form == "jsonl" else json_array
    return {"csv": csv, "tsv": csv, "text": text}[form]


def _parquet() -> ModuleType:
    from dedup.formats import parquet  # late: it is the slowest of the imports

    return parquet


def _runs(files: Sequence[File], indices: Iterable[int]) -> Iterator[tuple[str, list[int]]]:
    """The files in runs that may share a block: 50,000 small files must not cost 50,000 batches. A file with
    columns of its own (CSV, TSV, Parquet) shares none.
    """

    def shared(index: int) -> tuple[str, int]:
        form = files[index].format
        return form, index if form in _WITH_HEADER or form == "parquet" else -1

    for (form, _), run in groupby(indices, shared):
        yield form, list(run)
