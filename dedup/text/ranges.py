"""Ranges of characters of a text: the text without them, and a range without blanks at its ends."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.document import Cut


def without(text: str, ranges: Sequence[Cut]) -> str:
    """The text without the characters of these ranges (sorted, disjoint)."""
    parts, end = [], 0
    for start, stop in ranges:
        parts.append(text[end:start])
        end = stop
    return "".join([*parts, text[end:]])


def trim(text: str, start: int, end: int) -> Cut:
    """The range start:end of a text without the blanks at its ends."""
    span = text[start:end]
    return start + len(span) - len(span.lstrip()), start + len(span.rstrip())
