"""Cutting characters out of text that stands escaped in a file: from characters to bytes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from dedup.document import Cut


def byte_ranges(raw: str, escapes: Iterable[tuple[int, int]], cuts: Sequence[Cut]) -> list[tuple[int, int]]:
    """Where the characters of each cut stand in `raw` encoded as UTF-8 (invalid bytes as surrogate escapes).

    `escapes` lists the parts of `raw` that stand for one character each, as start and length.
    """
    places, grown = [], [0]
    for start, length in escapes:
        places.append(start - grown[-1])
        grown.append(grown[-1] + length - 1)

    ranges, here, at = [], 0, 0
    for cut in cuts:
        border = []
        for character in cut:
            there = character + grown[bisect_left(places, character)]
            at += len(raw[here:there].encode("utf-8", "surrogateescape"))
            here = there
            border.append(at)
        ranges.append((border[0], border[1]))
    return ranges
