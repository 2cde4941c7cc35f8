"""What became of each record of a run, as a table of Arrow that joins to the input, row by row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dedup.identity import name_of
from dedup.ledger.format import DIGITS
from dedup.pipeline.outcome import Outcome

SCHEMA = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("position", pa.int64()),
        pa.field("id", pa.string()),
        pa.field("decision", pa.string()),
        pa.field("duplicate_of", pa.string()),
        pa.field("jaccard", pa.float64()),
        pa.field("coverage", pa.float64()),
        pa.field("cut_characters", pa.int64()),
        pa.field("reason", pa.string()),
    ]
)


def decision_table(outcome: Outcome) -> pa.Table:
    """A row for each record, in the order of the input, with the columns of SCHEMA. `decision`: kept, cut,
    dropped, tagged, or rejected; `duplicate_of`: the name of the keeper of a near-duplicate, with their
    Jaccard and the keeper's coverage (null for others); `cut_characters`: how many were cut of its text;
    `reason`: why a record is rejected.
    """
    documents, rejects = _documents(outcome), _rejects(outcome)
    table = pa.concat_tables([documents, rejects])
    file, position = (table.column(name).to_numpy() for name in ("file", "position"))
    ordered = table.take(pa.array(np.lexsort((position, file))))
    names = pa.array(outcome.corpus.names, pa.string())
    sources = names.take(ordered.column("file").combine_chunks())
    return ordered.drop_columns(["file"]).add_column(0, SCHEMA.field("source"), sources).cast(SCHEMA)


def _documents(outcome: Outcome) -> pa.Table:
    table, keepers = outcome.table, outcome.keepers
    is_duplicate = keepers.keeper >= 0
    is_cut = np.zeros(len(table), bool)
    is_cut[list(outcome.findings.cuts)] = True
    duplicate = "tagged" if outcome.options.tags else "dropped"
    names: list[str | None] = [None] * len(table)
    for row in np.flatnonzero(is_duplicate).tolist():
        names[row] = name_of(outcome.identity(int(keepers.keeper[row])))
    decisions = np.where(is_duplicate, duplicate, np.where(is_cut, "cut", "kept"))
    return _table(
        table.column("file").combine_chunks(),
        table.column("position").combine_chunks(),
        table.column("id").cast(pa.string()).combine_chunks(),
        pa.array(decisions.tolist(), pa.string()),
        pa.array(names, pa.string()),
        *(pa.array(np.round(values, DIGITS), mask=~is_duplicate) for values in keepers[1:]),
        table.column("cut").combine_chunks(),
        pa.nulls(len(table), pa.string()),
    )


def _rejects(outcome: Outcome) -> pa.Table:
    rejects = [*outcome.corpus.rejects]
    count, texts = len(rejects), pa.nulls(len(rejects), pa.string())
    numbers, none = pa.nulls(count, pa.float64()), pa.array([0] * count, pa.int64())
    return _table(
        pa.array([reject.file for reject in rejects], pa.int32()),
        pa.array([reject.position for reject in rejects], pa.int64()),
        texts,
        pa.array(["rejected"] * count, pa.string()),
        texts,
        *(numbers, numbers),
        none,
        pa.array([reject.reason for reject in rejects], pa.string()),
    )


def _table(file: pa.Array, position: pa.Array, *columns: pa.Array) -> pa.Table:
    types = [pa.int32(), *SCHEMA.types[1:]]
    arrays = [array.cast(kind) for array, kind in zip((file, position, *columns), types, strict=True)]
    return pa.table(arrays, names=["file", *SCHEMA.names[1:]])
