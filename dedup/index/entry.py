"""The kept documents of a outcome, as an index stores them."""

import time
from collections.abc import Iterator
from itertools import pairwise, repeat

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import zstandard

from dedup.engines.local import Local
from dedup.index.store import Row, Store
from dedup.kernels.arrays import Hashes, Int64s
from dedup.kernels.pages import spread
from dedup.matching.earlier_runs import Met
from dedup.pipeline.fetch import Rereading
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.scan import Signed
from dedup.text.ragged import take_and_release

_LEVEL = 1  # of zstandard: 17 us for 4 KB; from 3 on a hundredth less room for a third more time


def enter(
    store: Store, run: int, outcome: Outcome, source: str | None = None, before: int = 0
) -> tuple[Hashes, Hashes]:
    """Add the kept documents of a result to a run, in the caller's transaction; what they are looked up by,
    spread, and their numbers (both uint64), which the caller adds. They come from their own sources, or all
    from one `source`, in which `before` documents stand before them.
    """
    first, signed = store.next, outcome.signed
    if signed is None:  # there is no document
        return np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    kept = outcome.keepers.keeper < 0
    names = [source or name for name in outcome.corpus.names]
    rows = _rows(outcome, names, _marks(signed, kept), first)
    store.enter(run, (row._replace(position=row.position + before) for row in rows), first + len(kept))
    return _keys(signed, kept, first)


def _marks(signed: Signed, kept: npt.NDArray[np.bool_]) -> Iterator[memoryview]:
    """The marks of these documents. Uses them up."""
    owned = take_and_release(signed.marks, kept)
    data = owned.values.data.cast("B")
    return (data[8 * first : 8 * end] for first, end in pairwise(owned.offsets.tolist()))


def _keys(signed: Signed, kept: npt.NDArray[np.bool_], first: int) -> tuple[Hashes, Hashes]:
    """What these documents are looked up by, spread, and their numbers (both uint64). Uses it up."""
    numbers = first + np.flatnonzero(kept).astype(np.uint64)
    buckets = np.concatenate(signed.buckets)[kept].view(np.uint64)
    signed.buckets.clear()
    sampled = take_and_release(signed.sampled, kept)
    has_words = np.concatenate(signed.prints)[kept, 0] != 0
    owners = [np.repeat(numbers[has_words], buckets.shape[1])]
    owners.append(np.repeat(numbers, np.diff(sampled.offsets)) if len(sampled.values) else numbers[:0])
    found = np.concatenate((buckets[has_words].ravel(), sampled.values))
    return spread(found), np.concatenate(owners)


def _rows(outcome: Outcome, names: list[str], marks: Iterator[memoryview], first: int) -> Iterator[Row]:
    """The kept documents, their texts read again and compressed."""
    kept = outcome.kept_rows()
    table = outcome.table.take(kept)
    files = table.column("file").to_pylist()
    told = zip(
        (first + kept).tolist(),
        table.column("id").to_pylist(),
        (names[file] for file in files),
        table.column("position").to_pylist(),
        repeat(int(time.time())),
        table.column("words").to_pylist(),
        marks,
        _packed(outcome, kept),
        strict=False,
    )
    return map(Row._make, told)


def _packed(outcome: Outcome, rows: Int64s) -> Iterator[bytes]:
    """The compressed texts of these documents, without what is cut of them."""
    engine = Local(outcome.options.workers, outcome.options.memory)
    none = Met(None, len(outcome.table))
    again = Rereading(
        outcome.source, outcome.corpus, outcome.table, none, engine, outcome.options.ngram, _untold
    )
    for some in engine.map(_pack, again.read(rows, cleaned=True)):
        yield from some


def _pack(read: tuple[Int64s, pa.LargeStringArray]) -> list[bytes]:
    compress = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress
    return [compress(text.as_buffer()) for text in read[1]]


def _untold(stage: str, done: int) -> None:
    """Progress that nobody watches."""
