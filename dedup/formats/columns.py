"""Parsed values to Arrow: ids, texts, sort keys and hosts of documents, as one record batch."""

from __future__ import annotations

import math
import re
import struct
from typing import NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from dedup.document import HOST, SCHEMA
from dedup.formats.blocks import Spans
from dedup.kernels import hosts as kernel
from dedup.kernels.arrays import Bools, Bytes, Int64s
from dedup.text.encoding import string_array


class ParsedRecords(NamedTuple):
    """Documents as Python values: those of record rows[i] of a block are in row i of each list. `bad`: the
    row and the reason of each record that is no document.
    """

    rows: list[int]
    texts: list[str]
    ids: list[str | None]
    sort_keys: list[str | None]
    urls: list[str | None]
    bad: list[tuple[int, str]]

    @classmethod
    def none(cls) -> ParsedRecords:
        """No record yet."""
        return cls([], [], [], [], [], [])

    def add(self, row: int, text: str, id: str | None, sort_key: str | None, url: str | None) -> None:
        """Append the document of record `row`."""
        self.rows.append(row)
        self.texts.append(text)
        self.ids.append(id)
        self.sort_keys.append(sort_key)
        self.urls.append(url)

    def columns(self) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
        """Ids, texts, sort keys and hosts; a lone surrogate becomes U+FFFD."""
        return (
            string_array(self.ids, pa.string()),
            string_array(self.texts, pa.large_string()),
            string_array(self.sort_keys, pa.string()),
            hosts(string_array(self.urls, pa.large_string())),
        )


def record_batch(
    spans: Spans, ids: pa.Array, texts: pa.Array, sort_keys: pa.Array, hosts_: pa.Array
) -> pa.RecordBatch:
    """Documents at these spans as one record batch (see SCHEMA)."""
    columns = [
        pa.array(spans.file, pa.int32()),
        pa.array(spans.position, pa.int64()),
        ids,
        texts,
        pa.array(spans.start, pa.int64()),
        pa.array(spans.end, pa.int64()),
        sort_keys,
        hosts_,
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def sort_key(value: object) -> str | None:
    """A string that sorts as the value does; None for null and "". Numbers, also those written as text, sort
    by size, before all other values, which sort as text.
    """
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)):
        return _number_key(value)
    text = value if isinstance(value, str) else str(value)
    if len(text) < 40 and _NUMBER.fullmatch(text):
        is_integer = text.strip().lstrip("+-").isdigit()
        return _number_key(int(text) if is_integer else float(text))
    return f"1{text}"


def _number_key(value: int | float) -> str:
    """The order of IEEE doubles as hex digits, then what a big integer has beyond its double."""
    try:
        double = float(value)
    except OverflowError:
        double = math.copysign(math.inf, value)
    bits: int = struct.unpack(">Q", struct.pack(">d", double + 0.0))[0]
    bits = bits ^ 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63
    rest = int(value) - int(double) if isinstance(value, int) and abs(double) < 1e30 else 0
    return f"0{bits:016x}{rest + 10**18:019d}"


def hosts(urls: pa.Array) -> pa.DictionaryArray:
    """The host of each URL (a string); null where the URL is null or has none."""
    texts = urls.cast(pa.large_string())
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    offsets = np.frombuffer(texts.buffers()[1] or bytes(8), np.int64)[texts.offset :][: len(texts) + 1]
    ends = np.where(texts.is_valid().to_numpy(zero_copy_only=False), offsets[1:], offsets[:-1])
    return _dictionary(*_hosts(data, offsets[:-1], ends, literal=False)[:2])


def hosts_of_literals(data: bytes, spans: Int64s) -> pa.DictionaryArray:
    """The host of each URL that is a JSON value at these spans (n, 2) of `data`; null where the span is (0,
    0), where the value is no string, and where the URL has no host.
    """
    values = np.frombuffer(data, np.uint8)
    low, high = spans[:, 0], spans[:, 1]
    is_string = (high > low) & (values[low] == ord('"'))
    low, high = np.where(is_string, low + 1, 0), np.where(is_string, high - 1, 0)
    texts, has_host, is_escaped = _hosts(values, low, high, literal=True)
    if not is_escaped.any():
        return _dictionary(texts, has_host)
    names = _dictionary(texts, has_host).to_pylist()
    for i in np.flatnonzero(is_escaped).tolist():
        names[i] = hosts(pa.array([orjson.loads(data[low[i] - 1 : high[i] + 1])]))[0].as_py()
    return pa.array(names, HOST)


def _hosts(data: Bytes, low: Int64s, high: Int64s, literal: bool) -> tuple[pa.LargeStringArray, Bools, Bools]:
    """The hosts of the URLs data[low[i]:high[i]], which URLs have one, and which a JSON parser must read."""
    names, offsets, has_host, is_escaped = kernel.hosts(data, low, high, literal)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(names)]
    return pa.Array.from_buffers(pa.large_string(), len(low), buffers), has_host, is_escaped


def _dictionary(texts: pa.LargeStringArray, is_valid: Bools) -> pa.DictionaryArray:
    """The texts with each different one stored once; null where one is not valid."""
    validity = pa.py_buffer(np.packbits(is_valid, bitorder="little"))
    array = pa.Array.from_buffers(pa.large_string(), len(texts), [validity, *texts.buffers()[1:]])
    return array.cast(pa.string()).dictionary_encode()
