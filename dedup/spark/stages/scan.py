"""Records -> what a run knows of each document but its text: the scan of the local run, under mapInArrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from dedup.document import Cut, Edit
from dedup.kernels.arrays import Int64s
from dedup.ledger.format import Undo
from dedup.matching.samples import LIMIT
from dedup.matching.signatures import bands_for
from dedup.options import Options
from dedup.outputs.splice import apply_edits
from dedup.pipeline.scan import ScannedBlock, scan
from dedup.spark.engine import Batches
from dedup.spark.records import Form, parser
from dedup.text.ragged import Ragged

_COLUMNS = {
    "uid": pa.int64(),
    "id": pa.string(),
    "sequence": pa.string(),
    "characters": pa.int64(),
    "cut": pa.int64(),
    "words": pa.int64(),
    "host": pa.string(),
    "one": pa.int64(),
    "two": pa.int64(),
    "buckets": pa.list_(pa.int64()),
    "sampled": pa.list_(pa.int64()),
    "low": pa.int64(),
    "repeats": pa.binary(),
    "cuts": pa.binary(),
    "cleaned": pa.binary(),
    "undo": pa.binary(),
    "reason": pa.string(),
    "about": pa.binary(),
}
SCANNED = (
    "uid bigint, id string, sequence string, characters bigint, cut bigint, words bigint, host string, "
    "one bigint, two bigint, buckets array<bigint>, sampled array<bigint>, low bigint, repeats binary, "
    "cuts binary, cleaned binary, undo binary, reason string, about binary"
)
"""A document; a reject (uid and reason alone); or what is said of all documents of a batch (about alone).

`sequence`: what documents are ordered by; `one`, `two`: the fingerprint; `low`: how many samples lie below
LIMIT; `repeats`, `cuts`, `undo`: JSON, of documents that have any: the repeats as a ledger has them, ranges
of characters, [start, bytes of the record, length now]; `cleaned`: the record without what is cut of it.
"""


def scanner(form: Form, options: Options) -> Callable[[Batches], Batches]:
    """What makes rows of SCANNED of records: columns uid and record."""

    def scanned(batches: Batches) -> Batches:
        source = parser(form, options)
        bands = bands_for(options.threshold, options.recall, options.num_perm)
        for batch in (batch for batch in batches if len(batch)):
            uids, records = batch.column("uid").to_numpy(), batch.column("record")
            found = scan(source.block(records), source, options, bands)
            yield _documents(found, uids, source.raw(records))
            yield _others(found, uids)

    return scanned


def _documents(found: ScannedBlock, uids: npt.NDArray[np.int64], raw: Sequence[bytes]) -> pa.RecordBatch:
    """The documents of a batch."""
    table = found.documents
    rows = table.column("position").to_numpy() - 1
    cleaned: list[bytes | None] = [None] * len(rows)
    undo: list[bytes | None] = [None] * len(rows)
    for row, edits in found.findings.edits.items():
        record = raw[int(rows[row])]
        cleaned[row] = apply_edits(record, 0, edits)
        undo[row] = orjson.dumps(undone(record, edits))
    buckets, samples = found.fingerprints.buckets[0], found.fingerprints.samples[0]
    prints = found.fingerprints.prints[0].view(np.int64)
    return _batch(
        len(rows),
        uid=pa.array(uids[rows]),
        id=table.column("id"),
        sequence=table.column("order"),
        characters=table.column("characters"),
        cut=table.column("cut"),
        words=table.column("words"),
        host=found.hosts,
        one=pa.array(prints[:, 0].copy()),
        two=pa.array(prints[:, 1].copy()),
        buckets=_lists(buckets.ravel(), np.arange(len(rows) + 1) * buckets.shape[1]),
        sampled=_lists(samples.values.view(np.int64), _bounds(samples, len(rows))),
        low=pa.array(_low(samples, _bounds(samples, len(rows)))),
        repeats=_json(found.findings.repeats, len(rows)),
        cuts=_json({row: orjson.dumps(cuts) for row, cuts in found.findings.cuts.items()}, len(rows)),
        cleaned=pa.array(cleaned, pa.binary()),
        undo=pa.array(undo, pa.binary()),
    )


def _others(found: ScannedBlock, uids: Int64s) -> pa.RecordBatch:
    """The rejects of a batch, and what is said of all of its documents."""
    rejected = [int(uids[reject.position - 1]) for reject in found.rejects]
    reasons = [reject.reason for reject in found.rejects]
    return _batch(
        len(rejected) + 1,
        uid=pa.array([*rejected, None], pa.int64()),
        reason=pa.array([*reasons, None], pa.string()),
        about=pa.array([None] * len(rejected) + [orjson.dumps(about(found, uids))], pa.binary()),
    )


def about(found: ScannedBlock, uids: Int64s) -> dict[str, Any]:
    """What is said of all documents of a batch; documents by their uid."""
    rows = found.documents.column("position").to_numpy() - 1

    def named(row: int) -> int:
        return int(uids[rows[row]])

    examples = found.findings.examples
    return {
        "first": int(uids[0]),
        "kinds": [[*kind, number] for kind, number in found.findings.counts.items()],
        "examples": [[why, named(one.row), *one[1:]] for (_, _, why), one in examples.chosen.items()],
        "compared": list(found.findings.comparisons),
        "unsure": examples.unsure,
        "doubts": [[named(doubt.row), *doubt[1:]] for doubt in examples.doubts],
        "seconds": found.clock.seconds,
    }


def undone(record: bytes, edits: Sequence[Edit]) -> list[list[Any]]:
    """What undoes these edits of a record: [start, what stood there, length of what stands there now]."""
    return [Undo(edit.start, record[edit.start : edit.end], len(edit.new)).as_json() for edit in edits]


def cuts_of(column: pa.Array) -> list[list[Cut]]:
    """The ranges of characters that `cuts` tells."""
    return [[] if held is None else [(a, b) for a, b in orjson.loads(held)] for held in column.to_pylist()]


def _batch(count: int, **columns: pa.Array | None) -> pa.RecordBatch:
    """A batch of all columns, null where nothing is said of one."""
    arrays = []
    for name, kind in _COLUMNS.items():
        column = columns.get(name)
        arrays.append(pa.nulls(count, kind) if column is None else column.cast(kind))
    return pa.RecordBatch.from_arrays(arrays, list(_COLUMNS))


def _lists(values: Int64s, bounds: Int64s) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(bounds.astype(np.int32)), pa.array(values))


def _bounds(owned: Ragged, count: int) -> Int64s:
    """Those of so many owners, also where nobody looked for what they own."""
    return owned.offsets if len(owned.offsets) == count + 1 else np.zeros(count + 1, np.int64)


def _low(sampled: Ragged, bounds: Int64s) -> Int64s:
    before = np.append(0, np.cumsum(sampled.values < LIMIT))
    return np.asarray(np.diff(before[bounds]))


def _json(held: dict[int, bytes], count: int) -> pa.Array:
    return pa.array([held.get(row) for row in range(count)], pa.binary())
