"""The records of a run on Spark, lines of JSON or rows of a table, and the documents that the local run would
make of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup import formats
from dedup.columns import TextBatch
from dedup.document import list_fields
from dedup.errors import InputError
from dedup.formats import parquet
from dedup.formats.blocks import Batch, Block, Piece, join
from dedup.native.scan import ScanPlan
from dedup.options import TAG_FIELDS, Options
from dedup.sources.field_names import RECORDS, names_in_lines
from dedup.sources.source import fields_of
from dedup.text.scanned import ScannedTexts

Form = Literal["lines", "rows"]

BAD = "dedup_bad"  # the field for lines of a CSV file that are no row


@dataclass(frozen=True)
class Records:
    """The input. `table`: uid bigint; file int, block bigint (null for a DataFrame's rows); record: a line
    (binary) or a row (struct). Ordered by uid, the records of a block follow each other.

    `files`: file int, source string; `form`: lines or rows; `written`: the output's format; `parts`: how many
    partitions to work in; `fields`: of a row; `paths`: the files on this machine; `skipped`: those that dedup
    wrote and that are not read, by name, with what each is.
    """

    table: DataFrame
    files: DataFrame | None
    form: Form
    written: str
    parts: int
    fields: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)


def of_rows(table: DataFrame, options: Options) -> Records:
    """The rows of a DataFrame. Raises InputError if it has no column with texts, or none with the ids that
    tags need: rows have neither files nor positions.
    """
    check_fields(table, options)
    if options.tags and options.id_field not in table.columns:
        raise InputError(
            f"--action tag names rows by their ids, and there is no column {options.id_field!r}: name the "
            "right one with --id-field"
        )
    row = F.struct(*(F.col(quoted(name)) for name in table.columns))
    null = F.lit(None)
    numbered = table.select(
        F.monotonically_increasing_id().alias("uid"),
        null.cast("int").alias("file"),
        null.cast("bigint").alias("block"),
        row.alias("record"),
    )
    parts = int(str(table.sparkSession.conf.get("spark.sql.shuffle.partitions")))
    return Records(numbered, None, "rows", "rows", parts, tuple(table.columns))


def check_fields(table: DataFrame, options: Options) -> None:
    """Raises InputError if a table has no column with texts, several columns of one name, or a column of a
    tag that the run would replace, which no ledger of Spark's gives back.
    """
    names = table.columns
    replaced = [name for name in TAG_FIELDS if options.tags and name in names]
    if replaced:
        raise InputError(f"--action tag adds the column {replaced[0]!r}, which is there already: rename it")
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise InputError(f"there are several columns {repeated!r}: rename all but one")
    if options.text_field not in names:
        raise InputError(
            f"there is no column {options.text_field!r}, only {list_fields(names)}: "
            "name the right one with --text-field"
        )
    kind = table.schema[options.text_field].dataType.simpleString()
    if kind != "string":
        raise InputError(f"{options.text_field!r} holds {kind}, not strings: name another with --text-field")


def field_names(records: Records) -> list[str]:
    """The names of the fields of rows, or of the first lines."""
    if records.form == "rows":
        return [*records.fields]
    return names_in_lines(bytes(row["record"]) for row in records.table.select("record").take(RECORDS))


def quoted(name: str) -> str:
    """A column's name, quoted for Spark's expressions."""
    return "`" + name.replace("`", "``") + "`"


class RecordParser(Protocol):
    """Makes documents of records, whose positions count from 1."""

    def block(self, records: pa.Array) -> Block: ...
    def parse(self, block: Block) -> Batch: ...
    def scan(self, block: Block, plan: ScanPlan) -> tuple[Batch, ScannedTexts]: ...
    def size_of(self, block: Block) -> int: ...

    def raw(self, records: pa.Array) -> Sequence[bytes]:
        """What edits change: lines, or the texts of rows."""


def parser(form: Form, options: Options) -> RecordParser:
    """The parser for records of this form."""
    return _Lines(options) if form == "lines" else _Rows(options)


class _Lines:
    """Lines of JSON: each is a piece of a block."""

    def __init__(self, options: Options) -> None:
        self._fields = fields_of(options)

    def block(self, records: pa.Array) -> Block:
        """The lines (binary)."""
        pieces = [Piece(0, 0, i, line + b"\n") for i, line in enumerate(records.to_pylist(), 1)]
        return join("jsonl", pieces, {0: "lines"})

    def parse(self, block: Block) -> Batch:
        """The documents and rejects."""
        return formats.parse(block, self._fields)

    def scan(self, block: Block, plan: ScanPlan) -> tuple[Batch, ScannedTexts]:
        """The documents and rejects, and what is found of the texts."""
        return formats.scan(block, self._fields, plan)

    def size_of(self, block: Block) -> int:
        """Bytes of a block."""
        return block.size

    def raw(self, records: pa.Array) -> Sequence[bytes]:
        """The lines."""
        lines: list[bytes] = records.to_pylist()
        return lines


class _Rows(_Lines):
    """Rows: structs of text, id, sort key, url and title."""

    def block(self, records: pa.Array) -> Block:
        """The rows (struct)."""
        batch = pa.RecordBatch.from_struct_array(records)
        return parquet.block(0, "rows", batch, np.arange(len(batch)))

    def raw(self, records: pa.Array) -> Sequence[bytes]:
        """The texts."""
        texts: list[str | None] = records.field(self._fields.text).to_pylist()
        return [b"" if text is None else text.encode() for text in texts]


def text_batch(form: Form, batch: pa.RecordBatch, options: Options) -> TextBatch:
    """The texts, titles and URLs of records that are documents. `batch`: columns record, title and url. A
    record (binary) is a line of JSON, which has title and URL in it, or the text alone.
    """
    rows, records = np.arange(len(batch)), batch.column("record")
    if form == "rows":
        texts = records.cast(pa.large_binary()).cast(pa.large_string())
        others = (batch.column(name).cast(pa.large_string()) for name in ("title", "url"))
        return TextBatch(rows, texts, *others)
    source = parser(form, options)
    return TextBatch.of(rows, source.parse(source.block(records)).documents)
