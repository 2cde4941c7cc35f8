"""The same job past one machine: documents of a Spark session in, cleaned ones and every decision out.

    kept, ledger = dedup.spark.clean(dataframe, options)

What is decided is what the local run decides, whatever the number of partitions and executors. The command
has it as `dedup clean ... --engine spark`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pyspark.sql import DataFrame

from dedup.options import Options
from dedup.spark.engine import Spark
from dedup.spark.records import of_rows
from dedup.spark.run import run
from dedup.spark.session import work_folder
from dedup.spark.stages.decisions import ledger
from dedup.spark.write import kept_rows


def clean(
    dataframe: DataFrame, options: Options | None = None, *, work: str | None = None, **changes: Any
) -> tuple[DataFrame, DataFrame]:
    """Decide what to cut and what to drop among the rows of a DataFrame: (kept, ledger).

    `kept`: the rows kept, with their cleaned texts, all other columns as they are. `ledger`: for each row
    its id, decision (kept, cut, dropped, or rejected where it has no text), keeper (struct<id, source,
    position>), jaccard, coverage, and `line`, all that a ledger says of it as JSON. `changes` are single
    options, as `clean(dataframe, threshold=0.9)`. Of equally good documents the one with the lowest id is
    kept, as rows have no order.

    `work`: a folder that all executors see, as hdfs:///tmp/dedup, for what is between stages; both tables
    are read from there as often as they are used, so it must stay until they are not. Without it, it is the
    session's checkpoint folder, or, where all executors are on this machine, a temporary one. Raises
    OptionsError, and InputError for a DataFrame without such a column of strings.
    """
    chosen = replace(options or Options(), **changes)
    records = of_rows(dataframe, chosen)
    engine = Spark(dataframe.sparkSession, work_folder(dataframe.sparkSession, work))
    with engine.settings():
        outcome = run(engine, records, chosen)
        kept = engine.hold(kept_rows(outcome, chosen), "kept")
        said = engine.hold(ledger(engine, outcome.table, undo=False).drop("uid", "file", "block"), "ledger")
    engine.release()
    return kept, said
