"""From what a parser found to Arrow: the documents as one record batch, and the rejects."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from dedup.document import HOST, SCHEMA, Reject
from dedup.formats.blocks import Spans
from dedup.kernels import hosts as kernel
from dedup.kernels.arrays import Bytes, Int64s
from dedup.text.encoding import string_array


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
        string_array(found.ids, pa.string()),
        string_array(found.texts, pa.large_string()),
        string_array(found.orders, pa.string()),
        hosts(string_array(found.urls, pa.large_string())),
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


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def sortable(value: object) -> str | None:
    """Numbers (also written as text) sort before other values and by size; None where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)):
        return _number(value)
    text = value if isinstance(value, str) else str(value)
    if len(text) < 40 and _NUMBER.fullmatch(text):
        whole = text.strip().lstrip("+-").isdigit()
        return _number(int(text) if whole else float(text))
    return f"1{text}"


def _number(value: int | float) -> str:
    """The order of IEEE doubles as hex digits, then what a big integer has beyond its double."""
    try:
        near = float(value)
    except OverflowError:
        near = math.copysign(math.inf, value)
    bits: int = struct.unpack(">Q", struct.pack(">d", near + 0.0))[0]
    bits = bits ^ 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63
    rest = int(value) - int(near) if isinstance(value, int) and abs(near) < 1e30 else 0
    return f"0{bits:016x}{rest + 10**18:019d}"


def hosts(urls: pa.Array) -> pa.DictionaryArray:
    """The host of each address, a string; null where it is null or names none."""
    texts = urls.cast(pa.large_string())
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    bounds = np.frombuffer(texts.buffers()[1] or bytes(8), np.int64)[texts.offset :][: len(texts) + 1]
    ends = np.where(texts.is_valid().to_numpy(zero_copy_only=False), bounds[1:], bounds[:-1])
    return _encoded(*_hosts(data, bounds[:-1], ends, literal=False)[:2])


def hosts_in(data: bytes, spans: Int64s) -> pa.DictionaryArray:
    """The same of JSON values that stand at these spans (n, 2) of `data`, or nowhere: (0, 0)."""
    held = np.frombuffer(data, np.uint8)
    low, high = spans[:, 0], spans[:, 1]
    told = (high > low) & (held[low] == ord('"'))
    low, high = np.where(told, low + 1, 0), np.where(told, high - 1, 0)
    texts, named, asked = _hosts(held, low, high, literal=True)
    if not asked.any():
        return _encoded(texts, named)
    values = _encoded(texts, named).to_pylist()
    for i in np.flatnonzero(asked).tolist():
        values[i] = hosts(pa.array([orjson.loads(data[low[i] - 1 : high[i] + 1])]))[0].as_py()
    return pa.array(values, HOST)


def _hosts(
    data: Bytes, low: Int64s, high: Int64s, literal: bool
) -> tuple[pa.LargeStringArray, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """What the kernel finds: hosts, which are named, and which must be asked for."""
    found, bounds, named, asked = kernel.hosts(data, low, high, literal)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(found)]
    return pa.Array.from_buffers(pa.large_string(), len(low), buffers), named, asked


def _encoded(texts: pa.LargeStringArray, named: npt.NDArray[np.bool_]) -> pa.DictionaryArray:
    """Each host once; null where none is named."""
    valid = pa.py_buffer(np.packbits(named, bitorder="little"))
    array = pa.Array.from_buffers(pa.large_string(), len(texts), [valid, *texts.buffers()[1:]])
    return array.cast(pa.string()).dictionary_encode()
