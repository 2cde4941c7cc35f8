"""A Spark session as an engine: batch functions under mapInArrow, engines/sql as Spark SQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

import pyarrow as pa
from pyspark import Broadcast, StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.engines.local import SQL

Batches = Iterator[pa.RecordBatch]
Sent = TypeVar("Sent")

_SETTINGS = {
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",  # the default has no time zone
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",  # 4 MB of articles, as a block of a local run
    "spark.sql.inMemoryColumnarStorage.batchSize": "200",  # below 1 MB, from which Java wastes up to a half
}


class Spark:
    """Runs stages in a Spark session. `work`: a folder that all executors see, for tables between stages."""

    def __init__(self, session: SparkSession, work: str) -> None:
        self.session = session
        self.work = work
        self.seconds: dict[str, float] = {}
        self._written = 0
        self._kept: list[DataFrame] = []
        self._sent: list[Broadcast[Any]] = []

    @contextmanager
    def settings(self) -> Iterator[None]:
        """Sets the session as these stages need it, and afterwards as it was."""
        before = {name: self.session.conf.get(name, None) for name in _SETTINGS}
        try:
            for name, value in _SETTINGS.items():
                self.session.conf.set(name, value)
            yield
        finally:
            for name, old in before.items():
                if old is None:
                    self.session.conf.unset(name)
                else:
                    self.session.conf.set(name, old)

    def query(self, statement: str, **tables: DataFrame) -> DataFrame:
        """The rows that engines/sql/STATEMENT.sql selects from these tables. The session's own views stay."""
        views = {name: f"dedup_{uuid4().hex}" for name in tables}
        for name, table in tables.items():
            table.createOrReplaceTempView(views[name])
        named = ", ".join(f"{name} AS (SELECT * FROM {view})" for name, view in views.items())  # noqa: S608
        text = (SQL / f"{statement}.sql").read_text(encoding="utf-8")
        try:
            return self.session.sql(f"WITH {named} SELECT * FROM (\n{text}\n) AS selected")  # noqa: S608
        finally:
            for view in views.values():
                self.session.catalog.dropTempView(view)

    def map(self, function: Callable[[Batches], Batches], table: DataFrame, schema: str) -> DataFrame:
        """The batches that `function` makes of each partition of the table, in order, with these columns."""
        return table.mapInArrow(function, schema)

    def row(self, **values: int) -> DataFrame:
        """A table of one row."""
        return self.session.range(1).select(
            *(F.lit(value).cast("bigint").alias(name) for name, value in values.items())
        )

    def nothing(self, schema: str) -> DataFrame:
        """A table without rows."""
        named = (column.split() for column in schema.split(", "))
        return self.session.range(0).select(*(F.lit(None).cast(kind).alias(name) for name, kind in named))

    def hold(self, table: DataFrame, name: str) -> DataFrame:
        """The table, computed once and written to the work folder. It outlives executors, and tables made of
        it do not carry its plan along: Spark prints the plans of cached tables within those of the tables
        made of them, which doubles the plans from step to step.
        """
        self._written += 1
        path = f"{self.work}/{self._written:03}-{name}"
        with self.stage(name):
            table.write.parquet(path)
        return self.session.read.schema(table.schema).parquet(path)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Names the jobs of a stage in Spark's interface, and counts its seconds."""
        self.session.sparkContext.setJobDescription(f"dedup: {name}")
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began

    def keep(self, table: DataFrame, name: str) -> DataFrame:
        """The table, computed once and kept on the executors' disks in its partitions, so that joins by its
        key move nothing. In memory, a million articles filled the 4 GB of each executor, more than Spark had
        counted, and the executors died.
        """
        kept = table.persist(StorageLevel.DISK_ONLY)
        self._kept.append(kept)
        with self.stage(name):
            kept.count()
        return kept

    def send(self, value: Sent) -> Broadcast[Sent]:
        """A value that all executors get once, for functions that `map` is given."""
        sent = self.session.sparkContext.broadcast(value)
        self._sent.append(sent)
        return sent

    def release(self) -> None:
        """Delete what is kept on the executors."""
        while self._kept:
            self._kept.pop().unpersist()
        while self._sent:
            self._sent.pop().destroy()


def count(table: DataFrame) -> int:
    """The number of rows."""
    return int(table.count())


def none_of(table: DataFrame, others: DataFrame, on: str) -> DataFrame:
    """The rows without a counterpart among the others. Columns stay in order; Spark would put `on` first."""
    return table.join(others, on, "left_anti").select(table.columns)


def some_of(table: DataFrame, others: DataFrame, on: str) -> DataFrame:
    """The rows with a counterpart among the others. Columns stay in order."""
    return table.join(others, on, "left_semi").select(table.columns)
