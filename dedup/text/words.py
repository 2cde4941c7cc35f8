"""Texts to words. A word is a hash of 64 bits; native/core/words.h says what it hashes."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dedup.native import words as native
from dedup.native.arrays import Bytes, Hashes, Int64s
from dedup.text.encoding import characters_before, replace_surrogates, utf8
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
    data = np.frombuffer(replace_surrogates(text).encode(), np.uint8)
    hashes, starts, ends = native.words_in(data)
    before = characters_before(data)
    return Words(hashes, before[starts], before[ends])


def _tokenise(data: Bytes, starts: Int64s, ends: Int64s) -> Ragged:
    """The words of each span data[starts[i]:ends[i]] of UTF-8."""
    return Ragged(*native.tokenise(data, starts, ends))
