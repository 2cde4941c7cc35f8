"""The order of keeping by fields: sort keys and preferences, as `dedup.text` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.policy import Policy
from dedup.text.fields.preferences import MET, MISSING, NOT_MET
from dedup.text.fields.sort_keys import KIND, Reading


class FieldValues(NamedTuple):
    """What is counted of the values of a policy's fields. `kinds`: how many documents have a key (column
    sequence) of each kind; `states`: how many meet which preferences (column preferences).
    """

    kinds: dict[str, int]
    states: dict[str, int]

    @classmethod
    def of(cls, documents: DataFrame, policy: Policy) -> FieldValues:
        """Of documents; nothing is counted that the policy does not ask for."""
        kinds = _counts(documents, F.substring("sequence", 1, KIND)) if policy.field is not None else {}
        return cls(kinds, _counts(documents, F.col("preferences")) if policy.preferences else {})


def _counts(documents: DataFrame, value: Column) -> dict[str, int]:
    counts = documents.select(value.alias("value")).where("value IS NOT NULL").groupBy("value").count()
    return {row["value"]: row["count"] for row in counts.collect()}


def preferred_rank() -> Column:
    """A number by the preferences that a document meets: lower, the more it is preferred."""
    return F.conv(F.translate("preferences", MET + NOT_MET + MISSING, "011"), 2, 10).cast("int")


def comparable(kinds: Mapping[str, int]) -> Column:
    """What each key is compared by, as text that sorts; null where there is none, or it cannot be read."""
    reading, value = Reading.of(kinds), F.lit(None).cast("string")
    for kind in sorted(kinds):
        if place := reading.place(kind):
            part = F.substring("sequence", place[0] + 1, place[1] - place[0])
            value = F.when(F.col("sequence").startswith(kind), part).otherwise(value)
    return value
