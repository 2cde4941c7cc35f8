"""A run on Spark, from records to what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own pages have it

from dedup.options import Options
from dedup.spark.engine import Spark
from dedup.spark.records import Records
from dedup.spark.stages.decisions import decided, decisions, named
from dedup.spark.stages.near_duplicates import Compared, Comparison, nobody, ordered
from dedup.spark.stages.pairs import Beside
from dedup.spark.stages.scan import SCANNED, scanner


@dataclass(frozen=True)
class Run:
    """What is known at the end of a run. `known`: rank, uid, file, block, id, source, position of
    documents; `table`: as `deciding.decided` has it; `scanned`: as `scanning.SCANNED` has it.
    """

    records: Records
    known: DataFrame
    table: DataFrame
    scanned: DataFrame
    compared: Compared


def run(engine: Spark, records: Records, options: Options) -> Run:
    """Scan, compare, decide. The tables of what is returned are held by the engine."""
    held = replace(records, table=engine.keep(records.table.repartition(records.parts, "uid"), "read"))
    given = held.table.select("uid", _given(held, options).alias("record"))
    scanned = engine.map(scanner(held.form, options), given, SCANNED)
    scanned = engine.keep(scanned.repartition(records.parts, "uid"), "scan")
    documents = scanned.where("uid IS NOT NULL AND reason IS NULL")
    places = named(engine, held)
    order = ordered(engine, documents.join(places, "uid"), options, _ties(held))
    texts = held.table.select("uid", _text(held, options).alias("record"))
    beside = Beside(
        engine, order, texts.join(documents.select("uid", "cleaned", "cuts"), "uid"), held.form, options
    )
    compared = Comparison(engine, options, order, beside).decide() if options.duplicates else nobody(engine)
    who = documents.select("uid", "id").join(places, "uid", "right")
    known = engine.hold(order.select("rank", "uid").join(who, "uid"), "order")
    said = decisions(engine, compared, known, beside)
    return Run(held, known, decided(held, scanned, who, said, options.id_field), scanned, compared)


def _ties(records: Records) -> list[Column]:
    """What comes first of documents that are equal in all that the policy asks for: as they stand in files;
    of a DataFrame's rows, which stand nowhere, by id, then by what they say.
    """
    names = ("id", "one", "two", "uid") if records.files is None else ("file", "block", "uid")
    return [F.col(name).asc_nulls_last() for name in names]


def _given(records: Records, options: Options) -> Column:
    """What the scan is given of a record: a line, or of a row the fields that it reads."""
    if records.form == "lines":
        return F.col("record")
    named = dict.fromkeys((options.text_field, options.id_field, options.order_field, options.url_field))
    return F.struct(*(F.col("record").getField(name).alias(name) for name in named if name in records.fields))


def _text(records: Records, options: Options) -> Column:
    """What is cleaned of a record: a line, or a row's text."""
    if records.form == "lines":
        return F.col("record")
    return F.col("record").getField(options.text_field).cast("binary")
