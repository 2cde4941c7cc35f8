"""The JSON of one record as Python's values: the one way for all who read a record.

orjson is asked first. What it refuses the standard library reads: NaN, lone surrogates, numbers beyond
doubles. Both give up at another depth, so that a record is refused at a depth that neither minds.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

DEEPEST = 500
"""Lists and objects inside each other in a record: the standard library ends at some 990, less the calls on
the way to it.
"""
_DEEP = f"nested more than {DEEPEST} deep"
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*+"|[\[{]|[\]}]', re.DOTALL)


class NotJSONError(ValueError):
    """A record is no JSON that dedup reads. The message is the reason."""


def value_of(line: bytes) -> Any:
    """What a record says; orjson turns integers beyond 64 bits into floats. Raises NotJSONError."""
    _check_depth(line)
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return _lenient(line)


def exact_value_of(line: bytes) -> Any:
    """What a record says, with integers of up to 4,000 digits exact. Raises NotJSONError."""
    _check_depth(line)
    return _lenient(line)


def _lenient(line: bytes) -> Any:
    try:
        return _DECODER.decode(line.rstrip().decode())  # the reason is the same with a newline and without
    except UnicodeDecodeError:
        raise NotJSONError("invalid UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotJSONError(f"not valid JSON: {error.msg} at character {error.pos + 1}") from None


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < 4000 else float(digits)


_DECODER = json.JSONDecoder(parse_int=_integer)


def _check_depth(line: bytes) -> None:
    """Raise NotJSONError where brackets are nested too deeply. Few records have so many of them at all."""
    if line.count(b"[") + line.count(b"{") <= DEEPEST:
        return
    depth = 0
    for token in _TOKEN.finditer(line):
        sign = token[0]
        depth += (sign in b"[{") - (sign in b"]}")
        if depth > DEEPEST:
            raise NotJSONError(_DEEP)
