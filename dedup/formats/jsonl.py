"""JSON Lines: one object a line. Also what every JSON format needs: objects -> documents, cuts -> edits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import numpy as np
import orjson

from dedup.errors import InputError
from dedup.formats.blocks import (
    Batch,
    Block,
    Cut,
    Edit,
    Fields,
    File,
    Piece,
    Spans,
    line_spans,
    piece_spans,
)
from dedup.formats.found import Found, documents, rejects
from dedup.formats.literals import byte_ranges, without
from dedup.formats.orders import sortable
from dedup.formats.streams import Source

_ESCAPES = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|.)")
_SPACE = re.compile(r"[ \t\n\r]*")


def read(index: int, file: File, size: int) -> Iterator[Piece]:
    """The lines of a file in pieces of about `size` bytes; a byte-order mark belongs to no piece."""
    source = Source(file)
    start, position, held = source.skip_mark(), 1, list[bytes]()
    for part in source.slices():
        held.append(bytes(part))
        if source.offset - start < size or b"\n" not in held[-1]:
            continue
        data = b"".join(held)
        cut = data.rfind(b"\n") + 1
        yield Piece(index, start, position, data[:cut])
        start, position, held = start + cut, position + data.count(b"\n", 0, cut), [data[cut:]]
    if any(held):
        yield Piece(index, start, position, b"".join(held))
    source.close()


def parse(block: Block, fields: Fields) -> Batch:
    """The documents of a block of lines."""
    lines = block.data.split(b"\n")
    ends = np.fromiter(accumulate((len(line) + 1 for line in lines), initial=0), np.int64, len(lines) + 1)
    low, high = ends[:-1], np.minimum(ends[1:], len(block.data))
    spans = line_spans(block, low, high, np.arange(len(lines)), ends[1:])
    return object_batch(block, fields, lines, spans)


def object_batch(block: Block, fields: Fields, lines: Sequence[bytes], spans: Spans) -> Batch:
    """The batch of a block whose records are these JSON texts."""
    found, lacking = _objects(lines, fields)
    if block.first and lacking and not found.rows and len(lacking) == len(found.bad):
        row, reason = found.bad[0]
        name = block.names[int(spans.file[row])]
        raise InputError(f"{name!r} has {reason}: name the right one with --text-field.")
    return ObjectBatch(block, fields.text, found, spans)


class ObjectBatch(Batch):
    """The documents of a block of JSON objects."""

    def __init__(self, block: Block, field: str, found: Found, spans: Spans) -> None:
        super().__init__(documents(found, spans), rejects(found.bad, spans))
        self._data = block.data
        self._field = field
        self._spans = spans.take(found.rows)

    def edits(self, row: int, cuts: Sequence[Cut]) -> list[Edit]:
        low, high = int(self._spans.low[row]), int(self._spans.high[row])
        start = int(self._spans.start[row])
        found = object_edits(self._data[low:high], self._field, cuts)
        return [Edit(start + edit.start, start + edit.end, edit.new) for edit in found]


def _objects(lines: Sequence[bytes], fields: Fields) -> tuple[Found, list[int]]:
    """What the lines hold, and which of them are objects without the text field."""
    rows, texts, ids, orders, bad = found = Found([], [], [], [], [])
    lacking: list[int] = []
    text_field, id_field, order_field = fields
    loads = orjson.loads
    for row, line in enumerate(lines):
        try:
            value = loads(line)
        except orjson.JSONDecodeError:
            if not line.strip():
                continue
            value = _second_try(line)
        if type(value) is not dict:
            bad.append((row, value.reason if type(value) is _Broken else f"not an object but {kind(value)}"))
            continue
        text = value.get(text_field)
        if type(text) is not str:
            if text_field not in value:
                lacking.append(row)
            bad.append((row, no_text(value, text_field)))
            continue
        rows.append(row)
        texts.append(text)
        name = value.get(id_field)
        ids.append(name if type(name) is str else None if name is None else _id(name, line, id_field))
        orders.append(None if order_field is None else sortable(value.get(order_field)))
    return found, lacking


class _Broken:
    def __init__(self, reason: str) -> None:
        self.reason = reason


def _second_try(line: bytes) -> Any:
    """What the standard library reads where orjson refuses: NaN, lone surrogates, numbers beyond doubles."""
    try:
        return lenient_loads(line.decode())
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


def object_edits(raw: bytes, field: str, cuts: Sequence[Cut]) -> list[Edit]:
    """The edits of one JSON object that cut its text; checked by reading the edited literal again."""
    line = raw.decode()
    start, end = _text_literal(line, field)
    text, _ = scanstring(line, start + 1, True)
    wanted = without(text, cuts)
    literal = line[start:end]
    escapes = ((m.start(), m.end() - m.start()) for m in _ESCAPES.finditer(literal))
    shifted = [(a + 1, b + 1) for a, b in cuts]  # the literal starts with a quote
    base = len(line[:start].encode())
    edits = [Edit(base + a, base + b, b"") for a, b in byte_ranges(literal, escapes, shifted)]
    if _literal_after(raw, base, base + len(literal.encode()), edits) == wanted:
        return edits
    new = json.dumps(wanted).encode()
    return [Edit(base, base + len(literal.encode()), new)]


def _literal_after(raw: bytes, start: int, end: int, edits: Sequence[Edit]) -> str | None:
    """The text that the literal [start, end) holds once it is edited; None when that is no literal."""
    parts, at = [], start
    for edit in edits:
        parts.append(raw[at : edit.start])
        at = edit.end
    try:
        literal = b"".join([*parts, raw[at:end]]).decode()
        text, stop = scanstring(literal, 1, True)
    except ValueError:
        return None
    return text if stop == len(literal) else None


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


def element_batch(block: Block, fields: Fields) -> Batch:
    """The batch of a block in which each piece is one JSON text."""
    return object_batch(block, fields, [block.piece(i) for i in range(block.pieces)], piece_spans(block))
