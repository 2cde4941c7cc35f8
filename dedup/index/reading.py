"""What a run asks an index for: which of its documents share something with those of the run."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import zstandard

from dedup.index.store import Store
from dedup.kernels.pages import spread

Int64s = npt.NDArray[np.int64]


@dataclass
class Reading:
    """The documents of an index as a run meets them: an `Earlier`.

    `hidden`: numbers, first and behind the last, that are as good as forgotten, as all below `since` are;
    `recent`: the documents by key that are in no segment yet.
    """

    store: Store
    hidden: Sequence[tuple[int, int]] = ()
    since: int = 0
    recent: dict[int, list[int]] = field(default_factory=dict)
    _pairs: list[tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]] = field(default_factory=list)
    _count: int = 0

    def held(self, keys: npt.NDArray[np.uint64], most: int) -> tuple[Int64s, Int64s]:
        """Who holds these keys (uint64): a row of them and a number (both int64), each holder once."""
        spread_ = spread(keys)
        rows, numbers = self.store.segments.held(spread_, most)
        if self.recent:
            more = self._recent(spread_)
            rows, numbers = np.concatenate((rows, more[0])), np.concatenate((numbers, more[1]))
        there = numbers >= self.since
        for first, end in self.hidden:
            there &= (numbers < first) | (numbers >= end)
        return rows[there], numbers[there]

    def _recent(self, keys: npt.NDArray[np.uint64]) -> tuple[Int64s, Int64s]:
        """The same of the recent documents."""
        first: dict[int, int] = {}
        for row, key in enumerate(keys.tolist()):
            if key in self.recent:
                first.setdefault(key, row)
        found = [(row, number) for key, row in first.items() for number in self.recent[key]]
        pairs = np.array(found, np.int64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def remember(self, keys: npt.NDArray[np.uint64], numbers: npt.NDArray[np.uint64], count: int) -> int:
        """Take up `count` recent documents, their keys spread; returns how many there are."""
        for key, number in zip(keys.tolist(), numbers.tolist(), strict=True):
            self.recent.setdefault(key, []).append(number)
        self._pairs.append((keys, numbers))
        self._count += count
        return self._count

    def taken(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """The keys of the recent documents, and their numbers (both uint64), which are to be written: they
        are recent no more.
        """
        keys, numbers = (np.concatenate(parts) for parts in zip(*self._pairs, strict=True))
        self.recent, self._pairs, self._count = {}, [], 0
        return keys, numbers

    def words(self, numbers: Int64s) -> Int64s:
        """How many words these documents have (int64), -1 where they are gone."""
        return self.store.words(numbers)

    def texts(self, numbers: Int64s) -> Iterator[pa.LargeStringArray]:
        """The texts of these documents, some at a time."""
        unpack = zstandard.ZstdDecompressor().decompress
        for packed in self.store.texts(numbers):
            yield pa.array([unpack(one) for one in packed], pa.large_string())

    def identities(self, numbers: Int64s) -> list[dict[str, Any]]:
        """Id, source, position and date of these documents."""
        return [_identity(*self.store.document(number)) for number in numbers.tolist()]


def _identity(id: str | None, source: str, position: int, entered: int) -> dict[str, Any]:
    return {"id": id, "source": source, "position": position, "date": date(entered)}


def date(seconds: int) -> str:
    """A date and time in UTC (ISO 8601), of seconds since 1970."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
