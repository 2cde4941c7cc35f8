"""UTF-8 -> 64-bit hashes of words, or of characters where a script has no spaces between words."""

import numpy as np

from dedup.native import library, unicode
from dedup.native.arrays import Bytes, Hashes, Int64s
from dedup.native.library import GIVEN, I64, OUT_I64, OUT_U64, U8, U32, Given

_tokenise = library.function("dd_tokenise", U8, I64, I64, U32, U32, OUT_U64, OUT_I64)
_words_in = library.function("dd_words_in", U8, U32, U32, OUT_U64, GIVEN, GIVEN)


def tokenise(data: Bytes, starts: Int64s, ends: Int64s) -> tuple[Hashes, Int64s]:
    """The words of byte spans.

    `data` uint8: UTF-8; `starts`, `ends` int64: bytes of the spans. Returns `words` uint64 and `owned` int64
    (spans + 1): span i has words[owned[i]:owned[i + 1]]. A word is hashed by what its code points count as,
    so that case, width and how accents are encoded do not matter; `core/words.h` has the hash. A sign before
    a number is part of it, if it stands in the span and no letter before it.
    """
    words = np.empty(int((ends - starts).sum()) + len(starts), np.uint64)
    owned = np.empty(len(starts) + 1, np.int64)
    count = _tokenise(data, starts, ends, *unicode.load(), words, owned)
    return words[:count], owned


def words_in(data: Bytes) -> tuple[Hashes, Int64s, Int64s]:
    """The words (uint64) of one text (uint8, UTF-8), and the bytes where each begins and ends (int64)."""
    words, starts, ends = np.empty(len(data) + 1, np.uint64), Given(), Given()
    count = _words_in(data, *unicode.load(), words, starts, ends)
    return words[:count], starts.take(np.int64), ends.take(np.int64)
