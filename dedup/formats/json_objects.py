"""JSON objects -> documents, cuts -> edits. A kernel reads them; what it is not sure of, the libraries."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from dedup.document import Cut, Edit, Fields
from dedup.errors import InputError
from dedup.formats.blocks import Batch, Block, Spans, piece_spans, within
from dedup.formats.columns import Found, hosts, hosts_in, record_batch, rejects, sortable
from dedup.kernels import objects as kernel
from dedup.kernels.arrays import Bools, Bytes, Int64s
from dedup.kernels.objects import ASK, READ, Objects
from dedup.kernels.strings import places
from dedup.text.encoding import string_array
from dedup.text.ranges import without

_SPACE = re.compile(r"[ \t\n\r]*")


def object_batch(block: Block, fields: Fields, spans: Spans) -> Batch:
    """The batch of a block whose records, at these spans of it, are JSON texts."""
    data = np.frombuffer(block.data, np.uint8)
    spans, long = within(spans, fields.limit)
    objects = Objects(*kernel.read(data, spans.low, spans.high, _names(fields)))
    asked = np.flatnonzero(objects.kinds == ASK)
    lines = [block.data[low:high] for low, high in zip(spans.low[asked], spans.high[asked], strict=True)]
    found, lacking = _objects(asked.tolist(), lines, fields)
    batch = ObjectBatch(block, fields, objects, found, spans)
    batch.rejects += long
    if block.first and lacking and not len(batch.documents) and lacking == len(batch.rejects):
        row, reason = found.bad[0]
        name = block.names[int(spans.file[row])]
        raise InputError(f"{name!r} has {reason}: name the right one with --text-field.")
    return batch


def _names(fields: Fields) -> tuple[Bytes, Bytes, Bytes, Bytes]:
    """The names of the fields as the kernel takes them."""
    text, name, order, url = (np.frombuffer((field or "").encode(), np.uint8) for field in fields.names)
    return text, name, order, url


def element_batch(block: Block, fields: Fields) -> Batch:
    """The batch of a block in which each piece is one JSON text."""
    return object_batch(block, fields, piece_spans(block))


class ObjectBatch(Batch):
    """The documents of a block of JSON objects: those that the kernel read and those that were asked for."""

    def __init__(self, block: Block, fields: Fields, objects: Objects, found: Found, spans: Spans) -> None:
        read = np.flatnonzero(objects.kinds == READ)
        rows = np.concatenate((read, np.array(found.rows, np.int64)))
        order = np.argsort(rows, kind="stable")
        texts = _strings(objects.texts, objects.text_bounds, read)
        columns = [
            _strings(objects.ids, objects.id_bounds, read, objects.named),
            texts,
            _orders(block.data, objects.orders[read], fields),
            hosts_in(block.data, objects.urls[read]),
        ]
        if fields.id == fields.text:  # the kernel takes a field for one of both
            columns[0] = texts.cast(pa.string())
        if found.rows:
            asked = (
                string_array(found.ids, pa.string()),
                string_array(found.texts, pa.large_string()),
                string_array(found.orders, pa.string()),
                hosts(string_array(found.urls, pa.large_string())),
            )
            columns = [
                pa.concat_arrays(both).take(pa.array(order)) for both in zip(columns, asked, strict=True)
            ]
        self._spans = spans.take(rows[order])
        super().__init__(record_batch(self._spans, *columns), rejects(found.bad, spans))
        self._data = block.data
        self._field = fields.text
        self._literals = objects.literals[rows[order]]

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        low, high = self._literals[row].tolist()
        if high == 0:  # a record that the kernel did not read
            start, end = int(self._spans.low[row]), int(self._spans.high[row])
            low, high = (start + at for at in text_literal(self._data[start:end], self._field))
        shift = int(self._spans.start[row] - self._spans.low[row]) + low
        found = literal_edits(self._data[low:high], cuts)
        return [Edit(shift + edit.start, shift + edit.end, edit.new) for edit in found]


def _strings(data: Bytes, bounds: Int64s, rows: Int64s, named: Bools | None = None) -> pa.Array:
    """The strings of these rows; the others own no bytes. Null where a row is not `named`."""
    offsets = np.append(bounds[rows], bounds[-1])
    valid = None if named is None else pa.py_buffer(np.packbits(named[rows], bitorder="little"))
    array = pa.Array.from_buffers(
        pa.large_string(), len(rows), [valid, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    return array if named is None else array.cast(pa.string())


def _orders(data: bytes, spans: Int64s, fields: Fields) -> pa.Array:
    """The values that documents are ordered by."""
    if fields.order is None:
        return pa.nulls(len(spans), pa.string())
    values = (orjson.loads(data[low:high]) if high else None for low, high in spans.tolist())
    return string_array([sortable(value) for value in values], pa.string())


def _objects(rows: Sequence[int], lines: Sequence[bytes], fields: Fields) -> tuple[Found, int]:
    """What these lines, the records `rows`, hold, and how many are objects without text field."""
    found = Found([], [], [], [], [], [])
    lacking = 0
    for row, line in zip(rows, lines, strict=True):
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            if not line.strip():
                continue
            value = _second_try(line)
        if type(value) is not dict:
            reason = value.reason if type(value) is _Broken else f"not an object but {kind(value)}"
            found.bad.append((row, reason))
            continue
        text = value.get(fields.text)
        if type(text) is not str:
            lacking += fields.text not in value
            found.bad.append((row, no_text(value, fields.text)))
            continue
        found.rows.append(row)
        found.texts.append(text)
        name = value.get(fields.id)
        found.ids.append(name if type(name) is str else None if name is None else _id(name, line, fields.id))
        found.orders.append(None if fields.order is None else sortable(value.get(fields.order)))
        url = value.get(fields.url) if fields.url is not None else None
        found.urls.append(url if type(url) is str else None)
    return found, lacking


class _Broken:
    def __init__(self, reason: str) -> None:
        self.reason = reason


def _second_try(line: bytes) -> Any:
    """What the standard library reads where orjson refuses: NaN, lone surrogates, numbers beyond doubles."""
    try:
        return lenient_loads(line.rstrip().decode())  # whether a newline ends it is no matter of the reason
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
    """What the standard library reads: NaN, lone surrogates, integers of any size."""
    return _DECODER.decode(text)


def _id(value: Any, line: bytes, field: str) -> str | None:
    """An identifier that is no string: integers as decimal digits, also those that orjson made a double."""
    if type(value) is float:
        value = lenient_loads(line.decode()).get(field)
    if type(value) in (int, float):
        return str(value)
    return None


def no_text(value: dict[str, Any], field: str) -> str:
    """Why an object is no document."""
    if field in value:
        return f"the field {field!r} is {kind(value[field])}, not a string"
    return f"no field {field!r}, only {listed(list(value))}"


def listed(names: Sequence[str]) -> str:
    """The names of fields, safe to print and not too many."""
    shown = ", ".join(repr(name[:40]) for name in names[:8])
    return (shown or "no fields at all") + (", ..." if len(names) > 8 else "")


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"


def literal_edits(raw: bytes, cuts: Sequence[Cut]) -> list[Edit]:
    """The edits of a JSON string literal that cut what it says. It is written anew where two halves of a
    surrogate pair come together, which are one character then.
    """
    borders, lone = places(np.frombuffer(raw, np.uint8), np.array(cuts, np.int64).reshape(-1))
    edits = [Edit(start, end, b"") for start, end in borders.reshape(-1, 2).tolist()]
    if lone:
        wanted = without(scanstring(raw.decode(), 1, True)[0], cuts)
        if _literal_after(raw, edits) != wanted:
            return [Edit(0, len(raw), json.dumps(wanted).encode())]
    return edits


def _literal_after(raw: bytes, edits: Sequence[Edit]) -> str | None:
    """The text that a literal holds once it is edited; None when that is no literal."""
    parts, at = [], 0
    for edit in edits:
        parts.append(raw[at : edit.start])
        at = edit.end
    try:
        literal = b"".join([*parts, raw[at:]]).decode()
        text, stop = scanstring(literal, 1, True)
    except ValueError:
        return None
    return text if stop == len(literal) else None


def text_literal(raw: bytes, field: str) -> tuple[int, int]:
    """Where the value of `field` stands in an object (bytes), quotes included; of several the last."""
    line = raw.decode()
    start, end = _text_literal(line, field)
    return len(line[:start].encode()), len(line[:end].encode())


def _text_literal(line: str, field: str) -> tuple[int, int]:
    """Where the value of `field` stands in the line, quotes included; of several the last."""
    place = (0, 0)
    at = _skip(line, _skip(line, 0) + 1)
    while line[at] != "}":
        key, at = scanstring(line, at + 1, True)
        start = _skip(line, _skip(line, at) + 1)
        end = scanstring(line, start + 1, True)[1] if line[start] == '"' else skip_value(line, start)
        if key == field:
            place = (start, end)
        at = _skip(line, end)
        if line[at] == ",":
            at = _skip(line, at + 1)
    return place


def _skip(line: str, at: int) -> int:
    match = _SPACE.match(line, at)
    return match.end() if match else at


_SKIPPER = json.JSONDecoder(parse_int=len, parse_float=len)


def skip_value(text: str, start: int) -> int:
    """Where the JSON value that starts here ends."""
    return _SKIPPER.raw_decode(text, start)[1]
