"""Documents on their way into an index on a server: packed, and added all together or not at all."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice, pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import orjson

from dedup.errors import IndexFileError
from dedup.index.entry import compressed_texts
from dedup.index.reader import version_keys
from dedup.index.redis import lease
from dedup.index.redis.server import commit_script, scripts
from dedup.index.redis.server.layout import band_bytes, entry_bytes, packed, page_entries
from dedup.index.redis.sites import SiteChange
from dedup.index.redis.store import RedisStore, Snapshot
from dedup.matching.updates import word_hashes
from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.lookup import spread
from dedup.pipeline.outcome import Outcome
from dedup.text.ragged import Ragged

ADD: Final = "add"
HOLD: Final = "hold"
RUN: Final = "run"
"""How documents are added; see `commit_script.COMMIT`."""
_OF_IDS = np.uint64(0xE7037ED1A0B428DB)  # any number: the keys of ids are others than shingles
_PAUSE = 0.02  # seconds between two attempts while somebody else has the lock
_LENGTH = 200  # documents that one script adds: 20 ms, in which the server answers nobody else
_SITES = 200  # sites that one script changes


class PackedDocument(NamedTuple):
    """A document as `commit_script.COMMIT` takes it: what is known of it, its text, its buckets, its
    entries.
    """

    known: bytes
    text: bytes
    bands: bytes
    entries: bytes


class Positions(NamedTuple):
    """Where the documents of an outcome come from: a source that replaces their own (None: it does not), and
    by row their positions in it (empty: their own).
    """

    source: str | None = None
    positions: Sequence[int] = ()


@dataclass
class DocumentKeys:
    """What the kept documents of an outcome are found by. `rows`: theirs, ascending; `bands`: the hashes of
    all bands of each; `entries`: what the pages are told of each.
    """

    rows: Int64s
    bands: list[bytes]
    entries: list[bytes]

    @classmethod
    def of(cls, outcome: Outcome) -> "DocumentKeys":
        """The keys of an outcome, whose fingerprints stay."""
        rows = outcome.kept_rows()
        if outcome.fingerprints is None or not len(rows):
            return cls(rows[:0], [], [])
        fingerprints, kept = outcome.fingerprints.copy(), outcome.keepers.keeper < 0
        has_words = np.concatenate(fingerprints.prints)[kept, 0] != 0
        versions = np.concatenate(fingerprints.keys)[kept]
        bands = band_bytes(fingerprints.take_buckets(kept))
        samples = fingerprints.take_samples(kept)
        ids = outcome.table.column("id").take(rows).to_pylist()
        own = [np.concatenate(one) for one in zip(_version_keys(versions), _id_keys(ids), strict=True)]
        return cls(
            rows,
            [of_one if words else b"" for of_one, words in zip(bands, has_words.tolist(), strict=True)],
            _entries(samples, own),
        )


def id_key(id: str) -> Hashes:
    """What documents with this id are looked up by (uint64, one)."""
    digest = blake2b(id.encode(errors="replace"), digest_size=8).digest()
    return np.frombuffer(digest, np.uint64) ^ _OF_IDS


def _id_keys(ids: Sequence[str | None]) -> Iterator[Hashes]:
    return (np.zeros(0, np.uint64) if name is None else id_key(name) for name in ids)


def _version_keys(versions: Int64s) -> Iterator[Hashes]:
    keys = version_keys(versions)
    return (keys[row : row + 1] if versions[row] else keys[:0] for row in range(len(versions)))


def _entries(samples: Ragged, own: Sequence[Hashes]) -> list[bytes]:
    """The entries of each document: of its samples, and of its other keys."""
    spans = [(0, 0)] * len(own) if not len(samples.values) else [*pairwise(samples.offsets.tolist())]
    parts = [np.concatenate((samples.values[a:b], keys)) for (a, b), keys in zip(spans, own, strict=True)]
    sizes = np.cumsum([0, *(6 * len(part) for part in parts)]).tolist()
    data = entry_bytes(spread(np.concatenate(parts)))
    return [data[first:end] for first, end in pairwise(sizes)]


def packed_documents(outcome: Outcome, keys: DocumentKeys, origin: Positions) -> Iterator[PackedDocument]:
    """The kept documents, whose texts are read again. The fingerprints stay."""
    if not len(keys.rows):
        return
    assert outcome.fingerprints is not None
    fingerprints, kept = outcome.fingerprints.copy(), outcome.keepers.keeper < 0
    versions = np.concatenate(fingerprints.keys)[kept].tolist()
    words = word_hashes(np.concatenate(fingerprints.prints)[kept]).tolist()
    bits = fingerprints.take_bloom_bits(kept)
    data, bounds = bits.values.data.cast("B"), (8 * bits.offsets).tolist()
    table = outcome.table.take(keys.rows)
    names, now = outcome.corpus.names, int(time.time())
    columns = (table.column(name).to_pylist() for name in ("id", "file", "position", "words"))
    texts = compressed_texts(outcome, keys.rows)
    for at, (name, file, position, count) in enumerate(zip(*columns, strict=True)):
        row = int(keys.rows[at])
        place = origin.positions[row] if origin.positions else position
        plain = [name, origin.source or names[file], place, now, count, versions[at] or None, words[at]]
        text, title, url = next(texts)
        yield PackedDocument(
            packed(plain, data[bounds[at] : bounds[at + 1]]),
            packed([title, url], text),
            keys.bands[at],
            keys.entries[at],
        )


def pages_of(outcome: Outcome, rows: Int64s) -> Bools:
    """Which of these kept documents say something of their sites (bool, by document of the run): an update
    says nothing, its page was counted before.
    """
    chosen = np.zeros(len(outcome.table), bool)
    chosen[rows] = True
    chosen[list(outcome.decisions.updates)] = False
    if outcome.pages is not None:
        chosen &= outcome.pages.sites != 0
    return chosen


@dataclass
class Committer:
    """Adds documents for a process. `expiry`: seconds after which the server deletes them; 0: never."""

    store: RedisStore
    expiry: int
    held: dict[str, Any] = field(default_factory=dict)
    """What is noted beside documents that are held."""
    sequence: int = 0

    def add(
        self,
        documents: Sequence[PackedDocument],
        sites: Sequence[SiteChange],
        mode: str,
        since: int,
        run: int,
    ) -> list[Any]:
        """What became of documents that are added with what changes of their sites; see
        `commit_script.COMMIT`. Waits while somebody else has the lock. Raises IndexFileError. `since`: in the
        mode RUN the number that the first of them gets.
        """
        self.sequence += 1
        pages = page_entries([document.entries for document in documents], since)
        if mode == RUN:
            documents = [document._replace(entries=b"") for document in documents]
        arguments = [
            *(self.store.meta["id"], self.store.token, self.sequence, mode, since, run, self.expiry),
            *(len(documents), int(1000 * lease.LIFE), orjson.dumps(self.held), pages),
            *(value for document in documents for value in document),
            *(value for site in sites for value in site.arguments()),
        ]
        while True:
            status, *values = self.store.connection.script(commit_script.COMMIT, *arguments)
            if status != b"locked":
                break
            time.sleep(_PAUSE)
        if status == b"lost":
            raise IndexFileError(
                f"{self.store.path} has counted this process as gone, or is another index now: start the "
                "command again."
            )
        if status == b"full":
            raise IndexFileError(f"{self.store.path} has all the documents that an index can number.")
        return [status.decode(), *values]

    def overtaken(self, keys: DocumentKeys, since: int) -> list[int]:
        """Which kept documents, by their place in `keys`, share a key with one that came since."""
        rows = list[int]()
        for first in range(0, len(keys.rows), _LENGTH):
            pairs = zip(
                keys.bands[first : first + _LENGTH], keys.entries[first : first + _LENGTH], strict=True
            )
            answer = self.store.connection.script(
                commit_script.OVERTAKEN, since, *(one for pair in pairs for one in pair)
            )
            rows += [first + int(row) for row in answer]
        return rows

    def add_all(self, documents: Iterator[PackedDocument], sites: Sequence[SiteChange], run: int) -> None:
        """Add the documents of a run, which has the lock, in parts."""
        number = self.store.next
        self.add([], [], RUN, number, run)  # a run is held also if it adds nothing
        while part := [*islice(documents, _LENGTH)]:
            self.add(part, [], RUN, number, run)
            number += len(part)
        for first in range(0, len(sites), _SITES):
            self.add([], sites[first : first + _SITES], RUN, number, run)

    def release(self) -> bool:
        """Let the documents count that are held; returns whether they do."""
        return bool(self.store.connection.script(scripts.RELEASE, self.store.token, self.sequence))


def site_changes(
    store: RedisStore, outcome: Outcome, rows: Int64s, run: int, replaced: Any
) -> list[SiteChange]:
    """What the pages of these documents change of what is known of their sites."""
    if outcome.pages is None:
        return []
    chosen = pages_of(outcome, rows)
    store.sites.add(run, outcome.pages, chosen, replaced)
    counts = [outcome.table.column(name).to_numpy()[chosen] for name in ("characters", "printed")]
    texts = store.site_texts.changes(run, outcome.pages.sites[chosen], np.stack(counts, 1))
    return [*store.sites.changes(), *texts]


def waiting_rows(outcome: Outcome, snapshot: Snapshot, own: str) -> list[int]:
    """The rows that are dropped for a document that somebody else held then. `own`: names this process."""
    keepers, base = outcome.keepers.keeper, outcome.earlier.base
    rows = np.flatnonzero(keepers >= base)
    numbers = outcome.earlier.loaded.numbers[keepers[rows] - base]
    is_held = np.zeros(len(rows), bool)
    for token, (first, end) in snapshot.held.items():
        if token != own:
            is_held |= (numbers >= first) & (numbers < end)
    return [int(row) for row in rows[is_held]]


def dropped_for(outcome: Outcome, rows: set[int]) -> set[int]:
    """The rows that are dropped for these documents of the same outcome."""
    is_dropped = np.isin(outcome.keepers.keeper, np.array(sorted(rows), np.int64))
    return set(np.flatnonzero(is_dropped).tolist())
