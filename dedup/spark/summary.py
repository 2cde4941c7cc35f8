"""A run on Spark -> its summary, counted on the executors: what comes to the driver does not grow with the
number of documents. Only texts that the scan kept are quoted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import numpy as np
import orjson
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.identity import Identity
from dedup.options import KINDS, Options
from dedup.pipeline.examples import Doubt, Example, Examples
from dedup.pipeline.repeat_findings import ParagraphComparisons
from dedup.spark.engine import Batches, Spark
from dedup.spark.groups import groups, identity_of
from dedup.spark.run import SparkOutcome
from dedup.spark.stages.decisions import IDENTITY, close_call_kinds
from dedup.spark.totals import NEAR_DUPLICATE, counts
from dedup.summary.findings_format import (
    ComparedCounts,
    RepeatExample,
    Sites,
    Uncertain,
)
from dedup.summary.format import RecordLocation, RejectReason, Summary
from dedup.summary.highlights import LARGEST, close_call_values
from dedup.summary.sites import LEAST, WORST, site_summary
from dedup.summary.summary import (
    count_values,
    example_values,
    kind_counts,
    option_values,
    shares,
    times,
    with_alarms,
)
from dedup.summary.totals import FIRST, Totals, field_counts, preference_counts
from dedup.version import __version__

_FACTS = ("decision", "characters", "cut", "printed", "words", "coverage", "host", "reason")


def summarize(engine: Spark, outcome: SparkOutcome, options: Options) -> Summary:
    """The summary of a run. Examples that need texts read again are left out."""
    facts = engine.hold(outcome.table.select("uid", "file", "block", *IDENTITY, *_FACTS), "report")
    with engine.stage("report"):
        totals, loss = counts(facts)
        repeats = _repeats(engine, outcome, facts)
        timings = times(engine.seconds, sum(engine.seconds.values()))
        return with_alarms(
            {
                "dedup": __version__,
                "options": option_values(options),
                "alarms": [],
                "totals": count_values(totals),
                "shares": shares(totals),
                "repeats": kind_counts(repeats.kinds),
                "examples": repeats.examples,
                "compared": repeats.compared,
                "unsure": repeats.uncertain,
                "sites": _sites(facts, options),
                "groups": groups(outcome, options),
                "seen": 0,
                "loss": loss,
                "templates": close_call_values(close_call_kinds(outcome.table), []),
                "crowded": outcome.comparison.crowded,
                "common": outcome.comparison.common,
                "pinned": outcome.pinned.counts(options),
                "rejects": _rejects(facts, totals),
                "passed_over": {},
                "keep_field": field_counts(options.policy, outcome.values.kinds, totals.documents),
                "preferred": preference_counts(options.policy, outcome.values.states),
                "seconds": timings["seconds"],
                "elapsed": timings["elapsed"],
                "bytes": None,
                "files": None,
                "run": None,
            }
        )


class Repeats(NamedTuple):
    """What repeats inside documents. `kinds`: how many repeats were found and cut, by kind."""

    kinds: dict[str, tuple[int, int]]
    examples: list[RepeatExample]
    compared: ComparedCounts
    uncertain: Uncertain


def _repeats(engine: Spark, outcome: SparkOutcome, facts: DataFrame) -> Repeats:
    """The repeats that the scan counted, and its examples."""
    of_batches = outcome.scanned.where("about IS NOT NULL").select("about")
    of_parts = engine.map(_combined, of_batches, "about binary").repartition(1)
    rows = engine.map(_combined, of_parts, "about binary").collect()
    about = orjson.loads(rows[0]["about"]) if rows else _combine([])
    shown = [example[1] for example in about["examples"]] + [doubt[0] for doubt in about["doubts"]]
    identities = _identities(facts, shown)
    kinds = {(kind, cut): number for kind, cut, number in about["kinds"]}
    both = {kind: (kinds.get((kind, True), 0), kinds.get((kind, False), 0)) for kind in KINDS}
    examples = sorted(about["examples"], key=lambda example: (example[2], example[3], example[0]))
    return Repeats(
        {kind: (cut + left, cut) for kind, (cut, left) in both.items() if cut + left},
        [example_values(why, identities[uid], Example(0, *values)) for why, uid, *values in examples],
        cast(ComparedCounts, ParagraphComparisons(*about["compared"])._asdict()),
        {
            "count": about["unsure"],
            "examples": [
                {"document": identities[uid], "accident": accident, "text": text}
                for uid, accident, text in about["doubts"]
            ],
        },
    )


def _identities(facts: DataFrame, uids: list[int]) -> dict[int, Identity]:
    """Id, source and position of some documents."""
    rows = facts.where(F.col("uid").isin(uids)).select("uid", *IDENTITY).collect()
    return {row["uid"]: identity_of(row) for row in rows}


def _combined(batches: Batches) -> Batches:
    """What concerns all documents of a part, from what concerns those of its batches."""
    of_batches = [orjson.loads(value) for batch in batches for value in batch.column("about").to_pylist()]
    about = orjson.dumps(_combine(sorted(of_batches, key=lambda about: int(about["first"]))))
    yield pa.RecordBatch.from_pydict({"about": pa.array([about], pa.binary())})


def _combine(of_batches: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What concerns the documents of several batches (see `stages.scan.about`), in order."""
    kinds: Counter[tuple[str, bool]] = Counter()
    examples, compared, first = Examples(), ParagraphComparisons(), 1 << 62
    for about in of_batches:
        first = min(first, about["first"])
        kinds.update({(kind, cut): number for kind, cut, number in about["kinds"]})
        compared = compared.plus(ParagraphComparisons(*about["compared"]))
        others = Examples()
        shown = [(why, Example(*example)) for why, *example in about["examples"]]
        others.chosen = {(example.kind, example.cut, why): example for why, example in shown}
        others.unsure, others.doubts = about["unsure"], [Doubt(*doubt) for doubt in about["doubts"]]
        examples.add(others, 0)
    return {
        "first": first,
        "kinds": [[*kind, number] for kind, number in kinds.items()],
        "examples": [[why, *example] for (_, _, why), example in examples.chosen.items()],
        "compared": list(compared),
        "unsure": examples.unsure,
        "doubts": [list(doubt) for doubt in examples.doubts],
    }


def _sites(table: DataFrame, options: Options) -> Sites | None:
    """The sites, counted by host."""
    hosts = (
        table.where("host IS NOT NULL")
        .groupBy("host")
        .agg(
            F.count("*").alias("documents"),
            F.expr(f"count_if({NEAR_DUPLICATE})").alias("dropped"),
            F.sum("characters").alias("characters"),
            F.sum("cut").alias("cut"),
            F.sum("printed").alias("printed"),
        )
    )
    listed = f"count_if(documents >= {LEAST})"
    names = ("documents", "dropped", "characters", "cut", "printed")
    row = hosts.agg(F.count("*"), F.expr(listed), *(F.sum(name) for name in names)).collect()[0]
    if not row[0]:
        return None
    echo, dropped = F.expr("cut / greatest(characters, 1)"), F.expr("dropped / documents")
    worst = (
        hosts.where(f"documents >= {LEAST}").sort(echo.desc(), dropped.desc(), "host").limit(WORST).collect()
    )
    counts = [(site["host"], np.array([site[name] for name in names], np.int64)) for site in worst]
    field = options.site_field or options.url_field
    return site_summary(field, row[0], row[1], np.array(row[2:], np.int64), counts, [])


def _rejects(table: DataFrame, totals: Totals) -> list[RejectReason]:
    """The most frequent reasons why records could not be read, each with its first locations."""
    bad = table.where("decision = 'rejected'")
    reasons = bad.groupBy("reason").count().sort(F.col("count").desc(), "reason").limit(LARGEST).collect()
    rejects: list[RejectReason] = []
    for row in reasons:
        first = (
            bad.where(F.col("reason") == row["reason"]).sort("file", "block", "uid").limit(FIRST).collect()
        )
        locations: list[RecordLocation] = [
            {"source": record["source"], "position": record["position"]} for record in first
        ]
        share = round(row["count"] / max(1, totals.records), 6)
        rejects.append({"reason": row["reason"], "count": row["count"], "share": share, "first": locations})
    return rejects
