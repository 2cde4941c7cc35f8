"""JSON objects to documents. The core reads them, and leaves those that it is not sure of to libraries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from dedup.columns import READ_AGAIN
from dedup.document import REJECT, Cut, Edit, Fields, Reject, list_fields
from dedup.errors import InputError
from dedup.formats.blocks import Batch, ByteBlock, Spans, piece_spans, split_by_length
from dedup.formats.columns import Columns, Order, ParsedRecords, preferences, record_batch, site_names
from dedup.formats.edits import literal_edits, text_literal
from dedup.native import records as native
from dedup.native.arrays import Bools, Bytes, Int64s
from dedup.native.records import ASK, READ, Objects
from dedup.native.scan import ScanPlan, scan_records
from dedup.text.encoding import string_array
from dedup.text.fields.nested import has_field, names_of_fields, value_at
from dedup.text.fields.sort_keys import sort_keys
from dedup.text.json_values import NotJSONError, exact_value_of, value_of
from dedup.text.scanned import ScannedTexts, scanned_texts


def object_batch(block: ByteBlock, fields: Fields, spans: Spans) -> Batch:
    """The batch of a block whose records, at these spans of it, are JSON texts. Raises InputError if the
    block is the first of a file and each of its records is an object without the text field.
    """
    spans, long = split_by_length(spans, fields.limit)
    objects = native.read(_bytes(block), spans.low, spans.high, _field_names(fields))
    if _is_nested(fields):  # the core reads no nested fields
        objects = objects._replace(kinds=np.where(objects.kinds == READ, ASK, objects.kinds))
    return _batch(block, fields, spans, objects, _parse_unsure(block, fields, spans, objects), long)


def texts_of_objects(block: ByteBlock, fields: Fields, spans: Spans) -> list[pa.LargeStringArray]:
    """The columns READ_AGAIN of the documents whose JSON texts are at these spans of a block."""
    objects = native.read(_bytes(block), spans.low, spans.high, _field_names(fields))
    if _is_nested(fields) or (objects.kinds == ASK).any():
        documents = object_batch(block, fields, spans).documents
        return [documents.column(name) for name in READ_AGAIN]
    read = np.flatnonzero(objects.kinds == READ)
    others = (strings_of_literals(block.data, part[read]) for part in (objects.titles, objects.urls))
    return [_strings(objects.texts, objects.text_bounds, read), *others]


def scanned_objects(
    block: ByteBlock, fields: Fields, spans: Spans, plan: ScanPlan
) -> tuple[Batch, ScannedTexts]:
    """The batch as `object_batch` gives it, but without the texts, and what is found of these."""
    if fields.id == fields.text or _is_nested(fields):  # the core reads neither
        batch = object_batch(block, fields, spans)
        return batch, scanned_texts(batch.documents.column("text"), plan)
    spans, long = split_by_length(spans, fields.limit)
    objects, scanned = scan_records(_bytes(block), spans.low, spans.high, _field_names(fields), plan)
    parsed = _parse_unsure(block, fields, spans, objects)
    batch, texts = _batch(block, fields, spans, objects, parsed, long), ScannedTexts.of(scanned)
    if parsed.records.rows:
        others = string_array(parsed.records.texts, pa.large_string())
        texts = texts.merged(scanned_texts(others, plan), _order(objects, parsed.records))
    return batch, texts


def _is_nested(fields: Fields) -> bool:
    """Whether a field that is read may be inside of an object."""
    return any("." in (name or "") for name in (*fields.names, fields.site))


class _Parsed(NamedTuple):
    """The records that a library has read, and how many of them are objects without the text field."""

    records: ParsedRecords
    without_field: int


def _parse_unsure(block: ByteBlock, fields: Fields, spans: Spans, objects: Objects) -> _Parsed:
    """The records of which the native reader is not sure."""
    unsure = np.flatnonzero(objects.kinds == ASK)
    lines = [block.data[low:high] for low, high in zip(spans.low[unsure], spans.high[unsure], strict=True)]
    return _Parsed(*_parse(unsure.tolist(), lines, fields))


def _batch(
    block: ByteBlock,
    fields: Fields,
    spans: Spans,
    objects: Objects,
    parsed: _Parsed,
    long: list[Reject],
) -> ObjectBatch:
    """The batch of what both have read. `long`: the rejects of records that nobody reads."""
    batch = ObjectBatch(block, fields, objects, parsed.records, spans)
    batch.rejects += long
    none_has_it = parsed.without_field and parsed.without_field == len(batch.rejects)
    if block.is_first and none_has_it and not len(batch.documents):
        row, reason = parsed.records.bad[0]
        name = block.names[int(spans.file[row])]
        raise InputError(f"{name!r} has {reason}: name the right one with --text-field.")
    return batch


def _bytes(block: ByteBlock) -> Bytes:
    return np.frombuffer(block.data, np.uint8)


def _order(objects: Objects, records: ParsedRecords) -> Int64s:
    """The documents in the order of the block, numbered: those read natively, then the others."""
    read = np.flatnonzero(objects.kinds == READ)
    return np.argsort(np.concatenate((read, np.array(records.rows, np.int64))), kind="stable")


def _field_names(fields: Fields) -> tuple[Bytes, Bytes, Bytes, Bytes, Bytes]:
    """The names of the fields as the core takes them."""
    text, id_, order, url, title = (np.frombuffer((name or "").encode(), np.uint8) for name in fields.names)
    return text, id_, order, url, title


def element_batch(block: ByteBlock, fields: Fields) -> Batch:
    """The batch of a block in which each piece is one JSON text."""
    return object_batch(block, fields, piece_spans(block))


class ObjectBatch(Batch):
    """The documents of a block of JSON objects. `objects`: those that the core read; `records`: others."""

    def __init__(
        self, block: ByteBlock, fields: Fields, objects: Objects, records: ParsedRecords, spans: Spans
    ) -> None:
        read = np.flatnonzero(objects.kinds == READ)
        rows = np.concatenate((read, np.array(records.rows, np.int64)))
        order = _order(objects, records)
        texts = _strings(objects.texts, objects.text_bounds, read)
        columns = [
            _strings(objects.ids, objects.id_bounds, read, objects.named),
            texts,
            _sort_keys(block.data, objects.orders[read], fields),
            strings_of_literals(block.data, objects.titles[read]),
            strings_of_literals(block.data, objects.urls[read]),
        ]
        columns += _of_other_fields(block.data, spans, read, fields, columns[4])
        if fields.id == fields.text:  # the core reads a field as one of the two
            columns[0] = texts.cast(pa.string())
        if records.rows:
            both = zip(columns, records.columns(fields), strict=True)
            columns = [pa.concat_arrays(column).take(pa.array(order)) for column in both]
        self._spans = spans.take(rows[order])
        super().__init__(record_batch(self._spans, Columns(*columns)), spans.rejects(records.bad))
        self._data = block.data
        self._field = fields.text
        self._literals = objects.literals[rows[order]]

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        low, high = self._literals[row].tolist()
        if high == 0:  # the core did not read this record
            start, end = int(self._spans.low[row]), int(self._spans.high[row])
            low, high = (start + at for at in text_literal(self._data[start:end], self._field))
        shift = int(self._spans.start[row] - self._spans.low[row]) + low
        edits = literal_edits(self._data[low:high], cuts)
        return [Edit(shift + edit.start, shift + edit.end, edit.new) for edit in edits]


def _strings(data: Bytes, offsets: Int64s, rows: Int64s, is_valid: Bools | None = None) -> pa.Array:
    """The strings of these rows; the rows between them have no bytes. Null where a row is not valid."""
    chosen = np.append(offsets[rows], offsets[-1])
    validity = None if is_valid is None else pa.py_buffer(np.packbits(is_valid[rows], bitorder="little"))
    array = pa.Array.from_buffers(
        pa.large_string(), len(rows), [validity, pa.py_buffer(chosen), pa.py_buffer(data)]
    )
    return array if is_valid is None else array.cast(pa.string())


def strings_of_literals(data: bytes, spans: Int64s) -> pa.LargeStringArray:
    """The strings that are JSON values at these spans (n, 2) of `data`; null where the span is (0, 0) and
    where the value is no string.
    """
    texts, bounds, is_string = native.strings(np.frombuffer(data, np.uint8), spans)
    validity = None if is_string.all() else pa.py_buffer(np.packbits(is_string, bitorder="little"))
    buffers = [validity, pa.py_buffer(bounds), pa.py_buffer(texts)]
    return pa.Array.from_buffers(pa.large_string(), len(spans), buffers)


def _sort_keys(data: bytes, spans: Int64s, fields: Fields) -> pa.Array:
    """The sort keys of the JSON values at these spans of `data`; null where the span is (0, 0)."""
    if fields.order is None:
        return pa.nulls(len(spans), pa.string())
    return sort_keys(orjson.loads(data[low:high]) if high else None for low, high in spans.tolist())


def _of_other_fields(
    data: bytes, spans: Spans, rows: Int64s, fields: Fields, urls: pa.LargeStringArray
) -> list[pa.Array]:
    """Which preferences the objects in these rows meet, and their sites."""
    if not fields.preferences and fields.site is None:
        return [pa.nulls(len(rows), pa.string()), site_names(urls, None, fields)]
    texts = (data[low:high] for low, high in zip(spans.low[rows], spans.high[rows], strict=True))
    objects = [orjson.loads(text) for text in texts]
    values = [[value_at(value, preference.field) for value in objects] for preference in fields.preferences]
    sites = None if fields.site is None else [value_at(value, fields.site) for value in objects]
    return [preferences(values, fields, len(rows)), site_names(urls, sites, fields)]


def _parse(rows: Sequence[int], lines: Sequence[bytes], fields: Fields) -> tuple[ParsedRecords, int]:
    """The records `rows`, which are these lines; and how many of them are objects without the text field."""
    records = ParsedRecords.none()
    without_field = 0
    for row, line in zip(rows, lines, strict=True):
        if not line.strip():
            continue
        try:
            value = value_of(line)
        except NotJSONError as error:
            records.bad.append((row, str(error)))
            continue
        if type(value) is not dict:
            records.bad.append((row, f"not an object but {_kind(value)}"))
            continue
        text = value_at(value, fields.text)
        if type(text) is not str:
            without_field += not has_field(value, fields.text) and type(value.get(REJECT)) is not str
            records.bad.append((row, _no_text(value, fields.text)))
            continue
        id_ = value_at(value, fields.id)
        title, url = (None if name is None else value_at(value, name) for name in (fields.title, fields.url))
        records.add(
            row,
            text,
            id_ if type(id_) is str or id_ is None else _number_id(id_, line, fields.id),
            Order.of(partial(value_at, value), fields),
            title if type(title) is str else None,
            url if type(url) is str else None,
        )
    return records, without_field


def _number_id(value: Any, line: bytes, field: str) -> str | None:
    """The id that a value other than a string is: a number in decimal, also an integer that orjson made a
    double, with all its digits; None for what is no number.
    """
    if type(value) is float:
        value = value_at(exact_value_of(line), field)
    if type(value) in (int, float):
        return str(value)
    return None


def _no_text(value: dict[str, Any], field: str) -> str:
    """Why an object is no document; a page says so itself."""
    if type(value.get(REJECT)) is str:
        return str(value[REJECT])
    if has_field(value, field):
        return f"the field {field!r} is {_kind(value_at(value, field))}, not a string"
    return f"no field {field!r}, only {list_fields([*names_of_fields(value)])}"


def _kind(value: object) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, dict) and value.keys() == {"base64"}:
        return "binary (a BLOB)"
    return "a list" if isinstance(value, list) else "an object"
