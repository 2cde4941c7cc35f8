"""What a tool answers: which rows of a corpus it puts together, as pairs or as groups."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

Pair = tuple[int, int]
"""Two rows, the smaller one first."""


def pairs_within(groups: Iterable[object]) -> set[Pair]:
    """Every pair of rows of the same group. `groups`: the group of each row."""
    members = defaultdict(list)
    for row, group in enumerate(groups):
        members[group].append(row)
    return {pair for rows in members.values() for pair in combinations(rows, 2)}


def join(pairs: Iterable[Pair], count: int) -> list[int]:
    """The group of each of `count` rows where pairs that share a row are joined: the group's smallest row."""
    parents = list(range(count))

    def root(row: int) -> int:
        while parents[row] != row:
            parents[row] = parents[parents[row]]
            row = parents[row]
        return row

    for left, right in pairs:
        low, high = sorted((root(left), root(right)))
        parents[high] = low
    return [root(row) for row in range(count)]


def answered_pairs(lines: Iterable[dict[str, Any]], ids: Sequence[str]) -> set[Pair]:
    """The pairs of rows that an answer puts together. Its lines: {"pair": [id, id]}, or {"id", "group"}."""
    rows = {name: row for row, name in enumerate(ids)}
    pairs: set[Pair] = set()
    groups: defaultdict[int, object] = defaultdict(object)  # a row without a line is in a group of its own
    for line in lines:
        if "pair" in line:
            left, right = sorted(rows[name] for name in line["pair"])
            pairs.add((left, right))
        else:
            groups[rows[str(line["id"])]] = line["group"]
    return pairs | (pairs_within(groups[row] for row in range(len(ids))) if groups else set())
