"""Files in, Arrow record batches out: one module per format, one interface.

    files = find_files(["crawl/"])
    for block in blocks(files):                 # serial and cheap: bytes cut at document borders
        batch = parse(block, Fields())          # pure: may run in any thread or process
        batch.documents, batch.rejects, batch.edits(row, cuts)

`fetch` reads chosen documents again. To add a format, write a module with `read` (a file -> pieces) and
`parse` (a block -> a batch), and name it in `_module`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from types import ModuleType

import numpy as np

from dedup.document import Cut, Edit, Fields, File, Reject
from dedup.files.discovery import find_files, format_of
from dedup.files.reading import spans
from dedup.formats import blocks as limits
from dedup.formats import csv, json_array, jsonl, text
from dedup.formats.blocks import Batch, Block, Piece, grouped, join
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
_BY_LINE = {"jsonl", "csv", "tsv"}
_OWN_BLOCKS = {"csv", "tsv", "parquet"}  # a block of these holds one file only: its columns are its own


def blocks(files: Sequence[File], size: int = BLOCK, fields: Fields | None = None) -> Iterator[Block]:
    """The bytes of all files in blocks of about `size`, cut at document borders, in order.

    With `fields`, no other columns of Parquet files are read, and what is too long is not held. Raises
    InputError.
    """
    limit = fields.limit if fields else 0
    for form, indices in _runs(files, range(len(files))):
        if form == "parquet":
            yield from _parquet().blocks(indices[0], files[indices[0]], size, fields)
            continue
        header = csv.header(files[indices[0]], limit) if form in ("csv", "tsv") else ()
        pieces = chain.from_iterable(_module(form).read(i, files[i], size, limit) for i in indices)
        yield from _joined(form, pieces, files, size, header)


def fetch(
    files: Sequence[File],
    file: Int32s,
    start: Int64s,
    end: Int64s,
    position: Int64s,
    fields: Fields | None = None,
) -> Iterator[Block]:
    """The blocks of these documents alone (sorted by file and start), read again."""
    first_row = np.searchsorted(file, np.arange(len(files) + 1))
    wanted = [i for i in range(len(files)) if first_row[i] < first_row[i + 1]]
    for form, indices in _runs(files, wanted):
        if form == "parquet":
            rows = slice(first_row[indices[0]], first_row[indices[0] + 1])
            yield from _parquet().fetch(indices[0], files[indices[0]], start[rows], BLOCK, fields)
            continue
        header = csv.header(files[indices[0]]) if form in ("csv", "tsv") else ()
        rows_of = (slice(first_row[i], first_row[i + 1]) for i in indices)
        pieces = chain.from_iterable(
            _pick(i, files[i], start[rows], end[rows], position[rows])
            for i, rows in zip(indices, rows_of, strict=True)
        )
        yield from _joined(form, pieces, files, BLOCK, header, again=True)


def parse(block: Block, fields: Fields) -> Batch:
    """The documents and rejects of a block. InputError when a file's first block lacks the text field."""
    if block.passed and block.format not in ("csv", "tsv"):
        return limits.passed_by(block, fields.limit)
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
    """The files in runs that may share a block: 50,000 small files must not cost 50,000 batches."""

    def shared(index: int) -> tuple[str, int]:
        form = files[index].format
        return form, index if form in _OWN_BLOCKS else -1

    for (form, _), run in groupby(indices, shared):
        yield form, list(run)


def _joined(
    form: str,
    pieces: Iterable[Piece],
    files: Sequence[File],
    size: int,
    header: tuple[str, ...],
    again: bool = False,
) -> Iterator[Block]:
    first = not again and form in _OWN_BLOCKS
    for group in grouped(pieces, size):
        names = {piece.file: files[piece.file].name for piece in group}
        starts = first or (not again and any(piece.position == 1 for piece in group))
        yield join(form, group, names, header=header, first=starts, by_line=form in _BY_LINE)
        first = False


def _pick(index: int, file: File, start: Int64s, end: Int64s, position: Int64s) -> Iterator[Piece]:
    """One piece for each of these spans of a file."""
    parts = spans(file, start.tolist(), end.tolist())
    for low, place, data in zip(start.tolist(), position.tolist(), parts, strict=True):
        yield Piece(index, low, place, data)
