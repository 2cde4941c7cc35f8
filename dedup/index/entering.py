"""The kept documents of a result, as an index stores them."""

import time
from collections.abc import Iterator
from itertools import pairwise, repeat

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import zstandard

from dedup.comparison import Signed
from dedup.earlier import Met
from dedup.engines.local import Local
from dedup.index.store import Row, Store
from dedup.kernels.pages import spread
from dedup.rereading import Rereading
from dedup.result import Result
from dedup.shingles import used_up

Int64s = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

_LEVEL = 1  # of zstandard: 17 us for 4 KB; from 3 on a hundredth less room for a third more time


def enter(store: Store, run: int, result: Result) -> None:
    """Add the kept documents of a result to a run, in the caller's transaction."""
    first = store.next
    if result.signed is None:  # there is no document
        return
    kept = result.keepers.keeper < 0
    store.enter(run, _rows(result, marks(result.signed, kept), first), first + len(kept))
    store.segments.add(*keys(result.signed, kept, first))


def marks(signed: Signed, kept: npt.NDArray[np.bool_]) -> Iterator[memoryview]:
    """The marks of these documents. Uses them up."""
    owned = used_up(signed.marks, kept)
    data = owned.values.data.cast("B")
    return (data[8 * first : 8 * end] for first, end in pairwise(owned.bounds.tolist()))


def keys(signed: Signed, kept: npt.NDArray[np.bool_], first: int) -> tuple[Hashes, Hashes]:
    """What these documents are looked up by, spread, and their numbers (both uint64). Uses it up."""
    numbers = first + np.flatnonzero(kept).astype(np.uint64)
    buckets = np.concatenate(signed.buckets)[kept].view(np.uint64)
    signed.buckets.clear()
    sampled = used_up(signed.sampled, kept)
    has_words = np.concatenate(signed.prints)[kept, 0] != 0
    owners = [np.repeat(numbers[has_words], buckets.shape[1])]
    owners.append(np.repeat(numbers, np.diff(sampled.bounds)) if len(sampled.values) else numbers[:0])
    found = np.concatenate((buckets[has_words].ravel(), sampled.values))
    return spread(found), np.concatenate(owners)


def _rows(result: Result, marks: Iterator[memoryview], first: int) -> Iterator[Row]:
    """The kept documents, their texts read again and compressed."""
    kept = result.kept_rows()
    table = result.table.take(kept)
    files = table.column("file").to_pylist()
    told = zip(
        (first + kept).tolist(),
        table.column("id").to_pylist(),
        (result.documents.names[file] for file in files),
        table.column("position").to_pylist(),
        repeat(int(time.time())),
        table.column("words").to_pylist(),
        marks,
        packed(result, kept),
        strict=False,
    )
    return map(Row._make, told)


def packed(result: Result, rows: Int64s) -> Iterator[bytes]:
    """The compressed texts of these documents, without what is cut of them."""
    engine = Local(result.options.workers, result.options.memory)
    none = Met(None, len(result.table))
    again = Rereading(
        result.source, result.documents, result.table, none, engine, result.options.ngram, _untold
    )
    for some in engine.map(_pack, again.read(rows, cleaned=True)):
        yield from some


def _pack(read: tuple[Int64s, pa.LargeStringArray]) -> list[bytes]:
    compress = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress
    return [compress(text.as_buffer()) for text in read[1]]


def _untold(stage: str, done: int) -> None:
    """Progress that nobody watches."""
