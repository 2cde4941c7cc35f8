"""From what a parser found to Arrow: the documents as one record batch, and the rejects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa

from dedup.formats.blocks import SCHEMA, Reject, Spans
from dedup.formats.hosts import hosts


class Found(NamedTuple):
    """What a parser found, still as Python lists: row i of them is record rows[i] of the block."""

    rows: list[int]
    texts: list[str]
    ids: list[str | None]
    orders: list[str | None]
    urls: list[str | None]
    bad: list[tuple[int, str]]
    """Record and reason."""


def documents(found: Found, spans: Spans) -> pa.RecordBatch:
    """The documents as one record batch; a lone surrogate becomes U+FFFD."""
    return record_batch(
        spans.take(found.rows),
        strings(found.ids, pa.string()),
        strings(found.texts, pa.large_string()),
        strings(found.orders, pa.string()),
        hosts(strings(found.urls, pa.large_string())),
    )


def record_batch(
    spans: Spans, ids: pa.Array, texts: pa.Array, orders: pa.Array, sites: pa.Array
) -> pa.RecordBatch:
    """Documents that stand at these spans, as one record batch."""
    columns = [
        pa.array(spans.file, pa.int32()),
        pa.array(spans.position, pa.int64()),
        ids,
        texts,
        pa.array(spans.start, pa.int64()),
        pa.array(spans.end, pa.int64()),
        orders,
        sites,
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def rejects(bad: Iterable[tuple[int, str]], spans: Spans) -> list[Reject]:
    """The rejects for these records and reasons."""
    return [
        Reject(int(spans.file[i]), int(spans.position[i]), int(spans.start[i]), int(spans.end[i]), reason)
        for i, reason in bad
    ]


def strings(values: Sequence[str | None], type: pa.DataType) -> pa.Array:
    """An Arrow array of these strings, lone surrogates replaced one for one."""
    try:
        return pa.array(values, type)
    except UnicodeEncodeError:
        return pa.array([None if value is None else plain(value) for value in values], type)


def plain(text: str) -> str:
    """The text with each lone surrogate as U+FFFD, which UTF-8 can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text
