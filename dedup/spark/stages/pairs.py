"""Pairs of documents -> batches in which the texts of both stand beside each other, and what is found in
them.

The rows of a part are in order of left, salt, right: first a document's own row (right = -1), then those
that it is compared with. So a long text travels once for all of its pairs, and a document with a million of
them is shared out by its salts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own pages have it

from dedup.kernels.arrays import Int64s
from dedup.matching.lost_paragraphs import lost_paragraphs
from dedup.matching.matches import prepare, verify
from dedup.matching.shingles import shingles
from dedup.options import Options
from dedup.spark.engine import Batches, Spark
from dedup.spark.records import Form, texts
from dedup.spark.stages.scan import cuts_of
from dedup.text.figures import Figures, figures
from dedup.text.ragged import sets
from dedup.text.words import words_of

PAIRS = 4096
"""A document with more pairs is shared out: no part has to compare it with more than about so many."""

_OWN = -1
VERIFIED = "earlier bigint, later bigint, jaccard double, coverage double, template boolean"
MISSING = "rank bigint, missing binary"


@dataclass(frozen=True)
class Beside:
    """Finds things in pairs of documents. `order`: rank, uid bigint; `documents`: uid bigint, record,
    cleaned, cuts binary.
    """

    engine: Spark
    order: DataFrame
    documents: DataFrame
    form: Form
    options: Options

    def verified(self, pairs: DataFrame) -> DataFrame:
        """Those of these pairs (earlier, later) that match, exactly, as VERIFIED has them."""
        beside = self._beside(pairs.select(F.col("earlier").alias("left"), F.col("later").alias("right")))
        return self.engine.map(_verifier(self.form, self.options), beside, VERIFIED)

    def missing(self, pairs: DataFrame) -> DataFrame:
        """What keepers (left) lack of documents dropped for them (right), as MISSING has it: JSON."""
        return self.engine.map(_loser(self.form, self.options), self._beside(pairs, original=True), MISSING)

    def _beside(self, pairs: DataFrame, original: bool = False) -> DataFrame:
        """left, salt, right, record, cuts: in order. `original`: the right ones as they came in."""
        heavy = pairs.groupBy("left").agg(F.count("*").alias("pairs")).where(F.col("pairs") > PAIRS)
        parts = F.expr(
            f"CAST(CASE WHEN pairs IS NULL THEN 0 ELSE pmod(right, pairs div {PAIRS} + 1) END AS int)"
        )
        salted = pairs.join(F.broadcast(heavy), "left", "left").select("left", parts.alias("salt"), "right")
        own = salted.select("left", "salt").distinct().select(F.col("left").alias("rank"), "left", "salt")
        wanted = own.withColumn("right", F.lit(_OWN).cast("bigint")).unionByName(
            salted.select(F.col("right").alias("rank"), "left", "salt", "right")
        )
        changed = (F.col("right") == _OWN) | F.lit(not original)
        record = F.when(changed, F.coalesce("cleaned", "record")).otherwise(F.col("record"))
        return (
            wanted.join(self.order.select("rank", "uid"), "rank")
            .join(self.documents, "uid")
            .select("left", "salt", "right", record.alias("record"), "cuts")
            .repartition("left", "salt")
            .sortWithinPartitions("left", "salt", "right")
        )


class _Some(NamedTuple):
    """A batch: the texts of its rows, with the one before them that its first pairs are of; pairs as rows of
    these (int64), and the places of both.
    """

    texts: pa.LargeStringArray
    cuts: pa.Array
    left: Int64s
    right: Int64s
    earlier: Int64s
    later: Int64s


def _some(batches: Batches, form: Form, options: Options) -> Iterator[_Some]:
    """The batches, each behind the row of the one before that it goes on with."""
    held: list[pa.RecordBatch] = []
    for batch in (batch for batch in batches if len(batch)):
        whole = pa.Table.from_batches([*held, batch]).combine_chunks().to_batches()[0]
        left, right, record, cuts = (whole.column(name) for name in ("left", "right", "record", "cuts"))
        rows, own = np.arange(len(whole)), right.to_numpy() == _OWN
        owner = np.maximum.accumulate(np.where(own, rows, 0))
        some = rows[~own]
        places = left.to_numpy()[some], right.to_numpy()[some]
        yield _Some(texts(form, record, options), cuts, owner[some], some, *places)
        held = [whole.slice(int(owner[-1]), 1)]


def _verifier(form: Form, options: Options) -> Callable[[Batches], Batches]:
    """What makes rows of VERIFIED."""

    def found(batches: Batches) -> Batches:
        for some in _some(batches, form, options):
            looked = prepare(some.texts, options.ngram)

            def read(pairs: Int64s, some: _Some = some) -> tuple[Figures, Int64s, Int64s]:
                rows, places = np.unique((some.left[pairs], some.right[pairs]), return_inverse=True)
                left, right = places.reshape(2, -1)
                return figures(some.texts.take(pa.array(rows)).to_pylist()), left, right

            pairs, similar, called = verify(looked, some.left, looked, some.right, options, read)
            columns = (some.earlier[pairs], some.later[pairs], *similar, called)
            yield _batch(VERIFIED, columns)

    return found


def _loser(form: Form, options: Options) -> Callable[[Batches], Batches]:
    """What makes rows of MISSING, of documents that lose something."""

    def found(batches: Batches) -> Batches:
        for some in _some(batches, form, options):
            held = sets(shingles(words_of(some.texts), options.ngram))
            rows = pa.array(some.right)
            cut = cuts_of(some.cuts.take(rows))
            lost = lost_paragraphs(some.texts.take(rows), cut, held, some.left, options.ngram)
            lacking = [row for row, one in enumerate(lost) if one]
            said = pa.array([orjson.dumps([list(one) for one in lost[row]]) for row in lacking], pa.binary())
            yield _batch(MISSING, (some.later[lacking], said))

    return found


def _batch(schema: str, columns: tuple[Any, ...]) -> pa.RecordBatch:
    """Columns with the names that a schema of Spark's has."""
    names = [column.split()[0] for column in schema.split(", ")]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names)
