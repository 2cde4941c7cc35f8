"""Cutting characters out of text that stands escaped in a file: from characters to bytes."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.document import Cut


def without(text: str, cuts: Sequence[Cut]) -> str:
    """The text without the characters of the cuts (sorted, disjoint)."""
    parts, end = [], 0
    for cut in cuts:
        parts.append(text[end : cut[0]])
        end = cut[1]
    return "".join(parts) + text[end:]
