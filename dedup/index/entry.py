"""A run on its way into an index: its kept documents, and the keys that they are looked up by."""

import time
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, repeat

import numpy as np
import zstandard

from dedup.columns import TextBatch
from dedup.engines.local import Local
from dedup.index.outputs import Move
from dedup.index.reader import version_keys
from dedup.index.storage.rows import StoredDocument
from dedup.index.store import Store
from dedup.matching.updates import word_hashes
from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.lookup import spread
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.outcome import Outcome
from dedup.text.ragged import Ragged

_LEVEL = 1  # of zstandard: 17 us for 4 KB; from 3 on 1 % less space costs a third more time

CompressedText = tuple[bytes, str | None, str | None]
"""The compressed text of a document, its title and its URL."""


class IndexEntry:
    """The kept documents of a run, which enter the index together with the run's outputs or not at all:
    `Staging` calls `prepare` once the outputs are written, then `settle` or `cancel`.

    `name`: the run replaces earlier runs of the same name; "" replaces none.
    """

    def __init__(self, store: Store, outcome: Outcome, name: str) -> None:
        self._store, self._outcome, self._name = store, outcome, name
        self._run = -1

    def prepare(self, moves: Sequence[Move]) -> None:
        """Add the kept documents. If the process dies after this, the next one to open the index takes the
        documents out again, unless the outputs are in place.
        """
        began = time.perf_counter()
        store, name = self._store, self._name
        replaced, runs = (store.numbers_of(name), store.runs_of(name)) if name else ([], set())
        with store.transaction():
            self._run = store.begin(name, replaced)
            store.segments.add(*add_documents(store, self._run, self._outcome, replaced=runs))
            store.sites.write()
            store.expect(self._run, moves)
        self._outcome.seconds["index"] = time.perf_counter() - began

    def settle(self) -> None:
        """Complete the run after its outputs were moved: the runs that it replaces are deleted."""
        self._store.settle(self._run)

    def cancel(self) -> None:
        """Take the documents out again, since the outputs could not be moved."""
        self._store.cancel(self._run)


def add_documents(
    store: Store,
    run: int,
    outcome: Outcome,
    source: str | None = None,
    positions: Sequence[int] = (),
    replaced: Collection[int] = (),
) -> tuple[Hashes, Hashes]:
    """Add the kept documents of an outcome to a run, in the caller's transaction, and what their pages say of
    their sites; the caller writes the latter. An update says nothing: its page was counted before.

    `source` replaces the documents' own sources, `positions` (by row) their positions; `replaced`: the runs
    that this one replaces. Returns the keys that the documents are looked up by, spread (see `spread`),
    and for each key the number of its document (both uint64); the caller adds these. Releases
    `outcome.fingerprints`.
    """
    first, fingerprints = store.next, outcome.fingerprints
    if fingerprints is None:  # there is no document
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    kept = outcome.keepers.keeper < 0
    sources = [source or name for name in outcome.corpus.names]
    versions = _versions(fingerprints, kept)
    documents = _documents(outcome, sources, _bloom_bits(fingerprints, kept), versions, first)
    moved = (
        document._replace(position=positions[document.number - first]) if positions else document
        for document in documents
    )
    store.add(run, moved, first + len(kept))
    if outcome.pages is not None:
        is_new = kept.copy()
        is_new[list(outcome.decisions.updates)] = False
        store.sites.add(run, outcome.pages, is_new, replaced)
        is_new &= outcome.pages.sites != 0
        counts = [outcome.table.column(name).to_numpy()[is_new] for name in ("characters", "printed")]
        store.site_texts.add(run, outcome.pages.sites[is_new], np.stack(counts, 1))
    return _keys(fingerprints, kept, first)


def _bloom_bits(fingerprints: Fingerprints, kept: Bools) -> Iterator[memoryview]:
    """The Bloom bits of the kept documents, as bytes. Releases those of all documents."""
    bits = fingerprints.take_bloom_bits(kept)
    data = bits.values.data.cast("B")
    return (data[8 * start : 8 * end] for start, end in pairwise(bits.offsets.tolist()))


def _versions(fingerprints: Fingerprints, kept: Bools) -> Iterator[tuple[int | None, int]]:
    """What each kept document is told apart by, and the hash of its words."""
    keys = np.concatenate(fingerprints.keys)[kept].tolist()
    words = word_hashes(np.concatenate(fingerprints.prints)[kept]).tolist()
    return ((key or None, word_hash) for key, word_hash in zip(keys, words, strict=True))


def _keys(fingerprints: Fingerprints, kept: Bools, first: int) -> tuple[Hashes, Hashes]:
    """The keys of the kept documents; see `keys_of`. Releases the buckets and samples of all documents."""
    numbers = first + np.flatnonzero(kept).astype(np.uint64)
    has_words = np.concatenate(fingerprints.prints)[kept, 0] != 0
    buckets, samples = fingerprints.take_buckets(kept), fingerprints.take_samples(kept)
    return keys_of(numbers, has_words, buckets, samples, np.concatenate(fingerprints.keys)[kept])


def keys_of(
    numbers: Hashes, has_words: Bools, buckets: Int64s, samples: Ragged, versions: Int64s
) -> tuple[Hashes, Hashes]:
    """The keys of documents (uint64), spread, and for each the number (uint64) of its document. A key is a
    bucket, a sampled shingle or what the document is told apart by; documents without words are in no bucket.
    `buckets`:
    (documents, bands); `versions`: what each is told apart by, 0 for nothing.
    """
    owners = [np.repeat(numbers[has_words], buckets.shape[1])]
    owners.append(np.repeat(numbers, np.diff(samples.offsets)) if len(samples.values) else numbers[:0])
    owners.append(numbers[versions != 0])
    keys = np.concatenate(
        (buckets.view(np.uint64)[has_words].ravel(), samples.values, version_keys(versions[versions != 0]))
    )
    return spread(keys), np.concatenate(owners)


def _documents(
    outcome: Outcome,
    sources: list[str],
    bloom_bits: Iterator[memoryview],
    versions: Iterator[tuple[int | None, int]],
    first: int,
) -> Iterator[StoredDocument]:
    """The kept documents with their texts, which are read again. `versions`: their keys and the hashes of
    their words; `first`: the number of row 0.
    """
    kept = outcome.kept_rows()
    table = outcome.table.take(kept)
    files = table.column("file").to_pylist()
    columns = zip(
        (first + kept).tolist(),
        table.column("id").to_pylist(),
        (sources[file] for file in files),
        table.column("position").to_pylist(),
        repeat(int(time.time())),
        table.column("words").to_pylist(),
        bloom_bits,
        strict=False,
    )
    return (
        StoredDocument._make((*values, *version, *texts))
        for values, version, texts in zip(columns, versions, compressed_texts(outcome, kept), strict=True)
    )


def compressed_texts(outcome: Outcome, rows: Int64s) -> Iterator[CompressedText]:
    """What is stored of the texts of these documents, without the repeats that were cut."""
    engine = Local(outcome.options.workers, outcome.options.memory)
    for texts in engine.map(_compress, outcome.reader(engine).read(rows, cleaned=True)):
        yield from texts


def _compress(batch: TextBatch) -> list[CompressedText]:
    compress = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress
    texts = [compress(text.as_buffer()) for text in batch.texts]
    return list(zip(texts, batch.titles.to_pylist(), batch.urls.to_pylist(), strict=True))
