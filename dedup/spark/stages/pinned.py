"""The documents that a run never drops: the twin of `dedup.sources.pinned`."""

from __future__ import annotations

from typing import NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.errors import InputError
from dedup.options import Options
from dedup.sources.pinned import Names, names_in_lines, names_of
from dedup.spark.engine import Spark
from dedup.spark.read import one_sentence
from dedup.summary.format import PinnedCounts
from dedup.summary.summary import pinned_values


class SparkPinned(NamedTuple):
    """The documents that are never dropped. `names`: all that were given; `calls`: uid and name, for each
    document that a name means.
    """

    names: Names
    calls: DataFrame

    def marked(self, documents: DataFrame) -> DataFrame:
        """The documents with a column `pinned`: whether they are never dropped."""
        if not self.names:
            return documents.withColumn("pinned", F.lit(False))
        pinned = self.calls.select("uid").distinct().withColumn("pinned", F.lit(True))
        marked = documents.join(F.broadcast(pinned), "uid", "left")
        return marked.withColumn("pinned", F.coalesce("pinned", F.lit(False)))

    def counts(self, options: Options) -> PinnedCounts | None:
        """The `pinned` of a summary."""
        if options.never_drop is None:
            return None
        known = {row["name"] for row in self.calls.select("name").distinct().collect()}
        documents = self.calls.select("uid").distinct().count()
        unknown = [name for name in self.names if name not in known]
        return pinned_values(options, documents, len(self.names), unknown)


def names_on_spark(session: SparkSession, options: Options) -> Names:
    """The names that `options.never_drop` gives, read by Spark if it is a path such as hdfs://host/keep.txt.
    Raises InputError.
    """
    path = options.never_drop_file
    if path is None or "://" not in path:
        return names_of(options.never_drop)
    with one_sentence(InputError):
        rows = session.read.text(path, lineSep="\n").toLocalIterator()
        return dict.fromkeys(names_in_lines(path, (row["value"].encode() for row in rows)))


def find_pinned(engine: Spark, documents: DataFrame, names: Names) -> SparkPinned:
    """Which documents the names mean. `documents`: uid, id, source, position."""
    if not names:
        return SparkPinned(names, engine.nothing("uid bigint, name string"))
    given = engine.session.createDataFrame([(name,) for name in names], "name string")
    called = F.explode(F.array("id", F.concat("source", F.lit(":"), "position"))).alias("name")
    calls = documents.select("uid", called).join(F.broadcast(given), "name").select("uid", "name").distinct()
    return SparkPinned(names, engine.hold(calls, "pinned"))
