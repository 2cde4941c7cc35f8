"""What dedup itself decides on a labelled set."""

from dataclasses import fields
from typing import Any

import dedup

CONTAINED = any(field.name == "contained" for field in fields(dedup.Options))
"""Whether this dedup matches by containment, too."""
ALONE: dict[str, Any] = {"contained": None} if CONTAINED else {}
"""The options with which Jaccard alone decides."""


def keepers(documents: list[dict[str, str]], **options: Any) -> list[int]:
    """The row of each document's keeper; -1: it is kept."""
    rows = {document["id"]: row for row, document in enumerate(documents)}
    lines = dedup.clean(documents, **options).ledger()
    return [rows[line["keeper"]["id"]] if line["decision"] == "dropped" else -1 for line in lines]


def groups(keepers: list[int]) -> list[int]:
    """The group of each row: its keeper's row, or its own."""
    return [row if keeper < 0 else keeper for row, keeper in enumerate(keepers)]
