"""A run on Spark: documents of a session in, cleaned ones and every decision out.

    kept, ledger = dedup.spark.clean(dataframe, options)

The decisions are those of the local run, for any number of partitions and executors. On the command line this
is `dedup clean ... --engine spark`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

from pyspark.sql import DataFrame

from dedup.options import OptionChanges, Options
from dedup.spark.engine import Spark
from dedup.spark.records import of_rows
from dedup.spark.run import run
from dedup.spark.session import work_folder
from dedup.spark.stages.decisions import ledger
from dedup.spark.write import kept_rows


def clean(
    dataframe: DataFrame,
    options: Options | None = None,
    *,
    work: str | None = None,
    **changes: Unpack[OptionChanges],
) -> tuple[DataFrame, DataFrame]:
    """Decide what to cut and what to drop or to tag among the rows of a DataFrame: (kept, ledger).

    `kept`: the kept rows with their cleaned texts; all other columns are unchanged. With action="tag"
    near-duplicates are kept, too, and two columns are added: duplicate_of, the id of the keeper (null if it
    has none), and similarity. `ledger`: for each row its id, decision (kept, cut, dropped, tagged, or
    rejected if it has no text), keeper (struct<id, source, position>), jaccard, coverage, and `line`, its
    line of a ledger as JSON. `changes` are single options, as `clean(dataframe, threshold=0.9)`. Of equally
    good documents the one with the lowest id is kept, since rows have no order, and close calls that are
    equally close are in the order of their ids.

    `work`: a folder that all executors see, as hdfs:///tmp/dedup, for the rows, which are read once, and for
    tables between stages. Both results are read from there each time they are used, so it must stay as long
    as they are needed. The default is the session's checkpoint folder, or a temporary one if all executors
    are on this machine. Raises OptionsError, and InputError for a DataFrame without a text column of strings,
    or without a field of `keep`.
    """
    chosen = replace(options or Options(), **changes)
    records = of_rows(dataframe, chosen)
    engine = Spark(dataframe.sparkSession, work_folder(dataframe.sparkSession, work))
    try:
        with engine.settings():
            outcome = run(engine, records, chosen)
            kept = engine.hold(kept_rows(outcome, chosen), "kept")
            lines = engine.hold(
                ledger(engine, outcome.table, undo=False).drop("uid", "file", "block"), "ledger"
            )
    finally:
        engine.release()
    return kept, lines
