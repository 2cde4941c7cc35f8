"""The groups of near-duplicates of a run on Spark, as its summary has them."""

from __future__ import annotations

from pyspark.sql import Row
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.identity import Identity
from dedup.matching.matches import kind_of_match
from dedup.options import Options
from dedup.spark.run import SparkOutcome
from dedup.spark.stages.decisions import IDENTITY
from dedup.summary.findings_format import ClosestCall, DroppedMember, GroupEntry, Groups
from dedup.summary.groups import CLOSE
from dedup.summary.highlights import CLOSEST, LARGEST
from dedup.summary.summary import parted_by

_NEAREST = 50  # matches among which the closest call of each group is looked for


def groups(outcome: SparkOutcome, options: Options) -> Groups:
    """How many groups there are, the largest, and the pair that matches by the smallest margin."""
    margin = f"jaccard - {options.threshold!r}D"
    if options.containment is not None:
        margin = f"greatest({margin}, coverage - {options.containment!r}D)"
    margins = F.expr(f"IF({margin} < 0, 1, {margin})")
    pairs = outcome.comparison.dropped.withColumn("margin", margins)
    by_keeper = pairs.groupBy(F.col("keeper").alias("rank")).agg(
        (F.count("*") + 1).alias("size"),
        F.min("jaccard").alias("lowest"),
        F.max("jaccard").alias("highest"),
        F.min("margin").alias("margin"),
        F.min(F.struct("jaccard", "rank", "coverage")).alias("least"),
    )
    known = outcome.known.join(outcome.table.select("uid", "why"), "uid")
    largest = by_keeper.join(known, "rank").sort(F.col("size").desc(), "file", "block", "uid").limit(LARGEST)
    rows = largest.collect()
    close = pairs.where("margin < 1").join(outcome.known, "rank")
    nearest = close.sort("margin", "file", "block", "uid").limit(_NEAREST).collect()
    of_keeper = dict[int, Row]()
    for row in nearest:
        of_keeper.setdefault(row["keeper"], row)
    closest = [*of_keeper.values()][:CLOSEST]
    shown = [row["least"]["rank"] for row in rows] + [row["keeper"] for row in closest]
    identities = _identities_of(outcome, shown)
    calls = [_closest_call(row, identities, options) for row in closest]
    return {
        "count": by_keeper.count(),
        "largest": [_group(row, identities, options) for row in rows],
        "unlike": [],
        "least_alike": next(iter(calls), None),
        "closest": calls,
    }


def _identities_of(outcome: SparkOutcome, ranks: list[int]) -> dict[int, Identity]:
    """Id, source and position of some documents, by rank."""
    rows = outcome.known.where(F.col("rank").isin(ranks)).select("rank", *IDENTITY)
    return {row["rank"]: identity_of(row) for row in rows.collect()}


def _group(row: Row, identities: dict[int, Identity], options: Options) -> GroupEntry:
    least = row["least"]
    dropped: DroppedMember = {
        "document": identities[least["rank"]],
        "match": kind_of_match(least["jaccard"], least["coverage"], options),
        "jaccard": round(least["jaccard"], 6),
        "coverage": round(least["coverage"], 6),
    }
    return {
        "keeper": identity_of(row),
        "why": row["why"],
        "size": row["size"],
        "lowest": round(row["lowest"], 6),
        "highest": round(row["highest"], 6),
        "margin": round(row["margin"], 6),
        "close": row["margin"] < CLOSE,
        "opening": "",
        "dropped": [dropped],
        "unlike": False,
    }


def _closest_call(row: Row, identities: dict[int, Identity], options: Options) -> ClosestCall:
    jaccard, coverage = row["jaccard"], row["coverage"]
    return {
        "document": identity_of(row),
        "keeper": identities[row["keeper"]],
        "jaccard": round(jaccard, 6),
        "coverage": round(coverage, 6),
        "parted_by": parted_by(jaccard, coverage, options),
    }


def identity_of(row: Row) -> Identity:
    return {"id": row["id"], "source": row["source"], "position": row["position"]}
