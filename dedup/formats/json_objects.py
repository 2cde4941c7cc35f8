"""JSON objects to documents. A kernel reads them, and leaves those that it is not sure of to libraries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dedup.document import Cut, Edit, Fields, list_fields
from dedup.errors import InputError
from dedup.formats.blocks import Batch, ByteBlock, Spans, piece_spans, split_by_length
from dedup.formats.columns import Columns, Order, ParsedRecords, preferences, record_batch
from dedup.formats.edits import literal_edits, text_literal
from dedup.kernels import objects as kernel
from dedup.kernels.arrays import Bools, Bytes, Int64s
from dedup.kernels.objects import ASK, READ, Objects
from dedup.text.sort_keys import sort_keys


def object_batch(block: ByteBlock, fields: Fields, spans: Spans) -> Batch:
    """The batch of a block whose records, at these spans of it, are JSON texts. Raises InputError if the
    block is the first of a file and each of its records is an object without the text field.
    """
    data = np.frombuffer(block.data, np.uint8)
    spans, long = split_by_length(spans, fields.limit)
    objects = Objects(*kernel.read(data, spans.low, spans.high, _field_names(fields)))
    unsure = np.flatnonzero(objects.kinds == ASK)
    lines = [block.data[low:high] for low, high in zip(spans.low[unsure], spans.high[unsure], strict=True)]
    records, without_field = _parse(unsure.tolist(), lines, fields)
    batch = ObjectBatch(block, fields, objects, records, spans)
    batch.rejects += long
    if block.is_first and without_field and not len(batch.documents) and without_field == len(batch.rejects):
        row, reason = records.bad[0]
        name = block.names[int(spans.file[row])]
        raise InputError(f"{name!r} has {reason}: name the right one with --text-field.")
    return batch


def _field_names(fields: Fields) -> tuple[Bytes, Bytes, Bytes, Bytes, Bytes]:
    """The names of the fields as the kernel takes them."""
    text, id_, order, url, title = (np.frombuffer((name or "").encode(), np.uint8) for name in fields.names)
    return text, id_, order, url, title


def element_batch(block: ByteBlock, fields: Fields) -> Batch:
    """The batch of a block in which each piece is one JSON text."""
    return object_batch(block, fields, piece_spans(block))


class ObjectBatch(Batch):
    """The documents of a block of JSON objects. `objects`: those that the kernel read; `records`: others."""

    def __init__(
        self, block: ByteBlock, fields: Fields, objects: Objects, records: ParsedRecords, spans: Spans
    ) -> None:
        read = np.flatnonzero(objects.kinds == READ)
        rows = np.concatenate((read, np.array(records.rows, np.int64)))
        order = np.argsort(rows, kind="stable")
        texts = _strings(objects.texts, objects.text_bounds, read)
        columns = [
            _strings(objects.ids, objects.id_bounds, read, objects.named),
            texts,
            _sort_keys(block.data, objects.orders[read], fields),
            strings_of_literals(block.data, objects.titles[read]),
            strings_of_literals(block.data, objects.urls[read]),
            _preferences(block.data, spans, read, fields),
        ]
        if fields.id == fields.text:  # the kernel reads a field as one of the two
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
        if high == 0:  # the kernel did not read this record
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
    """The strings that are JSON values at these ascending spans (n, 2) of `data`; null where the span is (0,
    0) and where the value is no string.
    """
    low, high = spans[:, 0], spans[:, 1]
    is_string = (high > low) & (np.frombuffer(data, np.uint8)[low] == ord('"'))
    inside = np.stack((np.where(is_string, low + 1, 0), np.where(is_string, high - 1, 0)), axis=1)
    # The strings and what stands between them, as one array over `data`: only the strings are copied.
    bounds = np.maximum.accumulate(np.append(inside.ravel(), 0))
    every = pa.Array.from_buffers(
        pa.large_string(), 2 * len(low), [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    )
    strings = every.take(pa.array(2 * np.arange(len(low)), mask=~is_string))
    is_escaped = pc.match_substring(strings, "\\").fill_null(False)
    if not is_escaped.true_count:
        return strings
    chosen = np.flatnonzero(is_escaped.to_numpy(zero_copy_only=False))
    literals = b",".join(data[start:end] for start, end in spans[chosen].tolist())
    return pc.replace_with_mask(
        strings, is_escaped, pa.array(orjson.loads(b"[%b]" % literals), pa.large_string())
    )


def _sort_keys(data: bytes, spans: Int64s, fields: Fields) -> pa.Array:
    """The sort keys of the JSON values at these spans of `data`; null where the span is (0, 0)."""
    if fields.order is None:
        return pa.nulls(len(spans), pa.string())
    return sort_keys(orjson.loads(data[low:high]) if high else None for low, high in spans.tolist())


def _preferences(data: bytes, spans: Spans, rows: Int64s, fields: Fields) -> pa.Array:
    """Which preferences the objects in these rows meet."""
    if not fields.preferences:
        return pa.nulls(len(rows), pa.string())
    texts = (data[low:high] for low, high in zip(spans.low[rows], spans.high[rows], strict=True))
    objects = [orjson.loads(text) for text in texts]
    values = [[value.get(preference.field) for value in objects] for preference in fields.preferences]
    return preferences(values, fields, len(rows))


def _parse(rows: Sequence[int], lines: Sequence[bytes], fields: Fields) -> tuple[ParsedRecords, int]:
    """The records `rows`, which are these lines; and how many of them are objects without the text field."""
    records = ParsedRecords.none()
    without_field = 0
    for row, line in zip(rows, lines, strict=True):
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            if not line.strip():
                continue
            value = _parse_leniently(line)
        if type(value) is not dict:
            reason = value.reason if type(value) is _Broken else f"not an object but {_kind(value)}"
            records.bad.append((row, reason))
            continue
        text = value.get(fields.text)
        if type(text) is not str:
            without_field += fields.text not in value
            records.bad.append((row, _no_text(value, fields.text)))
            continue
        id_ = value.get(fields.id)
        title, url = (None if name is None else value.get(name) for name in (fields.title, fields.url))
        records.add(
            row,
            text,
            id_ if type(id_) is str or id_ is None else _number_id(id_, line, fields.id),
            Order.of(value.get, fields),
            title if type(title) is str else None,
            url if type(url) is str else None,
        )
    return records, without_field


class _Broken:
    """A record that is no JSON."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _parse_leniently(line: bytes) -> Any:
    """What the standard library reads where orjson refuses: NaN, lone surrogates, numbers beyond doubles."""
    try:
        return lenient_loads(line.rstrip().decode())  # the reason is the same with a newline and without
    except UnicodeDecodeError:
        return _Broken("invalid UTF-8")
    except json.JSONDecodeError as error:
        return _Broken(f"not valid JSON: {error.msg} at character {error.pos + 1}")
    except RecursionError:
        return _Broken("nested too deeply")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 4000 else float(digits)


_DECODER = json.JSONDecoder(parse_int=_integer)


def lenient_loads(text: str) -> Any:
    """What the standard library reads: also NaN and lone surrogates. Integers of 4,000 digits or more become
    floats.
    """
    return _DECODER.decode(text)


def _number_id(value: Any, line: bytes, field: str) -> str | None:
    """The id that a value other than a string is: a number in decimal, also an integer that orjson made a
    double, with all its digits; None for what is no number.
    """
    if type(value) is float:
        value = lenient_loads(line.decode()).get(field)
    if type(value) in (int, float):
        return str(value)
    return None


def _no_text(value: dict[str, Any], field: str) -> str:
    """Why an object is no document."""
    if field in value:
        return f"the field {field!r} is {_kind(value[field])}, not a string"
    return f"no field {field!r}, only {list_fields(list(value))}"


def _kind(value: object) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"
