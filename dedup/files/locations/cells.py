"""Rows of a SQLite table as lines of JSON, and back: each row has one line, and each line one row.

Integers, reals, texts and nulls are JSON's. What JSON has no value for is an object with one key: a BLOB
{"base64": ...}, a text that is no UTF-8 {"text_base64": ...}, an infinite number {"real": "inf"}.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

import orjson

Cell = int | float | str | bytes | None


class BrokenText:
    """A text that is no UTF-8. `data`: its bytes."""

    def __init__(self, data: bytes) -> None:
        self.data = data


def decoded(data: bytes) -> str | BrokenText:
    """A text of a table, given its bytes."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return BrokenText(data)


def encode_row(columns: Sequence[str], row: Iterable[Any]) -> bytes:
    """The line of a row, newline included."""
    values = dict(zip(columns, row, strict=True))
    for name, value in values.items():
        if type(value) is float and not isfinite(value):
            values[name] = {"real": str(value)}
    return orjson.dumps(values, default=_as_object, option=orjson.OPT_APPEND_NEWLINE)


def _as_object(value: Any) -> dict[str, str]:
    if isinstance(value, BrokenText):
        return {"text_base64": base64.b64encode(value.data).decode()}
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def cell_of(value: Any) -> Cell:
    """The value of a cell, given one of JSON: an object that `encode_row` made is what it was; other objects,
    lists and integers beyond 64 bits are texts.
    """
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -(1 << 63) <= value < 1 << 63 else str(value)
    if isinstance(value, dict):
        return _of_object(value)
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, (float, str)) else None


def _of_object(value: dict[str, Any]) -> Cell:
    ((name, text),) = value.items() if len(value) == 1 else ((None, None),)
    try:
        if name == "base64" and isinstance(text, str):
            return base64.b64decode(text, validate=True)
        if name == "real" and text in ("inf", "-inf"):
            return float(text)
    except ValueError:
        pass
    return json.dumps(value, ensure_ascii=False)


def broken_text_of(value: Any) -> bytes | None:
    """The bytes of a text that is no UTF-8, given its object; None for another value."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(text := value.get("text_base64"), str):
        try:
            return base64.b64decode(text, validate=True)
        except ValueError:
            return None
    return None


def distinct_columns(names: Iterable[str]) -> list[str]:
    """Names of columns, of which SQLite takes no two for one: it ignores the case of letters."""
    columns, taken = list[str](), set[str]()
    for name in names:
        column, number = name.replace("\0", ""), 2
        while column.casefold() in taken:
            column, number = f"{name} {number}", number + 1
        taken.add(column.casefold())
        columns.append(column)
    return columns
