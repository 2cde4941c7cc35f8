"""A comparison -> what becomes of each record, and its line of the ledger or of the rejects."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.identity import Identity
from dedup.keeping.cleanest import MOST_ALIKE, REASONS
from dedup.ledger.format import DIGITS, Undo, close_call, raw_fields, reject_fields
from dedup.matching.matches import CLUTTERED, CONTAINED, COPY, SIMILAR
from dedup.options import Options
from dedup.pipeline.outcome import LINKS
from dedup.spark.engine import Batches, Spark
from dedup.spark.records import BAD, Records
from dedup.spark.stages.near_duplicates import SparkComparison
from dedup.spark.stages.pairs import Pairs

IDENTITY = ("id", "source", "position")
_OF_LINE = ("match", "missing", "why", "templates", "repeats", "reason")


def locations(engine: Spark, records: Records) -> DataFrame:
    """uid, file, block, source, position of every record, blank ones included. Positions are those of the
    local run; a DataFrame's rows have neither source nor position.
    """
    blocks_of = records.table.select("uid", "file", "block")
    if records.files is None:
        nothing = F.lit(None)
        return blocks_of.select(
            "*", nothing.cast("string").alias("source"), nothing.cast("bigint").alias("position")
        )
    blocks = blocks_of.groupBy("file", "block").agg(
        F.min("uid").alias("first"), F.count("*").alias("records")
    )
    before = Window.partitionBy("file").orderBy("block").rowsBetween(Window.unboundedPreceding, -1)
    counted = blocks.withColumn("before", F.coalesce(F.sum("records").over(before), F.lit(0)))
    first_position = 2 if records.written in ("csv", "tsv") else 1
    known = engine.hold(counted.join(F.broadcast(records.files), "file").drop("records"), "blocks")
    position = F.col("uid") - F.col("first") + F.col("before") + first_position
    return blocks_of.join(F.broadcast(known), ["file", "block"]).select(
        "uid", "file", "block", "source", position.alias("position")
    )


def decisions(
    engine: Spark,
    comparison: SparkComparison,
    known: DataFrame,
    pairs: Pairs,
    ties: list[str],
    options: Options,
) -> DataFrame:
    """The documents that are dropped, are kept for others, or match another but differ in facts: uid,
    keeper, match, jaccard, coverage, missing (JSON), why, templates. `known`: rank, uid, one, two, file,
    block, id, source, position; `ties`: those of its columns that order documents where nothing else does.
    """
    identity = F.struct(*IDENTITY)
    keepers = known.select(F.col("rank").alias("keeper"), identity.alias("identity"))
    lossy = comparison.dropped.where("coverage < 1")
    missing = pairs.missing(lossy.select(F.col("keeper").alias("left"), F.col("rank").alias("right")))
    dropped = (
        comparison.dropped.join(keepers, "keeper")
        .join(missing, "rank", "left")
        .select(
            "rank",
            F.col("identity").alias("keeper"),
            _kind_of_match(options).alias("match"),
            "jaccard",
            "coverage",
            "missing",
        )
    )
    decided = dropped.join(_whys(comparison, pairs.order, options), "rank", "full_outer")
    decided = decided.join(_templates(comparison.templates, known, ties), "rank", "full_outer")
    return engine.hold(decided.join(known.select("rank", "uid"), "rank").drop("rank"), "losses")


def _kind_of_match(options: Options) -> Column:
    """`dedup.matching.matches.kind_of_match` of a dropped document."""
    is_contained = F.lit(False)
    if options.containment is not None:
        is_contained = F.col("coverage") >= options.containment
    return (
        F.when(F.col("jaccard") == 1, COPY)
        .when(F.col("jaccard") >= options.threshold, SIMILAR)
        .when(is_contained, CONTAINED)
        .otherwise(CLUTTERED)
    )


def _whys(comparison: SparkComparison, order: DataFrame, options: Options) -> DataFrame:
    """rank, why: why each document that is kept for others is the one kept, as `Outcome.whys` has it."""
    tiers = order.select("rank", "tier")
    keepers = (
        comparison.dropped.join(tiers, "rank")
        .groupBy(F.col("keeper").alias("rank"))
        .agg((F.min("jaccard") == 1).alias("copies_only"), F.max("tier").alias("worst"))
    )
    reason = F.element_at(F.array(*map(F.lit, REASONS)), F.coalesce("reason", F.lit(MOST_ALIKE)) + 1)
    by_matches = F.when(F.col("copies_only"), "first").otherwise(reason)
    by_policy = by_matches if options.policy.from_matches else F.lit(options.policy.name)
    by_tier = F.when(F.col("tier") < F.col("worst"), "preferred").otherwise(by_policy)
    why = F.when(F.col("tier") < 0, "pinned").otherwise(by_tier).alias("why")
    with_reasons = keepers.join(comparison.reasons, "rank", "left")
    return with_reasons.join(tiers, "rank").select("rank", why)


def _templates(pairs: DataFrame, known: DataFrame, ties: list[str]) -> DataFrame:
    """rank, templates: for each later document of these pairs the earlier ones, the most similar first."""
    similar = pairs.join(known.withColumnRenamed("rank", "earlier"), "earlier")
    by_ties = [F.col(name).asc_nulls_last() for name in ties]
    first = Window.partitionBy("later").orderBy(F.col("jaccard").desc(), *by_ties)
    few = similar.withColumn("nth", F.row_number().over(first)).where(F.col("nth") <= LINKS)
    listed = F.sort_array(F.collect_list(F.struct("nth", *IDENTITY, "jaccard", "coverage", "by", "reason")))
    return few.groupBy(F.col("later").alias("rank")).agg(listed.alias("templates"))


def close_call_kinds(table: DataFrame) -> dict[str, int]:
    """How many documents of `fates` differ in each kind of facts from the document that they match most."""
    kinds = table.where("templates IS NOT NULL").groupBy(F.expr("templates[0].by").alias("by")).count()
    return {row["by"]: row["count"] for row in kinds.collect()}


def fates(
    records: Records, scanned: DataFrame, identities: DataFrame, decided: DataFrame, options: Options
) -> DataFrame:
    """What becomes of every record that is not blank: the columns of `records`, of the scan and of
    `decisions`, and its decision (kept, cut, dropped, tagged or rejected).
    """
    of_scan = ("id", "characters", "cut", "printed", "words", "host", "repeats", "cleaned", "undo", "reason")
    of_records = scanned.where("uid IS NOT NULL").select("uid", *of_scan)
    is_bad = F.col("record").getField(BAD).isNotNull() if _is_csv(records.table) else F.lit(False)
    reason = F.when(is_bad, "the row has not as many cells as the header").otherwise(F.col("reason"))
    id_ = F.col("id")
    if options.id_field in records.fields:  # rejects then have an id, too
        id_ = F.coalesce(id_, F.col("record").getField(options.id_field).cast("string"))
    decision = (
        F.when(F.col("reason").isNotNull(), "rejected")
        .when(F.col("keeper").isNotNull(), "tagged" if options.tags else "dropped")
        .when(F.col("cleaned").isNotNull(), "cut")
        .otherwise("kept")
    )
    return (
        records.table.select("uid", "record")
        .join(of_records, "uid")
        .join(identities.drop("id"), "uid")
        .join(decided, "uid", "left")
        .withColumn("reason", reason)
        .withColumn("id", id_)
        .withColumn("decision", decision)
    )


def _is_csv(table: DataFrame) -> bool:
    """Whether the records are cells of CSV, some of which are no row."""
    return f"{BAD}:" in table.schema["record"].dataType.simpleString()


def ledger(engine: Spark, table: DataFrame, undo: bool) -> DataFrame:
    """The ledger of some of `fates`: uid, file, block, id, source, position, decision, keeper, jaccard,
    coverage, line. `undo`: lines have what undoes them.
    """
    nothing = F.lit(None).cast("binary")
    removed = F.when(F.col("decision") == "dropped", _as_bytes(table)) if undo else nothing
    edits = F.col("undo") if undo else nothing
    kept = ["uid", "file", "block", *IDENTITY, "decision", "keeper", "jaccard", "coverage"]
    changes = [edits.alias("undo"), removed.alias("removed")]
    rows = table.select(*kept, *_OF_LINE, *changes)
    kinds = {field.name: field.dataType.simpleString() for field in rows.schema.fields}
    return engine.map(
        _with_lines, rows, ", ".join([*(f"{name} {kinds[name]}" for name in kept), "line string"])
    )


def rejects(engine: Spark, table: DataFrame) -> DataFrame:
    """The rejects of `fates`: uid, file, block, line (JSON)."""
    rows = table.where("decision = 'rejected'").select(
        "uid", "file", "block", "source", "position", "reason", _as_bytes(table).alias("record")
    )
    return engine.map(_rejects_with_lines, rows, "uid bigint, file int, block bigint, line string")


def _as_bytes(table: DataFrame) -> Any:
    """The record: a line as it is, a row as JSON."""
    if table.schema["record"].dataType.typeName() == "binary":
        return F.col("record")
    row = F.to_json("record", {"ignoreNullFields": "false"})
    if _is_csv(table):
        row = F.coalesce(F.col("record").getField(BAD), row)
    return row.cast("binary")


def _with_lines(batches: Batches) -> Batches:
    """Rows of a ledger, each with its line."""
    for batch in batches:
        lines = pa.array([orjson.dumps(_line(row)).decode() for row in batch.to_pylist()], pa.string())
        kept = batch.drop_columns([*_OF_LINE, "undo", "removed"])
        yield kept.append_column("line", lines)


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """A document's line of the ledger, as `dedup.ledger.lines.LedgerLines` has it, with what undoes it."""
    line = {name: row[name] for name in (*IDENTITY, "decision")}
    if row["reason"]:
        line["reason"] = row["reason"]
    if row["keeper"]:
        line |= {"keeper": row["keeper"], "match": row["match"]}
        line |= {name: round(row[name], DIGITS) for name in ("jaccard", "coverage")}
        line["missing"] = orjson.Fragment(row["missing"] or b"[]")
    if row["why"]:
        line["why"] = row["why"]
    if row["templates"]:
        line["templates"] = [_template(template) for template in row["templates"]]
    if row["repeats"]:
        line["repeats"] = orjson.Fragment(row["repeats"])
    if row["removed"] is not None:
        line["undo"] = [Undo(0, row["removed"], 0).as_json()]
    elif row["undo"]:
        line["undo"] = orjson.Fragment(row["undo"])
    return line


def _template(template: dict[str, Any]) -> dict[str, Any]:
    identity = Identity(id=template["id"], source=template["source"], position=template["position"])
    return close_call(identity, *(template[name] for name in ("jaccard", "coverage", "by", "reason")))


def _rejects_with_lines(batches: Batches) -> Batches:
    """Rows of the rejects, each with its line."""
    for batch in batches:
        lines = []
        for row in batch.to_pylist():
            line = reject_fields(row["source"], row["position"], row["reason"])
            lines.append(orjson.dumps(line | raw_fields(row["record"] or b"")).decode())
        kept = batch.drop_columns(["source", "position", "reason", "record"])
        yield kept.append_column("line", pa.array(lines, pa.string()))
