"""Lists of different lengths in one array: the words, shingles or sets of shingles of many texts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dedup.native import joins
from dedup.native import shingles as kernel
from dedup.native.arrays import Bools, Hashes, Int32s, Int64s, Offsets

_BORDERS = 1 << 10  # one value in so many says where ranges end


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
    """The lists of all parts, in order. `size`: the number of their values, or more: a forged index may say
    less, and then the list grows.
    """
    values, lengths, end = np.empty(size, np.uint64), [np.zeros(1, np.int64)], 0
    for part in parts:
        if end + len(part.values) > len(values):
            values = np.concatenate((values[:end], part.values))
        values[end : end + len(part.values)] = part.values
        end += len(part.values)
        lengths.append(np.diff(part.offsets))
    return Ragged(values[:end], np.cumsum(np.concatenate(lengths)))


def take_and_release(parts: list[Ragged], chosen: Bools) -> Ragged:
    """The chosen lists of all parts, in order. `parts` is emptied on the way, so that the memory of each part
    is free as soon as it is copied. `chosen`: one bool for each list.
    """
    return concatenate(_taken(parts, chosen), sum(len(part.values) for part in parts))


def chosen_lists(parts: Iterable[Ragged], rows: Int64s) -> Ragged:
    """The lists in these rows (ascending) of all parts, which are numbered end to end."""
    start, chosen = 0, [Ragged.empty()]
    for part in parts:
        offsets = np.asarray(part.offsets)
        after = start + len(offsets) - 1
        own = rows[slice(*np.searchsorted(rows, (start, after)))] - start
        if len(own):
            chosen.append(Ragged(*joins.chosen(np.asarray(part.values), offsets, own)))
        start = after
    return concatenate(chosen, sum(len(part.values) for part in chosen))


def by_range(parts: Sequence[Ragged], owners: Int64s, ranges: int) -> Iterator[tuple[Hashes, Int32s]]:
    """The values of all parts and the owner of each, in ranges of about as many values, the least ones (as
    int64) first. `owners`: by list, -1 if it is left out.
    """
    some = np.sort(np.concatenate([part.values[::_BORDERS] for part in parts]).view(np.int64))
    borders = [some[len(some) * i // ranges] for i in range(1, ranges)] if len(some) else []
    for low, high in pairwise([None, *borders, None]):
        chosen, start = list[tuple[Hashes, Int32s]](), 0
        for part in parts:
            after = start + len(part.offsets) - 1
            chosen.append(_in_range(part, owners[start:after].astype(np.int32), low, high))
            start = after
        yield _end_to_end(chosen)


def _in_range(part: Ragged, owners: Int32s, low: int | None, high: int | None) -> tuple[Hashes, Int32s]:
    """The values from `low` up to `high` (as int64; None: no limit), and the owner of each."""
    values, bounds = part.values[:], part.offsets[:]
    is_inside = np.ones(len(values), bool)
    if low is not None:
        is_inside &= values.view(np.int64) >= low
    if high is not None:
        is_inside &= values.view(np.int64) < high
    of_values = np.repeat(owners, joins.totals(is_inside, bounds))
    is_owned = of_values >= 0
    return values[is_inside][is_owned], of_values[is_owned]


def _end_to_end(parts: list[tuple[Hashes, Int32s]]) -> tuple[Hashes, Int32s]:
    """The values and the owners of all parts. Empties `parts`."""
    values = np.concatenate([values for values, _ in parts])
    owners = np.concatenate([owners for _, owners in parts])
    parts.clear()
    return values, owners


def _taken(parts: list[Ragged], chosen: Bools) -> Iterator[Ragged]:
    parts.reverse()
    first = 0
    while parts:
        part = parts.pop()
        of_part = chosen[first : first + len(part.offsets) - 1]
        first += len(of_part)
        lengths = np.diff(part.offsets)
        yield Ragged(part.values[np.repeat(of_part, lengths)], np.append(0, np.cumsum(lengths[of_part])))
