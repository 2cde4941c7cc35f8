"""What a run on Spark found, as the plain values of a report (`dedup.summary`): counted on the executors;
what comes to the driver does not grow with the documents. Texts are quoted where the scan kept them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own pages have it

from dedup.options import KINDS, Options
from dedup.pipeline.examples import Doubt, Example, Examples
from dedup.pipeline.scan import Compared
from dedup.spark.engine import Batches, Spark
from dedup.spark.run import Run
from dedup.summary.groups import CLOSE
from dedup.summary.highlights import LARGEST
from dedup.summary.sites import LEAST, WORST, summed
from dedup.summary.summary import counted, parted_by, times, whole
from dedup.summary.totals import FIRST, Totals

_WHO = ("id", "source", "position")
_FACTS = ("decision", "characters", "cut", "words", "coverage", "host", "reason")


def summarize(engine: Spark, found: Run, options: Options) -> dict[str, Any]:
    """The report; `dedup.summary` lists its keys."""
    facts = engine.hold(found.table.select("uid", "file", "block", *_WHO, *_FACTS), "report")
    with engine.stage("report"):
        totals, loss = _counts(facts)
        return whole(
            {
                **counted(options, totals),
                **_inside(engine, found, facts),
                "sites": _sites(facts, options),
                "groups": _groups(found, options),
                "seen": 0,
                "loss": {**loss, "example": None},
                "templates": {
                    "count": found.compared.templates.select("later").distinct().count(),
                    "examples": [],
                },
                "crowded": found.compared.crowded,
                "common": found.compared.common,
                "rejects": _rejects(facts, totals),
                **times(engine.seconds, sum(engine.seconds.values())),
                "bytes": None,
                "files": None,
            }
        )


def _counts(table: DataFrame) -> tuple[Totals, dict[str, float]]:
    """The counts of `deciding.decided`, and what is lost."""
    kept, dropped = "decision IN ('kept', 'cut')", "decision = 'dropped'"
    sums = {
        "documents": "count_if(decision != 'rejected')",
        "kept": f"count_if({kept})",
        "cut": "count_if(decision = 'cut')",
        "dropped": f"count_if({dropped})",
        "rejected": "count_if(decision = 'rejected')",
        "empty": "count_if(words = 0)",
        "characters": "sum(characters)",
        "kept_characters": f"sum(IF({kept}, characters - cut, 0))",
        "cut_characters": f"sum(IF({kept}, cut, 0))",
        "dropped_characters": f"sum(IF({dropped}, characters, 0))",
        "worst": f"max(IF({dropped}, 1 - coverage, 0))",
        "lost": f"sum(IF({dropped}, (1 - coverage) * words, 0))",
        "words": f"sum(IF({dropped}, words, 0))",
    }
    row = table.agg(*(F.expr(said).alias(name) for name, said in sums.items())).collect()[0].asDict()
    worst, lost, words = (row.pop(name) or 0 for name in ("worst", "lost", "words"))
    loss = {"worst": round(worst, 6), "overall": round(lost / words, 6) if words else 0.0}
    return Totals(**{name: value or 0 for name, value in row.items()}), loss


def _inside(engine: Spark, found: Run, facts: DataFrame) -> dict[str, Any]:
    """What repeats inside documents: what the scan counted, and its examples."""
    said = found.scanned.where("about IS NOT NULL").select("about")
    once = engine.map(_joined, engine.map(_joined, said, "about binary").repartition(1), "about binary")
    rows = once.collect()
    about = orjson.loads(rows[0]["about"]) if rows else _together([])
    who = _identities(facts, [one[1] for one in about["examples"]] + [one[0] for one in about["doubts"]])
    kinds = {(kind, cut): number for kind, cut, number in about["kinds"]}
    both = {kind: (kinds.get((kind, True), 0), kinds.get((kind, False), 0)) for kind in KINDS}
    doubts = [{"document": who[uid], "accident": sure, "text": text} for uid, sure, text in about["doubts"]]
    examples = sorted(about["examples"], key=lambda one: (one[2], one[3], one[0]))
    return {
        "repeats": {
            kind: {"found": cut + left, "cut": cut} for kind, (cut, left) in both.items() if cut + left
        },
        "examples": [_example(why, who[uid], of) for why, uid, *of in examples],
        "compared": Compared(*about["compared"])._asdict(),
        "unsure": {"count": about["unsure"], "examples": doubts},
    }


def _example(why: str, document: dict[str, Any], of: list[Any]) -> dict[str, Any]:
    shown = Example(0, *of)._asdict()
    del shown["row"]
    return {"why": why, "document": document, **shown}


def _identities(facts: DataFrame, uids: list[int]) -> dict[int, dict[str, Any]]:
    """Id, source and position of some documents."""
    rows = facts.where(F.col("uid").isin(uids)).select("uid", *_WHO).collect()
    return {row["uid"]: _named(row) for row in rows}


def _named(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in _WHO}


def _joined(batches: Batches) -> Batches:
    """What is said of all batches of a part."""
    said = [orjson.loads(value) for batch in batches for value in batch.column("about").to_pylist()]
    whole = orjson.dumps(_together(sorted(said, key=lambda one: int(one["first"]))))
    yield pa.RecordBatch.from_pydict({"about": pa.array([whole], pa.binary())})


def _together(said: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What is said of several batches (`scanning.about`), the first first."""
    kinds: Counter[tuple[str, bool]] = Counter()
    examples, compared, first = Examples(), Compared(), 1 << 62
    for one in said:
        first = min(first, one["first"])
        kinds.update({(kind, cut): number for kind, cut, number in one["kinds"]})
        compared = Compared(*map(sum, zip(compared, one["compared"], strict=True)))
        others = Examples()
        shown = [(why, Example(*example)) for why, *example in one["examples"]]
        others.chosen = {(example.kind, example.cut, why): example for why, example in shown}
        others.unsure, others.doubts = one["unsure"], [Doubt(*doubt) for doubt in one["doubts"]]
        examples.add(others, 0)
    return {
        "first": first,
        "kinds": [[*kind, number] for kind, number in kinds.items()],
        "examples": [[why, *one] for (_, _, why), one in examples.chosen.items()],
        "compared": list(compared),
        "unsure": examples.unsure,
        "doubts": [list(doubt) for doubt in examples.doubts],
    }


def _sites(table: DataFrame, options: Options) -> dict[str, Any] | None:
    """The sites, counted by host."""
    hosts = (
        table.where("host IS NOT NULL")
        .groupBy("host")
        .agg(
            F.count("*").alias("documents"),
            F.expr("count_if(decision = 'dropped')").alias("dropped"),
            F.sum("characters").alias("characters"),
            F.sum("cut").alias("cut"),
        )
    )
    told = f"count_if(documents >= {LEAST})"
    names = ("documents", "dropped", "characters", "cut")
    row = hosts.agg(F.count("*"), F.expr(told), *(F.sum(name) for name in names)).collect()[0]
    if not row[0]:
        return None
    echo, gone = F.expr("cut / greatest(characters, 1)"), F.expr("dropped / documents")
    worst = hosts.where(f"documents >= {LEAST}").sort(echo.desc(), gone.desc(), "host").limit(WORST).collect()
    counts = [(one["host"], np.array([one[name] for name in names], np.int64)) for one in worst]
    return summed(options.url_field, row[0], row[1], np.array(row[2:], np.int64), counts)


def _groups(found: Run, options: Options) -> dict[str, Any]:
    """How many groups there are, the largest, and the pair that is the least alike."""
    margin = f"jaccard - {options.threshold!r}D"
    if options.contained is not None:
        margin = f"greatest({margin}, coverage - {options.contained!r}D)"
    pairs = found.compared.dropped.withColumn("margin", F.expr(margin))
    groups = pairs.groupBy(F.col("keeper").alias("rank")).agg(
        (F.count("*") + 1).alias("size"),
        F.min("jaccard").alias("lowest"),
        F.max("jaccard").alias("highest"),
        F.min("margin").alias("margin"),
        F.min(F.struct("jaccard", "rank", "coverage")).alias("least"),
    )
    largest = groups.join(found.known, "rank").sort(F.col("size").desc(), "file", "block", "uid")
    rows = largest.limit(LARGEST).collect()
    closest = pairs.join(found.known, "rank").sort("margin", "file", "block", "uid").limit(1).collect()
    who = _identities_of(found, [row["least"]["rank"] for row in rows] + [row["keeper"] for row in closest])
    return {
        "count": groups.count(),
        "largest": [_group(row, who) for row in rows],
        "unlike": [],
        "least_alike": _least_alike(closest[0], who, options) if closest else None,
    }


def _identities_of(found: Run, ranks: list[int]) -> dict[int, dict[str, Any]]:
    """Id, source and position of some documents, by rank."""
    rows = found.known.where(F.col("rank").isin(ranks)).select("rank", *_WHO).collect()
    return {row["rank"]: _named(row) for row in rows}


def _group(row: Row, who: dict[int, dict[str, Any]]) -> dict[str, Any]:
    least = row["least"]
    likeness = {name: round(least[name], 6) for name in ("jaccard", "coverage")}
    return {
        "keeper": _named(row),
        "size": row["size"],
        **{name: round(row[name], 6) for name in ("lowest", "highest", "margin")},
        "close": row["margin"] < CLOSE,
        "opening": "",
        "dropped": [{"document": who[least["rank"]], **likeness}],
        "unlike": False,
    }


def _least_alike(row: Row, who: dict[int, dict[str, Any]], options: Options) -> dict[str, Any]:
    jaccard, coverage = row["jaccard"], row["coverage"]
    return {
        "document": _named(row),
        "keeper": who[row["keeper"]],
        "jaccard": round(jaccard, 6),
        "coverage": round(coverage, 6),
        "parted_by": parted_by(jaccard, coverage, options),
    }


def _rejects(table: DataFrame, totals: Totals) -> list[dict[str, Any]]:
    """Why records could not be read: the most frequent reasons, each with its first places."""
    bad = table.where("decision = 'rejected'")
    reasons = bad.groupBy("reason").count().sort(F.col("count").desc(), "reason").limit(LARGEST).collect()
    found = []
    for row in reasons:
        first = (
            bad.where(F.col("reason") == row["reason"]).sort("file", "block", "uid").limit(FIRST).collect()
        )
        places = [{"source": one["source"], "position": one["position"]} for one in first]
        share = round(row["count"] / max(1, totals.records), 6)
        found.append({"reason": row["reason"], "count": row["count"], "share": share, "first": places})
    return found
