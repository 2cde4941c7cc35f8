"""Paths -> records, with the names and numbers that the local run gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it
from pyspark.sql.types import StringType, StructField, StructType

from dedup.document import list_fields
from dedup.errors import InputError, OutputError
from dedup.files.discovery import FORMATS, UNWRITTEN, format_of
from dedup.files.earlier.own_files import LEDGER, kind_of, own_files
from dedup.options import Options
from dedup.spark.pages import page_lines
from dedup.spark.records import BAD, Records, check_fields, quoted

_READABLE = ("jsonl", "csv", "tsv", "parquet", "text", *UNWRITTEN)
_WILDCARD = re.compile(r"[*?\[{]")


def read(session: SparkSession, inputs: Sequence[str], options: Options) -> Records:
    """The records of files, folders and globs, all of one format. Files of this machine that dedup wrote are
    left out where a folder or a glob has them. Raises InputError.
    """
    with one_sentence(InputError):
        all_files = session.read.format("binaryFile").option("recursiveFileLookup", True).load([*inputs])
        paths = [_plain(name) for name in all_files.inputFiles()]
    entries = [_input(session, entry, paths) for entry in inputs]
    own = _own_files(paths, entries)
    form = _format([path for path in paths if path not in own], inputs)
    known = [path for path in paths if format_of(PurePosixPath(path).name) == form]
    names = _names([*known, *own], entries)
    skipped = {name: own[path] for path, name in names.items() if path in own}
    names = {path: name for path, name in names.items() if path not in own}
    numbered = [(*entry, number) for number, entry in enumerate(names.items())]
    files = session.createDataFrame(numbered, "path string, source string, file int")
    sources, local = files.select("file", "source"), tuple(_local(names).values())
    if form in UNWRITTEN:
        table, parts = page_lines(session, names, form, options)
        return Records(table, sources, "lines", "jsonl", parts, (), local, skipped)
    with one_sentence(InputError):
        loaded = _load(session, inputs, form)
        parts = loaded.rdd.getNumPartitions()
        path = F.regexp_replace(F.col("_metadata.file_path"), "^file:/+", "file:/")
        table = loaded.select(
            F.monotonically_increasing_id().alias("uid"),
            path.alias("path"),
            F.col("_metadata.file_block_start").alias("block"),
            _record(loaded, form, options).alias("record"),
        )
    table = table.join(F.broadcast(files.select("path", "file")), "path").drop("path")
    if form == "jsonl":
        return Records(table, sources, "lines", form, parts, (), local, skipped)
    rows = table.select("record.*").drop(BAD)
    check_fields(rows, options)
    return Records(table, sources, "rows", form, parts, tuple(rows.columns), local, skipped)


def _own_files(paths: Sequence[str], entries: Sequence[_Input]) -> dict[str, str]:
    """Which files of this machine dedup wrote, by path, with what each is. Those elsewhere are not opened:
    each would cost a request. Raises InputError for a ledger that an input names.
    """
    known = [path for path in paths if format_of(PurePosixPath(path).name)]
    local = _local(known)
    named = {path for path in local if any(unquote(path).split("/") == entry.below for entry in entries)}
    if ledger := next((path for path in local if path in named and kind_of(local[path]) == LEDGER), None):
        raise InputError(f"{str(local[ledger])!r} is a ledger of dedup and has no articles; leave it out.")
    own = own_files(
        [file for path, file in local.items() if path not in named], [local[path] for path in named], None
    )
    if known and len(own) == len(known):
        raise InputError(
            f"All files of {list_fields([str(path) for path in own])} are ones that dedup wrote."
        )
    return {path: own[file] for path, file in local.items() if file in own}


def _local(paths: Iterable[str]) -> dict[str, Path]:
    """Those of these paths that are files of this machine."""
    return {path: Path(unquote(path.removeprefix("file:"))) for path in paths if path.startswith("file:/")}


@contextmanager
def one_sentence(kind: type[InputError] | type[OutputError]) -> Iterator[None]:
    """Turns Spark's error about a path that it cannot use into one of this kind, of one sentence."""
    try:
        yield
    except PySparkException as error:
        raise kind(" ".join(str(error).splitlines()[0].split())) from error


def _load(session: SparkSession, inputs: Sequence[str], form: str) -> DataFrame:
    """The files of one format, as Spark reads them."""
    endings = [suffix.removeprefix(".") for suffix, name in FORMATS.items() if name == form]
    compressions = [""] if form == "parquet" else ["", ".gz", ".zst"]
    wanted = ",".join(ending + compression for ending in endings for compression in compressions)
    reader = session.read.option("recursiveFileLookup", True).option("pathGlobFilter", f"*.{{{wanted}}}")
    if form == "jsonl":
        return reader.format("text").option("lineSep", "\n").load([*inputs])
    if form == "text":
        return reader.format("text").option("wholetext", True).load([*inputs])
    if form == "parquet":
        return reader.parquet(*inputs)
    cells = reader.option("header", True).option("multiLine", True).option("escape", '"')
    cells = cells.option("sep", "," if form == "csv" else "\t")
    names = [*cells.csv([*inputs]).columns, BAD]
    schema = StructType([StructField(name, StringType()) for name in names])
    return cells.option("columnNameOfCorruptRecord", BAD).schema(schema).csv([*inputs])


def _record(loaded: DataFrame, form: str, options: Options) -> Column:
    """A line, or a row as a struct."""
    if form == "jsonl":
        return F.col("value").cast("binary")
    if form == "text":
        return F.struct(F.lit(None).cast("string").alias("id"), F.col("value").alias("text"))
    columns = {name: F.col(quoted(name)) for name in loaded.columns}
    if form in ("csv", "tsv") and options.text_field in columns:  # Spark reads an empty cell as null
        filled = F.coalesce(columns[options.text_field], F.lit(""))
        columns[options.text_field] = F.when(columns[BAD].isNull(), filled)
    return F.struct(*(column.alias(name) for name, column in columns.items()))


def _format(paths: Sequence[str], inputs: Sequence[str]) -> str:
    """The one format of the files. Raises InputError."""
    forms = sorted({form for path in paths if (form := format_of(PurePosixPath(path).name)) is not None})
    if not forms:
        raise InputError(
            f"{list_fields([*inputs])} have no file with a known extension: {', '.join(FORMATS)}."
        )
    if len(forms) > 1:
        raise InputError(
            f"--engine spark reads one format at a time, not {' and '.join(forms)}: name one as *.jsonl"
        )
    if forms[0] not in _READABLE:
        raise InputError(f"--engine spark does not read .{forms[0]}: name JSON Lines .jsonl")
    return forms[0]


def _plain(path: str) -> str:
    """A path as Spark gives it for each record: file:/a, s3a://bucket/a, escaped."""
    return re.sub("^file:/+", "file:/", path)


class _Input(NamedTuple):
    """An input, as parts of paths: `root`, the folder that names are relative to, and `below`, the file or
    folder that it names.
    """

    root: list[str]
    below: list[str]


def _input(session: SparkSession, entry: str, paths: Sequence[str]) -> _Input:
    """What an input names; of a pattern, everything below its last folder without wildcards."""
    assert session._jvm is not None
    path = session._jvm.org.apache.hadoop.fs.Path(entry)
    system = path.getFileSystem(session._jsparkSession.sessionState().newHadoopConf())
    parts = _plain(system.makeQualified(path).toString()).rstrip("/").split("/")
    wildcards = [number for number, part in enumerate(parts) if _WILDCARD.search(part)]
    if wildcards:
        return _Input(parts[: wildcards[0]], parts[: wildcards[0]])
    return _Input(parts[:-1] if any(unquote(path).split("/") == parts for path in paths) else parts, parts)


def _names(paths: Sequence[str], inputs: Sequence[_Input]) -> dict[str, str]:
    """The name of each file below the inputs' common folder, by path, in the order of the local run."""
    roots = zip(*(entry.root for entry in inputs), strict=False)
    common = len([*takewhile(lambda parts: len(set(parts)) == 1, roots)])
    parts = {path: unquote(path).split("/") for path in paths}

    def sort_key(path: str) -> tuple[int, list[tuple[bool, str]]]:
        *folders, name = parts[path]
        of_inputs = [
            number for number, entry in enumerate(inputs) if parts[path][: len(entry.below)] == entry.below
        ]
        return min(of_inputs, default=0), [*((True, folder) for folder in folders), (False, name)]

    return {path: "/".join(parts[path][common:]) for path in sorted(paths, key=sort_key)}
