"""Matches -> the cleanest of the documents that match: `dedup.keeping.cleanest` as tables. Nothing that grows
with the number of documents comes to the driver.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.keeping.cleanest import (
    BOTH,
    CLEANER,
    CLUTTER,
    CLUTTER_BESIDE_MANY,
    MANY,
    PASSES,
    UNIT,
    WHOLE,
    verdicts,
)
from dedup.keeping.clutter import Beyond
from dedup.matching.matches import least_coverage
from dedup.spark.engine import Batches, Spark, count, none_of, some_of
from dedup.spark.stages.pairs import Pairs

_VERDICTS = "earlier bigint, later bigint, verdict int"


class SparkChoice(NamedTuple):
    """Who is dropped, exact copies aside. `dropped`: rank; `keepers`: rank, keeper bigint, jaccard, coverage
    double; `reasons`: rank, reason int, where it is not MOST_ALIKE.
    """

    dropped: DataFrame
    keepers: DataFrame
    reasons: DataFrame


Drop = Callable[[DataFrame], DataFrame]
"""Called with matches (earlier, later bigint): the later documents that are dropped (rank)."""


class Cleanest:
    """Chooses the cleanest documents. `order`: rank, tier bigint; `copies`: rank, first bigint; `drop`: what
    drops documents by matches in the order of keeping.
    """

    def __init__(
        self, engine: Spark, pairs: Pairs, order: DataFrame, copies: DataFrame, drop: Drop, max_loss: float
    ) -> None:
        self._engine = engine
        self._pairs = pairs
        self._order = order
        self._drop = drop
        self._least = least_coverage(max_loss)
        of_copies = copies.groupBy(F.col("first").alias("rank")).agg((F.count("*") + 1).alias("copies"))
        self._copies = engine.hold(of_copies, "copies")

    def choose(self, matches: DataFrame) -> SparkChoice:
        """Who is dropped by these matches, of which the earlier document is the longer one: earlier, later
        bigint, jaccard, coverage, reverse double, mutual boolean.
        """
        judged = self._engine.hold(self._judged(matches), "keepers")
        places = self._engine.hold(self._places(judged), "keepers")
        directed = self._engine.hold(self._directed(judged, places), "keepers")
        allowed = directed.where("allowed")
        untested = directed.where("backward AND NOT allowed AND verdict IS NULL AND may_lose")
        dropped = self._drop(allowed.select("earlier", "later"))
        for _ in range(PASSES):
            due = untested
            for side in ("earlier", "later"):
                due = none_of(due, dropped.withColumnRenamed("rank", side), side)
            due = self._engine.hold(due, "keepers")
            if not count(due):
                break
            untested = untested.join(due.select("earlier", "later"), ["earlier", "later"], "left_anti")
            allowed = allowed.unionByName(self._engine.hold(self._cluttered(due, places), "keepers"))
            dropped = self._drop(allowed.select("earlier", "later"))
        return self._by_rank(judged, places, allowed, dropped)

    def _judged(self, matches: DataFrame) -> DataFrame:
        """The matches with `verdict` (int; null unless they are pairs of two documents) and `may_lose`."""
        with_loss = matches.withColumn("may_lose", F.col("reverse") >= self._least)
        alone = self._votes(matches).where("partners + copies = 2 AND tier >= 0").select("rank", "tier")
        of_two = with_loss.select("earlier", "later", "mutual", "may_lose")
        tiers = []
        for side in ("earlier", "later"):
            tiers.append(f"tier_{side}")
            of_two = of_two.join(alone.toDF(side, tiers[-1]), side)
        of_two = self._engine.hold(of_two.where(f"{tiers[0]} = {tiers[1]}").drop(*tiers), "pairs")
        beyond_later = self._pairs.beyond(of_two.select("later", "earlier").toDF("left", "right"))
        beyond_earlier = self._pairs.beyond(of_two.select("earlier", "later").toDF("left", "right"))
        both = of_two.join(
            beyond_later.toDF("later", "earlier", "clutter_later", "balance_later"), ["earlier", "later"]
        ).join(
            beyond_earlier.toDF("earlier", "later", "clutter_earlier", "balance_earlier"),
            ["earlier", "later"],
        )
        verdict = self._engine.map(_verdicts_of, both, _VERDICTS)
        return with_loss.join(verdict, ["earlier", "later"], "left")

    def _votes(self, matches: DataFrame) -> DataFrame:
        """rank, tier, copies, votes, partners, support of each document that matches another one."""
        dice = F.rint(F.lit(float(UNIT)) * 2 * F.col("jaccard") / (1 + F.col("jaccard"))).cast("bigint")
        pairs = matches.select("earlier", "later", dice.alias("dice"), "mutual")
        swapped = pairs.select(
            F.col("later").alias("earlier"), F.col("earlier").alias("later"), "dice", "mutual"
        )
        both = pairs.unionByName(swapped).toDF("rank", "other", "dice", "mutual")
        times = F.coalesce("times", F.lit(1))
        of_others = self._copies.toDF("other", "times")
        votes = (
            both.join(of_others, "other", "left")
            .groupBy("rank")
            .agg(
                F.sum(F.col("dice") * times).alias("cast"),
                F.sum(F.when(F.col("mutual"), times).otherwise(0)).alias("alike"),
                F.count("*").alias("partners"),
            )
        )
        copies = F.coalesce("copies", F.lit(1))
        return (
            votes.join(self._copies, "rank", "left")
            .join(self._order.select("rank", "tier"), "rank")
            .select(
                "rank",
                "tier",
                copies.alias("copies"),
                (F.col("cast") + UNIT * (copies - 1)).alias("votes"),
                "partners",
                (F.col("alike") + copies - 1).alias("support"),
            )
        )

    def _places(self, judged: DataFrame) -> DataFrame:
        """rank, place bigint, tier int, support bigint: the documents that match others, in the order of
        keeping; places ascend, with gaps.
        """
        second = F.when(F.col("verdict") == WHOLE, F.col("later")).otherwise(F.col("earlier"))
        seconds = judged.where("verdict IS NOT NULL").select(second.alias("rank"), F.lit(1).alias("second"))
        in_order = (
            self._votes(judged)
            .join(seconds, "rank", "left")
            .select(
                "tier",
                (-F.col("votes")).alias("less"),
                F.coalesce("second", F.lit(0)).alias("second"),
                "rank",
                "support",
            )
            .sort("tier", "less", "second", "rank")
        )
        return in_order.select("rank", F.monotonically_increasing_id().alias("place"), "tier", "support")

    def _directed(self, judged: DataFrame, places: DataFrame) -> DataFrame:
        """The matches by place: earlier, later bigint, the one that is kept first; jaccard, coverage double,
        backward, allowed, may_lose boolean, verdict int.
        """
        placed = judged
        for side in ("earlier", "later"):
            placed = placed.join(places.drop("support").toDF(side, f"{side}_place", f"{side}_tier"), side)
        backward = F.col("later_place") < F.col("earlier_place")
        by_verdict = F.col("verdict") != BOTH
        may_drop = F.when(backward, F.col("earlier_tier")).otherwise(F.col("later_tier")) >= 0
        return placed.select(
            F.least("earlier_place", "later_place").alias("earlier"),
            F.greatest("earlier_place", "later_place").alias("later"),
            "jaccard",
            F.when(backward, F.col("reverse")).otherwise(F.col("coverage")).alias("coverage"),
            backward.alias("backward"),
            (may_drop & F.coalesce(by_verdict, ~backward | F.col("mutual"))).alias("allowed"),
            (may_drop & F.col("may_lose")).alias("may_lose"),
            "verdict",
        )

    def _cluttered(self, due: DataFrame, places: DataFrame) -> DataFrame:
        """Those of these matches of which the later document has only clutter beyond the earlier."""
        ranks = due
        for side in ("earlier", "later"):
            ranks = ranks.join(places.select("rank", "place").toDF(f"{side}_rank", side), side)
        held = self._engine.hold(ranks, "pairs")
        beyond = self._pairs.beyond(held.select("earlier_rank", "later_rank").toDF("left", "right"))
        limit = F.when(F.col("support") >= MANY, CLUTTER_BESIDE_MANY).otherwise(CLUTTER)
        supported = beyond.join(places.select(F.col("rank").alias("left"), "support"), "left")
        found = supported.where(F.col("clutter") >= limit).select("left", "right")
        return held.join(
            found.toDF("earlier_rank", "later_rank"), ["earlier_rank", "later_rank"], "left_semi"
        ).select(due.columns)

    def _by_rank(
        self, judged: DataFrame, places: DataFrame, allowed: DataFrame, dropped: DataFrame
    ) -> SparkChoice:
        """The choice, by rank."""
        kept = none_of(allowed, dropped.withColumnRenamed("rank", "earlier"), "earlier")
        by_place, ranks = best_keepers(kept), places.select("rank", "place")
        keepers = (
            by_place.join(ranks.toDF("rank", "later"), "later")
            .join(ranks.toDF("keeper", "earlier"), "earlier")
            .select("rank", "keeper", "jaccard", "coverage")
        )
        of_two = judged.where("verdict IS NOT NULL")
        reasons = of_two.select(F.col("later").alias("rank"), F.lit(CLEANER).alias("reason")).unionByName(
            of_two.select(F.col("earlier").alias("rank"), F.lit(WHOLE).alias("reason"))
        )
        by_rank = some_of(ranks, dropped.toDF("place"), "place").select("rank")
        hold = self._engine.hold
        return SparkChoice(hold(by_rank, "keepers"), hold(keepers, "keepers"), hold(reasons, "keepers"))


def best_keepers(matches: DataFrame) -> DataFrame:
    """earlier, later bigint, jaccard, coverage double: of each later document's matches with kept ones the
    most similar, the first of several.
    """
    best = F.max(F.struct("jaccard", (-F.col("earlier")).alias("nearness"), "coverage")).alias("best")
    return (
        matches.groupBy("later")
        .agg(best)
        .select((-F.col("best.nearness")).alias("earlier"), "later", "best.jaccard", "best.coverage")
    )


def _verdicts_of(batches: Batches) -> Batches:
    """Rows of _VERDICTS for pairs of two documents."""
    for batch in batches:
        mutual, may_lose = (
            batch.column(name).to_numpy(zero_copy_only=False) for name in ("mutual", "may_lose")
        )
        beyond_later, beyond_earlier = (
            Beyond(*(batch.column(f"{name}_{side}").to_numpy() for name in Beyond._fields))
            for side in ("later", "earlier")
        )
        verdict = verdicts(mutual, may_lose, beyond_later, beyond_earlier)
        columns = [batch.column("earlier"), batch.column("later"), pa.array(verdict, pa.int32())]
        yield pa.RecordBatch.from_arrays(columns, ["earlier", "later", "verdict"])
