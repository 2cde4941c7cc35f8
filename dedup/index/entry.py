"""A run on its way into an index: its kept documents, and the keys that they are looked up by."""

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise, repeat

import numpy as np
import zstandard

from dedup.document import TextBatch
from dedup.engines.local import Local
from dedup.index.store import Move, Store, StoredDocument
from dedup.kernels.arrays import Bools, Hashes, Int64s
from dedup.kernels.pages import spread
from dedup.matching.updates import word_hashes
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.outcome import Outcome

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
        """Add the kept documents. If the process dies after this, the next one to open the index finishes the
        moves, or takes the documents out again.
        """
        began = time.perf_counter()
        replaced = self._store.numbers_of(self._name) if self._name else []
        with self._store.transaction():
            self._run = self._store.begin(self._name, replaced)
            self._store.segments.add(*add_documents(self._store, self._run, self._outcome))
            self._store.expect(self._run, moves)
        self._outcome.seconds["index"] = time.perf_counter() - began

    def settle(self) -> None:
        """Complete the run after its outputs were moved: the runs that it replaces are deleted."""
        self._store.settle(self._run)

    def cancel(self) -> None:
        """Take the documents out again, since the outputs could not be moved."""
        self._store.cancel(self._run)


def add_documents(
    store: Store, run: int, outcome: Outcome, source: str | None = None, offset: int = 0
) -> tuple[Hashes, Hashes]:
    """Add the kept documents of an outcome to a run, in the caller's transaction.

    `source` replaces the documents' own sources, and their positions count from `offset`. Returns the keys
    that the documents are looked up by, spread (see `spread`), and for each key the number of its document
    (both uint64); the caller adds these. Releases `outcome.fingerprints`.
    """
    first, fingerprints = store.next, outcome.fingerprints
    if fingerprints is None:  # there is no document
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    kept = outcome.keepers.keeper < 0
    sources = [source or name for name in outcome.corpus.names]
    versions = _versions(fingerprints, kept)
    documents = _documents(outcome, sources, _bloom_bits(fingerprints, kept), versions, first)
    moved = (document._replace(position=document.position + offset) for document in documents)
    store.add(run, moved, first + len(kept))
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
    """The keys of the kept documents, spread, and their numbers (both uint64). A key is a bucket or a sampled
    shingle; documents without words are in no bucket. Releases the buckets and samples of all documents.
    """
    numbers = first + np.flatnonzero(kept).astype(np.uint64)
    buckets = fingerprints.take_buckets(kept).view(np.uint64)
    samples = fingerprints.take_samples(kept)
    has_words = np.concatenate(fingerprints.prints)[kept, 0] != 0
    owners = [np.repeat(numbers[has_words], buckets.shape[1])]
    owners.append(np.repeat(numbers, np.diff(samples.offsets)) if len(samples.values) else numbers[:0])
    keys = np.concatenate((buckets[has_words].ravel(), samples.values))
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
        for values, version, texts in zip(columns, versions, _texts(outcome, kept), strict=True)
    )


def _texts(outcome: Outcome, rows: Int64s) -> Iterator[CompressedText]:
    """What is stored of the texts of these documents, without the repeats that were cut."""
    engine = Local(outcome.options.workers, outcome.options.memory)
    for texts in engine.map(_compress, outcome.reader(engine).read(rows, cleaned=True)):
        yield from texts


def _compress(batch: TextBatch) -> list[CompressedText]:
    compress = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress
    texts = [compress(text.as_buffer()) for text in batch.texts]
    return list(zip(texts, batch.titles.to_pylist(), batch.urls.to_pylist(), strict=True))
