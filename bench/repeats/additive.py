"""An additive model of labelled rows, without interactions (interpret's explainable boosting machine): a
bias and a step function for each observation, which a reader can add up.
"""

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bench.harness.steps import Steps

BAGS, BINS, RATE = 12, 64, 0.005
_LEAST_STEP = 0.004  # of the logit: smaller ones are joined to the step before


def fit_additive(
    values: np.ndarray, names: list[str], labels: np.ndarray, weights: np.ndarray, seed: int, bags: int = BAGS
) -> Steps:
    """Fit to `values` (rows, names), the labels (bool) and the weights (float64) of the rows."""
    model = ExplainableBoostingClassifier(
        feature_names=names,
        interactions=0,
        max_bins=BINS,
        outer_bags=bags,
        learning_rate=RATE,
        random_state=seed,
        n_jobs=1,
    )
    model.fit(values, labels, sample_weight=weights)
    steps = {}
    for name, bins, scores in zip(names, model.bins_, model.term_scores_, strict=True):
        simple = _joined(np.asarray(bins[0], float), scores[1:-1])
        if len(simple[0]) and np.ptp(simple[1]) > _LEAST_STEP:
            steps[name] = simple
    return Steps(float(model.intercept_[0]), steps)


def _joined(edges: np.ndarray, weights: np.ndarray) -> tuple[list[float], list[float]]:
    """The steps without edges at which hardly anything changes."""
    kept_edges, kept = list[float](), [float(weights[0])]
    for edge, weight in zip(edges.tolist(), weights[1:].tolist(), strict=True):
        if abs(weight - kept[-1]) > _LEAST_STEP:
            kept_edges.append(round(edge, 4))
            kept.append(weight)
    return kept_edges, [round(weight, 3) for weight in kept]


def logits(steps: Steps, rows: list[dict[str, float]]) -> np.ndarray:
    """The log odds of each row of observations (float64)."""
    total = np.full(len(rows), steps.bias)
    for name, (edges, weights) in steps.steps.items():
        values = np.array([row[name] for row in rows], float)
        total += np.array(weights)[np.searchsorted(edges, values, side="right")]
    return total


def calibrated(unseen: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """The factor and the shift that make logits those of probabilities on rows that a fit has not seen.
    `unseen`: their logits by fits without them (float64); `labels` (bool). Platt's scaling.
    """
    model = LogisticRegression(C=1e6).fit(np.clip(unseen, -12, 12)[:, None], labels)
    return float(model.coef_[0, 0]), float(model.intercept_[0])
