"""What a run asks an index for: which of its documents share something with those of the run."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import zstandard

from dedup.identity import Identity
from dedup.index.store import Store
from dedup.kernels.arrays import Int64s
from dedup.kernels.pages import spread
from dedup.matching.earlier_runs import Held, Shapes
from dedup.text.ragged import Ragged


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

    @property
    def end(self) -> int:
        """Behind the number of the last document."""
        return self.store.next

    def held(self, keys: npt.NDArray[np.uint64], most: int) -> Held:
        """Who holds these keys (uint64), without the lists of more than `most` documents."""
        spread_ = spread(keys)
        found = self.store.segments.held(spread_, most)
        if self.recent:
            recent = self._recent(spread_)
            found = Held(*(np.concatenate(both) for both in zip(found, recent, strict=True)))
        return self._there(found, most) if self.since or self.hidden else found

    def _recent(self, keys: npt.NDArray[np.uint64]) -> Held:
        """The same of the recent documents."""
        rows = {key: row for row, key in enumerate(keys.tolist()) if key in self.recent}
        lists = [self.recent[key] for key in rows]
        sizes, numbers = [len(one) for one in lists], [number for one in lists for number in one]
        return Held(*(np.array(values, np.int64) for values in ([*rows.values()], sizes, numbers)))

    def _there(self, found: Held, most: int) -> Held:
        """The same without the documents that are hidden or too old; those of too long lists count."""
        there = found.numbers >= self.since
        for first, end in self.hidden:
            there &= (found.numbers < first) | (found.numbers >= end)
        told = np.flatnonzero(found.counts <= most)
        left = np.bincount(np.repeat(told, found.counts[told])[there], minlength=len(found.counts))
        counts = np.where(found.counts <= most, left, found.counts)
        some = counts > 0
        return Held(found.rows[some], counts[some], found.numbers[there])

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
        none = np.zeros(0, np.uint64)
        keys, numbers = (np.concatenate(parts) for parts in zip((none, none), *self._pairs, strict=True))
        self.recent, self._pairs, self._count = {}, [], 0
        return keys, numbers

    def shapes(self, numbers: Int64s) -> Shapes:
        """Those of these documents that are still there: how many words they have, and their marks."""
        found = self.store.shapes(numbers)
        there, words, marks = zip(*found, strict=True) if found else ((), (), ())
        bounds = np.append(0, np.cumsum([len(one) // 8 for one in marks], dtype=np.int64))
        owned = Ragged(np.frombuffer(b"".join(marks), np.uint64), bounds)
        return Shapes(np.array(there, np.int64), np.array(words, np.int64), owned)

    def texts(self, numbers: Int64s) -> Iterator[pa.LargeStringArray]:
        """The texts of these documents, some at a time."""
        unpack = zstandard.ZstdDecompressor().decompress
        for packed in self.store.texts(numbers):
            yield pa.array([unpack(one) for one in packed], pa.large_string())

    def identities(self, numbers: Int64s) -> list[Identity]:
        """Id, source, position and date of these documents."""
        return [_identity(*self.store.document(number)) for number in numbers.tolist()]


def _identity(id: str | None, source: str, position: int, entered: int) -> Identity:
    return {"id": id, "source": source, "position": position, "date": date(entered)}


def date(seconds: int) -> str:
    """A date and time in UTC (ISO 8601), of seconds since 1970."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
