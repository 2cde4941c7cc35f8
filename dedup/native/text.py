"""UTF-8 texts -> paragraphs, characters, runs of digits."""

import numpy as np

from dedup.native import library
from dedup.native.arrays import Bools, Bytes, Hashes, Int64s, Offsets

_split = library.function("dd_split", library.U8, library.I64, library.GIVEN, library.GIVEN, library.OUT_I64)


def split(data: Bytes, documents: Offsets) -> tuple[Int64s, Int64s, Offsets]:
    """Paragraph spans of many documents: lines, blocks of hard-wrapped lines, sentences of lines that
    hold a page.

    `data` uint8 (bytes); `documents` int64 (n + 1) byte offsets of the documents in it. Returns starts and
    ends of the paragraphs (int64, byte offsets in `data`, blanks around left out) and `owned` int64 (n + 1):
    document i has paragraphs owned[i]:owned[i + 1].
    """
    starts, ends = library.Given(), library.Given()
    owned = np.empty(len(documents), np.int64)
    _split(data, documents, starts, ends, owned)
    return starts.take(np.int64), ends.take(np.int64), owned


_lengths = library.function("dd_lengths", library.U8, library.I64, library.OUT_I64)


def lengths(data: Bytes, texts: Offsets) -> Int64s:
    """How many characters each text has (int64): several times as fast as Arrow counts them.

    `data` uint8: UTF-8; text i is data[texts[i]:texts[i + 1]].
    """
    counts = np.empty(len(texts) - 1, np.int64)
    _lengths(data, texts, counts)
    return counts


_spans = library.function(
    "dd_spans",
    *(library.U8, library.I64, library.I64, library.I64, library.I64, library.I64),
    *(library.OUT_I64, library.OUT_BOOL),
)


def spans(
    data: Bytes, texts: Offsets, starts: Int64s, ends: Int64s, owned: Offsets, rows: Int64s
) -> tuple[Int64s, Bools]:
    """The paragraphs of the texts `rows` in characters: int64 (4, paragraphs): where each begins and ends in
    its text, and between which two numbers its length lies when it is case-folded and what is between words
    is one blank. And which of the texts may hold scripts without spaces (bool).

    `data` uint8: UTF-8; text i is data[texts[i]:texts[i + 1]] and has paragraphs owned[i]:owned[i + 1], whose
    bytes in `data` are `starts`, `ends` (int64).
    """
    total = int((owned[rows + 1] - owned[rows]).sum())
    out, unspaced = np.empty((4, total), np.int64), np.empty(len(rows), np.bool_)
    _spans(data, texts, starts, ends, owned, rows, out, unspaced)
    return out, unspaced


_digit_runs = library.function("dd_digit_runs", library.U8, library.I64, library.GIVEN, library.OUT_I64)


def digit_runs(data: Bytes, texts: Offsets) -> tuple[Hashes, Offsets]:
    """A hash for each run of digits (uint64), points and commas between them included, and which text owns
    which (int64, texts + 1), from the texts' bytes (uint8) and offsets (int64, texts + 1). Equal numbers in
    digits of different scripts have equal hashes.
    """
    hashes = library.Given()
    bounds = np.empty(len(texts), np.int64)
    _digit_runs(data, texts, hashes, bounds)
    return hashes.take(np.uint64), bounds
