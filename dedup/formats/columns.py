"""Parsed values to Arrow: the columns of documents, as one record batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.columns import SCHEMA
from dedup.document import Fields
from dedup.formats.blocks import Spans
from dedup.native import records as kernel
from dedup.native.arrays import Bools
from dedup.text.encoding import string_array
from dedup.text.fields.preferences import state
from dedup.text.fields.sort_keys import is_missing, sort_key


class Order(NamedTuple):
    """What a document is ordered by. `preferred`: the values of the fields of preferences; `site`: that of
    the field that names the site.
    """

    sort_key: str | None = None
    preferred: Sequence[object] = ()
    site: object = None

    @classmethod
    def of(cls, value: Callable[[str], object], fields: Fields) -> Order:
        """Of a document. `value`: gives its value of a field."""
        key = None if fields.order is None else sort_key(value(fields.order))
        preferred = [value(preference.field) for preference in fields.preferences]
        return cls(key, preferred, None if fields.site is None else value(fields.site))


class ParsedRecords(NamedTuple):
    """Documents as Python values: those of record rows[i] of a block are in row i of each list. `preferred`,
    `sites`: the values of the fields of preferences, and of that which names the site; `bad`: the row and the
    reason of each record that is no document.
    """

    rows: list[int]
    texts: list[str]
    ids: list[str | None]
    sort_keys: list[str | None]
    titles: list[str | None]
    urls: list[str | None]
    preferred: list[Sequence[object]]
    sites: list[object]
    bad: list[tuple[int, str]]

    @classmethod
    def none(cls) -> ParsedRecords:
        """No record yet."""
        return cls([], [], [], [], [], [], [], [], [])

    def add(
        self,
        row: int,
        text: str,
        id: str | None = None,
        order: Order | None = None,
        title: str | None = None,
        url: str | None = None,
    ) -> None:
        """Append the document of record `row`."""
        self.rows.append(row)
        self.texts.append(text)
        self.ids.append(id)
        self.sort_keys.append(order.sort_key if order else None)
        self.preferred.append(order.preferred if order else ())
        self.sites.append(order.site if order else None)
        self.titles.append(title)
        self.urls.append(url)

    def columns(self, fields: Fields) -> Columns:
        """The columns; a lone surrogate becomes U+FFFD."""
        urls = string_array(self.urls, pa.large_string())
        return Columns(
            string_array(self.ids, pa.string()),
            string_array(self.texts, pa.large_string()),
            string_array(self.sort_keys, pa.string()),
            string_array(self.titles, pa.large_string()),
            urls,
            preferences([*zip(*self.preferred, strict=True)], fields, len(self.rows)),
            site_names(urls, self.sites, fields),
        )


class Columns(NamedTuple):
    """Columns of documents. `ids`, `sort_keys`, `preferences`, `sites`: string; `texts`, `titles`, `urls`:
    large_string. Only texts have no null.
    """

    ids: pa.StringArray
    texts: pa.LargeStringArray
    sort_keys: pa.StringArray
    titles: pa.LargeStringArray
    urls: pa.LargeStringArray
    preferences: pa.StringArray
    sites: pa.StringArray


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
        columns.preferences,
        columns.titles,
        columns.urls,
        columns.sites.dictionary_encode(),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def preferences(values: Sequence[Sequence[object] | None], fields: Fields, count: int) -> pa.StringArray:
    """Which preferences each of `count` documents meets (see `text.fields.preferences`); null where there are
    none. `values`: of the field of each preference, by document; None: no document has the field.
    """
    if not fields.preferences:
        return pa.nulls(count, pa.string())
    states, every = [], values or [None] * len(fields.preferences)
    for column, preference in zip(every, fields.preferences, strict=True):
        listed = [None] * count if column is None else column
        texts = [value if isinstance(value, str) else None for value in listed]
        with_hosts = zip(listed, hosts(string_array(texts, pa.large_string())).to_pylist(), strict=True)
        states.append([state(value, host, preference) for value, host in with_hosts])
    return pa.array(["".join(of_document) for of_document in zip(*states, strict=True)], pa.string())


def site_names(urls: pa.LargeStringArray, values: Sequence[object] | None, fields: Fields) -> pa.StringArray:
    """The name of each document's site; null where there is none: the host of its URL, or, if there is a
    field for it, of the address in this, or what else it says. `values`: of this field; None: nobody has it.
    """
    if fields.site is None:
        return hosts(urls)
    listed = values or [None] * len(urls)
    texts = [None if is_missing(value) else str(value).strip().casefold() or None for value in listed]
    of_addresses = hosts(string_array(texts, pa.large_string())).to_pylist()
    return string_array([host or text for host, text in zip(of_addresses, texts, strict=True)], pa.string())


def hosts(urls: pa.Array) -> pa.StringArray:
    """The host of each URL (a string); null where the URL is null or has none."""
    texts = urls.cast(pa.large_string())
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    offsets = np.frombuffer(texts.buffers()[1] or bytes(8), np.int64)[texts.offset :][: len(texts) + 1]
    ends = np.where(texts.is_valid().to_numpy(zero_copy_only=False), offsets[1:], offsets[:-1])
    names, bounds, has_host = kernel.hosts(data, offsets[:-1], ends)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(names)]
    return _valid(pa.Array.from_buffers(pa.large_string(), len(texts), buffers), has_host)


def _valid(texts: pa.LargeStringArray, is_valid: Bools) -> pa.StringArray:
    """The texts, null where one is not valid."""
    validity = pa.py_buffer(np.packbits(is_valid, bitorder="little"))
    array = pa.Array.from_buffers(pa.large_string(), len(texts), [validity, *texts.buffers()[1:]])
    return array.cast(pa.string())
