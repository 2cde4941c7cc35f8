"""Paragraphs -> words -> hashed word n-grams. A word is a hash of 64 bits; what it hashes is told in
kernels/unicode.py.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.kernels import shingles as kernel
from dedup.kernels import unicode
from dedup.kernels import words as word_kernel
from dedup.paragraphs import Offsets, Paragraphs, utf8

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Owned:
    """Hashes in a row and who owns which: owner i has values[bounds[i]:bounds[i + 1]] (uint64; int64, owners
    + 1).
    """

    values: Hashes
    bounds: Offsets


def words(paragraphs: Paragraphs) -> Owned:
    """The words of each paragraph."""
    return Owned(*word_kernel.tokenise(paragraphs.data, paragraphs.starts, paragraphs.ends, *unicode.load()))


def words_of(texts: "pa.LargeStringArray | pa.StringArray") -> Owned:
    """The words of each text."""
    data, offsets = utf8(texts)
    return Owned(*word_kernel.tokenise(data, offsets[:-1], offsets[1:], *unicode.load()))


def shingles(texts: Owned, ngram: int) -> Owned:
    """The shingles of each text from its words: runs of `ngram` words, or all words where there are fewer."""
    return Owned(*kernel.ngrams(texts.values, texts.bounds, kernel.factors(ngram)))


def sets(texts: Owned) -> Owned:
    """Each text's shingles once, ascending."""
    return Owned(*kernel.sets(texts.values, texts.bounds))


def joined(parts: list[Owned], some: npt.NDArray[np.bool_] | None = None) -> Owned:
    """The owners of all parts, in order, or `some` of them. The list is emptied on the way, so that little is
    held twice.
    """
    sizes = np.concatenate([np.zeros(0, np.int64), *(np.diff(part.bounds) for part in parts)])
    left = np.ones(len(sizes), bool) if some is None else some
    values, at, owner = np.empty(sizes[left].sum(), np.uint64), 0, 0
    parts.reverse()
    while parts:
        part = parts.pop()
        own = left[owner : owner + len(part.bounds) - 1]
        new = part.values if own.all() else part.values[np.repeat(own, np.diff(part.bounds))]
        values[at : at + len(new)] = new
        at, owner = at + len(new), owner + len(own)
    return Owned(values, np.append(0, np.cumsum(sizes[left])))
