"""Documents of earlier runs: which of them share enough with one of this run to be compared with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from dedup.columns import TextBatch
from dedup.identity import Identity
from dedup.matching.candidates import ENOUGH, HUBS, MOST, NARROW, numbered
from dedup.matching.updates import EarlierVersions, Versions, word_hashes
from dedup.native import joins
from dedup.native import lookup as kernel
from dedup.native.arrays import Bools, Hashes, Int32s, Int64s
from dedup.text.ragged import Ragged

_WIDEST = 1 << 18  # documents of one bucket at most: as many as the last round of a run compares with others


class Postings(NamedTuple):
    """Which documents have some keys. `rows`: of the keys, which may repeat; `counts`: how many documents
    each list has; `numbers`: the documents, ascending, list after list, less the lists that are too long.
    """

    rows: Int64s
    counts: Int64s
    numbers: Int64s


class Sizes(NamedTuple):
    """The numbers of documents, how many words each has, and the Bloom bits of its shingles."""

    numbers: Int64s
    words: Int64s
    bloom_bits: Ragged

    @classmethod
    def empty(cls) -> "Sizes":
        """No document."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), Ragged.empty())


class EarlierDocuments(Protocol):
    """What an index knows of its documents. Numbers are below `end`, in the order in which they came."""

    @property
    def end(self) -> int: ...

    def postings(self, keys: Hashes, most: int) -> Postings:
        """Which documents have these keys, without the lists of more than `most` documents."""

    def bucket_postings(self, buckets: Int64s, most: int) -> Postings:
        """Which documents are in these buckets (documents, bands), without the lists of more than `most`
        documents; `rows`: of the buckets one after the other.
        """

    def sizes(self, numbers: Int64s) -> Sizes:
        """The sizes of those of these documents (ascending) that are still in the index."""

    def texts(self, numbers: Int64s) -> Iterator[TextBatch]:
        """The cleaned texts, the titles and the URLs of these documents, in batches; `rows` are numbers."""

    def identities(self, numbers: Int64s) -> list[Identity]:
        """Id, source, position and date of these documents."""

    def versions(self, keys: Int64s) -> Versions:
        """The documents that are told apart by one of these keys."""


def earlier_versions(index: EarlierDocuments | None, keys: list[Int64s], prints: Hashes) -> EarlierVersions:
    """The earlier versions of the documents of a run. `keys`: what they are told apart by, in parts;
    `prints`: uint64 (documents, 2).
    """
    if index is None or not index.end:
        return EarlierVersions.none()
    of_all = np.concatenate(keys)
    return EarlierVersions.of(of_all, word_hashes(prints), index.versions(np.unique(of_all[of_all != 0])))


class PostingLists(NamedTuple):
    """The keys of documents, and which earlier documents have each. `keys`: a number for each key (-1: no
    earlier document has it); `sizes`: by number, how many have it; key k is in the documents
    holders[starts[k]:ends[k]].
    """

    keys: Int32s
    sizes: Int64s
    starts: Int64s
    ends: Int64s
    holders: Int64s

    @classmethod
    def of(cls, keys: Hashes, postings: Postings, most: int) -> "PostingLists":
        """The lists of these keys, from postings without lists of more than `most` documents."""
        all_numbers, counts = numbered(np.concatenate((keys, keys[postings.rows])))
        numbers, of_list = all_numbers[: len(keys)], all_numbers[len(keys) :]
        sizes = np.zeros(len(counts) + 1, np.int64)
        np.add.at(sizes, of_list, postings.counts)
        order = np.argsort(of_list, kind="stable")
        offsets = np.append(0, np.cumsum(np.where(postings.counts <= most, postings.counts, 0)))
        holders, offsets = joins.chosen(postings.numbers, offsets, order)
        offsets = offsets[np.searchsorted(of_list[order], np.arange(len(counts) + 1))]
        numbers = np.where(sizes[numbers] > 0, numbers, np.int32(-1))
        return cls(numbers, sizes[:-1], offsets[:-1], offsets[1:], holders)

    def shortened(self, most: int) -> "PostingLists":
        """The lists, with only the first documents of long ones: about `most` pairs in all."""
        lengths, hubs = self.sizes[self.keys[self.keys >= 0]], HUBS
        while hubs < _WIDEST and np.minimum(lengths, 8 * hubs).sum() <= most:
            hubs *= 8
        limits = np.where(self.sizes > NARROW, hubs, self.sizes)
        return self._replace(ends=np.minimum(self.ends, self.starts + limits))

    def without(self, common: Bools) -> "PostingLists":
        """The lists without those of the keys that are `common`."""
        return self._replace(keys=np.where(common, np.int32(-1), self.keys))

    def sizes_of_keys(self) -> Int64s:
        """How many earlier documents have each of the keys."""
        return np.append(self.sizes, 0)[self.keys]

    def is_shortened(self) -> Bools:
        """For which keys some documents are left out."""
        return np.append(self.sizes > self.ends - self.starts, False)[self.keys]


@dataclass(frozen=True)
class EarlierRuns:
    """The documents of earlier runs that documents of this run are to be compared with. They have the rows
    from `base` on, after those of this run, and come before these in the order of keeping.

    `pairs`: the ranks of a document of an earlier run and of one of this run; `crowded`: the ranks, among
    this run's alone, of documents that share a bucket with more earlier ones than they are compared with.
    """

    index: EarlierDocuments | None
    base: int
    loaded: Sizes
    pairs: tuple[Int64s, Int64s]
    crowded: Int64s

    @classmethod
    def none(cls, base: int, index: EarlierDocuments | None = None) -> "EarlierRuns":
        """No earlier document, beside `base` documents of this run."""
        nothing = np.zeros(0, np.int64)
        return cls(index, base, Sizes.empty(), (nothing, nothing), nothing)

    def __len__(self) -> int:
        return len(self.loaded.numbers)

    def is_earlier(self, rows: Int64s) -> Bools:
        """Which of these rows are documents of earlier runs."""
        return rows >= self.base

    def order(self, own: Int64s) -> Int64s:
        """The rows of all documents in the order of keeping, from that of this run's documents."""
        return np.concatenate((self.base + np.arange(len(self)), own)) if len(self) else own

    def texts(self, rows: Int64s) -> Iterator[TextBatch]:
        """The cleaned texts, the titles and the URLs of these documents of earlier runs, in batches."""
        if self.index is None or not len(rows):
            return
        done = 0
        for batch in self.index.texts(self._numbers(rows)):
            yield batch._replace(rows=rows[done : done + len(batch.rows)])
            done += len(batch.rows)

    def identities(self, rows: Int64s) -> dict[int, Identity]:
        """Id, source, position and date of those of these documents that are of earlier runs, by row."""
        earlier = np.unique(rows[self.is_earlier(rows)])
        if self.index is None or not len(earlier):
            return {}
        return dict(zip(earlier.tolist(), self.index.identities(self._numbers(earlier)), strict=True))

    def _numbers(self, rows: Int64s) -> Int64s:
        numbers: Int64s = self.loaded.numbers[rows - self.base]
        return numbers


class EarlierSearch:
    """Collects the earlier documents that share enough with those of a run; `result` then returns them."""

    def __init__(self, index: EarlierDocuments, base: int) -> None:
        self._index = index
        self._base = base
        self._crowded = np.zeros(0, np.int64)
        self._pairs: list[tuple[Int64s, Int64s]] = []  # an earlier document's number, an own document's rank
        self._updates = np.zeros(0, np.int64)  # pairs that are not compared, as `_codes` has them

    def by_bucket(self, buckets: Int64s, ranks: Int64s) -> None:
        """Find who shares one of the buckets: int64 (documents, bands), of documents with these ranks. Of
        wide buckets only the first documents count, so that there are no more pairs than in a run's rounds.
        """
        keys, (count, bands) = buckets.view(np.uint64).ravel(), buckets.shape
        lists = PostingLists.of(keys, self._index.bucket_postings(buckets, _WIDEST), _WIDEST)
        lists = lists.shortened((1 << 22) + 64 * count)
        self._crowded = ranks[lists.is_shortened().reshape(count, bands).any(axis=1)]
        self._collect(lists, np.arange(count + 1) * bands, ranks, np.ones(count, np.int64))

    def lists_of_samples(self, samples: Hashes) -> PostingLists:
        """Which earlier documents have these samples."""
        return PostingLists.of(samples, self._index.postings(samples, MOST), MOST)

    def by_sample(self, lists: PostingLists, offsets: Int64s, ranks: Int64s, wanted: Int64s) -> None:
        """Find who shares as many samples as `wanted` with each document. Document i has the keys of `lists`
        from offsets[i] to offsets[i + 1], and ranks[i].
        """
        self._collect(lists, offsets, ranks, wanted)

    def _collect(self, lists: PostingLists, offsets: Int64s, ranks: Int64s, wanted: Int64s) -> None:
        asks = kernel.rarest(lists.keys, offsets, lists.sizes, wanted, ENOUGH)
        counts = np.zeros(self._index.end, np.int32)
        documents, numbers = kernel.sharing(
            lists.keys, offsets, asks, wanted, ENOUGH, lists.starts, lists.ends, lists.holders, counts
        )
        self._pairs.append((numbers, ranks[documents]))

    def by_version(self, versions: EarlierVersions, ranks: Int64s, updates_pass: bool) -> None:
        """Compare documents with their earlier versions that have the same words. `ranks`: by row, -1 for a
        copy. With `updates_pass`, versions that have other words are not compared at all.
        """
        ranks_of_pairs = ranks[versions.rows]
        is_distinct = ranks_of_pairs >= 0
        same = versions.is_same & is_distinct
        self._pairs.append((versions.numbers[same], ranks_of_pairs[same]))
        if updates_pass:
            updates = ~versions.is_same & is_distinct
            self._updates = self._codes(versions.numbers[updates], ranks_of_pairs[updates])

    def _codes(self, numbers: Int64s, ranks: Int64s) -> Int64s:
        """A number for each pair of an earlier document and one of this run."""
        return numbers * self._base + ranks

    def result(self) -> EarlierRuns:
        """The collected documents, but for those that are no longer in the index."""
        numbers, ranks = (np.concatenate(parts) for parts in zip(*self._pairs, strict=True))
        is_compared = ~np.isin(self._codes(numbers, ranks), self._updates)
        numbers, ranks = numbers[is_compared], ranks[is_compared]
        sizes = self._index.sizes(np.unique(numbers))
        is_there = np.isin(numbers, sizes.numbers)
        pairs = (np.searchsorted(sizes.numbers, numbers[is_there]), ranks[is_there] + len(sizes.numbers))
        return EarlierRuns(self._index, self._base, sizes, pairs, self._crowded)
