"""Pairs of documents -> their texts side by side -> which pairs match, and what keepers lack.

The rows of a part are ordered by left, salt and right: first the left document itself (right = -1), then
those that it is compared with. So a long text travels once for all of its pairs, and the salts split a
document with a million pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.columns import TextBatch
from dedup.facts.terms import Titled
from dedup.keeping.clutter import beyond
from dedup.matching.lost_paragraphs import lost_paragraphs
from dedup.matching.matches import prepare, titled, verify
from dedup.matching.shingles import shingles
from dedup.native.arrays import Int64s
from dedup.options import Options
from dedup.spark.engine import Batches, Spark
from dedup.spark.records import Form, text_batch
from dedup.spark.stages.scan import cuts_of
from dedup.text.ragged import sets
from dedup.text.words import words_of

PAIRS = 4096
"""The pairs of a document with more of them are split, so that no part compares it with more than about so
many others.
"""

_OWN = -1  # in the column `right`: the row is the left document itself
VERIFIED = (
    "earlier bigint, later bigint, jaccard double, coverage double, reverse double, mutual boolean, "
    "by string, reason string"
)
BEYOND = "left bigint, right bigint, clutter double, balance bigint"
MISSING = "rank bigint, missing binary"


@dataclass(frozen=True)
class Pairs:
    """Compares the texts of pairs of documents. `order`: rank, uid bigint; `documents`: uid bigint, record
    binary, title, url string, cleaned, cuts binary.
    """

    engine: Spark
    order: DataFrame
    documents: DataFrame
    form: Form
    options: Options

    def verified(self, pairs: DataFrame) -> DataFrame:
        """Those of these pairs (earlier, later) that match, exactly; the columns of VERIFIED."""
        sides = pairs.select(F.col("earlier").alias("left"), F.col("later").alias("right"))
        return self.engine.map(_verified_mapper(self.form, self.options), self._side_by_side(sides), VERIFIED)

    def missing(self, pairs: DataFrame) -> DataFrame:
        """The paragraphs of dropped documents (right) that their keepers (left) lack, as JSON; the columns of
        MISSING.
        """
        side_by_side = self._side_by_side(pairs, original=True)
        return self.engine.map(_missing_mapper(self.form, self.options), side_by_side, MISSING)

    def beyond(self, pairs: DataFrame) -> DataFrame:
        """What each right document has beyond the left one; the columns of BEYOND."""
        return self.engine.map(_beyond_mapper(self.form, self.options), self._side_by_side(pairs), BEYOND)

    def _side_by_side(self, pairs: DataFrame, original: bool = False) -> DataFrame:
        """left, salt, right, record, title, url, cuts, in order. `original`: the right documents are not
        cleaned.
        """
        heavy = pairs.groupBy("left").agg(F.count("*").alias("pairs")).where(F.col("pairs") > PAIRS)
        salt = F.expr(
            f"CAST(CASE WHEN pairs IS NULL THEN 0 ELSE pmod(right, pairs div {PAIRS} + 1) END AS int)"
        )
        salted = pairs.join(F.broadcast(heavy), "left", "left").select("left", salt.alias("salt"), "right")
        own = salted.select("left", "salt").distinct().select(F.col("left").alias("rank"), "left", "salt")
        wanted = own.withColumn("right", F.lit(_OWN).cast("bigint")).unionByName(
            salted.select(F.col("right").alias("rank"), "left", "salt", "right")
        )
        is_cleaned = (F.col("right") == _OWN) | F.lit(not original)
        record = F.when(is_cleaned, F.coalesce("cleaned", "record")).otherwise(F.col("record"))
        return (
            wanted.join(self.order.select("rank", "uid"), "rank")
            .join(self.documents, "uid")
            .select("left", "salt", "right", record.alias("record"), "title", "url", "cuts")
            .repartition("left", "salt")
            .sortWithinPartitions("left", "salt", "right")
        )


class _PairBatch(NamedTuple):
    """Some pairs, as rows of `texts` and as ranks. The first text may belong to the batch before."""

    texts: TextBatch
    cuts: pa.Array
    left: Int64s
    right: Int64s
    earlier: Int64s
    later: Int64s


def _pair_batches(batches: Batches, form: Form, options: Options) -> Iterator[_PairBatch]:
    """The pairs of each batch, with the left document that the batch before ended with."""
    last_left: list[pa.RecordBatch] = []
    for batch in (batch for batch in batches if len(batch)):
        table = pa.Table.from_batches([*last_left, batch]).combine_chunks().to_batches()[0]
        left, right, cuts = (table.column(name) for name in ("left", "right", "cuts"))
        rows, is_left = np.arange(len(table)), right.to_numpy() == _OWN
        left_rows = np.maximum.accumulate(np.where(is_left, rows, 0))
        pairs = rows[~is_left]
        ranks = left.to_numpy()[pairs], right.to_numpy()[pairs]
        yield _PairBatch(text_batch(form, table, options), cuts, left_rows[pairs], pairs, *ranks)
        last_left = [table.slice(int(left_rows[-1]), 1)]


def _verified_mapper(form: Form, options: Options) -> Callable[[Batches], Batches]:
    """What maps texts side by side to rows of VERIFIED."""

    def verified(batches: Batches) -> Batches:
        for batch in _pair_batches(batches, form, options):
            prepared = prepare(batch.texts, options.ngram)

            def articles_of(pairs: Int64s, batch: _PairBatch = batch) -> tuple[list[Titled], Int64s, Int64s]:
                rows, numbers = np.unique((batch.left[pairs], batch.right[pairs]), return_inverse=True)
                left, right = numbers.reshape(2, -1)
                return titled(batch.texts.take(rows)), left, right

            pairs, similar, mutual, differences = verify(
                prepared, batch.left, prepared, batch.right, options, articles_of
            )
            facts = [[part and part[i] for part in differences] for i in (0, 1)]
            parted = (pa.array(values, pa.string()) for values in facts)
            yield _batch(VERIFIED, (batch.earlier[pairs], batch.later[pairs], *similar, mutual, *parted))

    return verified


def _beyond_mapper(form: Form, options: Options) -> Callable[[Batches], Batches]:
    """What maps texts side by side to rows of BEYOND."""

    def compared(batches: Batches) -> Batches:
        for batch in _pair_batches(batches, form, options):
            texts = batch.texts.texts
            of_texts = sets(shingles(words_of(texts), options.ngram))
            found = beyond(texts.take(pa.array(batch.right)), of_texts, batch.left, options.ngram)
            yield _batch(BEYOND, (batch.earlier, batch.later, *found))

    return compared


def _missing_mapper(form: Form, options: Options) -> Callable[[Batches], Batches]:
    """What maps texts side by side to rows of MISSING, for documents of which something is lost."""

    def missing(batches: Batches) -> Batches:
        for batch in _pair_batches(batches, form, options):
            of_texts = sets(shingles(words_of(batch.texts.texts), options.ngram))
            rows = pa.array(batch.right)
            cuts = cuts_of(batch.cuts.take(rows))
            lost = lost_paragraphs(batch.texts.texts.take(rows), cuts, of_texts, batch.left, options.ngram)
            lossy = [row for row, paragraphs in enumerate(lost) if paragraphs]
            as_json = [orjson.dumps([list(paragraph) for paragraph in lost[row]]) for row in lossy]
            yield _batch(MISSING, (batch.later[lossy], pa.array(as_json, pa.binary())))

    return missing


def _batch(schema: str, columns: tuple[Any, ...]) -> pa.RecordBatch:
    """A batch of these columns, with the names of a Spark schema."""
    names = [column.split()[0] for column in schema.split(", ")]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names)
