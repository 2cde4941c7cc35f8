"""Lists of different lengths in one array: the words, shingles or sets of shingles of many texts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from dedup.kernels import shingles as kernel
from dedup.kernels.arrays import Bools, Hashes, Offsets


@dataclass(frozen=True)
class Ragged:
    """n lists of hashes, end to end: list i is values[offsets[i]:offsets[i + 1]].

    `values` uint64; `offsets` int64 (n + 1).
    """

    values: Hashes
    offsets: Offsets

    @classmethod
    def empty(cls) -> "Ragged":
        """No lists."""
        return cls(np.zeros(0, np.uint64), np.zeros(1, np.int64))


def sets(lists: Ragged) -> Ragged:
    """Each list's different values, ascending."""
    return Ragged(*kernel.sets(lists.values, lists.offsets))


def concatenate(parts: Iterable[Ragged], size: int) -> Ragged:
    """The lists of all parts, in order. `size`: the number of their values, or more."""
    values, lengths, end = np.empty(size, np.uint64), [np.zeros(1, np.int64)], 0
    for part in parts:
        values[end : end + len(part.values)] = part.values
        end += len(part.values)
        lengths.append(np.diff(part.offsets))
    return Ragged(values[:end], np.cumsum(np.concatenate(lengths)))


def take_and_release(parts: list[Ragged], chosen: Bools) -> Ragged:
    """The chosen lists of all parts, in order. `parts` is emptied on the way, so that the memory of each part
    is free as soon as it is copied. `chosen`: one bool for each list.
    """
    return concatenate(_taken(parts, chosen), sum(len(part.values) for part in parts))


def _taken(parts: list[Ragged], chosen: Bools) -> Iterator[Ragged]:
    parts.reverse()
    first = 0
    while parts:
        part = parts.pop()
        of_part = chosen[first : first + len(part.offsets) - 1]
        first += len(of_part)
        lengths = np.diff(part.offsets)
        yield Ragged(part.values[np.repeat(of_part, lengths)], np.append(0, np.cumsum(lengths[of_part])))
