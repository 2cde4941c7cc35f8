"""JSON Lines: one object a line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from dedup.document import Fields, File
from dedup.files.reading import FileReader
from dedup.formats.blocks import Batch, ByteBlock, Piece, Spans, line_spans
from dedup.formats.damaged import rest_of
from dedup.formats.json_objects import object_batch, scanned_objects, texts_of_objects
from dedup.native.records import line_bounds, line_breaks
from dedup.native.scan import ScanPlan
from dedup.text.scanned import ScannedTexts


def read(index: int, file: File, size: int, limit: int = 0) -> Iterator[Piece]:
    """The lines of a file in pieces of about `size` bytes, without a byte-order mark. A line of more than
    `limit` bytes (0: any number) that does not fit in a piece is an oversize piece: it is not kept in memory.
    """
    source = FileReader(file)
    start, position, parts = source.skip_bom(), 1, list[memoryview]()
    in_oversize = False
    for piece in source.slices():
        part = piece
        if in_oversize:
            at = bytes(part).find(b"\n") + 1
            if not at:
                continue
            end = source.offset - len(part) + at
            yield Piece(index, start, position, b"", end - start)
            start, position, in_oversize, part = end, position + 1, False, part[at:]
        cut = bytes(part).rfind(b"\n") + 1 if source.offset - start >= size else 0
        parts.append(part)
        if not cut and limit and source.offset - start > size + limit:
            data = b"".join(parts)
            data, parts, in_oversize = data[: data.rfind(b"\n") + 1], [], True
            if data:
                yield Piece(index, start, position, data)
            start, position = start + len(data), position + line_breaks(np.frombuffer(data, np.uint8))
        if not cut:
            continue
        data = b"".join([*parts[:-1], part[:cut]])
        yield Piece(index, start, position, data)
        start, parts = start + len(data), [part[cut:]]
        position += line_breaks(np.frombuffer(data, np.uint8))
    if in_oversize:
        yield Piece(index, start, position, b"", source.offset - start)
    elif source.problem is None and any(parts):
        yield Piece(index, start, position, b"".join(parts))
    elif source.problem is not None:
        yield from _up_to_damage(Piece(index, start, position, b"".join(parts)), source.problem)
    source.close()


def _up_to_damage(piece: Piece, problem: str) -> Iterator[Piece]:
    """The complete lines of the last piece of a damaged file, and its rest as a piece that is not read."""
    data = piece.data
    end = data.rfind(b"\n") + 1
    if end:
        yield piece._replace(data=data[:end])
    position = piece.position + line_breaks(np.frombuffer(data[:end], np.uint8))
    yield rest_of(piece._replace(start=piece.start + end, position=position), len(data) - end, problem)


def parse(block: ByteBlock, fields: Fields) -> Batch:
    """The documents of a block of lines."""
    return object_batch(block, fields, _lines(block))


def texts(block: ByteBlock, fields: Fields) -> list[pa.LargeStringArray]:
    """The texts, titles and URLs of a block of lines."""
    return texts_of_objects(block, fields, _lines(block))


def scan(block: ByteBlock, fields: Fields, plan: ScanPlan) -> tuple[Batch, ScannedTexts]:
    """The documents of a block of lines, without their texts, and what is found of these."""
    return scanned_objects(block, fields, _lines(block), plan)


def _lines(block: ByteBlock) -> Spans:
    bounds = line_bounds(np.frombuffer(block.data, np.uint8))
    return line_spans(block, bounds[:-1], bounds[1:], np.arange(len(bounds) - 1), bounds[1:])
