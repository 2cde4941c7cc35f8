"""Which documents dedup itself puts together."""

from typing import Any

import dedup
from bench.harness.answers import Pair, pairs_within

JACCARD_ALONE: dict[str, Any] = {"contained": None}
"""The options with which only the Jaccard similarity decides."""


def keepers(documents: list[dict[str, str]], **options: Any) -> list[int]:
    """The row of each document's keeper; -1 for a document that is kept."""
    rows = {document["id"]: row for row, document in enumerate(documents)}
    lines = dedup.clean(documents, **options).ledger()
    return [rows[line["keeper"]["id"]] if line["decision"] == "dropped" else -1 for line in lines]


def pairs(keepers: list[int]) -> set[Pair]:
    """The pairs of documents with the same keeper, or of which one is the other's keeper."""
    return pairs_within(row if keeper < 0 else keeper for row, keeper in enumerate(keepers))
