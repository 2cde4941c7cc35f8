"""Parsed values to Arrow: the columns of documents, as one record batch."""

from __future__ import annotations

import math
import re
import struct
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.document import SCHEMA
from dedup.formats.blocks import Spans
from dedup.kernels import hosts as kernel
from dedup.kernels.arrays import Bools
from dedup.text.encoding import string_array


class ParsedRecords(NamedTuple):
    """Documents as Python values: those of record rows[i] of a block are in row i of each list. `bad`: the
    row and the reason of each record that is no document.
    """

    rows: list[int]
    texts: list[str]
    ids: list[str | None]
    sort_keys: list[str | None]
    titles: list[str | None]
    urls: list[str | None]
    bad: list[tuple[int, str]]

    @classmethod
    def none(cls) -> ParsedRecords:
        """No record yet."""
        return cls([], [], [], [], [], [], [])

    def add(
        self,
        row: int,
        text: str,
        id: str | None = None,
        sort_key: str | None = None,
        title: str | None = None,
        url: str | None = None,
    ) -> None:
        """Append the document of record `row`."""
        self.rows.append(row)
        self.texts.append(text)
        self.ids.append(id)
        self.sort_keys.append(sort_key)
        self.titles.append(title)
        self.urls.append(url)

    def columns(self) -> Columns:
        """The columns; a lone surrogate becomes U+FFFD."""
        return Columns(
            string_array(self.ids, pa.string()),
            string_array(self.texts, pa.large_string()),
            string_array(self.sort_keys, pa.string()),
            string_array(self.titles, pa.large_string()),
            string_array(self.urls, pa.large_string()),
        )


class Columns(NamedTuple):
    """Columns of documents. `ids`, `sort_keys`: string; `texts`, `titles`, `urls`: large_string. Only texts
    have no null.
    """

    ids: pa.StringArray
    texts: pa.LargeStringArray
    sort_keys: pa.StringArray
    titles: pa.LargeStringArray
    urls: pa.LargeStringArray


def record_batch(spans: Spans, columns: Columns) -> pa.RecordBatch:
    """Documents at these spans as one record batch (see SCHEMA)."""
    arrays = [
        pa.array(spans.file, pa.int32()),
        pa.array(spans.position, pa.int64()),
        columns.ids,
        columns.texts,
        pa.array(spans.start, pa.int64()),
        pa.array(spans.end, pa.int64()),
        columns.sort_keys,
        columns.titles,
        columns.urls,
        hosts(columns.urls),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


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
    names, bounds, has_host = kernel.hosts(data, offsets[:-1], ends)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(names)]
    return _dictionary(pa.Array.from_buffers(pa.large_string(), len(texts), buffers), has_host)


def _dictionary(texts: pa.LargeStringArray, is_valid: Bools) -> pa.DictionaryArray:
    """The texts with each different one stored once; null where one is not valid."""
    validity = pa.py_buffer(np.packbits(is_valid, bitorder="little"))
    array = pa.Array.from_buffers(pa.large_string(), len(texts), [validity, *texts.buffers()[1:]])
    return array.cast(pa.string()).dictionary_encode()
