"""Paragraphs -> what the other pages of a site are searched for, and which hashes come more than once."""

from dataclasses import dataclass

import numpy as np

from dedup.native import library, unicode
from dedup.native.arrays import Bools, Bytes, Hashes, Int64s, UInt16s
from dedup.native.library import I64, OUT_BOOL, OUT_U16, OUT_U64, U8, U32, U64

MOST_TEMPLATE_WORDS = 40
"""A paragraph of at most so many words has the key of all that differ from it in figures alone."""
_LENGTH_BITS = 10

_passages = library.function("dd_passages", U8, I64, I64, U64, I64, U32, U32, OUT_U64, OUT_U16)
_see = library.function("dd_see", OUT_U64, U64)
_seen_again = library.function("dd_seen_again", U64, U64, OUT_BOOL)


@dataclass(frozen=True)
class Passages:
    """The paragraphs of n texts, as they are looked for on other pages: text i has those from bounds[i] to
    bounds[i + 1] (int64, n + 1).

    `keys` uint64: one for the words of each, without its figures where it is short; 0 if it has no words;
    `facts` uint16: see `words` and `variants`.
    """

    keys: Hashes
    facts: UInt16s
    bounds: Int64s

    @property
    def words(self) -> Int64s:
        """How many words each has, at most 1,023."""
        return (self.facts & ((1 << _LENGTH_BITS) - 1)).astype(np.int64)

    @property
    def variants(self) -> Int64s:
        """A number from 0 to 63 for how each is written, figures included."""
        return (self.facts >> _LENGTH_BITS).astype(np.int64)

    @property
    def owners(self) -> Int64s:
        """Which text each is in."""
        return np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))

    def take(self, rows: Int64s) -> "Passages":
        """Those of these texts (int64), in this order."""
        sizes = np.diff(self.bounds)[rows]
        bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        places = np.arange(bounds[-1]) + np.repeat(self.bounds[:-1][rows] - bounds[:-1], sizes)
        return Passages(self.keys[places], self.facts[places], bounds)

    @classmethod
    def joined(cls, parts: "list[Passages]") -> "Passages":
        """Those of all parts, end to end."""
        sizes = [np.diff(part.bounds) for part in parts]
        return cls(
            np.concatenate([np.zeros(0, np.uint64), *(part.keys for part in parts)]),
            np.concatenate([np.zeros(0, np.uint16), *(part.facts for part in parts)]),
            np.cumsum(np.concatenate([np.zeros(1, np.int64), *sizes])),
        )


def passages(
    data: Bytes, starts: Int64s, ends: Int64s, owned: Int64s, words: Hashes, word_bounds: Int64s
) -> Passages:
    """Those of the paragraphs data[starts[j]:ends[j]] (uint8, UTF-8; int64), which have the words
    words[word_bounds[j]:word_bounds[j + 1]] (uint64; int64). Text i has the paragraphs owned[i]:owned[i + 1].
    """
    keys, facts = np.empty(len(starts), np.uint64), np.empty(len(starts), np.uint16)
    _passages(data, starts, ends, words, word_bounds, *unicode.load(), keys, facts)
    return Passages(keys, facts, owned)


class SeenHashes:
    """Which of many hashes come more than once, in a quarter of a byte a place: as good as never is one taken
    for another in a table of several places a hash.
    """

    def __init__(self, places: int) -> None:
        self._table = np.zeros(1 << max(0, (places // 32 - 1).bit_length()), np.uint64)

    def see(self, hashes: Hashes) -> None:
        """Note these (uint64)."""
        _see(self._table, hashes)

    def again(self, hashes: Hashes) -> Bools:
        """Which of these may have been noted more than once: none that was is left out."""
        out = np.empty(len(hashes), np.bool_)
        _seen_again(self._table, hashes, out)
        return out
