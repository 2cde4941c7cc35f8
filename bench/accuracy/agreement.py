"""How far what a tool puts together agrees with the labels: pairwise precision and recall, and the adjusted
Rand index.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bench.accuracy.labelled_sets import Labelled, Pair, pairs_within


class Agreement(NamedTuple):
    """Shares from 0 to 1. Precision is 1 where nothing was put together, recall where nothing belongs
    together. `kept`: the documents that are left when one of each group is kept.
    """

    precision: float
    recall: float
    f1: float
    rand: float
    kept: int


def agreement(found: set[Pair], labelled: Labelled) -> Agreement:
    """Of the pairs that a tool put together how many belong together, and the other way round.

    The adjusted Rand index (Hubert and Arabie 1985, by scikit-learn) compares partitions, so pairs are joined
    into groups for it; where a tool gives groups that changes nothing.
    """
    precision, recall = precision_and_recall(found, labelled)
    f1 = 2 * precision * recall / (precision + recall) if precision * recall else 0.0
    groups = joined(found, len(labelled.documents))
    return Agreement(precision, recall, f1, rand(groups, labelled), len(set(groups)))


def precision_and_recall(found: set[Pair], labelled: Labelled) -> tuple[float, float]:
    """Of the pairs put together the share that belongs together, and the other way round."""
    counted = found - labelled.unclear
    right = len(counted & labelled.same)
    return right / len(counted) if counted else 1.0, right / len(labelled.same) if labelled.same else 1.0


def rand(groups: Sequence[int], labelled: Labelled) -> float:
    """The adjusted Rand index of groups and labels; -1 to 1, 0 for chance."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(joined(labelled.same, len(groups)), groups))


def joined(pairs: Iterable[Pair], count: int) -> list[int]:
    """The group of each row where pairs are joined: the smallest row that a chain leads to."""
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


def answered(lines: Iterable[dict[str, object]], ids: Sequence[str]) -> set[Pair]:
    """The pairs of rows that an answer puts together: {"pair": [id, id]}, or {"id", "group"}."""
    rows = {name: row for row, name in enumerate(ids)}
    found: set[Pair] = set()
    groups: dict[int, object] = defaultdict(object)
    for line in lines:
        if "pair" in line:
            left, right = sorted(rows[name] for name in line["pair"])  # type: ignore[attr-defined]
            found.add((left, right))
        else:
            groups[rows[str(line["id"])]] = line["group"]
    return found | (pairs_within(groups[row] for row in range(len(ids))) if groups else set())


def for_another(keepers: Sequence[int], same: set[Pair]) -> int:
    """How many documents were dropped for a keeper that does not say the same; `keepers`: rows, -1: kept."""
    return sum(
        keeper >= 0 and (min(row, keeper), max(row, keeper)) not in same for row, keeper in enumerate(keepers)
    )
