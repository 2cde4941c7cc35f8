"""The outcome -> folders: the kept lines or rows, the ledger, the rejects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.errors import OutputError
from dedup.options import TAG_FIELDS, Options
from dedup.spark.run import SparkOutcome
from dedup.spark.session import java_reason

_POSITION = ("file", "block", "uid")
_IN_OUTPUT = "decision IN ('kept', 'cut', 'tagged')"


class FolderToWrite(NamedTuple):
    """A folder, the table to write there, and its format: jsonl (one column with lines), text (rows, as lines
    of JSON), parquet, csv or tsv.
    """

    path: str
    table: DataFrame
    format: str


def kept_rows(outcome: SparkOutcome, options: Options) -> DataFrame:
    """The kept rows with their cleaned texts."""
    return outcome.table.where(_IN_OUTPUT).select(*_row(outcome, options))


def kept(outcome: SparkOutcome, options: Options) -> DataFrame:
    """The kept records, cleaned and in order: lines (column value) or rows."""
    records = outcome.table.where(_IN_OUTPUT).sort(*_POSITION)
    if outcome.records.form == "lines":
        return records.select(F.coalesce("cleaned", "record").cast("string").alias("value"))
    return records.select(*_row(outcome, options))


def in_order(lines: DataFrame) -> DataFrame:
    """The lines of a ledger or of rejects, in order."""
    return lines.sort(*_POSITION).select("line")


def _row(outcome: SparkOutcome, options: Options) -> list[Column]:
    """The columns of a row, with its cleaned text, and those of a tag if the run tags near-duplicates."""
    columns = {name: F.col("record").getField(name) for name in outcome.records.fields}
    columns[options.text_field] = F.coalesce(F.col("cleaned").cast("string"), columns[options.text_field])
    if options.tags:
        columns |= {name: F.col(name) for name in TAG_FIELDS}
    return [column.alias(name) for name, column in columns.items()]


class Folders:
    """Writes and deletes folders on the file system that a path names."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def _at(self, path: str) -> tuple[Any, Any]:
        """The path's file system, and the path on it. Raises OutputError."""
        assert self._session._jvm is not None
        try:
            folder = self._session._jvm.org.apache.hadoop.fs.Path(path)
            settings = self._session._jsparkSession.sessionState().newHadoopConf()
            return folder.getFileSystem(settings), folder
        except Py4JJavaError as error:
            raise OutputError(f"{path!r} cannot be reached: {java_reason(error)}") from error

    def check_new(self, path: str | None) -> None:
        """Raises OutputError if the path exists: nothing is overwritten."""
        if path is None:
            return
        system, folder = self._at(path)
        if system.exists(folder):
            raise OutputError(f"{path!r} exists already: name a new folder, or delete it")

    def delete(self, path: str) -> None:
        """Delete a folder, if it is there."""
        system, folder = self._at(path)
        system.delete(folder, True)

    def write(self, outputs: Iterable[FolderToWrite]) -> None:
        """Write all folders; if one fails, delete those written. Raises OutputError, also if another run has
        written a folder of the same path meanwhile, which stays.
        """
        started: list[str] = []
        try:
            for path, table, form in outputs:
                self.check_new(path)
                started.append(path)
                _write(path, table, form)
                if form == "jsonl":
                    self._name_lines(path)
        except BaseException as error:
            last = started[-1:]
            if isinstance(error, PySparkException) and "PATH_ALREADY_EXISTS" in str(error):
                started.pop()  # another run wrote it: not ours to delete
            for path in started:
                self.delete(path)
            if isinstance(error, PySparkException | Py4JJavaError):
                raise OutputError(f"{last[0]!r} cannot be written: {java_reason(error)}") from error
            raise

    def _name_lines(self, path: str) -> None:
        """Rename files of lines to .jsonl: Spark names them .txt, which means that each is one document."""
        system, folder = self._at(path)
        for status in system.listStatus(folder):
            name = status.getPath().getName()
            if name.endswith(".txt"):
                new = self._session._jvm.org.apache.hadoop.fs.Path(folder, f"{name[:-4]}.jsonl")  # type: ignore[union-attr]
                system.rename(status.getPath(), new)


def _write(path: str, table: DataFrame, form: str) -> None:
    if form == "jsonl":
        table.write.text(path, lineSep="\n")
    elif form == "text":
        table.write.json(path)
    elif form == "parquet":
        table.write.parquet(path)
    else:
        cells = {"header": "true", "sep": "," if form == "csv" else "\t", "escape": '"'}
        unchanged = ("emptyValue", ""), ("nullValue", "")
        blanks = ("ignoreLeadingWhiteSpace", "false"), ("ignoreTrailingWhiteSpace", "false")
        table.write.options(**cells, **dict((*unchanged, *blanks))).csv(path)
