"""Decided documents -> their counts and the lost text, as `dedup.summary.totals` counts on one machine."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.summary.findings_format import Loss
from dedup.summary.totals import Totals

NEAR_DUPLICATE = "decision IN ('dropped', 'tagged')"
"""The condition, in SQL, for a document with a keeper."""


def counts(table: DataFrame) -> tuple[Totals, Loss]:
    """The counts of the decided documents, and how much text is lost."""
    kept, dropped = "decision IN ('kept', 'cut', 'tagged')", "decision = 'dropped'"
    tagged = "decision = 'tagged'"
    sums = {
        "documents": "count_if(decision != 'rejected')",
        "kept": f"count_if({kept})",
        "cut": "count_if(decision = 'cut')",
        "dropped": f"count_if({dropped})",
        "tagged": f"count_if({tagged})",
        "rejected": "count_if(decision = 'rejected')",
        "empty": "count_if(words = 0)",
        "updated": "0",
        "characters": "sum(characters)",
        "kept_characters": f"sum(IF({kept}, characters - cut, 0))",
        "cut_characters": f"sum(IF({kept}, cut, 0))",
        "dropped_characters": f"sum(IF({dropped}, characters, 0))",
        "tagged_characters": f"sum(IF({tagged}, characters - cut, 0))",
        "worst": f"max(IF({NEAR_DUPLICATE}, 1 - coverage, 0))",
        "lost": f"sum(IF({NEAR_DUPLICATE}, (1 - coverage) * words, 0))",
        "words": f"sum(IF({NEAR_DUPLICATE}, words, 0))",
    }
    row = table.agg(*(F.expr(sql).alias(name) for name, sql in sums.items())).collect()[0].asDict()
    worst, lost, words = (row.pop(name) or 0 for name in ("worst", "lost", "words"))
    overall = round(lost / words, 6) if words else 0.0
    loss: Loss = {"worst": round(worst, 6), "overall": overall, "example": None}
    return Totals(**{name: value or 0 for name, value in row.items()}), loss
