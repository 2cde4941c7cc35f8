"""Near-duplicates that are tagged and not dropped: their fields, and lines of JSON that have these."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
from pyspark.sql import DataFrame

from dedup.document import Edit, Tag
from dedup.identity import Identity, location_of
from dedup.ledger.format import DIGITS, Undo
from dedup.outputs.json_tags import tag_edits
from dedup.outputs.splice import apply_edits
from dedup.spark.engine import Batches, Spark
from dedup.spark.stages.scan import undone


def with_tags(engine: Spark, decided: DataFrame) -> DataFrame:
    """The table of `stages.decisions.decisions` with duplicate_of and similarity, null for a document that is
    no near-duplicate. Of a keeper without an id, source and position, duplicate_of is null, too.
    """
    return engine.map(_with_tags, decided, f"{_columns(decided)}, duplicate_of string, similarity double")


def with_tagged_lines(engine: Spark, table: DataFrame) -> DataFrame:
    """The table of `stages.decisions.fates`, in which `cleaned` and `undo` of lines of JSON have the tags."""
    return engine.map(_with_tagged_lines, table, _columns(table))


def _columns(table: DataFrame) -> str:
    return ", ".join(f"{field.name} {field.dataType.simpleString()}" for field in table.schema.fields)


def _with_tags(batches: Batches) -> Batches:
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in ("keeper", "jaccard"))
        tags = [_tag(keeper, jaccard) for keeper, jaccard in zip(*columns, strict=True)]
        names = pa.array([tag.duplicate_of for tag in tags], pa.string())
        similarities = pa.array([tag.similarity for tag in tags], pa.float64())
        yield batch.append_column("duplicate_of", names).append_column("similarity", similarities)


def _tag(keeper: dict[str, Any] | None, jaccard: float) -> Tag:
    """The tag of a document: as `Outcome.tag` has it. `keeper`: its identity, if it has one."""
    if keeper is None:
        return Tag()
    identity = Identity(id=keeper["id"], source=keeper["source"], position=keeper["position"])
    name = identity["id"]
    if name is None and identity["source"] is not None:
        name = location_of(identity)
    return Tag(name, round(jaccard, DIGITS))


def _with_tagged_lines(batches: Batches) -> Batches:
    for batch in batches:
        names = ("record", "cleaned", "undo", "reason", "duplicate_of", "similarity")
        rows = batch.select(list(names)).to_pylist()
        changed = [(row["cleaned"], row["undo"]) if row["reason"] else _tagged(row) for row in rows]
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for number, name in enumerate(("cleaned", "undo")):
            columns[name] = pa.array([values[number] for values in changed], pa.binary())
        yield pa.RecordBatch.from_arrays([*columns.values()], schema=batch.schema)


def _tagged(row: dict[str, Any]) -> tuple[bytes | None, bytes | None]:
    """A line without its cuts and with its tag, and what undoes both; None if it stays as it is."""
    record, tag = row["record"], Tag(row["duplicate_of"], row["similarity"])
    edits = sorted([*_cuts(row["cleaned"], row["undo"]), *tag_edits(record, tag)])
    if not edits:
        return None, None
    return apply_edits(record, 0, edits), orjson.dumps(undone(record, edits))


def _cuts(cleaned: bytes | None, undo: bytes | None) -> list[Edit]:
    """The edits that made `cleaned`, from what undoes them."""
    edits, shift = [], 0  # shift: a position in `cleaned` less the same one in the record
    for start, removed, length in map(Undo.from_json, orjson.loads(undo or b"[]")):
        new = (cleaned or b"")[start + shift : start + shift + length]
        edits.append(Edit(start, start + len(removed), new))
        shift += length - len(removed)
    return edits
