"""Documents of earlier runs, as a run meets them: those that share something with one of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.candidates import MOST, Held, none_held

Int64s = npt.NDArray[np.int64]

_MOST_IN_BUCKET = 1 << 18  # as many as the last round of a run lets meet the others


class Earlier(Protocol):
    """What an index tells of the documents that it holds. They have numbers, ascending as they came."""

    def held(self, keys: npt.NDArray[np.uint64], most: int) -> tuple[Int64s, Int64s]:
        """Who holds these keys: a row of them and a number (both int64), each holder of a key once. Of a key
        with more than `most` holders not all are told.
        """

    def words(self, numbers: Int64s) -> Int64s:
        """How many words these documents have (int64), -1 where they are gone."""

    def texts(self, numbers: Int64s) -> Iterator[pa.LargeStringArray]:
        """The texts of these documents, without what was cut of them, some at a time."""

    def identities(self, numbers: Int64s) -> list[dict[str, Any]]:
        """Id, source, position and date of these documents."""


class Queries(NamedTuple):
    """The keys (uint64) of the documents of a run: their buckets, and their samples."""

    buckets: npt.NDArray[np.uint64]
    samples: npt.NDArray[np.uint64]


@dataclass
class Met:
    """The documents of earlier runs that share something with one of this run. They have the rows from `base`
    on, behind those of this run, and the first places in the order of keeping.
    """

    earlier: Earlier | None
    base: int
    numbers: Int64s = field(default_factory=lambda: np.zeros(0, np.int64))

    def meet(self, asked: Queries) -> tuple[Held, Held]:
        """Look them up; who holds which of the buckets, who which of the samples."""
        if self.earlier is None:
            return none_held(), none_held()
        by_bucket = self.earlier.held(asked.buckets, _MOST_IN_BUCKET)
        by_sample = self.earlier.held(asked.samples, MOST)
        self.numbers = np.unique(np.concatenate((by_bucket[1], by_sample[1])))
        return self._placed(*by_bucket), self._placed(*by_sample)

    def _placed(self, rows: Int64s, numbers: Int64s) -> Held:
        return Held(rows, np.searchsorted(self.numbers, numbers).astype(np.int32))

    def order(self, own: Int64s) -> Int64s:
        """The rows of all documents in the order of keeping, from that of this run's."""
        return np.concatenate((self.base + np.arange(len(self.numbers)), own))

    def words(self, rows: Int64s) -> Int64s:
        """How many words the documents of these rows have (int64), -1 where they are gone."""
        return self.earlier.words(self._numbers(rows)) if self.earlier is not None else rows

    def read(self, rows: Int64s) -> Iterator[tuple[Int64s, pa.LargeStringArray]]:
        """The texts of the documents of these rows, some at a time."""
        done = 0
        for texts in self.earlier.texts(self._numbers(rows)) if self.earlier is not None and len(rows) else ():
            yield rows[done : done + len(texts)], texts
            done += len(texts)

    def identities(self, rows: Int64s) -> dict[int, dict[str, Any]]:
        """Id, source, position and date, by row, of those of these documents that are of earlier runs."""
        of = np.unique(rows[rows >= self.base])
        found = self.earlier.identities(self._numbers(of)) if self.earlier is not None and len(of) else []
        return dict(zip(of.tolist(), found, strict=True))

    def _numbers(self, rows: Int64s) -> Int64s:
        numbers: Int64s = self.numbers[rows - self.base]
        return numbers
