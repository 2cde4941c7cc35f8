"""Bytes of files -> lines, rows of CSV, the fields of JSON objects; and hosts of addresses."""

from typing import Final, NamedTuple

import numpy as np

from dedup.native import library
from dedup.native.arrays import Bools, Bytes, Int64s

BLANK: Final = 0  # nothing but blanks
READ: Final = 1  # an object with a text; what is said of it is all there is to know
ASK: Final = 2  # a library must look: no object, no text, odd numbers, deep nesting, lone surrogates, errors

_BLOCK: Final = 16  # bytes that the reader may write behind what it reads (`BLOCK` in core/simd.h)
_HOST_ROOM: Final = 507  # bytes that are written at the most of one host (`HOST_ROOM` in core/records.h)

FieldNames = tuple[Bytes, Bytes, Bytes, Bytes, Bytes]


class Objects(NamedTuple):
    """What was found in n records.

    `kinds` uint8 (n): BLANK, READ or ASK; `texts` uint8 and `text_bounds` int64 (n + 1): the texts' UTF-8,
    escapes resolved; `ids`, `id_bounds` the same of identifiers, strings or integers, and `named` bool (n)
    where there is one; `literals` int64 (n, 2): where the text's literal is, quotes included; `orders` int64
    (n, 2): where the value of the order field is, or zeros; `urls` and `titles` the same of the url field and
    the title field. Of a record that is not READ nothing.
    """

    kinds: Bytes
    texts: Bytes
    text_bounds: Int64s
    ids: Bytes
    id_bounds: Int64s
    named: Bools
    literals: Int64s
    orders: Int64s
    urls: Int64s
    titles: Int64s


_read = library.function(
    "dd_read",
    *(library.U8, library.I64, library.I64),
    *(library.U8, library.U8, library.U8, library.U8, library.U8),
    *(library.OUT_U8, library.OUT_BOOL, library.OUT_U8, library.OUT_I64, library.OUT_U8, library.OUT_I64),
    library.OUT_I64,
)


def read(data: Bytes, low: Int64s, high: Int64s, fields: FieldNames) -> Objects:
    """What is in the records data[low[i]:high[i]] (uint8; int64), disjoint and in order. `fields`: the names
    (UTF-8) of text, identifier, order field, url field and title field, empty where there is none.
    """
    count = len(low)
    kinds, named = np.empty(count, np.uint8), np.empty(count, np.bool_)
    texts, ids = np.empty(len(data) + _BLOCK, np.uint8), np.empty(len(data) + _BLOCK, np.uint8)
    text_bounds, id_bounds = np.empty(count + 1, np.int64), np.empty(count + 1, np.int64)
    spans = np.empty((4, count, 2), np.int64)
    _read(data, low, high, *fields, kinds, named, texts, text_bounds, ids, id_bounds, spans)
    texts, ids = texts[: text_bounds[-1]], ids[: id_bounds[-1]].copy()
    return Objects(kinds, texts, text_bounds, ids, id_bounds, named, *spans)


_places = library.function("dd_places", library.U8, library.I64, library.OUT_I64)


def places(literal: Bytes, characters: Int64s) -> tuple[Int64s, bool]:
    """Where these characters (int64, ascending; one past the last may be among them) are in a valid JSON
    string literal with its quotes (uint8): their bytes (int64). And whether half a surrogate pair without the
    other half is before the last of them.
    """
    found = np.empty(len(characters), np.int64)
    has_lone = _places(literal, characters, found)
    return found, bool(has_lone)


_line_breaks = library.function("dd_line_breaks", library.U8)


def line_breaks(data: Bytes) -> int:
    """How many line feeds `data` (uint8) holds: ten times as fast as bytes.count, and other threads run."""
    return _line_breaks(data)


_line_bounds = library.function("dd_line_bounds", library.U8, library.GIVEN)


def line_bounds(data: Bytes) -> Int64s:
    """Where the lines of `data` (uint8) begin, and its end (int64, lines + 1)."""
    bounds = library.Given()
    _line_bounds(data, bounds)
    return bounds.take(np.int64)


_row_end = library.function("dd_row_end", library.U8, library.INT, library.OUT_I64)


def row_end(data: Bytes, delimiter: int, state: Int64s) -> int:
    """How many bytes of `data` (uint8) belong to the row where it ends in them; else -1. As the csv module
    has it: a quote counts where a field begins, and a line end where no quote is open.

    `state` int64 (4), zeros at first, is carried from part to part: where in a field the last byte was,
    whether it was a carriage return, whether that ended the row, and how many lines have ended.
    """
    return _row_end(data, delimiter, state)


_hosts = library.function(
    "dd_hosts",
    *(library.U8, library.I64, library.I64, library.OUT_U8, library.OUT_I64, library.OUT_BOOL),
)


def hosts(data: Bytes, low: Int64s, high: Int64s) -> tuple[Bytes, Int64s, Bools]:
    """The hosts of the addresses data[low[i]:high[i]] (uint8, UTF-8; int64): their bytes, where each begins
    in them (int64, addresses + 1), and which addresses have one (bool).
    """
    count = len(low)
    names = np.empty(int(np.clip(high - low, 0, _HOST_ROOM).sum()), np.uint8)
    bounds, named = np.empty(count + 1, np.int64), np.empty(count, np.bool_)
    size = _hosts(data, low, high, names, bounds, named)
    return names[:size], bounds, named


_strings = library.function(
    "dd_strings", library.U8, library.I64, library.OUT_U8, library.OUT_I64, library.OUT_BOOL
)


def strings(data: Bytes, spans: Int64s) -> tuple[Bytes, Int64s, Bools]:
    """What the JSON strings at these spans (int64, (n, 2), with quotes) of `data` (uint8) say: their UTF-8
    end to end, where each begins in it (int64, n + 1), and which spans hold a string (bool). The values must
    be valid JSON.
    """
    size = int((spans[:, 1] - spans[:, 0]).sum())
    out, bounds = np.empty(size + _BLOCK, np.uint8), np.empty(len(spans) + 1, np.int64)
    is_string = np.empty(len(spans), np.bool_)
    count = _strings(data, np.ascontiguousarray(spans), out, bounds, is_string)
    return out[:count], bounds, is_string
