"""Text files: each is one document, whole, identified by its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedup.document import BOM, Cut, Edit, Fields, File
from dedup.files.reading import Source
from dedup.formats.blocks import Batch, Block, Piece, piece_spans, reason
from dedup.formats.columns import Found, documents, rejects
from dedup.formats.edits import byte_ranges


def read(index: int, file: File, _size: int, limit: int = 0) -> Iterator[Piece]:
    """The file as one piece, passed by where it is longer than `limit`."""
    source = Source(file)
    data = source.rest(limit)
    yield Piece(index, 0, 1, b"", source.offset) if data is None else Piece(index, 0, 1, data)
    source.close()


def parse(block: Block, fields: Fields) -> Batch:
    """One document for each piece; a byte-order mark is no part of its text."""
    rows, texts, ids, orders, urls, bad = found = Found([], [], [], [], [], [])
    for row in range(block.pieces):
        if fields.limit and block.end[row] - block.start[row] > fields.limit:
            bad.append((row, reason(fields.limit)))
            continue
        try:
            text = block.piece(row).removeprefix(BOM).decode()
        except UnicodeDecodeError:
            bad.append((row, "invalid UTF-8"))
            continue
        rows.append(row)
        texts.append(text)
        ids.append(None)
        orders.append(None)
        urls.append(None)
    return TextBatch(block, found)


class TextBatch(Batch):
    """The documents of a block of whole texts."""

    def __init__(self, block: Block, found: Found) -> None:
        spans = piece_spans(block)
        super().__init__(documents(found, spans), rejects(found.bad, spans))
        self._data = block.data
        self._spans = spans.take(found.rows)

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        raw = self._data[self._spans.low[row] : self._spans.high[row]]
        start = int(self._spans.start[row]) + len(raw) - len(raw.removeprefix(BOM))
        text = raw.removeprefix(BOM).decode()
        return [Edit(start + low, start + high, b"") for low, high in byte_ranges(text, (), cuts)]
