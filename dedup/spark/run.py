"""A run on Spark, from records to what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.options import Options
from dedup.sources.field_names import no_such_field
from dedup.spark.engine import Spark
from dedup.spark.records import Records, field_names
from dedup.spark.sites.counting import know_sites
from dedup.spark.stages.decisions import decisions, fates, locations
from dedup.spark.stages.near_duplicates import Comparer, SparkComparison, keeping_order, not_compared
from dedup.spark.stages.pairs import Pairs
from dedup.spark.stages.pinned import SparkPinned, find_pinned, names_on_spark
from dedup.spark.stages.scan import SCANNED, scan_mapper
from dedup.spark.stages.sort_keys import FieldValues
from dedup.spark.stages.tags import with_tagged_lines, with_tags
from dedup.text.fields.preferences import missing_field


@dataclass(frozen=True)
class SparkOutcome:
    """What is known at the end of a run. `known`: rank, uid, one, two, file, block, id, source, position of
    documents; `table`: what becomes of each record, with the columns of `stages.decisions.fates`; `scanned`:
    the columns of `stages.scan.SCANNED`; `values`: of the fields of the policy.
    """

    records: Records
    known: DataFrame
    table: DataFrame
    scanned: DataFrame
    comparison: SparkComparison
    pinned: SparkPinned
    values: FieldValues


def run(engine: Spark, records: Records, options: Options) -> SparkOutcome:
    """Scan, compare, decide. The engine holds the tables of the outcome. Raises InputError."""
    names = names_on_spark(engine.session, options)
    options = replace(options, never_drop=None)  # tasks need no names
    records = _kept(engine, records)
    to_scan = records.table.select("uid", _scanned_record(records, options).alias("record"))
    sites = know_sites(engine, to_scan, records.form, options) if _may_have_sites(records, options) else None
    scanned = engine.map(scan_mapper(records.form, options, sites), to_scan, SCANNED)
    scanned = engine.keep(scanned.repartition(records.parts, "uid"), "scan")
    documents = scanned.where("uid IS NOT NULL AND reason IS NULL")
    located = locations(engine, records)
    placed = documents.join(located, "uid")
    pinned = find_pinned(engine, placed, names)
    values = _values(documents, records, options)
    ties = _ties(records)
    order = keeping_order(engine, pinned.marked(placed), options, ties, values.kinds)
    texts = records.table.select("uid", *_texts(records, options))
    of_documents = texts.join(documents.select("uid", "cleaned", "cuts"), "uid")
    pairs = Pairs(engine, order, of_documents, records.form, options)
    comparison = not_compared(engine)
    if options.duplicates:
        comparison = Comparer(engine, options, order, pairs).compare()
    identities = documents.select("uid", "id").join(located, "uid", "right")
    known = engine.hold(order.select("rank", "uid", "one", "two").join(identities, "uid"), "order")
    decided = decisions(engine, comparison, known, pairs, ties, options)
    decided = with_tags(engine, decided) if options.tags else decided
    table = fates(records, scanned, identities, decided, options)
    if options.tags and records.form == "lines":
        table = with_tagged_lines(engine, table)
    return SparkOutcome(records, known, table, scanned, comparison, pinned, values)


def _kept(engine: Spark, records: Records) -> Records:
    """The records, kept on the executors. What an executor had is read again if it dies: files give each
    record the same uid, but the rows of a DataFrame may come in another order, and are written once before.
    """
    numbered = engine.hold(records.table, "read") if records.files is None else records.table
    return replace(records, table=engine.keep(numbered.repartition(records.parts, "uid"), "read"))


def _values(documents: DataFrame, records: Records, options: Options) -> FieldValues:
    """The values of the policy's fields. Raises InputError if no document has a value in one of them."""
    values = FieldValues.of(documents, options.policy)
    field = missing_field(options.policy, *values)
    if field is not None and documents.count():
        raise no_such_field(field, field_names(records))
    return values


def _ties(records: Records) -> list[str]:
    """What orders documents that the policy does not: their position in files; for rows of a DataFrame, which
    have no position, the id, then the words.
    """
    return ["id", "one", "two", "uid"] if records.files is None else ["file", "block", "uid"]


def _may_have_sites(records: Records, options: Options) -> bool:
    """Whether what sites print is looked for, and records may have URLs."""
    field = options.site_field or options.url_field
    return options.cuts_sites and (records.form == "lines" or field in records.fields)


def _scanned_record(records: Records, options: Options) -> Column:
    """What the scan needs of a record: a line, or the fields of a row that it reads."""
    if records.form == "lines":
        return F.col("record")
    of_sites = options.url_field, options.site_field
    fields = (options.text_field, options.id_field, *options.policy.fields, *of_sites)
    names = dict.fromkeys((*fields, options.title_field))
    return F.struct(*(F.col("record").getField(name).alias(name) for name in names if name in records.fields))


def _texts(records: Records, options: Options) -> list[Column]:
    """record, title, url: what is cleaned of a record, a line or a row's text; and of a row its title and its
    URL, null where they are no strings. Those of a line are in it.
    """
    if records.form == "lines":
        return [F.col("record"), *(F.lit(None).cast("string").alias(name) for name in ("title", "url"))]
    row = F.col("record")
    kinds = {field.name: field.dataType.simpleString() for field in records.table.select("record.*").schema}
    strings = (
        row.getField(field) if kinds.get(field) == "string" else F.lit(None).cast("string")
        for field in (options.title_field, options.url_field)
    )
    text = row.getField(options.text_field).cast("binary").alias("record")
    return [text, *(column.alias(name) for column, name in zip(strings, ("title", "url"), strict=True))]
