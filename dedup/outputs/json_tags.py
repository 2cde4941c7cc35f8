"""A tag in the bytes of a JSON object: a field that is there gets a new value, the others come last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import orjson

from dedup.document import Edit, Tag
from dedup.formats.edits import apply_edits
from dedup.options import TAG_FIELDS

_STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
_KEY = re.compile(rb"([ \t\r\n]*)(%b)[ \t\r\n]*:([ \t\r\n]*)" % _STRING, re.DOTALL)
_TOKEN = re.compile(rb"%b|[\[{]|[\]}]" % _STRING, re.DOTALL)
_OPENING = re.compile(rb"[ \t\r\n]*\{")
_PLAIN = re.compile(rb"[^,\]} \t\r\n]+")
_COMMA = re.compile(rb"[ \t\r\n]*,")


def _spelled(name: str) -> bytes:
    r"""A pattern for a name in JSON, in which any character may be written as \u and its number."""
    return b"".join(rb"(?:%c|\\u00(?i:%02x))" % (character, character) for character in name.encode())


_HAS_FIELD = re.compile(rb'"(?:%b)"' % b"|".join(map(_spelled, TAG_FIELDS)))


class _Member(NamedTuple):
    """A member of an object. `key`: its literal; `before`: the blanks before it; `after`: the blanks after
    its colon; `start`, `end`: the bytes of its value.
    """

    key: bytes
    before: bytes
    after: bytes
    start: int
    end: int

    @property
    def name(self) -> str:
        """The name of the member."""
        name: str = json.loads(self.key)
        return name


def tag_edits(raw: bytes, tag: Tag) -> list[Edit]:
    """The edits of `raw`, a valid JSON object with at least one member, that give it the fields of a tag.
    Every value under such a name is replaced. What is added has blanks like the last member. A document that
    is no near-duplicate gets no fields, and null in those that it has.
    """
    if tag.duplicate_of is None and not _HAS_FIELD.search(raw):
        return []
    values = {name: orjson.dumps(value) for name, value in zip(TAG_FIELDS, tag, strict=True)}
    edits, missing = [], dict(values)
    for member in _members(raw):
        if _HAS_FIELD.fullmatch(member.key):
            missing.pop(member.name, None)
            if raw[member.start : member.end] != values[member.name]:
                edits.append(Edit(member.start, member.end, values[member.name]))
    if tag.duplicate_of is not None and missing:
        parts = [
            b",%b%b:%b%b" % (member.before, orjson.dumps(name), member.after, value)
            for name, value in missing.items()
        ]
        edits.append(Edit(member.end, member.end, b"".join(parts)))
    return edits


def tagged(raw: bytes, tag: Tag) -> bytes:
    """The JSON object with the fields of a tag."""
    return apply_edits(raw, tag_edits(raw, tag))


def _members(raw: bytes) -> Iterator[_Member]:
    """The members of a valid JSON object, in order."""
    opening = _OPENING.match(raw)
    at = opening.end() if opening else len(raw)
    while key := _KEY.match(raw, at):
        end = _value_end(raw, key.end())
        yield _Member(key[2], key[1], key[3], key.end(), end)
        comma = _COMMA.match(raw, end)
        if comma is None:
            return
        at = comma.end()


def _value_end(raw: bytes, start: int) -> int:
    """Where the value that begins here ends. Arrays and objects are not parsed: however deep they are, their
    brackets are counted.
    """
    if raw[start] not in b'"[{':
        plain = _PLAIN.match(raw, start)
        return plain.end() if plain else start
    depth, end = 0, start
    for token in _TOKEN.finditer(raw, start):
        sign, end = raw[token.start()], token.end()
        depth += (sign in b"[{") - (sign in b"]}")
        if depth == 0:
            break
    return end
