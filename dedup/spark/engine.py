"""A Spark session: batch functions under mapInArrow, the statements of dedup/sql as Spark SQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - as all of Spark's own pages have it

from dedup.engines.local import SQL

Batches = Iterator[pa.RecordBatch]

_SETTINGS = {
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",  # the default has no time zone
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",  # 4 MB of articles, as a block of a local run
    "spark.sql.inMemoryColumnarStorage.batchSize": "200",  # below 1 MB, from which Java wastes up to a half
}


class Spark:
    """Stages in a Spark session. `work`: a folder that all executors see, for what is between stages."""

    def __init__(self, session: SparkSession, work: str) -> None:
        self.session = session
        self.work = work
        self.seconds: dict[str, float] = {}
        self._written = 0
        self._kept: list[DataFrame] = []

    @contextmanager
    def settings(self) -> Iterator[None]:
        """The session's settings as these stages want them, and then as they were."""
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
        """The rows that engines/sql/STATEMENT.sql gives over these tables; no view of the session is lost."""
        own = {name: f"dedup_{uuid4().hex}" for name in tables}
        for name, table in tables.items():
            table.createOrReplaceTempView(own[name])
        named = ", ".join(f"{name} AS (SELECT * FROM {view})" for name, view in own.items())  # noqa: S608
        text = (SQL / f"{statement}.sql").read_text(encoding="utf-8")
        try:
            return self.session.sql(f"WITH {named} SELECT * FROM (\n{text}\n) AS found")  # noqa: S608
        finally:
            for view in own.values():
                self.session.catalog.dropTempView(view)

    def map(self, function: Callable[[Batches], Batches], table: DataFrame, schema: str) -> DataFrame:
        """What `function` makes of the batches of each part of the table, in order, with these columns."""
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
        """The table, computed once and written to the work folder: no executor that is lost takes it away,
        and what is made of it does not carry its plan along (Spark prints the plans of what is cached within
        those of what is made of it, which doubles them from step to step).
        """
        self._written += 1
        path = f"{self.work}/{self._written:03}-{name}"
        with self.stage(name):
            table.write.parquet(path)
        return self.session.read.schema(table.schema).parquet(path)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Jobs of a stage: Spark shows them under its name, and its seconds are counted."""
        self.session.sparkContext.setJobDescription(f"dedup: {name}")
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began

    def keep(self, table: DataFrame, name: str) -> DataFrame:
        """The table, computed once, on the disks of the executors as it is parted: what is joined by its key
        stays where it is. Held in their memory, a million articles filled the 4 GB of each to the brim, more
        than Spark had counted, and they died of it.
        """
        held = table.persist(StorageLevel.DISK_ONLY)
        self._kept.append(held)
        with self.stage(name):
            held.count()
        return held

    def release(self) -> None:
        """Give back what is kept on the executors."""
        while self._kept:
            self._kept.pop().unpersist()


def count(table: DataFrame) -> int:
    """How many rows there are."""
    return int(table.count())


def none_of(table: DataFrame, others: DataFrame, on: str) -> DataFrame:
    """The rows of whom there is none among the others. Spark puts `on` first: columns stay where they are."""
    return table.join(others, on, "left_anti").select(table.columns)


def some_of(table: DataFrame, others: DataFrame, on: str) -> DataFrame:
    """The rows of whom there is one among the others, likewise."""
    return table.join(others, on, "left_semi").select(table.columns)
