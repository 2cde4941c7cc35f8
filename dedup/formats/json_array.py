"""JSON files: an array of objects, or one object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from dedup.document import File
from dedup.errors import InputError
from dedup.files.reading import FileReader
from dedup.formats.blocks import Piece
from dedup.formats.damaged import rest_of
from dedup.formats.edits import skip_blanks, skip_value
from dedup.formats.json_objects import element_batch as parse

__all__ = ["parse", "read"]

_DOCUMENTS = 4  # times the limit of a record: the most bytes of an array, all of which is in memory
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{]|[\]}]', re.DOTALL)


def read(index: int, file: File, _size: int, limit: int = 0) -> Iterator[Piece]:
    """One piece for each element of the array. The file is kept in memory; one of more than `limit` bytes
    (one object) or four times as many (an array) is one oversize piece. 0: any number.

    Where the array is broken, its rest is a piece that is not read. Raises InputError with line and column in
    place of that if the file is strict.
    """
    source = FileReader(file)
    start = source.skip_bom()
    data = source.rest(limit * (1 if file.single else _DOCUMENTS))
    source.close()
    if data is None:
        yield Piece(index, start, 1, b"", source.offset - start)
        return
    position = end = 0
    try:
        for position, (low, high) in enumerate(elements(data, file.name), 1):
            yield Piece(index, start + low, position, data[low:high])
            end = high
    except InputError as error:
        if file.strict:
            raise
        rest = Piece(index, start + end, position + 1, b"")
        yield rest_of(rest, len(data) - end, source.problem or _reason(error, file))


def _reason(error: InputError, file: File) -> str:
    return str(error).removeprefix(f"{file.name!r} is ").rstrip(".")


def elements(data: bytes, name: str) -> Iterator[tuple[int, int]]:
    """The bytes [low, high) of each element of an array, or of the one object. `data`: the whole file of this
    name, without a byte-order mark. Raises InputError with line and column if the array is broken.
    """
    text = data.decode("utf-8", "surrogateescape")
    at = byte = 0
    for low, high in _elements(text, name):
        byte += _bytes(text, at, low)
        length = _bytes(text, low, high)
        yield byte, byte + length
        at, byte = high, byte + length


def _bytes(text: str, low: int, high: int) -> int:
    """How many bytes of the file the characters [low, high) take."""
    return len(text[low:high].encode("utf-8", "surrogateescape"))


def _elements(text: str, name: str) -> Iterator[tuple[int, int]]:
    """The span of each element, in characters."""
    at = skip_blanks(text, 0)
    if at == len(text):
        return
    if text[at] == "{":
        yield at, _value_end(text, at, name)
        return
    _expect(text, at, "[", name)
    at = skip_blanks(text, at + 1)
    more = not text.startswith("]", at)
    while more:
        end = _value_end(text, at, name)
        yield at, end
        at = skip_blanks(text, end)
        more = text.startswith(",", at)
        if more:
            at = skip_blanks(text, at + 1)
    _expect(text, at, "]", name)
    if skip_blanks(text, at + 1) != len(text):
        raise _broken(text, skip_blanks(text, at + 1), "more data after the array", name)


def _value_end(text: str, start: int, name: str) -> int:
    try:
        return skip_value(text, start)
    except RecursionError:
        return _deep_end(text, start, name)
    except json.JSONDecodeError as error:
        raise _broken(text, error.pos, error.msg, name) from error


def _deep_end(text: str, start: int, name: str) -> int:
    """The end of a value that is nested too deeply to be parsed, found by its brackets."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        sign = text[match.start()]
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0 and sign in "]}":
            return match.end()
    raise _broken(text, start, "a bracket is never closed", name)


def _expect(text: str, at: int, sign: str, name: str) -> None:
    if not text.startswith(sign, at):
        raise _broken(text, at, f"expecting {sign!r}", name)


def _broken(text: str, at: int, reason: str, name: str) -> InputError:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return InputError(
        f"{name!r} is not a valid JSON array: {reason} at line {line}, column {column}; "
        "if it is JSON Lines, rename it to .jsonl."
    )
