"""Documents of earlier runs, as a run meets them: those that share enough with one of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.identity import Identity
from dedup.kernels import holders as kernel
from dedup.kernels import joins
from dedup.kernels.arrays import Hashes, Int32s, Int64s
from dedup.matching.candidates import ENOUGH, HUBS, MOST, NARROW, numbered
from dedup.text.ragged import Ragged

_WIDEST = 1 << 18  # holders of a bucket at the most: as many as meet the others in the last round of a run


def _no_numbers() -> Int64s:
    return np.zeros(0, np.int64)


def _no_shapes() -> "Shapes":
    return Shapes(_no_numbers(), _no_numbers(), Ragged.empty())


class Held(NamedTuple):
    """Who holds some keys: rows of these (int64), some of them the same key's; how many documents each list
    has (int64); and the documents' numbers, ascending, one list after the other (int64), without the lists
    that are too long.
    """

    rows: Int64s
    counts: Int64s
    numbers: Int64s


class Shapes(NamedTuple):
    """The numbers of documents, how many words they have (both int64), and their marks."""

    numbers: Int64s
    words: Int64s
    marks: Ragged


class Earlier(Protocol):
    """What an index tells of the documents that it holds. They have numbers below `end`, ascending as they
    came.
    """

    @property
    def end(self) -> int: ...

    def held(self, keys: Hashes, most: int) -> Held:
        """Who holds these keys (uint64), without the lists of more than `most` documents."""

    def shapes(self, numbers: Int64s) -> Shapes:
        """Those of these documents (ascending) that are still there: how long they are, and their marks."""

    def texts(self, numbers: Int64s) -> Iterator[pa.LargeStringArray]:
        """The texts of these documents, without what was cut of them, some at a time."""

    def identities(self, numbers: Int64s) -> list[Identity]:
        """Id, source, position and date of these documents."""


class Lists(NamedTuple):
    """Keys of documents and who holds them: a number for each key (int32; -1: nobody holds it), by number how
    many do (`sizes`), and that key k is held by holders[starts[k]:ends[k]] (all int64).
    """

    keys: Int32s
    sizes: Int64s
    starts: Int64s
    ends: Int64s
    holders: Int64s

    @classmethod
    def of(cls, values: Hashes, held: Held, most: int) -> "Lists":
        """Of keys (uint64), and who holds them in lists of `most` documents at the most."""
        numbers, counts = numbered(np.concatenate((values, values[held.rows])))
        keys, of_list = numbers[: len(values)], numbers[len(values) :]
        sizes = np.zeros(len(counts) + 1, np.int64)
        np.add.at(sizes, of_list, held.counts)
        order = np.argsort(of_list, kind="stable")
        borders = np.append(0, np.cumsum(np.where(held.counts <= most, held.counts, 0)))
        holders, borders = joins.chosen(held.numbers, borders, order)
        borders = borders[np.searchsorted(of_list[order], np.arange(len(counts) + 1))]
        keys = np.where(sizes[keys] > 0, keys, np.int32(-1))
        return cls(keys, sizes[:-1], borders[:-1], borders[1:], holders)

    def first(self, most: int) -> "Lists":
        """The same with the first holders alone, about so many in all of the documents, of those keys that
        many hold.
        """
        held, hubs = self.sizes[self.keys[self.keys >= 0]], HUBS
        while hubs < _WIDEST and np.minimum(held, 8 * hubs).sum() <= most:
            hubs *= 8
        met = np.where(self.sizes > NARROW, hubs, self.sizes)
        return self._replace(ends=np.minimum(self.ends, self.starts + met))

    def without(self, common: npt.NDArray[np.bool_]) -> "Lists":
        """The same without some of the keys."""
        return self._replace(keys=np.where(common, np.int32(-1), self.keys))

    def sizes_of_keys(self) -> Int64s:
        """How many hold each of the keys (int64)."""
        return np.append(self.sizes, 0)[self.keys]

    def cut_short(self) -> npt.NDArray[np.bool_]:
        """Of which keys (bool) not all holders are told."""
        return np.append(self.sizes > self.ends - self.starts, False)[self.keys]


@dataclass
class Met:
    """The documents of earlier runs that are to be compared with some of this run. They have the rows from
    `base` on, behind those of this run, and come before these in the order of keeping.

    `pairs`: the places of one of them and of one of this run (int64); `crowded`: the places, among this run's
    alone (int64), of documents that share a bucket with more of them than they meet.
    """

    earlier: Earlier | None
    base: int
    shapes: Shapes = field(default_factory=_no_shapes)
    pairs: list[tuple[Int64s, Int64s]] = field(default_factory=list)
    crowded: Int64s = field(default_factory=_no_numbers)
    _found: list[tuple[Int64s, Int64s]] = field(default_factory=list)
    """Pairs of a number and of a place in the order of this run's alone."""

    def __len__(self) -> int:
        return len(self.shapes.numbers)

    def by_bucket(self, parts: list[Int64s], rows: Int64s, places: Int64s) -> None:
        """Find who shares one of the buckets (int64, documents x bands, of one block after the other) of the
        documents `rows`, which have these `places`. Of wide buckets the first are met alone, so many that
        there are no more pairs than in the rounds of a run.
        """
        if self.earlier is None or not self.earlier.end:
            return
        buckets = np.concatenate(parts)[rows]
        values, (count, bands) = buckets.view(np.uint64).ravel(), buckets.shape
        lists = Lists.of(values, self.earlier.held(values, _WIDEST), _WIDEST).first((1 << 22) + 64 * count)
        self.crowded = places[lists.cut_short().reshape(count, bands).any(axis=1)]
        self.by_key(lists, np.arange(count + 1) * bands, places, np.ones(count, np.int64))

    def samples(self, values: Hashes) -> Lists | None:
        """Who holds these samples (uint64); None where there were no earlier runs."""
        if self.earlier is None or not self.earlier.end:
            return None
        return Lists.of(values, self.earlier.held(values, MOST), MOST)

    def settle(self) -> None:
        """Take up those that were found and are still there."""
        if self.earlier is None or not self._found:
            return
        numbers, places = (np.concatenate(parts) for parts in zip(*self._found, strict=True))
        self.shapes = self.earlier.shapes(np.unique(numbers))
        met = self.shapes.numbers
        there = np.isin(numbers, met)
        self.pairs = [(np.searchsorted(met, numbers[there]), places[there] + len(met))]

    def by_key(self, lists: Lists, bounds: Int64s, places: Int64s, wanted: Int64s) -> None:
        """Find who shares as many keys as `wanted` with each document: these have the keys of `lists` from
        bounds[i] to bounds[i + 1], and these `places` (all int64).
        """
        assert self.earlier is not None
        asks = kernel.rarest(lists.keys, bounds, lists.sizes, wanted, ENOUGH)
        counts = np.zeros(self.earlier.end, np.int32)
        documents, numbers = kernel.sharing(
            lists.keys, bounds, asks, wanted, ENOUGH, lists.starts, lists.ends, lists.holders, counts
        )
        self._found.append((numbers, places[documents]))

    def order(self, own: Int64s) -> Int64s:
        """The rows of all documents in the order of keeping, from that of this run's."""
        return np.concatenate((self.base + np.arange(len(self)), own))

    def read(self, rows: Int64s) -> Iterator[tuple[Int64s, pa.LargeStringArray]]:
        """The texts of the documents of these rows, some at a time."""
        done = 0
        for texts in (
            self.earlier.texts(self._numbers(rows)) if self.earlier is not None and len(rows) else ()
        ):
            yield rows[done : done + len(texts)], texts
            done += len(texts)

    def identities(self, rows: Int64s) -> dict[int, Identity]:
        """Id, source, position and date, by row, of those of these documents that are of earlier runs."""
        of = np.unique(rows[rows >= self.base])
        found = self.earlier.identities(self._numbers(of)) if self.earlier is not None and len(of) else []
        return dict(zip(of.tolist(), found, strict=True))

    def _numbers(self, rows: Int64s) -> Int64s:
        numbers: Int64s = self.shapes.numbers[rows - self.base]
        return numbers
