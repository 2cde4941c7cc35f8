"""How far the pairs that a tool puts together agree with labels: precision, recall, adjusted Rand index."""

from collections.abc import Sequence
from typing import NamedTuple

from bench.accuracy.labelled_sets import Labelled
from bench.harness.answers import Pair, join


class Agreement(NamedTuple):
    """Shares from 0 to 1, and `kept`: the documents that are left when one of each group is kept.

    Precision is 1 where the tool puts nothing together, recall where nothing belongs together.
    """

    precision: float
    recall: float
    f1: float
    rand: float
    kept: int


def agreement(pairs: set[Pair], labelled: Labelled) -> Agreement:
    """Compare a tool's pairs with the labels.

    The adjusted Rand index (Hubert and Arabie 1985, by scikit-learn) compares partitions, so pairs are joined
    into groups for it. Where a tool gives groups, that changes nothing.
    """
    precision, recall = precision_and_recall(pairs, labelled)
    f1 = 2 * precision * recall / (precision + recall) if precision * recall else 0.0
    groups = join(pairs, len(labelled.documents))
    return Agreement(precision, recall, f1, adjusted_rand(groups, labelled), len(set(groups)))


def precision_and_recall(pairs: set[Pair], labelled: Labelled) -> tuple[float, float]:
    """The share of a tool's pairs that belong together, and the share of such pairs that the tool has."""
    decided = pairs - labelled.unclear
    right = len(decided & labelled.same)
    return right / len(decided) if decided else 1.0, right / len(labelled.same) if labelled.same else 1.0


def adjusted_rand(groups: Sequence[int], labelled: Labelled) -> float:
    """The adjusted Rand index of groups and labels: at most 1, about 0 for chance."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(join(labelled.same, len(groups)), groups))


def count_wrong_keepers(keepers: Sequence[int], same: set[Pair]) -> int:
    """How many documents were dropped for a keeper that is not the same. `keepers`: rows, -1 if kept."""
    return sum(
        keeper >= 0 and (min(row, keeper), max(row, keeper)) not in same for row, keeper in enumerate(keepers)
    )
