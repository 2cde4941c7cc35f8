"""Paragraphs -> words -> hashed word n-grams. A word is a hash of 64 bits; what it hashes is told in
kernels/unicode.py.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.kernels import unicode
from dedup.kernels import words as word_kernel
from dedup.kernels.arrays import Hashes, Offsets
from dedup.text.encoding import encodable, utf8
from dedup.text.paragraphs import Paragraphs
from dedup.text.ragged import Ragged


def words(paragraphs: Paragraphs) -> Ragged:
    """The words of each paragraph."""
    return Ragged(*word_kernel.tokenise(paragraphs.data, paragraphs.starts, paragraphs.ends, *unicode.load()))


def words_of(texts: "pa.LargeStringArray | pa.StringArray") -> Ragged:
    """The words of each text."""
    data, offsets = utf8(texts)
    return Ragged(*word_kernel.tokenise(data, offsets[:-1], offsets[1:], *unicode.load()))


@dataclass(frozen=True)
class Words:
    """The words of one text. `hashes` uint64; word i is text[starts[i]:ends[i]] (int64, characters)."""

    hashes: Hashes
    starts: Offsets
    ends: Offsets


def words_in(text: str) -> Words:
    """The words of `text`: the same hashes in the same order as `shingles.words_of` gives."""
    points = np.frombuffer(encodable(text).encode("utf-32-le"), np.uint32)
    kinds = _kinds(points)
    alone = kinds == unicode.SINGLE
    joined = np.concatenate(([False], (kinds == unicode.WORD) | (kinds == unicode.IGNORED), [False]))
    inside = joined[1:-1]
    starts = np.flatnonzero(alone | (inside & ~joined[:-2]))
    ends = np.flatnonzero(alone | (inside & ~joined[2:])) + 1
    data = np.frombuffer(encodable(text).encode(), np.uint8)
    offsets = np.concatenate(([0], np.cumsum(_widths(points))))
    none = np.zeros(0, np.int64)
    said = words(Paragraphs(data, none, offsets[starts], offsets[ends], none))
    counts = np.diff(said.offsets)  # a span may hold no word (a lone mark) or several (a squared ideograph)
    return Words(said.values, np.repeat(starts, counts), np.repeat(ends, counts))


def _kinds(points: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """SEPARATOR, WORD, SINGLE or IGNORED of each code point; above the table by the tokeniser's rule."""
    table = unicode.load()[0]
    kinds = table[np.minimum(points, unicode.LIMIT - 1)] >> np.uint32(30)
    kinds[points >= unicode.LIMIT] = unicode.SEPARATOR
    kinds[(points >= unicode.LIMIT) & (points < 0x40000)] = unicode.SINGLE
    kinds[(points >= 0xE0000) & (points < 0xF0000)] = unicode.IGNORED
    return kinds


def _widths(points: npt.NDArray[np.uint32]) -> Offsets:
    """Bytes of each code point in UTF-8."""
    return 1 + np.searchsorted(np.array([0x80, 0x800, 0x10000], np.uint32), points, side="right")
