"""Documents compared with each other: from candidates to keepers, in the rounds of the local run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.native import joins as kernel
from dedup.options import Options
from dedup.pipeline.near_duplicates import ROUNDS
from dedup.spark.engine import Batches, Spark, count, none_of
from dedup.spark.stages.candidates import SparkLookup, by_bucket, by_sample, weights_of
from dedup.spark.stages.cleanest import Cleanest, Drop, SparkChoice, best_keepers
from dedup.spark.stages.pairs import VERIFIED, Pairs
from dedup.spark.stages.sort_keys import comparable, preferred_rank

MATCHES = 1 << 22
"""So many matches, 64 MB, are decided by one task. Of more, rounds decide the most first."""


class SparkComparison(NamedTuple):
    """The result of comparing. `dropped`: rank, keeper bigint, jaccard, coverage double; `reasons`: why
    documents are kept for others, where it is not the first of REASONS: rank bigint, reason int; `templates`,
    pairs of kept documents: the columns of VERIFIED; `crowded`: how many documents were not compared with all
    that share a bucket with them; `common`: how many sampled shingles are in too many documents.
    """

    dropped: DataFrame
    reasons: DataFrame
    templates: DataFrame
    crowded: int
    common: int


def keeping_order(
    engine: Spark, documents: DataFrame, options: Options, ties: list[str], kinds: Mapping[str, int]
) -> DataFrame:
    """The documents with their rank in the order in which candidates are looked for, a number that ascends,
    with gaps; their `tier`, of which a lower one is always kept first, and below 0 never dropped; and `nth`,
    by which of exact copies the first is kept. `ties`: the columns that order documents where nothing else
    does; `kinds`: of the keys of the policy's field (see `stages.sort_keys`).
    """
    sort_key = comparable(kinds)
    first = {
        "cleanest": [(F.col("characters") - F.col("cut")).desc()],
        "longest": [(F.col("characters") - F.col("cut")).desc()],
        "newest": [sort_key.desc_nulls_last()],
        "oldest": [sort_key.asc_nulls_last()],
    }.get(options.policy.name, [])
    for_sorting = ("characters", "cut", "sequence", "preferences", "file", "block", "id")
    kept = ("uid", "one", "two", "buckets", "sampled", "low", "words", "pinned", "canonical")
    preferred = preferred_rank() if options.policy.preferences else F.lit(0)
    tier = F.when(F.col("pinned"), -1).otherwise(preferred).alias("tier")
    in_order = documents.select(*for_sorting, *kept, tier)
    by_ties = [F.col(name).asc_nulls_last() for name in ties]
    is_by_matches = options.policy.from_matches
    in_order = in_order.sort(*([] if is_by_matches else ["tier"]), *first, *by_ties)
    null_last = [
        column for name in ties for column in (F.col(name).isNull().alias(f"no_{name}"), F.col(name))
    ]
    ranked = in_order.withColumn("rank", F.monotonically_increasing_id())
    by_url = F.lit(0) if options.policy.fields else (~F.col("canonical")).cast("int")
    nth = F.struct("tier", by_url.alias("by_url"), *null_last) if is_by_matches else F.struct("tier")
    order = engine.hold(ranked.select("rank", "tier", nth.alias("nth"), *kept), "order")
    by_text = not (is_by_matches or options.policy.fields or options.policy.name == "first")
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
    reasons = engine.nothing("rank bigint, reason int")
    return SparkComparison(dropped, reasons, engine.nothing(VERIFIED), 0, 0)


class Comparer:
    """Compares the documents of one run. `order`: rank, tier, nth, one, two, buckets, sampled, low, words,
    pinned.
    """

    def __init__(self, engine: Spark, options: Options, order: DataFrame, pairs: Pairs) -> None:
        self._engine = engine
        self._options = options
        self._order = order
        self._pinned = order.where("pinned").select(F.col("rank").alias("later"))
        self._pairs = pairs
        self._matches = engine.nothing(VERIFIED)
        self._compared = engine.nothing("earlier bigint, later bigint")
        self._round = 0

    def compare(self) -> SparkComparison:
        """Find the documents that match, and choose keepers."""
        engine = self._engine
        copies = engine.hold(self._copies(), "copies")
        distinct = none_of(self._order.where("one != 0"), copies, "rank")
        lookups, common = [by_bucket(engine, distinct)], 0
        if self._options.containment is not None:
            sampled, common = by_sample(engine, distinct, self._options)
            lookups.append(sampled)
        choice = self._choose_in_rounds(lookups, copies)
        crowded = [asking for lookup in lookups if (asking := lookup.asking(choice.dropped)) is not None]
        all_crowded = crowded[0]
        for other in crowded[1:]:
            all_crowded = all_crowded.unionByName(other)
        with_keepers = engine.hold(self._with_copies(choice.keepers, copies), "dropped")
        templates = self._matches.where("by IS NOT NULL")
        for side in ("earlier", "later"):
            templates = none_of(templates, choice.dropped.withColumnRenamed("rank", side), side)
        templates = engine.hold(templates, "templates")
        return SparkComparison(with_keepers, choice.reasons, templates, count(all_crowded.distinct()), common)

    def _copies(self) -> DataFrame:
        """rank, first: documents with the same words as another, and the first that has them; without those
        that are never dropped.
        """
        prints = self._order.where("one != 0").select("rank", "nth", "one", "two", "pinned")
        firsts = prints.groupBy("one", "two").agg(
            F.min(F.struct("nth", "rank"))["rank"].alias("first"), F.count("*").alias("documents")
        )
        several = firsts.where("documents > 1").drop("documents")
        return (
            prints.join(several, ["one", "two"]).where("rank != first AND NOT pinned").select("rank", "first")
        )

    def _choose_in_rounds(self, lookups: list[SparkLookup], copies: DataFrame) -> SparkChoice:
        """Who is kept by the policy, exact copies aside, after the rounds of the local run."""
        dropped = self._match_in_rounds(lookups, lambda matches: self._dropped(self._may_be_dropped(matches)))
        if not self._options.policy.from_matches:
            reasons = self._engine.nothing("rank bigint, reason int")
            return SparkChoice(dropped, self._with_keepers(dropped), reasons)
        chooser = Cleanest(
            self._engine, self._pairs, self._order, copies, self._dropped, self._options.max_loss
        )
        choice = chooser.choose(self._decided())
        if self._round < ROUNDS and not all(lookup.is_settled(choice.dropped) for lookup in lookups):
            self._match_in_rounds(lookups, lambda matches: chooser.choose(matches).dropped, choice.dropped)
            choice = chooser.choose(self._decided())
        return choice

    def _decided(self) -> DataFrame:
        """The matches that decide: all but close calls."""
        return self._matches.where("by IS NULL").drop("by", "reason")

    def _match_in_rounds(
        self, lookups: list[SparkLookup], drop: Drop, dropped: DataFrame | None = None
    ) -> DataFrame:
        """The dropped documents (rank), copies aside. Candidates are looked for among the documents still
        kept, verified, and keepers chosen again, until no match is new.
        """
        if dropped is None:
            dropped = self._engine.nothing("rank bigint")
        while self._round < ROUNDS:
            due = [lookup for lookup in lookups if not lookup.is_settled(dropped)]
            if self._round:
                kept = self._weight(dropped)
                due = [lookup for lookup in due if not lookup.is_too_wide(kept)]
            candidates = [lookup.pairs(dropped) for lookup in due]
            self._round += 1
            new = self._not_compared(candidates)
            if not count(new):
                break
            verified = self._engine.hold(self._pairs.verified(new), "matches")
            self._matches = self._matches.unionByName(verified)
            if not count(verified):
                break
            dropped = drop(self._decided())
        return dropped

    def _weight(self, dropped: DataFrame) -> int:
        """For how many documents the kept ones count; see `weights_of`."""
        kept = none_of(weights_of(self._order), dropped, "rank")
        return kept.agg(F.sum("weight")).collect()[0][0] or 0

    def _may_be_dropped(self, matches: DataFrame) -> DataFrame:
        """The matches without those whose later document is never dropped."""
        return none_of(matches, F.broadcast(self._pinned), "later")

    def _not_compared(self, candidates: list[DataFrame]) -> DataFrame:
        """The candidates that were not compared before; they count as compared from now on."""
        pairs = self._engine.nothing("earlier bigint, later bigint")
        for table in candidates:
            pairs = pairs.unionByName(table)
        new = pairs.distinct().join(self._compared, ["earlier", "later"], "left_anti")
        new = self._engine.hold(new, "pairs")
        self._compared = self._compared.unionByName(new)
        return new

    def _dropped(self, matches: DataFrame) -> DataFrame:
        """The documents (rank) that are dropped by these matches: in the order of keeping, each that matches
        a kept one before it.

        By induction over that order the set is the same however it is found. What dropped.sql gives is right:
        documents that match one that matches none before it, which is kept therefore. Documents that are left
        without a match are kept, too, and so nothing is lost with the matches that are left out. Each round
        decides at least one document.
        """
        matches = matches.select("earlier", "later")
        dropped = self._engine.nothing("rank bigint")
        while count(matches) > MATCHES:
            now = self._engine.hold(self._engine.query("dropped", matches=matches), "keepers")
            dropped = dropped.unionByName(now)
            for side in ("earlier", "later"):
                matches = none_of(matches, now.withColumnRenamed("rank", side), side)
            matches = self._engine.hold(matches, "keepers")
        rest = self._engine.map(_dropped_of_all, matches.repartition(1), "rank bigint")
        return self._engine.hold(dropped.unionByName(rest), "keepers")

    def _with_keepers(self, dropped: DataFrame) -> DataFrame:
        """The dropped documents with their keepers: the most similar kept match, the first of several."""
        matches = self._may_be_dropped(self._decided())
        matches = none_of(matches, dropped.withColumnRenamed("rank", "earlier"), "earlier")
        return best_keepers(matches).withColumnRenamed("later", "rank").withColumnRenamed("earlier", "keeper")

    def _with_copies(self, keepers: DataFrame, copies: DataFrame) -> DataFrame:
        """The dropped documents with their keepers, copies too: a copy's keeper is its first copy, or that
        one's keeper.
        """
        of_first = keepers.withColumnRenamed("rank", "first")
        of_copies = copies.join(of_first, "first", "left").select(
            "rank",
            F.coalesce("keeper", "first").alias("keeper"),
            *(F.coalesce(name, F.lit(1.0)).alias(name) for name in ("jaccard", "coverage")),
        )
        return keepers.unionByName(of_copies)


def _dropped_of_all(batches: Batches) -> Batches:
    """The ranks of the documents that these matches drop, as the local run finds them."""
    parts = [np.array(batch.to_struct_array().flatten(), np.int64).reshape(2, -1) for batch in batches]
    earlier, later = np.concatenate([np.zeros((2, 0), np.int64), *parts], axis=1)
    ranks, numbers = np.unique((earlier, later), return_inverse=True)
    left, right = numbers.reshape(2, -1)
    by_later = np.argsort(right, kind="stable")
    offsets = np.searchsorted(right[by_later], np.arange(len(ranks) + 1))
    keeper = kernel.assign(np.arange(len(ranks)), offsets, left[by_later], np.ones(len(left)))
    yield pa.RecordBatch.from_arrays([pa.array(ranks[keeper >= 0])], ["rank"])
