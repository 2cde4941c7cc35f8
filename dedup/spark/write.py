"""What becomes of each record -> folders: the kept lines or rows, the ledger, the rejects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own pages have it

from dedup.errors import OutputError
from dedup.options import Options
from dedup.spark.run import Run
from dedup.spark.session import java_reason

_PLACE = ("file", "block", "uid")


class Written(NamedTuple):
    """A table to write: the folder, and its format: jsonl (one column, a line a row), text (rows, as lines of
    JSON), parquet, csv, tsv.
    """

    path: str
    table: DataFrame
    format: str


def kept_rows(found: Run, options: Options) -> DataFrame:
    """The rows kept, with their cleaned texts."""
    return found.table.where("decision IN ('kept', 'cut')").select(*_row(found, options))


def kept(found: Run, options: Options) -> DataFrame:
    """The records kept, cleaned, in order: lines (value), or rows."""
    records = found.table.where("decision IN ('kept', 'cut')").sort(*_PLACE)
    if found.records.form == "lines":
        return records.select(F.coalesce("cleaned", "record").cast("string").alias("value"))
    return records.select(*_row(found, options))


def in_order(lines: DataFrame) -> DataFrame:
    """Lines of a ledger or of rejects, alone and in order."""
    return lines.sort(*_PLACE).select("line")


def _row(found: Run, options: Options) -> list[Column]:
    """The columns of a row, the text cleaned."""
    columns = {name: F.col("record").getField(name) for name in found.records.fields}
    columns[options.text_field] = F.coalesce(F.col("cleaned").cast("string"), columns[options.text_field])
    return [column.alias(name) for name, column in columns.items()]


class Folders:
    """Folders of whatever file system a path names."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def _at(self, path: str) -> tuple[Any, Any]:
        """A path's file system, and the path there. Raises OutputError."""
        assert self._session._jvm is not None
        try:
            there = self._session._jvm.org.apache.hadoop.fs.Path(path)
            settings = self._session._jsparkSession.sessionState().newHadoopConf()
            return there.getFileSystem(settings), there
        except Py4JJavaError as error:
            raise OutputError(f"{path!r} cannot be reached: {java_reason(error)}") from error

    def check_new(self, path: str | None) -> None:
        """Raises OutputError where there is something already: nothing is written over."""
        if path is None:
            return
        system, there = self._at(path)
        if system.exists(there):
            raise OutputError(f"{path!r} is there already: name a new folder, or delete it")

    def delete(self, path: str) -> None:
        """Delete a folder, if it is there."""
        system, there = self._at(path)
        system.delete(there, True)

    def write(self, outputs: Iterable[Written]) -> None:
        """Write one after the other; where one fails nothing of any is left. Raises OutputError, also where
        another run has written there meanwhile: what it wrote stays.
        """
        begun: list[str] = []
        try:
            for path, table, form in outputs:
                self.check_new(path)
                begun.append(path)
                _write(path, table, form)
                if form == "jsonl":
                    self._name_lines(path)
        except BaseException as error:
            last = begun[-1:]
            if isinstance(error, PySparkException) and "PATH_ALREADY_EXISTS" in str(error):
                begun.pop()  # another run was faster: it is not ours to delete
            for path in begun:
                self.delete(path)
            if isinstance(error, PySparkException | Py4JJavaError):
                raise OutputError(f"{last[0]!r} cannot be written: {java_reason(error)}") from error
            raise

    def _name_lines(self, path: str) -> None:
        """Call files of lines .jsonl: Spark has but .txt for them, which says that each is one document."""
        system, there = self._at(path)
        for status in system.listStatus(there):
            name = status.getPath().getName()
            if name.endswith(".txt"):
                new = self._session._jvm.org.apache.hadoop.fs.Path(there, f"{name[:-4]}.jsonl")  # type: ignore[union-attr]
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
        as_they_are = ("emptyValue", ""), ("nullValue", "")
        blanks = ("ignoreLeadingWhiteSpace", "false"), ("ignoreTrailingWhiteSpace", "false")
        table.write.options(**cells, **dict((*as_they_are, *blanks))).csv(path)
