"""New versions of documents of earlier runs: the same address, or else the same id, with other words."""

from typing import NamedTuple

import numpy as np

from dedup.native.arrays import Bools, Hashes, Int64s


class Versions(NamedTuple):
    """Documents of earlier runs: their numbers, what each is told apart by (`text.addresses.address_keys`),
    and a hash of the words of each (`word_hashes`). All int64.
    """

    numbers: Int64s
    keys: Int64s
    words: Int64s


def word_hashes(prints: Hashes) -> Int64s:
    """A hash (int64) of the words of each document; 0 without words. `prints`: uint64 (documents, 2)."""
    return prints[:, 0].copy().view(np.int64)


class EarlierVersions(NamedTuple):
    """The earlier versions of the documents of a run, pair by pair: the row of a document (ascending), the
    number of an earlier document that is told apart by the same, and whether both have the same words.
    `keys`: what each document is told apart by; empty in a run without earlier documents.
    """

    rows: Int64s
    numbers: Int64s
    is_same: Bools
    keys: Int64s

    @classmethod
    def none(cls) -> "EarlierVersions":
        """Those of a run without earlier documents."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, np.zeros(0, bool), nothing)

    @classmethod
    def of(cls, keys: Int64s, words: Int64s, versions: Versions) -> "EarlierVersions":
        """Those of documents with these keys (0: none) and hashes of words."""
        order = np.lexsort((versions.numbers, versions.keys))
        low, high = (np.searchsorted(versions.keys[order], keys, side) for side in ("left", "right"))
        counts = np.where(keys != 0, high - low, 0)
        rows = np.repeat(np.arange(len(keys)), counts)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        chosen = order[low[rows] + within]
        return cls(rows, versions.numbers[chosen], versions.words[chosen] == words[rows], keys)

    def latest(self, count: int) -> Int64s:
        """For each of `count` documents the number of its latest earlier version; -1 where it has none, or
        where one of them has the same words: then the document is no update.
        """
        numbers = np.full(count, -1)
        numbers[self.rows] = self.numbers  # of a row the last, which is the highest, stays
        numbers[self.rows[self.is_same]] = -1
        return numbers

    def apart(self, prints: Hashes) -> Hashes:
        """Prints that differ also by key where a document has an earlier version: a copy of it at another
        address may be dropped for what this one is an update of, and so the two are compared each by itself.
        """
        apart = prints.copy()
        rows = np.unique(self.rows)
        rows = rows[prints[rows, 0] != 0]
        apart[rows, 1] ^= self.keys[rows].view(np.uint64)
        return apart
