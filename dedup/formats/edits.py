"""Cuts of characters to edits of bytes, where a text is escaped in its file: JSON string literals, cells of
CSV.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]

import numpy as np

from dedup.document import Cut, Edit
from dedup.native.records import places
from dedup.text.ranges import without


def byte_ranges(raw: str, escapes: Iterable[tuple[int, int]], cuts: Sequence[Cut]) -> list[tuple[int, int]]:
    """The bytes of each cut in `raw` encoded as UTF-8 (invalid bytes as surrogate escapes). `escapes`: start
    and length of each part of `raw` that stands for one character.
    """
    escaped, growth = [], [0]  # the characters that are escaped; how much longer `raw` is up to each
    for start, length in escapes:
        escaped.append(start - growth[-1])
        growth.append(growth[-1] + length - 1)

    ranges, here, at = [], 0, 0
    for cut in cuts:
        borders = []
        for character in cut:
            there = character + growth[bisect_left(escaped, character)]
            at += len(raw[here:there].encode("utf-8", "surrogateescape"))
            here = there
            borders.append(at)
        ranges.append((borders[0], borders[1]))
    return ranges


def apply_edits(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes after these edits (sorted, disjoint)."""
    parts, at = [], 0
    for edit in edits:
        parts += [raw[at : edit.start], edit.new]
        at = edit.end
    return b"".join([*parts, raw[at:]])


def literal_edits(raw: bytes, cuts: Sequence[Cut]) -> list[Edit]:
    """The edits of a JSON string literal that cut its text. The literal is written anew if two halves of a
    surrogate pair come together, since they are one character then.
    """
    borders, lone = places(np.frombuffer(raw, np.uint8), np.array(cuts, np.int64).reshape(-1))
    edits = [Edit(start, end, b"") for start, end in borders.reshape(-1, 2).tolist()]
    if lone:
        wanted = without(scanstring(raw.decode(), 1, True)[0], cuts)
        if _edited_text(raw, edits) != wanted:
            return [Edit(0, len(raw), json.dumps(wanted).encode())]
    return edits


def _edited_text(raw: bytes, edits: Sequence[Edit]) -> str | None:
    """The text of a literal after the edits; None if it is no literal any more."""
    try:
        literal = apply_edits(raw, edits).decode()
        text, end = scanstring(literal, 1, True)
    except ValueError:
        return None
    return text if end == len(literal) else None


def text_literal(raw: bytes, field: str) -> tuple[int, int]:
    """The bytes of the string literal of `field` in a JSON object, quotes included; the last of several."""
    line = raw.decode()
    return byte_ranges(line, (), [_literal_span(line, field)])[0]


def _literal_span(line: str, field: str, start: int = 0) -> Cut:
    """The literal of a field, which may be nested, of the object that begins here; (0, 0): there is none."""
    span = _value_span(line, field, start)
    outer, _, inner = field.partition(".")
    if span == (0, 0) and inner:
        low, high = _value_span(line, outer, start)
        return _literal_span(line, inner, low) if line.startswith("{", low) and high else (0, 0)
    return span


def _value_span(line: str, field: str, start: int) -> Cut:
    """The value of a field of the object that begins here; the last of several. (0, 0): there is none."""
    span = (0, 0)
    at = skip_blanks(line, skip_blanks(line, start) + 1)
    while line[at] != "}":
        key, at = scanstring(line, at + 1, True)
        start = skip_blanks(line, skip_blanks(line, at) + 1)
        end = scanstring(line, start + 1, True)[1] if line[start] == '"' else skip_value(line, start)
        if key == field:
            span = (start, end)
        at = skip_blanks(line, end)
        if line[at] == ",":
            at = skip_blanks(line, at + 1)
    return span


_BLANKS = re.compile(r"[ \t\n\r]*")
_SKIPPER = json.JSONDecoder(parse_int=len, parse_float=len)


def skip_blanks(text: str, start: int) -> int:
    """Where the blanks of JSON that begin here end."""
    match = _BLANKS.match(text, start)
    return match.end() if match else start


def skip_value(text: str, start: int) -> int:
    """Where the JSON value that begins here ends. Raises JSONDecodeError, RecursionError."""
    return _SKIPPER.raw_decode(text, start)[1]
