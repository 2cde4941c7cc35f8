"""Looks up in an index which of its documents share keys with those of a run."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import zstandard

from dedup.document import TextBatch
from dedup.identity import Identity
from dedup.index.store import Store
from dedup.kernels.arrays import Bools, Hashes, Int64s
from dedup.kernels.pages import spread
from dedup.matching.earlier_runs import Postings, Sizes
from dedup.matching.updates import Versions
from dedup.text.ragged import Ragged


@dataclass
class RecentKeys:
    """The keys of documents that were added one by one and are in no segment yet."""

    count: int = 0
    """How many documents there are."""
    _numbers: dict[int, list[int]] = field(default_factory=dict)
    """By key the numbers of the documents that have it."""
    _parts: list[tuple[Hashes, Hashes]] = field(default_factory=list)

    def add(self, keys: Hashes, numbers: Hashes, count: int) -> None:
        """Add the keys of `count` documents, spread, and for each key the number of its document."""
        for key, number in zip(keys.tolist(), numbers.tolist(), strict=True):
            self._numbers.setdefault(key, []).append(number)
        self._parts.append((keys, numbers))
        self.count += count

    def take(self) -> tuple[Hashes, Hashes]:
        """All keys and the numbers of their documents (both uint64), to be written. None are left."""
        empty = np.zeros(0, np.uint64)
        keys, numbers = (np.concatenate(parts) for parts in zip((empty, empty), *self._parts, strict=True))
        self.count, self._numbers, self._parts = 0, {}, []
        return keys, numbers

    def look_up(self, keys: Hashes) -> Postings:
        """Which documents have these keys (uint64, spread)."""
        rows = {key: row for row, key in enumerate(keys.tolist()) if key in self._numbers}
        lists = [self._numbers[key] for key in rows]
        counts, numbers = [len(one) for one in lists], [number for one in lists for number in one]
        return Postings(*(np.array(values, np.int64) for values in ([*rows.values()], counts, numbers)))


@dataclass
class IndexReader:
    """The documents of an index as a run looks them up: implements `EarlierDocuments`.

    `hidden`: spans, [first, end), of document numbers that match nothing; nor do numbers below `since`.
    """

    store: Store
    hidden: Sequence[tuple[int, int]] = ()
    since: int = 0
    recent: RecentKeys = field(default_factory=RecentKeys)

    @property
    def end(self) -> int:
        """One more than the number of the last document."""
        return self.store.next

    def postings(self, keys: Hashes, most: int) -> Postings:
        """Which documents have these keys (uint64). Lists of more than `most` documents are only counted."""
        spread_keys = spread(keys)
        postings = self.store.segments.postings(spread_keys, most)
        if self.recent.count:
            recent = self.recent.look_up(spread_keys)
            postings = Postings(*(np.concatenate(both) for both in zip(postings, recent, strict=True)))
        return self._visible(postings, most) if self.since or self.hidden else postings

    def _visible(self, postings: Postings, most: int) -> Postings:
        """The postings without hidden and old documents. These still count in lists of more than `most`."""
        visible = self._are_visible(postings.numbers)
        listed = np.flatnonzero(postings.counts <= most)
        left = np.bincount(
            np.repeat(listed, postings.counts[listed])[visible], minlength=len(postings.counts)
        )
        counts = np.where(postings.counts <= most, left, postings.counts)
        filled = counts > 0
        return Postings(postings.rows[filled], counts[filled], postings.numbers[visible])

    def _are_visible(self, numbers: Int64s) -> Bools:
        """Which of these documents are neither hidden nor too old."""
        visible: Bools = numbers >= self.since
        for first, end in self.hidden:
            visible &= (numbers < first) | (numbers >= end)
        return visible

    def versions(self, keys: Int64s) -> Versions:
        """The documents that are told apart by one of these keys."""
        rows = np.array([*self.store.versions(keys)], np.int64).reshape(-1, 3)
        return Versions(*rows[self._are_visible(rows[:, 0])].T.copy())

    def sizes(self, numbers: Int64s) -> Sizes:
        """Word counts and Bloom bits of these documents, without those that were deleted meanwhile."""
        rows = self.store.sizes(numbers)
        present, words, bloom_bits = zip(*rows, strict=True) if rows else ((), (), ())
        offsets = np.append(0, np.cumsum([len(bits) // 8 for bits in bloom_bits], dtype=np.int64))
        bits = Ragged(np.frombuffer(b"".join(bloom_bits), np.uint64), offsets)
        return Sizes(np.array(present, np.int64), np.array(words, np.int64), bits)

    def texts(self, numbers: Int64s) -> Iterator[TextBatch]:
        """The texts, titles and URLs of these documents, in batches."""
        unpack, done = zstandard.ZstdDecompressor().decompress, 0
        for batch in self.store.texts(numbers):
            texts, titles, urls = zip(*batch, strict=True)
            columns = ([unpack(text) for text in texts], titles, urls)
            of_batch = numbers[done : done + len(batch)]
            yield TextBatch(of_batch, *(pa.array(column, pa.large_string()) for column in columns))
            done += len(batch)

    def identities(self, numbers: Int64s) -> list[Identity]:
        """Id, source, position and date of these documents."""
        return [_identity(*self.store.document(number)) for number in numbers.tolist()]


def _identity(id: str | None, source: str, position: int, entered: int) -> Identity:
    return {"id": id, "source": source, "position": position, "date": date(entered)}


def date(seconds: int) -> str:
    """The date and time in UTC (ISO 8601) of seconds since 1970."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
