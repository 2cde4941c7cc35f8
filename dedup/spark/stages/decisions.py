"""What was found and decided -> what becomes of each record, and its line of the ledger."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own pages have it

from dedup.identity import Identity
from dedup.ledger.format import DIGITS, Undo, raw_fields, reject_fields, similar_document
from dedup.pipeline.outcome import LINKS
from dedup.spark.engine import Batches, Spark
from dedup.spark.records import BAD, Records
from dedup.spark.stages.near_duplicates import Compared
from dedup.spark.stages.pairs import Beside

_WHO = ("id", "source", "position")


def named(engine: Spark, records: Records) -> DataFrame:
    """uid, file, block, source, position of every record, blank ones included: the position in its file of a
    line or a row, counted as the local run counts it; of a DataFrame's rows nothing is known.
    """
    places = records.table.select("uid", "file", "block")
    if records.files is None:
        nothing = F.lit(None)
        return places.select(
            "*", nothing.cast("string").alias("source"), nothing.cast("bigint").alias("position")
        )
    blocks = places.groupBy("file", "block").agg(F.min("uid").alias("first"), F.count("*").alias("records"))
    before = Window.partitionBy("file").orderBy("block").rowsBetween(Window.unboundedPreceding, -1)
    begun = blocks.withColumn("begun", F.coalesce(F.sum("records").over(before), F.lit(0)))
    headed = 2 if records.written in ("csv", "tsv") else 1
    known = engine.hold(begun.join(F.broadcast(records.files), "file").drop("records"), "blocks")
    position = F.col("uid") - F.col("first") + F.col("begun") + headed
    return places.join(F.broadcast(known), ["file", "block"]).select(
        "uid", "file", "block", "source", position.alias("position")
    )


def decisions(engine: Spark, compared: Compared, known: DataFrame, beside: Beside) -> DataFrame:
    """What is said of documents that are dropped, or like another but for their figures: uid, keeper,
    jaccard, coverage, missing (JSON), templates. `known`: rank, uid, file, block, id, source, position.
    """
    identity = F.struct(*_WHO)
    keepers = known.select(F.col("rank").alias("keeper"), identity.alias("who"))
    lossy = compared.dropped.where("coverage < 1")
    missing = beside.missing(lossy.select(F.col("keeper").alias("left"), F.col("rank").alias("right")))
    dropped = (
        compared.dropped.join(keepers, "keeper")
        .join(missing, "rank", "left")
        .select("rank", F.col("who").alias("keeper"), "jaccard", "coverage", "missing")
    )
    said = dropped.join(_templates(compared.templates, known), "rank", "full_outer")
    return engine.hold(said.join(known.select("rank", "uid"), "rank").drop("rank"), "losses")


def _templates(pairs: DataFrame, known: DataFrame) -> DataFrame:
    """rank, templates: of each later document of these pairs the earlier ones, the most alike first."""
    others = known.select(F.col("rank").alias("earlier"), "file", "block", "uid", *_WHO)
    alike = pairs.join(others, "earlier")
    first = Window.partitionBy("later").orderBy(F.col("jaccard").desc(), "file", "block", "uid")
    few = alike.withColumn("nth", F.row_number().over(first)).where(F.col("nth") <= LINKS)
    listed = F.sort_array(F.collect_list(F.struct("nth", *_WHO, "jaccard", "coverage")))
    return few.groupBy(F.col("later").alias("rank")).agg(listed.alias("templates"))


def decided(
    records: Records, scanned: DataFrame, who: DataFrame, said: DataFrame, id_field: str
) -> DataFrame:
    """What becomes of every record that is not blank: those of `records` and of `decisions`, with decision
    (kept, cut, dropped or rejected) and what the scan found.
    """
    said_of = ("id", "characters", "cut", "words", "host", "repeats", "cleaned", "undo", "reason")
    found = scanned.where("uid IS NOT NULL").select("uid", *said_of)
    bad = F.col("record").getField(BAD).isNotNull() if _is_csv(records.table) else F.lit(False)
    told = F.when(bad, "the row has not as many cells as the header").otherwise(F.col("reason"))
    name = F.col("id")
    if id_field in records.fields:  # rejects, too, have one then
        name = F.coalesce(name, F.col("record").getField(id_field).cast("string"))
    decision = (
        F.when(F.col("reason").isNotNull(), "rejected")
        .when(F.col("keeper").isNotNull(), "dropped")
        .when(F.col("cleaned").isNotNull(), "cut")
        .otherwise("kept")
    )
    return (
        records.table.select("uid", "record")
        .join(found, "uid")
        .join(who.drop("id"), "uid")
        .join(said, "uid", "left")
        .withColumn("reason", told)
        .withColumn("id", name)
        .withColumn("decision", decision)
    )


def _is_csv(table: DataFrame) -> bool:
    """Whether records are rows that may be none."""
    return f"{BAD}:" in table.schema["record"].dataType.simpleString()


def ledger(engine: Spark, table: DataFrame, undo: bool) -> DataFrame:
    """The ledger of some of `decided`: uid, file, block, id, source, position, decision, keeper,
    jaccard, coverage, line. `undo`: lines tell what undoes them.
    """
    nothing = F.lit(None).cast("binary")
    whole = F.when(F.col("decision") == "dropped", _as_bytes(table)) if undo else nothing
    undoing = F.col("undo") if undo else nothing
    kept = ["uid", "file", "block", *_WHO, "decision", "keeper", "jaccard", "coverage"]
    said = ["missing", "templates", "repeats", undoing.alias("undo"), whole.alias("whole"), "reason"]
    rows = table.select(*kept, *said)
    kinds = {field.name: field.dataType.simpleString() for field in rows.schema.fields}
    return engine.map(_lined, rows, ", ".join([*(f"{name} {kinds[name]}" for name in kept), "line string"]))


def rejects(engine: Spark, table: DataFrame) -> DataFrame:
    """The rejects of `decided`: uid, file, block, line (JSON)."""
    rows = table.where("decision = 'rejected'").select(
        "uid", "file", "block", "source", "position", "reason", _as_bytes(table).alias("whole")
    )
    return engine.map(_refused, rows, "uid bigint, file int, block bigint, line string")


def _as_bytes(table: DataFrame) -> Any:
    """A record whole: a line as it is, a row as JSON."""
    if table.schema["record"].dataType.typeName() == "binary":
        return F.col("record")
    row = F.to_json("record", {"ignoreNullFields": "false"})
    if _is_csv(table):
        row = F.coalesce(F.col("record").getField(BAD), row)
    return row.cast("binary")


def _lined(batches: Batches) -> Batches:
    """The rows of a ledger, each with its line."""
    for batch in batches:
        lines = pa.array([orjson.dumps(_line(row)).decode() for row in batch.to_pylist()], pa.string())
        kept = batch.drop_columns(["missing", "templates", "repeats", "undo", "whole", "reason"])
        yield kept.append_column("line", lines)


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """A document's line of the ledger: what `Result.line` says of it, and with `undo` what undoes that."""
    line = {name: row[name] for name in (*_WHO, "decision")}
    if row["reason"]:
        line["reason"] = row["reason"]
    if row["keeper"]:
        line["keeper"] = row["keeper"]
        line |= {name: round(row[name], DIGITS) for name in ("jaccard", "coverage")}
        line["missing"] = orjson.Fragment(row["missing"] or b"[]")
    if row["templates"]:
        line["templates"] = [_template(one) for one in row["templates"]]
    if row["repeats"]:
        line["repeats"] = orjson.Fragment(row["repeats"])
    if row["whole"] is not None:
        line["undo"] = [Undo(0, row["whole"], 0).as_json()]
    elif row["undo"]:
        line["undo"] = orjson.Fragment(row["undo"])
    return line


def _template(one: dict[str, Any]) -> dict[str, Any]:
    identity = Identity(id=one["id"], source=one["source"], position=one["position"])
    return similar_document(identity, one["jaccard"], one["coverage"])


def _refused(batches: Batches) -> Batches:
    """The rows of the rejects, each with its line."""
    for batch in batches:
        lines = []
        for row in batch.to_pylist():
            line = reject_fields(row["source"], row["position"], row["reason"])
            lines.append(orjson.dumps(line | raw_fields(row["whole"] or b"")).decode())
        kept = batch.drop_columns(["source", "position", "reason", "whole"])
        yield kept.append_column("line", pa.array(lines, pa.string()))
