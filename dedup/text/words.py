"""Texts to words. A word is a hash of 64 bits; kernels/unicode.py says what it hashes."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dedup.kernels import unicode
from dedup.kernels import words as kernel
from dedup.kernels.arrays import Bytes, Hashes, Int64s, UInt32s
from dedup.text.encoding import character_starts, replace_surrogates, utf8
from dedup.text.paragraphs import Paragraphs
from dedup.text.ragged import Ragged


def words(paragraphs: Paragraphs) -> Ragged:
    """The words of each paragraph."""
    return _tokenise(paragraphs.data, paragraphs.starts, paragraphs.ends)


def words_of(texts: "pa.LargeStringArray | pa.StringArray") -> Ragged:
    """The words of each text."""
    data, offsets = utf8(texts)
    return _tokenise(data, offsets[:-1], offsets[1:])


@dataclass(frozen=True)
class Words:
    """The words of one text. `hashes` uint64; word i is text[starts[i]:ends[i]] (int64, characters)."""

    hashes: Hashes
    starts: Int64s
    ends: Int64s


def words_in(text: str) -> Words:
    """The words of `text` and their spans: the same hashes in the same order as `words_of` gives."""
    encoded = replace_surrogates(text)
    kinds = _kinds(np.frombuffer(encoded.encode("utf-32-le"), np.uint32))
    single = kinds == unicode.SINGLE
    in_word = np.concatenate(([False], (kinds == unicode.WORD) | (kinds == unicode.IGNORED), [False]))
    before, inside, after = in_word[:-2], in_word[1:-1], in_word[2:]
    starts = np.flatnonzero(single | (inside & ~before))
    ends = np.flatnonzero(single | (inside & ~after)) + 1
    data = np.frombuffer(encoded.encode(), np.uint8)
    offsets = character_starts(data)
    tokens = _tokenise(data, offsets[starts], offsets[ends])
    counts = np.diff(tokens.offsets)  # a span may hold no word (a lone mark) or several (a squared ideograph)
    return Words(tokens.values, np.repeat(starts, counts), np.repeat(ends, counts))


def _tokenise(data: Bytes, starts: Int64s, ends: Int64s) -> Ragged:
    """The words of each span data[starts[i]:ends[i]] of UTF-8."""
    return Ragged(*kernel.tokenise(data, starts, ends, *unicode.load()))


def _kinds(points: UInt32s) -> UInt32s:
    """SEPARATOR, WORD, SINGLE or IGNORED of each code point. Beyond the table the tokeniser's rule holds."""
    table = unicode.load()[0]
    kinds = table[np.minimum(points, unicode.LIMIT - 1)] >> np.uint32(30)
    kinds[points >= unicode.LIMIT] = unicode.SEPARATOR
    kinds[(points >= unicode.LIMIT) & (points < 0x40000)] = unicode.SINGLE
    kinds[(points >= 0xE0000) & (points < 0xF0000)] = unicode.IGNORED
    return kinds
