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
from itertools import chain, groupby
from types import ModuleType

import numpy as np

from dedup.document import Cut, Edit, Fields, File, Reject
from dedup.files.discovery import find_files, format_of
from dedup.files.reading import read_spans
from dedup.formats import csv, json_array, jsonl, text
from dedup.formats.blocks import Batch, Block, OversizeBlock, Piece, group, join, oversize_batch
from dedup.kernels.arrays import Int32s, Int64s

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
        yield join(form, of_block, names, is_first=is_first)


def _row_blocks(pieces: Iterable[Piece], file: File, size: int, fields: Fields | None) -> Iterator[Block]:
    """Pieces of one CSV or TSV file in blocks."""
    header = csv.header(file, fields.limit if fields else 0)
    for of_block in group(pieces, size):
        block = join(file.format, of_block, {of_block[0].file: file.name}, header=header)
        if fields and isinstance(block, OversizeBlock):
            csv.check_header(header, fields, file.name)
        yield block


def fetch(
    files: Sequence[File],
    file: Int32s,
    start: Int64s,
    end: Int64s,
    position: Int64s,
    fields: Fields | None = None,
) -> Iterator[Block]:
    """Blocks of only these documents (sorted by file and start), read again. Raises InputError."""
    first_row = np.searchsorted(file, np.arange(len(files) + 1))
    wanted = [i for i in range(len(files)) if first_row[i] < first_row[i + 1]]
    for form, indices in _runs(files, wanted):
        if form == "parquet":
            rows = slice(first_row[indices[0]], first_row[indices[0] + 1])
            yield from _parquet().fetch(indices[0], files[indices[0]], start[rows], BLOCK, fields)
            continue
        rows_of = (slice(first_row[i], first_row[i + 1]) for i in indices)
        pieces = chain.from_iterable(
            _pieces(i, files[i], start[rows], end[rows], position[rows])
            for i, rows in zip(indices, rows_of, strict=True)
        )
        if form in _WITH_HEADER:
            yield from _row_blocks(pieces, files[indices[0]], BLOCK, None)
        else:
            yield from _byte_blocks(form, pieces, files, BLOCK, again=True)


def _pieces(index: int, file: File, start: Int64s, end: Int64s, position: Int64s) -> Iterator[Piece]:
    """One piece for each of these spans of a file."""
    parts = read_spans(file, start.tolist(), end.tolist())
    for first, number, data in zip(start.tolist(), position.tolist(), parts, strict=True):
        yield Piece(index, first, number, data)


def parse(block: Block, fields: Fields) -> Batch:
    """The documents and rejects of a block. Raises InputError if a file lacks the text field."""
    if isinstance(block, OversizeBlock):
        return oversize_batch(block, fields.limit)
    batch: Batch = _module(block.format).parse(block, fields)
    return batch


def _module(form: str) -> ModuleType:
    if form == "parquet":
        return _parquet()
    return {"jsonl": jsonl, "json": json_array, "csv": csv, "tsv": csv, "text": text}[form]


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
