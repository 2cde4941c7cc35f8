"""Step functions fitted to labelled rows: boosted stumps, averaged over bootstrap samples, add up to one step
function for each feature.
"""

from typing import NamedTuple

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier

BINS = 24
BAGS, ROUNDS, RATE = 10, 500, 0.1


class Steps(NamedTuple):
    """The bias, and for each feature the edges and the weights of its step function."""

    bias: float
    steps: dict[str, tuple[list[float], list[float]]]


def fit_steps(
    values: np.ndarray, names: list[str], labels: np.ndarray, weights: np.ndarray, seed: int, bags: int = BAGS
) -> Steps:
    """Fit to `values` (rows, names), the labels (bool) and the weights (float64) of the rows."""
    edges = [_edges(values[:, i]) for i in range(len(names))]
    binned = np.stack([np.searchsorted(edges[i], values[:, i], side="right") for i in range(len(names))], 1)
    sums = [np.zeros(len(edge) + 1) for edge in edges]
    bias, rng = 0.0, np.random.RandomState(seed)
    for bag in range(bags):
        chosen = rng.choice(len(values), len(values))
        model = _boost(binned[chosen], labels[chosen], weights[chosen], bag)
        prior = model.init_.class_prior_
        bias += float(prior[1] and np.log(prior[1] / prior[0])) / bags
        _add_stumps(sums, model, bags)
    raw = dict(zip(names, zip(edges, sums, strict=True), strict=True))
    return _simplify(bias, raw, binned, names)


def _boost(
    binned: np.ndarray, labels: np.ndarray, weights: np.ndarray, seed: int
) -> GradientBoostingClassifier:
    """Boosted stumps on one bootstrap sample."""
    model = GradientBoostingClassifier(
        n_estimators=ROUNDS,
        max_depth=1,
        learning_rate=RATE,
        subsample=0.7,
        max_features=0.3,
        random_state=seed,
    )
    return model.fit(binned, labels, weights)


def _add_stumps(sums: list[np.ndarray], model: GradientBoostingClassifier, bags: int) -> None:
    """Add the weights of a model's stumps to the sums, one array of bins for each feature."""
    for tree in (stump[0].tree_ for stump in model.estimators_):
        if tree.node_count == 3:
            at = np.arange(len(sums[tree.feature[0]]))
            leaves = tree.value[1:, 0, 0]
            sums[tree.feature[0]] += np.where(at <= tree.threshold[0], leaves[0], leaves[1]) * RATE / bags


def _edges(values: np.ndarray) -> np.ndarray:
    """The edges of the bins: between distinct values, or where there are more than BINS, at quantiles."""
    distinct = np.unique(values)
    if len(distinct) <= BINS:
        return np.asarray(np.round((distinct[1:] + distinct[:-1]) / 2, 4))
    return np.unique(np.round(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]), 4))


def _simplify(
    bias: float, raw: dict[str, tuple[np.ndarray, np.ndarray]], binned: np.ndarray, names: list[str]
) -> Steps:
    """Centre each step function on the rows, join equal steps, and leave out those that weigh nothing."""
    steps = {}
    for i, name in enumerate(names):
        edges, weights = raw[name]
        mean = weights[binned[:, i]].mean()
        bias += mean
        weights = np.round(weights - mean, 3)
        keep = np.flatnonzero(np.abs(np.diff(weights)) > 0.01)
        if len(keep) and np.ptp(weights) > 0.05:
            steps[name] = (edges[keep].tolist(), [*weights[keep].tolist(), float(weights[-1])])
    return Steps(round(float(bias), 3), steps)
