"""Fit the step functions that weigh the evidence of a repeat, and store them in dedup/repeats/evidence.json.

    python -m bench.repeats.fit

Reads the judged repeats and real articles of DEDUP_DATA; accidents are injected into the articles by seed.
Boosted stumps, averaged over bootstrap samples, add up to one step function for each feature.
cross_validation.py shows how well such a fit does on pages that it has not seen.
"""

import random
from typing import Any, NamedTuple

import numpy as np
import orjson
from sklearn.ensemble import GradientBoostingClassifier

from bench.corpora.data import read_documents
from bench.paths import TOP
from bench.repeats.accidents import make
from bench.repeats.labelled import Observed, feature_matrix, match_unit, observe, overlap
from dedup.repeats.evidence import deciding_rule

TARGET = TOP / "dedup/repeats/evidence.json"
UNWEIGHED = {"links", "references", "byline", "prices_near", "neighbours"}  # features that only rules use
BINS = 24
BAGS, ROUNDS, RATE = 10, 500, 0.1
INJECTED, INJECTED_WEIGHT = 1200, 0.04
AUTHORS_WEIGHT, PER_TEXT = 0.03, 3
AUTHORS = ("extractors/pages", "reuters/articles", "versions/documents", "languages/articles")


class Row(NamedTuple):
    """One observed repeat with its judgement.

    `page`: the number of its judged page, for cross-validation; -1 where it is from none.
    """

    page: int
    features: dict[str, float]
    accident: bool
    weight: float


class Steps(NamedTuple):
    """The bias, and for each feature the edges and the weights of its step function."""

    bias: float
    steps: dict[str, tuple[list[float], list[float]]]

    def logits(self, rows: list[dict[str, float]]) -> np.ndarray:
        """The log odds of an accident of each row of features (float64); rules decide before weights."""
        total = np.full(len(rows), self.bias)
        ruled = np.array(
            [
                0.0 if (rule := deciding_rule(row)) is None else 4.6 if rule.is_accident else -4.6
                for row in rows
            ]
        )
        for name, (edges, weights) in self.steps.items():
            values = np.array([row[name] for row in rows])
            total += np.array(weights)[np.searchsorted(edges, values, side="right")]
        return np.where(ruled, ruled, total)


def judged() -> tuple[list[dict[str, Any]], list[list[Observed]], list[Row]]:
    """The judged pages, the repeats observed in each, and the rows of their judged repeats."""
    pages = list(read_documents("repeats/pages"))
    observed = [observe(page["text"]) for page in pages]
    rows = []
    for number, page in enumerate(pages):
        for unit in page["units"]:
            match = match_unit(observed[number], unit) if unit["label"] != "either" else None
            if match is not None and deciding_rule(observed[number][match].features) is None:
                rows.append(Row(number, observed[number][match].features, unit["label"] == "cut", 1.0))
    return pages, observed, rows


def injected(count: int, seed: int) -> list[Row]:
    """The rows of injected accidents: repeats of which 80% are in the copy."""
    rows = []
    for accident in make(count, ("block", "interleaved", "body", "headline"), (0.0, 0.01, 0.03), seed):
        copy = (accident.start, accident.end)
        for repeat in observe(accident.broken):
            inside = overlap(repeat.span, copy) >= 0.8 * (repeat.span[1] - repeat.span[0])
            if inside and deciding_rule(repeat.features) is None:
                rows.append(Row(-1, repeat.features, True, INJECTED_WEIGHT))
    return rows


def authors() -> list[Row]:
    """The rows of repeats in texts by authors alone (article texts, news wires, terms of service).

    Hardly any of them is an accident. Judged pages are whole pages with their menus, so without these rows
    the fit knows no plain article. At most PER_TEXT of a text.
    """
    rows, rng = [], random.Random(3)
    for name in AUTHORS:
        for document in read_documents(name):
            if document.get("extractor", "truth") == "truth":
                repeats = [
                    repeat for repeat in observe(document["text"]) if deciding_rule(repeat.features) is None
                ]
                rows += [
                    Row(-1, repeat.features, False, AUTHORS_WEIGHT)
                    for repeat in rng.sample(repeats, min(PER_TEXT, len(repeats)))
                ]
    return rows


def fit(rows: list[Row], seed: int = 0) -> Steps:
    """Fit boosted stumps over binned features, averaged over BAGS bootstrap samples."""
    names = sorted(rows[0].features.keys() - UNWEIGHED)
    values = feature_matrix([row.features for row in rows], names)
    labels, weights = np.array([row.accident for row in rows]), np.array([row.weight for row in rows])
    edges = [_edges(values[:, i]) for i in range(len(names))]
    binned = np.stack([np.searchsorted(edges[i], values[:, i], side="right") for i in range(len(names))], 1)
    sums = [np.zeros(len(edge) + 1) for edge in edges]
    bias, rng = 0.0, np.random.RandomState(seed)
    for bag in range(BAGS):
        chosen = rng.choice(len(rows), len(rows))
        model = _boost(binned[chosen], labels[chosen], weights[chosen], bag)
        prior = model.init_.class_prior_
        bias += float(prior[1] and np.log(prior[1] / prior[0])) / BAGS
        _add_stumps(sums, model)
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


def _add_stumps(sums: list[np.ndarray], model: GradientBoostingClassifier) -> None:
    """Add the weights of a model's stumps to the sums, one array of bins for each feature."""
    for tree in (stump[0].tree_ for stump in model.estimators_):
        if tree.node_count == 3:
            at = np.arange(len(sums[tree.feature[0]]))
            leaves = tree.value[1:, 0, 0]
            sums[tree.feature[0]] += np.where(at <= tree.threshold[0], leaves[0], leaves[1]) * RATE / BAGS


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


def extra() -> list[Row]:
    """The rows from no judged page: injected accidents, and what authors repeat on purpose."""
    return injected(INJECTED, 5) + authors()


def main() -> None:
    _, _, rows = judged()
    steps = fit(rows + extra())
    TARGET.write_bytes(
        orjson.dumps({"bias": steps.bias, "steps": steps.steps}, option=orjson.OPT_INDENT_2) + b"\n"
    )
    print(f"{TARGET.name}: {len(rows)} judged repeats, {len(steps.steps)} features")


if __name__ == "__main__":
    main()
