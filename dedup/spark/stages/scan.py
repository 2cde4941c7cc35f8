"""Records -> what a run knows of each document but its text: the local run's scan, under mapInArrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from pyspark import Broadcast

from dedup.document import Cut, Edit
from dedup.ledger.format import Undo
from dedup.matching.plan import plan_for
from dedup.matching.samples import LIMIT
from dedup.native.arrays import Int64s
from dedup.options import Options
from dedup.outputs.splice import apply_edits
from dedup.pipeline.scan import ScannedBlock, scan
from dedup.sites.counting import SiteKnowledge
from dedup.spark.engine import Batches
from dedup.spark.records import Form, parser
from dedup.spark.sites.cutting import without_site_passages
from dedup.text.ragged import Ragged

_COLUMNS = {
    "uid": pa.int64(),
    "id": pa.string(),
    "sequence": pa.string(),
    "preferences": pa.string(),
    "characters": pa.int64(),
    "cut": pa.int64(),
    "printed": pa.int64(),
    "words": pa.int64(),
    "host": pa.string(),
    "canonical": pa.bool_(),
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
    "uid bigint, id string, sequence string, preferences string, characters bigint, cut bigint, "
    "printed bigint, words bigint, host string, canonical boolean, one bigint, two bigint, "
    "buckets array<bigint>, sampled array<bigint>, low bigint, repeats binary, cuts binary, cleaned binary, "
    "undo binary, reason string, about binary"
)
"""A document; a reject (only uid and reason); or what concerns all documents of a batch (only about).

`sequence`: the sort key of newest and oldest; `preferences`: which it meets; `printed`: characters that are
cut because the site prints them; `canonical`: whether the URL is no side way to its page; `one`, `two`: the
fingerprint; `low`: how many samples are below LIMIT; `repeats`, `cuts`, `undo`: JSON, if the document has
any: its repeats as a ledger has them, ranges of characters, [start, bytes of the record, length now];
`cleaned`: the record without its cuts.
"""


def scan_mapper(
    form: Form, options: Options, knowledge: Broadcast[SiteKnowledge] | None = None
) -> Callable[[Batches], Batches]:
    """What maps records (columns uid and record) to rows of SCANNED. `knowledge`: of their sites, if what
    these print is to be cut.
    """

    def scanned(batches: Batches) -> Batches:
        source = parser(form, options)
        plan = plan_for(options)
        for batch in (batch for batch in batches if len(batch)):
            uids, records = batch.column("uid").to_numpy(), batch.column("record")
            scanned_block = scan(source.block(records), source, options, plan)
            if knowledge is not None:
                scanned_block = without_site_passages(
                    scanned_block, records, source, options, knowledge.value
                )
            yield _documents(scanned_block, uids, source.raw(records))
            yield _others(scanned_block, uids)

    return scanned


def _documents(block: ScannedBlock, uids: Int64s, raw: Sequence[bytes]) -> pa.RecordBatch:
    """The documents of a batch."""
    table = block.documents
    rows = table.column("position").to_numpy() - 1
    cleaned: list[bytes | None] = [None] * len(rows)
    undo: list[bytes | None] = [None] * len(rows)
    for row, edits in block.findings.edits.items():
        record = raw[int(rows[row])]
        cleaned[row] = apply_edits(record, 0, edits)
        undo[row] = orjson.dumps(undone(record, edits))
    buckets, samples = block.fingerprints.buckets[0], block.fingerprints.samples[0]
    prints = block.fingerprints.prints[0].view(np.int64)
    return _batch(
        len(rows),
        uid=pa.array(uids[rows]),
        id=table.column("id"),
        sequence=table.column("order"),
        preferences=table.column("preferences"),
        characters=table.column("characters"),
        cut=table.column("cut"),
        printed=table.column("printed"),
        words=table.column("words"),
        host=block.hosts,
        canonical=table.column("canonical"),
        one=pa.array(prints[:, 0].copy()),
        two=pa.array(prints[:, 1].copy()),
        buckets=_lists(buckets.ravel(), np.arange(len(rows) + 1) * buckets.shape[1]),
        sampled=_lists(samples.values.view(np.int64), samples.offsets),
        low=pa.array(_low(samples, samples.offsets)),
        repeats=_json(block.findings.repeats, len(rows)),
        cuts=_json({row: orjson.dumps(cuts) for row, cuts in block.findings.cuts.items()}, len(rows)),
        cleaned=pa.array(cleaned, pa.binary()),
        undo=pa.array(undo, pa.binary()),
    )


def _others(block: ScannedBlock, uids: Int64s) -> pa.RecordBatch:
    """The rejects of a batch, and what concerns all of its documents."""
    rejected = [int(uids[reject.position - 1]) for reject in block.rejects]
    reasons = [reject.reason for reject in block.rejects]
    return _batch(
        len(rejected) + 1,
        uid=pa.array([*rejected, None], pa.int64()),
        reason=pa.array([*reasons, None], pa.string()),
        about=pa.array([None] * len(rejected) + [orjson.dumps(about(block, uids))], pa.binary()),
    )


def about(block: ScannedBlock, uids: Int64s) -> dict[str, Any]:
    """What concerns all documents of a batch; documents by their uid."""
    rows = block.documents.column("position").to_numpy() - 1

    def uid(row: int) -> int:
        return int(uids[rows[row]])

    examples = block.findings.examples
    return {
        "first": int(uids[0]),
        "kinds": [[*kind, number] for kind, number in block.findings.counts.items()],
        "examples": [[why, uid(one.row), *one[1:]] for (_, _, why), one in examples.chosen.items()],
        "compared": list(block.findings.comparisons),
        "unsure": examples.unsure,
        "doubts": [[uid(doubt.row), *doubt[1:]] for doubt in examples.doubts],
        "seconds": block.clock.seconds,
    }


def undone(record: bytes, edits: Sequence[Edit]) -> list[list[Any]]:
    """What undoes these edits of a record: [start, the bytes replaced, the length of what replaced them]."""
    return [Undo(edit.start, record[edit.start : edit.end], len(edit.new)).as_json() for edit in edits]


def cuts_of(column: pa.Array) -> list[list[Cut]]:
    """The ranges of characters of the column `cuts`."""
    return [[] if cuts is None else [(a, b) for a, b in orjson.loads(cuts)] for cuts in column.to_pylist()]


def _batch(count: int, **columns: pa.Array | None) -> pa.RecordBatch:
    """A batch with all columns; those not given are null."""
    arrays = []
    for name, kind in _COLUMNS.items():
        column = columns.get(name)
        arrays.append(pa.nulls(count, kind) if column is None else column.cast(kind))
    return pa.RecordBatch.from_arrays(arrays, list(_COLUMNS))


def _lists(values: Int64s, offsets: Int64s) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), pa.array(values))


def _low(sampled: Ragged, offsets: Int64s) -> Int64s:
    before = np.append(0, np.cumsum(sampled.values < LIMIT))
    return np.asarray(np.diff(before[offsets]))


def _json(by_row: dict[int, bytes], count: int) -> pa.Array:
    return pa.array([by_row.get(row) for row in range(count)], pa.binary())
