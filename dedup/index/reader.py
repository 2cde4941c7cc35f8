"""Looks up in an index which of its documents share keys with those of a run."""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from dedup.columns import TextBatch
from dedup.identity import Identity
from dedup.index.storage.protocol import IndexStore
from dedup.index.storage.rows import KnownDocument
from dedup.index.storage.tables import PAGES
from dedup.matching.earlier_runs import Postings, Sizes
from dedup.matching.updates import Versions
from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.lookup import spread
from dedup.sites.earlier import EarlierSites
from dedup.text.ragged import Ragged

_ANY_NUMBER = 1 << 32  # documents that one list has, at the most
_OF_VERSIONS = np.uint64(0xA0761D6478BD642F)  # any number: the keys of versions are others than shingles


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
    """What an index knows as a run looks it up: implements `EarlierIndex`.

    `hidden`: spans, [first, end), of document numbers that match nothing; nor do numbers below `since`.
    `hidden_runs`: the runs whose pages say nothing of their sites; nor do pages before the time `sites_since`
    (seconds since 1970).
    """

    store: IndexStore
    hidden: Sequence[tuple[int, int]] = ()
    since: int = 0
    hidden_runs: Collection[int] = ()
    sites_since: int = 0
    recent: RecentKeys = field(default_factory=RecentKeys)

    @property
    def end(self) -> int:
        """One more than the number of the last document."""
        return self.store.next

    @property
    def sites(self) -> EarlierSites:
        """What the index knows of sites."""
        return self.store.known_sites(self.hidden_runs, self.sites_since)

    def postings(self, keys: Hashes, most: int) -> Postings:
        """Which documents have these keys (uint64). Lists of more than `most` documents are only counted."""
        spread_keys = spread(keys)
        postings = self.found(self.store.postings(spread_keys, most), most)
        if self.recent.count:
            recent = self.recent.look_up(spread_keys)
            postings = Postings(*(np.concatenate(both) for both in zip(postings, recent, strict=True)))
        return self._visible(postings, most) if self.since or self.hidden else postings

    def found(self, postings: Postings, most: int) -> Postings:  # noqa: ARG002 - others need it
        """What the store found, checked. Raises IndexFileError for a number that no document has."""
        if len(postings.numbers) and postings.numbers.max() >= self.end:
            raise self.store.damaged(PAGES.meaning)
        return postings

    def bucket_postings(self, buckets: Int64s, most: int) -> Postings:
        """Which documents are in these buckets (documents, bands), as `postings` has it; `rows`: of the
        buckets one after the other.
        """
        return self.postings(buckets.view(np.uint64).ravel(), most)

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
        wanted = np.unique(keys)
        postings = self.postings(version_keys(wanted), _ANY_NUMBER)
        known = self.known(np.unique(postings.numbers))
        rows = [(document.number, document.key or 0, document.word_hash) for document in known]
        versions = np.array(rows, np.int64).reshape(-1, 3)
        return Versions(*versions[np.isin(versions[:, 1], wanted)].T.copy())

    def known(self, numbers: Int64s) -> Iterator[KnownDocument]:
        """What is known of these documents (ascending), without deleted ones."""
        return self.store.documents(numbers)

    def sizes(self, numbers: Int64s) -> Sizes:
        """Word counts and Bloom bits of these documents, without those that were deleted meanwhile."""
        rows = [(known.number, known.words, known.bloom_bits) for known in self.known(numbers)]
        present, words, bloom_bits = zip(*rows, strict=True) if rows else ((), (), ())
        offsets = np.append(0, np.cumsum([len(bits) // 8 for bits in bloom_bits], dtype=np.int64))
        bits = Ragged(np.frombuffer(b"".join(bloom_bits), np.uint64), offsets)
        return Sizes(np.array(present, np.int64), np.array(words, np.int64), bits)

    def texts(self, numbers: Int64s) -> Iterator[TextBatch]:
        """The texts, titles and URLs of these documents, in batches."""
        done = 0
        for batch in self.store.texts(numbers):
            texts, titles, urls = zip(*batch, strict=True)
            of_batch = numbers[done : done + len(batch)]
            yield TextBatch(of_batch, self._unpacked(texts), *(_strings(column) for column in (titles, urls)))
            done += len(batch)

    def _unpacked(self, texts: Sequence[bytes]) -> pa.LargeStringArray:
        """Compressed texts as strings."""
        unpacked = pa.array([self.store.unpacked(text, "a text") for text in texts], pa.large_binary())
        try:
            return unpacked.cast(pa.large_string())
        except pa.ArrowInvalid as error:
            raise self.store.damaged("a text is not UTF-8") from error

    def identities(self, numbers: Int64s) -> list[Identity]:
        """Id, source, position and date of these documents."""
        distinct, rows = np.unique(numbers, return_inverse=True)
        identities = [identity_of(known) for known in self.store.documents(distinct)]
        if len(identities) != len(distinct):
            raise self.store.damaged("a document that is in use was deleted")
        return [identities[row] for row in rows.tolist()]


def identity_of(known: KnownDocument) -> Identity:
    """How a document of an index is named."""
    return {"id": known.id, "source": known.source, "position": known.position, "date": date(known.entered)}


def _strings(values: Sequence[str | None]) -> pa.LargeStringArray:
    return pa.array(values, pa.large_string())


def version_keys(keys: Int64s) -> Hashes:
    """What documents are looked up by that are told apart by these keys: others than buckets and samples."""
    return keys.view(np.uint64) ^ _OF_VERSIONS


def date(seconds: int) -> str:
    """The date and time in UTC (ISO 8601) of seconds since 1970."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
