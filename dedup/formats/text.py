"""Text files: each is one document without an id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedup.document import BOM, Cut, Edit, Fields, File
from dedup.files.reading import FileReader
from dedup.formats.blocks import Batch, ByteBlock, Piece, piece_spans, too_long
from dedup.formats.columns import ParsedRecords, record_batch
from dedup.formats.damaged import rest_of
from dedup.formats.edits import byte_ranges


def read(index: int, file: File, _size: int, limit: int = 0) -> Iterator[Piece]:
    """The file as one piece, oversize if it has more than `limit` bytes (0: any number)."""
    source = FileReader(file)
    data = source.rest(limit)
    if source.problem is not None:
        yield rest_of(Piece(index, 0, 1, b""), source.offset, source.problem)
    else:
        yield Piece(index, 0, 1, b"", source.offset) if data is None else Piece(index, 0, 1, data)
    source.close()


def parse(block: ByteBlock, fields: Fields) -> Batch:
    """One document for each piece. A byte-order mark is no part of the text."""
    records = ParsedRecords.none()
    for row, data in enumerate(block.pieces()):
        if fields.limit and len(data) > fields.limit:
            records.bad.append((row, too_long(fields.limit)))
            continue
        try:
            text = data.removeprefix(BOM).decode()
        except UnicodeDecodeError:
            records.bad.append((row, "invalid UTF-8"))
        else:
            records.add(row, text)
    return FileBatch(block, fields, records)


class FileBatch(Batch):
    """The documents of a block of text files."""

    def __init__(self, block: ByteBlock, fields: Fields, records: ParsedRecords) -> None:
        spans = piece_spans(block)
        self._data = block.data
        self._spans = spans.take(records.rows)
        super().__init__(record_batch(self._spans, records.columns(fields)), spans.rejects(records.bad))

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        data = self._data[self._spans.low[row] : self._spans.high[row]]
        text = data.removeprefix(BOM)
        start = int(self._spans.start[row]) + len(data) - len(text)
        return [Edit(start + low, start + high, b"") for low, high in byte_ranges(text.decode(), (), cuts)]
