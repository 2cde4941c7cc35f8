"""Documents compared with each other: from candidates to keepers, in the rounds of the local run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.kernels import keepers as kernel
from dedup.options import Options
from dedup.pipeline.near_duplicates import ROUNDS
from dedup.spark.engine import Batches, Spark, count, none_of
from dedup.spark.stages.candidates import SparkLookup, by_bucket, by_sample
from dedup.spark.stages.pairs import VERIFIED, Pairs
from dedup.spark.stages.sort_keys import comparable, preferred_first

MATCHES = 1 << 22
"""So many matches, 64 MB, are decided by one task. Of more, rounds decide the most first."""


class SparkComparison(NamedTuple):
    """The result of comparing. `dropped`: rank, keeper bigint, jaccard, coverage double; `templates`, pairs
    of kept documents: the columns of VERIFIED; `crowded`: how many documents were not
    compared with all that share a bucket with them; `common`: how many sampled shingles are in too many
    documents.
    """

    dropped: DataFrame
    templates: DataFrame
    crowded: int
    common: int


def keeping_order(
    engine: Spark, documents: DataFrame, options: Options, ties: list[Column], kinds: Mapping[str, int]
) -> DataFrame:
    """The documents with their rank in the order of keeping: a number that ascends, with gaps. Those that are
    never dropped (column pinned) come first. `kinds`: of the keys of the policy's field (see
    `stages.sort_keys`).
    """
    sort_key = comparable(kinds)
    first = {
        "longest": [(F.col("characters") - F.col("cut")).desc()],
        "newest": [sort_key.desc_nulls_last()],
        "oldest": [sort_key.asc_nulls_last()],
    }.get(options.policy.name, [])
    if options.policy.preferences:
        first.insert(0, preferred_first())
    for_sorting = ("characters", "cut", "sequence", "preferences", "file", "block", "id")
    kept = ("uid", "one", "two", "buckets", "sampled", "low", "pinned", "canonical")
    in_order = documents.select(*for_sorting, *kept).sort(F.col("pinned").desc(), *first, *ties)
    order = engine.hold(in_order.select(F.monotonically_increasing_id().alias("rank"), *kept), "order")
    by_text = not options.policy.fields and options.policy.name != "first"
    return _canonical_first(engine, order) if by_text else order


def _canonical_first(engine: Spark, order: DataFrame) -> DataFrame:
    """The order in which of exact copies the first one with a canonical URL has exchanged its rank with the
    first one, unless that is never dropped.
    """
    if order.where("NOT canonical").isEmpty():
        return order
    copies = order.where("one != 0").groupBy("one", "two")
    firsts = copies.agg(
        F.min("rank").alias("first"), F.min(F.struct(~F.col("canonical"), "rank")).alias("best")
    )
    pairs = firsts.select("first", F.col("best.rank").alias("best")).where("first != best")
    pinned = order.where("pinned").select(F.col("rank").alias("first"))
    pairs = engine.hold(pairs.join(pinned, "first", "left_anti"), "canonical")
    if not count(pairs):
        return order
    both = pairs.unionByName(pairs.select(F.col("best").alias("first"), F.col("first").alias("best")))
    exchanged = order.join(both, order["rank"] == both["first"], "left").drop("first")
    ranked = exchanged.withColumn("rank", F.coalesce("best", "rank")).drop("best")
    return engine.hold(ranked, "order")


def not_compared(engine: Spark) -> SparkComparison:
    """The comparison of documents that nobody compared."""
    dropped = engine.nothing("rank bigint, keeper bigint, jaccard double, coverage double")
    return SparkComparison(dropped, engine.nothing(VERIFIED), 0, 0)


class Comparer:
    """Compares the documents of one run. `order`: rank, one, two, buckets, sampled, low, pinned."""

    def __init__(self, engine: Spark, options: Options, order: DataFrame, pairs: Pairs) -> None:
        self._engine = engine
        self._options = options
        self._order = order
        self._pinned = order.where("pinned").select(F.col("rank").alias("later"), "pinned")
        self._pairs = pairs
        self._matches = engine.nothing(VERIFIED)
        self._compared = engine.nothing("earlier bigint, later bigint")

    def compare(self) -> SparkComparison:
        """Find the documents that match, and choose keepers."""
        engine, total = self._engine, count(self._order)
        copies = engine.hold(self._copies(), "copies")
        distinct = none_of(self._order.where("one != 0"), copies, "rank")
        lookups, common = [by_bucket(engine, distinct)], 0
        if self._options.containment is not None:
            sampled, common = by_sample(engine, distinct, self._options)
            lookups.append(sampled)
        dropped = self._match_in_rounds(lookups, total)
        crowded = [asking for lookup in lookups if (asking := lookup.asking(dropped)) is not None]
        all_crowded = crowded[0]
        for other in crowded[1:]:
            all_crowded = all_crowded.unionByName(other)
        with_keepers = engine.hold(self._with_keepers(dropped, copies), "dropped")
        templates = self._matches.where("by IS NOT NULL")
        for side in ("earlier", "later"):
            templates = none_of(templates, dropped.withColumnRenamed("rank", side), side)
        return SparkComparison(
            with_keepers, engine.hold(templates, "templates"), count(all_crowded.distinct()), common
        )

    def _copies(self) -> DataFrame:
        """rank, first: documents with the same words as another, and the first that has them; without those
        that are never dropped.
        """
        prints = self._order.where("one != 0").select("rank", "one", "two", "pinned")
        firsts = prints.groupBy("one", "two").agg(
            F.min("rank").alias("first"), F.count("*").alias("documents")
        )
        several = firsts.where("documents > 1").drop("documents")
        return (
            prints.join(several, ["one", "two"]).where("rank != first AND NOT pinned").select("rank", "first")
        )

    def _match_in_rounds(self, lookups: list[SparkLookup], total: int) -> DataFrame:
        """The dropped documents (rank), copies aside. Candidates are looked for among the documents still
        kept, verified, and keepers chosen again, until no match is new.
        """
        dropped, number_dropped = self._engine.nothing("rank bigint"), 0
        for number in range(ROUNDS):
            due = [lookup for lookup in lookups if not lookup.is_settled(dropped)]
            candidates = [
                lookup.pairs(dropped)
                for lookup in due
                if not (number and lookup.is_too_wide(total - number_dropped))
            ]
            new = self._not_compared(candidates)
            if not count(new):
                break
            verified = self._engine.hold(self._may_be_dropped(self._pairs.verified(new)), "matches")
            self._matches = self._matches.unionByName(verified)
            if not count(verified):
                break
            dropped = self._dropped()
            number_dropped = count(dropped)
        return dropped

    def _may_be_dropped(self, matches: DataFrame) -> DataFrame:
        """The matches without those whose later document is never dropped; and all templates."""
        marked = matches.join(F.broadcast(self._pinned), "later", "left")
        return marked.where("by IS NOT NULL OR pinned IS NULL").select(matches.columns)

    def _not_compared(self, candidates: list[DataFrame]) -> DataFrame:
        """The candidates that were not compared before; they count as compared from now on."""
        pairs = self._engine.nothing("earlier bigint, later bigint")
        for table in candidates:
            pairs = pairs.unionByName(table)
        new = pairs.distinct().join(self._compared, ["earlier", "later"], "left_anti")
        new = self._engine.hold(new, "pairs")
        self._compared = self._compared.unionByName(new)
        return new

    def _dropped(self) -> DataFrame:
        """The documents (rank) that are dropped by the matches known so far: in the order of keeping, each
        that matches a kept one before it.

        By induction over that order the set is the same however it is found. What dropped.sql gives is right:
        documents that match one that matches none before it, which is kept therefore. Documents that are left
        without a match are kept, too, and so nothing is lost with the matches that are left out. Each round
        decides at least one document.
        """
        matches = self._matches.where("by IS NULL").select("earlier", "later")
        dropped = self._engine.nothing("rank bigint")
        while count(matches) > MATCHES:
            now = self._engine.hold(self._engine.query("dropped", matches=matches), "keepers")
            dropped = dropped.unionByName(now)
            for side in ("earlier", "later"):
                matches = none_of(matches, now.withColumnRenamed("rank", side), side)
            matches = self._engine.hold(matches, "keepers")
        rest = self._engine.map(_dropped_of_all, matches.repartition(1), "rank bigint")
        return self._engine.hold(dropped.unionByName(rest), "keepers")

    def _with_keepers(self, dropped: DataFrame, copies: DataFrame) -> DataFrame:
        """The dropped documents with their keepers: the most similar kept match, the first of several; a
        copy's keeper is its first copy, or that one's keeper.
        """
        matches = none_of(
            self._matches.where("by IS NULL"), dropped.withColumnRenamed("rank", "earlier"), "earlier"
        )
        best = F.max(F.struct("jaccard", (-F.col("earlier")).alias("nearness"), "coverage")).alias("best")
        keepers = (
            matches.groupBy(F.col("later").alias("rank"))
            .agg(best)
            .select("rank", (-F.col("best.nearness")).alias("keeper"), "best.jaccard", "best.coverage")
        )
        of_first = keepers.select(F.col("rank").alias("first"), "keeper", "jaccard", "coverage")
        of_copies = copies.join(of_first, "first", "left").select(
            "rank",
            F.coalesce("keeper", "first").alias("keeper"),
            *(F.coalesce(name, F.lit(1.0)).alias(name) for name in ("jaccard", "coverage")),
        )
        return keepers.unionByName(of_copies)


def _dropped_of_all(batches: Batches) -> Batches:
    """The ranks of the documents that these matches drop, by the kernel of the local run."""
    parts = [np.array(batch.to_struct_array().flatten(), np.int64).reshape(2, -1) for batch in batches]
    earlier, later = np.concatenate([np.zeros((2, 0), np.int64), *parts], axis=1)
    ranks, numbers = np.unique((earlier, later), return_inverse=True)
    left, right = numbers.reshape(2, -1)
    by_later = np.argsort(right, kind="stable")
    offsets = np.searchsorted(right[by_later], np.arange(len(ranks) + 1))
    keeper = kernel.assign(np.arange(len(ranks)), offsets, left[by_later], np.ones(len(left)))
    yield pa.RecordBatch.from_arrays([pa.array(ranks[keeper >= 0])], ["rank"])
