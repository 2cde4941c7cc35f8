"""Buckets and samples -> candidates, in the rounds of the local run. `dedup.matching.candidates.Lookup` has
the proof that the kept documents are those of comparing all pairs that share enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.matching.candidates import ENOUGH, HEAVY, HUBS, MOST, NARROW
from dedup.matching.samples import LIMIT, needed
from dedup.options import Options
from dedup.spark.engine import Batches, Spark, count, none_of, some_of

_WANTED = "rank bigint, wanted bigint, needed bigint"


@dataclass
class SparkLookup:
    """Finds documents that share enough keys, in rounds. `keys`: rank, key, needed bigint, asks boolean;
    `weights`: rank, weight bigint: for how many documents each counts; `wanted`: rank, wanted bigint, if more
    than one key decides. Dropped documents are given as a table of ranks.
    """

    engine: Spark
    keys: DataFrame
    weights: DataFrame
    wanted: DataFrame | None = None
    hubs: int = HUBS
    _wide: int = 0
    _crowded: DataFrame | None = None
    _dropped_before: DataFrame | None = None

    def asking(self, dropped: DataFrame) -> DataFrame | None:
        """The kept documents (rank) that are still to be compared with others; None: all of them."""
        if self._dropped_before is None or self._crowded is None:
            return None
        kept_again = none_of(self._dropped_before, dropped, "rank")
        return kept_again.unionByName(none_of(self._crowded, dropped, "rank")).distinct()

    def is_settled(self, dropped: DataFrame) -> bool:
        """Whether another round among the kept documents would find nothing new."""
        asking = self.asking(dropped)
        return asking is not None and asking.isEmpty()

    def is_too_wide(self, kept: int) -> bool:
        """Whether another round would find more pairs than allowed for kept documents that weigh so much."""
        return self._wide * self.hubs > (1 << 22) + 64 * kept

    def pairs(self, dropped: DataFrame) -> DataFrame:
        """The next candidates: earlier, later."""
        chosen = self.keys
        if self._dropped_before is not None:
            chosen = self.engine.hold(self._chosen(dropped), "keys")
        limits = self.engine.row(hubs=self.hubs, narrow=NARROW)
        pairs = self.engine.query("candidates", keys=chosen, round=limits)
        crowded = self.engine.hold(self.engine.query("crowded", keys=chosen, round=limits), "crowded")
        weighed = crowded.join(self.weights, "rank")
        self._wide = weighed.agg(F.sum(F.col("wide") * F.col("weight"))).collect()[0][0] or 0
        if self._dropped_before is None or not chosen.isEmpty():
            self.hubs *= 8
        self._crowded, self._dropped_before = crowded.select("rank"), dropped
        if self.wanted is None:
            return pairs
        pairs = self.engine.hold(pairs, "candidates")
        return self.engine.query("enough", keys=chosen, pairs=pairs, documents=self.wanted)

    def _chosen(self, dropped: DataFrame) -> DataFrame:
        """The keys of the kept documents, by which only asking documents ask."""
        asking = self.asking(dropped)
        assert asking is not None
        asks = F.col("asks") & F.coalesce("is_asking", F.lit(False))
        kept = none_of(self.keys, dropped, "rank")
        kept = kept.join(asking.withColumn("is_asking", F.lit(True)), "rank", "left")
        return kept.select("rank", "key", "needed", asks.alias("asks"))


def weights_of(documents: DataFrame) -> DataFrame:
    """For how many documents each counts where the pairs of a round are limited. `documents`: rank, words."""
    return documents.select("rank", F.expr(f"1 + words DIV {HEAVY}").alias("weight"))


def by_bucket(engine: Spark, documents: DataFrame) -> SparkLookup:
    """The look-up by bucket: two documents must share one. `documents`: rank, words, buckets."""
    keys = documents.select("rank", F.explode("buckets").alias("key"))
    shared = keys.groupBy("key").count().where(F.col("count") > 1).select("key")
    of_several = some_of(keys, shared, "key").select(
        "rank", "key", F.lit(1).cast("bigint").alias("needed"), F.lit(True).alias("asks")
    )
    return SparkLookup(engine, engine.hold(of_several, "buckets"), weights_of(documents))


def by_sample(engine: Spark, documents: DataFrame, options: Options) -> tuple[SparkLookup, int]:
    """The look-up by sample, and how many samples are common. `documents`: rank, words, sampled,
    low.
    """
    keys = documents.select("rank", F.explode("sampled").alias("key"))
    counts = keys.groupBy("key").count()
    common = engine.hold(counts.where(F.col("count") > MOST).select("key"), "samples")
    left_out = count(common)
    low = documents.select("rank", "low")
    if left_out:
        low_keys = keys.where(f"key >= 0 AND key < {int(LIMIT)}")
        lost = some_of(low_keys, common, "key").groupBy("rank").agg(F.count("*").alias("lost"))
        left = F.expr("low - coalesce(lost, 0)").alias("low")
        low = low.join(lost, "rank", "left").select("rank", left)
    wanted = engine.hold(engine.map(_wanted_mapper(options), low, _WANTED), "samples")
    shared = engine.query("shared", keys=keys, documents=wanted, round=engine.row(most=MOST))
    held = engine.hold(shared, "samples")
    return SparkLookup(engine, held, weights_of(documents), wanted.select("rank", "wanted")), left_out


def _wanted_mapper(options: Options) -> Callable[[Batches], Batches]:
    """What maps numbers of samples to how many a document must share, of all and of its rarest."""
    share, recall = options.containment, options.recall
    assert share is not None

    def wanted(batches: Batches) -> Batches:
        for batch in batches:
            least = needed(batch.column("low").to_numpy(), share, recall)
            columns = [batch.column("rank"), pa.array(least), pa.array(least.clip(max=ENOUGH))]
            yield pa.RecordBatch.from_arrays(columns, ["rank", "wanted", "needed"])

    return wanted
