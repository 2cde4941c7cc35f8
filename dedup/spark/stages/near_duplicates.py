"""The documents of a run compared with each other, in the rounds of the local run (`dedup.comparison`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own pages have it

from dedup.kernels import keepers as kernel
from dedup.options import Options
from dedup.pipeline.near_duplicates import ROUNDS
from dedup.spark.engine import Batches, Spark, count, none_of
from dedup.spark.stages.candidates import Lookup, by_bucket, by_sample
from dedup.spark.stages.pairs import VERIFIED, Beside

MATCHES = 1 << 22
"""So many matches, 64 MB, are decided by one task; of more, rounds decide the most first."""


class Compared(NamedTuple):
    """Who goes for whom. `dropped`: rank, keeper bigint, jaccard, coverage double; `templates`: earlier,
    later bigint, jaccard, coverage double, of kept documents; how many documents are crowded, how many
    sampled shingles are common.
    """

    dropped: DataFrame
    templates: DataFrame
    crowded: int
    common: int


def ordered(engine: Spark, documents: DataFrame, options: Options, ties: list[Column]) -> DataFrame:
    """The documents with their rank in the order of keeping: a number that ascends, with gaps."""
    policy, by = options.keep.partition(":")[0], F.col("sequence")
    first = {
        "longest": [(F.col("characters") - F.col("cut")).desc()],
        "newest": [by.desc_nulls_last()],
        "oldest": [by.asc_nulls_last()],
    }.get(policy, [])
    named = ("characters", "cut", "sequence", "file", "block", "id")
    known = ("uid", "one", "two", "buckets", "sampled", "low")
    inside = documents.select(*named, *known).sort(*first, *ties)
    return engine.hold(inside.select(F.monotonically_increasing_id().alias("rank"), *known), "order")


def nobody(engine: Spark) -> Compared:
    """What is known where nobody is compared."""
    dropped = engine.nothing("rank bigint, keeper bigint, jaccard double, coverage double")
    return Compared(dropped, engine.nothing(VERIFIED).drop("template"), 0, 0)


class Comparison:
    """The documents of one run. `order`: rank, one, two, buckets, sampled, low."""

    def __init__(self, engine: Spark, options: Options, order: DataFrame, beside: Beside) -> None:
        self._engine = engine
        self._options = options
        self._order = order
        self._beside = beside
        self._matches = engine.nothing(VERIFIED)
        self._met = engine.nothing("earlier bigint, later bigint")

    def decide(self) -> Compared:
        """Who is kept, and who is dropped for whom."""
        engine, total = self._engine, count(self._order)
        copies = engine.hold(self._copies(), "copies")
        unlike = none_of(self._order.where("one != 0"), copies, "rank")
        lookups, common = [by_bucket(engine, unlike)], 0
        if self._options.contained is not None:
            sampled, common = by_sample(engine, unlike, self._options)
            lookups.append(sampled)
        gone = self._rounds(lookups, total)
        crowded = [asking for lookup in lookups if (asking := lookup.asking(gone)) is not None]
        crowds = crowded[0]
        for other in crowded[1:]:
            crowds = crowds.unionByName(other)
        dropped = engine.hold(self._dropped(gone, copies), "dropped")
        templates = self._matches.where("template").drop("template")
        for side in ("earlier", "later"):
            templates = none_of(templates, gone.withColumnRenamed("rank", side), side)
        return Compared(dropped, engine.hold(templates, "templates"), count(crowds.distinct()), common)

    def _copies(self) -> DataFrame:
        """rank, first: documents with the very words of another, and the first that has them."""
        named = self._order.where("one != 0").select("rank", "one", "two")
        firsts = named.groupBy("one", "two").agg(
            F.min("rank").alias("first"), F.count("*").alias("documents")
        )
        some = firsts.where("documents > 1").drop("documents")
        return named.join(some, ["one", "two"]).where("rank != first").select("rank", "first")

    def _rounds(self, lookups: list[Lookup], total: int) -> DataFrame:
        """The dropped ones (rank), copies aside: candidates among those still kept, verified, and keepers
        chosen again, until no match is new.
        """
        gone, lost = self._engine.nothing("rank bigint"), 0
        for number in range(ROUNDS):
            due = [lookup for lookup in lookups if not lookup.is_settled(gone)]
            found = [one.pairs(gone) for one in due if not (number and one.is_too_wide(total - lost))]
            new = self._new(found)
            if not count(new):
                break
            verified = self._engine.hold(self._beside.verified(new), "matches")
            self._matches = self._matches.unionByName(verified)
            if not count(verified.where("NOT template")):
                break
            gone = self._gone()
            lost = count(gone)
        return gone

    def _new(self, found: list[DataFrame]) -> DataFrame:
        """Of these pairs those that were not compared before; now they were."""
        pairs = self._engine.nothing("earlier bigint, later bigint")
        for some in found:
            pairs = pairs.unionByName(some)
        new = self._engine.hold(pairs.distinct().join(self._met, ["earlier", "later"], "left_anti"), "pairs")
        self._met = self._met.unionByName(new)
        return new

    def _gone(self) -> DataFrame:
        """Who is dropped (rank) by the matches that are known: of the documents in order each that matches a
        kept one before it.

        By induction over that order it is the same set however it is found. What dropped.sql gives is right:
        who matches one that nothing undecided comes before, which is kept therefore. Of whom nothing is left
        to match are kept, too, and so nothing is lost with the matches that are left out. Each round decides
        one document at least.
        """
        matches = self._matches.where("NOT template").select("earlier", "later")
        gone = self._engine.nothing("rank bigint")
        while count(matches) > MATCHES:
            now = self._engine.hold(self._engine.query("dropped", matches=matches), "keepers")
            gone = gone.unionByName(now)
            for side in ("earlier", "later"):
                matches = none_of(matches, now.withColumnRenamed("rank", side), side)
            matches = self._engine.hold(matches, "keepers")
        rest = self._engine.map(_one_after_the_other, matches.repartition(1), "rank bigint")
        return self._engine.hold(gone.unionByName(rest), "keepers")

    def _dropped(self, gone: DataFrame, copies: DataFrame) -> DataFrame:
        """Keepers: the most similar match that is kept, the first of several; of copies that of the first."""
        matches = none_of(
            self._matches.where("NOT template"), gone.withColumnRenamed("rank", "earlier"), "earlier"
        )
        best = F.max(F.struct("jaccard", (-F.col("earlier")).alias("nearness"), "coverage")).alias("best")
        found = (
            matches.groupBy(F.col("later").alias("rank"))
            .agg(best)
            .select("rank", (-F.col("best.nearness")).alias("keeper"), "best.jaccard", "best.coverage")
        )
        of_first = found.select(F.col("rank").alias("first"), "keeper", "jaccard", "coverage")
        of_copies = copies.join(of_first, "first", "left").select(
            "rank",
            F.coalesce("keeper", "first").alias("keeper"),
            *(F.coalesce(name, F.lit(1.0)).alias(name) for name in ("jaccard", "coverage")),
        )
        return found.unionByName(of_copies)


def _one_after_the_other(batches: Batches) -> Batches:
    """The places of those dropped, by the kernel of the local run."""
    parts = [np.array(batch.to_struct_array().flatten(), np.int64).reshape(2, -1) for batch in batches]
    earlier, later = np.concatenate([np.zeros((2, 0), np.int64), *parts], axis=1)
    places, numbers = np.unique((earlier, later), return_inverse=True)
    left, right = numbers.reshape(2, -1)
    by_later = np.argsort(right, kind="stable")
    bounds = np.searchsorted(right[by_later], np.arange(len(places) + 1))
    keeper = kernel.assign(np.arange(len(places)), bounds, left[by_later], np.ones(len(left)))
    yield pa.RecordBatch.from_arrays([pa.array(places[keeper >= 0])], ["rank"])
