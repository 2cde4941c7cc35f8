"""Paragraphs -> words -> hashed word n-grams. A word is a hash of 64 bits; what it hashes is told in
kernels/unicode.py.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dedup.kernels import shingles as kernel
from dedup.kernels.arrays import Hashes, Offsets


@dataclass(frozen=True)
class Owned:
    """Hashes in a row and who owns which: owner i has values[bounds[i]:bounds[i + 1]] (uint64; int64, owners
    + 1).
    """

    values: Hashes
    bounds: Offsets


def sets(texts: Owned) -> Owned:
    """Each text's shingles once, ascending."""
    return Owned(*kernel.sets(texts.values, texts.bounds))


def joined(parts: Iterable[Owned], size: int) -> Owned:
    """The owners of all parts, in order; they have `size` values at the most."""
    values, sizes, at = np.empty(size, np.uint64), [np.zeros(1, np.int64)], 0
    for part in parts:
        values[at : at + len(part.values)] = part.values
        at += len(part.values)
        sizes.append(np.diff(part.bounds))
    return Owned(values[:at], np.cumsum(np.concatenate(sizes)))


def used_up(parts: list[Owned], some: npt.NDArray[np.bool_]) -> Owned:
    """Some of the owners of all parts. The list is emptied on the way: what is done with needs no memory."""
    return joined(_taken(parts, some), sum(len(part.values) for part in parts))


def _taken(parts: list[Owned], some: npt.NDArray[np.bool_]) -> Iterator[Owned]:
    parts.reverse()
    first = 0
    while parts:
        part = parts.pop()
        own = some[first : first + len(part.bounds) - 1]
        first += len(own)
        sizes = np.diff(part.bounds)
        yield Owned(part.values[np.repeat(own, sizes)], np.append(0, np.cumsum(sizes[own])))


def no_hashes() -> Owned:
    """None at all, of nobody."""
    return Owned(np.zeros(0, np.uint64), np.zeros(1, np.int64))
