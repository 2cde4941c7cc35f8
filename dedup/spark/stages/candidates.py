"""What documents have in common -> candidates, in the rounds of the local run (`dedup.candidates.Lookup`,
where it is proved that the kept documents are those of comparing all pairs that share enough).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own pages have it

from dedup.matching.candidates import ENOUGH, HUBS, MOST, NARROW
from dedup.matching.samples import LIMIT, needed
from dedup.options import Options
from dedup.spark.engine import Batches, Spark, count, none_of, some_of

_WANTED = "rank bigint, wanted bigint, needed bigint"


@dataclass
class Lookup:
    """Who shares enough keys with whom. `keys`: rank, key, needed bigint, asks boolean; `least`: rank,
    wanted bigint, where more than one key decides; the documents that are dropped are given as a table of
    places.
    """

    engine: Spark
    keys: DataFrame
    least: DataFrame | None = None
    hubs: int = HUBS
    _wide: int = 0
    _crowded: DataFrame | None = None
    _gone: DataFrame | None = None

    def asking(self, gone: DataFrame) -> DataFrame | None:
        """The kept documents (rank) that have not met all that they should; None: all of them."""
        if self._gone is None or self._crowded is None:
            return None
        back = none_of(self._gone, gone, "rank")
        return back.unionByName(none_of(self._crowded, gone, "rank")).distinct()

    def is_settled(self, gone: DataFrame) -> bool:
        """Whether nothing new can come of the documents that are kept."""
        asking = self.asking(gone)
        return asking is not None and asking.isEmpty()

    def is_too_wide(self, kept: int) -> bool:
        """Whether another round would meet more pairs than it may among so many documents."""
        return self._wide * self.hubs > (1 << 22) + 64 * kept

    def pairs(self, gone: DataFrame) -> DataFrame:
        """The next candidates: earlier, later."""
        chosen = self.keys if self._gone is None else self.engine.hold(self._chosen(gone), "keys")
        limits = self.engine.row(hubs=self.hubs, narrow=NARROW)
        found = self.engine.query("candidates", keys=chosen, round=limits)
        crowded = self.engine.hold(self.engine.query("crowded", keys=chosen, round=limits), "crowded")
        self._wide = crowded.agg(F.sum("wide")).collect()[0][0] or 0
        if self._gone is None or not chosen.isEmpty():
            self.hubs *= 8
        self._crowded, self._gone = crowded.select("rank"), gone
        if self.least is None:
            return found
        return self.engine.query(
            "enough", keys=chosen, pairs=self.engine.hold(found, "candidates"), documents=self.least
        )

    def _chosen(self, gone: DataFrame) -> DataFrame:
        """The keys of the documents that are kept, of whom those ask that are asking."""
        asking = self.asking(gone)
        assert asking is not None
        due = F.col("asks") & F.coalesce("due", F.lit(False))
        kept = none_of(self.keys, gone, "rank").join(asking.withColumn("due", F.lit(True)), "rank", "left")
        return kept.select("rank", "key", "needed", due.alias("asks"))


def by_bucket(engine: Spark, documents: DataFrame) -> Lookup:
    """The look-up by buckets, of which two documents must share one. `documents`: rank, buckets."""
    keys = documents.select("rank", F.explode("buckets").alias("key"))
    shared = keys.groupBy("key").count().where(F.col("count") > 1).select("key")
    shown = some_of(keys, shared, "key").select(
        "rank", "key", F.lit(1).cast("bigint").alias("needed"), F.lit(True).alias("asks")
    )
    return Lookup(engine, engine.hold(shown, "buckets"))


def by_sample(engine: Spark, documents: DataFrame, options: Options) -> tuple[Lookup, int]:
    """The look-up by samples, and how many of these were left out. `documents`: rank, sampled, low."""
    keys = documents.select("rank", F.explode("sampled").alias("key"))
    counts = keys.groupBy("key").count()
    common = engine.hold(counts.where(F.col("count") > MOST).select("key"), "samples")
    left_out = count(common)
    left = documents.select("rank", "low")
    if left_out:
        low = keys.where(f"key >= 0 AND key < {int(LIMIT)}")
        lost = some_of(low, common, "key").groupBy("rank").agg(F.count("*").alias("lost"))
        left = left.join(lost, "rank", "left").select("rank", F.expr("low - coalesce(lost, 0)").alias("low"))
    wanted = engine.hold(engine.map(_wanting(options), left, _WANTED), "samples")
    shared = engine.query("shared", keys=keys, documents=wanted, round=engine.row(most=MOST))
    return Lookup(engine, engine.hold(shared, "samples"), wanted.select("rank", "wanted")), left_out


def _wanting(options: Options) -> Callable[[Batches], Batches]:
    """What tells of how many samples each document must share, and of how many of its rarest."""
    share, recall = options.contained, options.recall
    assert share is not None

    def wanting(batches: Batches) -> Batches:
        for batch in batches:
            wanted = needed(batch.column("low").to_numpy(), share, recall)
            columns = [batch.column("rank"), pa.array(wanted), pa.array(wanted.clip(max=ENOUGH))]
            yield pa.RecordBatch.from_arrays(columns, ["rank", "wanted", "needed"])

    return wanting
