"""Records longer than allowed: passed by without being held, and rejected; nothing of them is lost, as the
writers copy what is rejected in parts.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dedup.formats.blocks import SCHEMA, Batch, Block, Reject, Spans

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
