"""Fit the step functions that weigh the evidence of a repeat, and say how well they do on pages they have not
seen.

    python bench/fit.py [--write] [--folds 8] [--seeds 2]

Reads the judged repeats and real articles of DEDUP_DATA (accidents are injected into these by seed). Boosted
stumps, averaged over bootstrap samples, add up to one step function for each observation; `--write` stores
them in dedup/evidence.json. Prints the precision and recall of cutting over the judged repeats at each
caution, cross-validated by page.
"""

import argparse
import random
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
from accidents import make
from labelled import Seen, matching, matrix, read, seen, shared
from sklearn.ensemble import GradientBoostingClassifier

from dedup.evidence import ACCIDENTS, rule

TARGET = Path(__file__).resolve().parents[1] / "dedup/evidence.json"
BINS = 24
BAGS, ROUNDS, RATE = 10, 500, 0.1
INJECTED, INJECTED_WEIGHT = 1200, 0.04
AUTHORS_WEIGHT, EACH = 0.03, 3
AUTHORS = ("extractors/pages", "reuters/articles", "versions/documents", "languages/articles")


class Row(NamedTuple):
    """One observed repeat with its judgement. `page` groups rows for cross-validation; -1: injected."""

    page: int
    observations: dict[str, float]
    accident: bool
    weight: float


class Steps(NamedTuple):
    """The bias, and for each observation its edges and weights."""

    bias: float
    steps: dict[str, tuple[list[float], list[float]]]

    def logits(self, rows: list[dict[str, float]]) -> np.ndarray:
        total = np.full(len(rows), self.bias)
        ruled = np.array(
            [0.0 if (name := rule(row)) is None else 4.6 if name in ACCIDENTS else -4.6 for row in rows]
        )
        for name, (edges, weights) in self.steps.items():
            values = np.array([row[name] for row in rows])
            total += np.array(weights)[np.searchsorted(edges, values, side="right")]
        return np.where(ruled, ruled, total)


def judged() -> tuple[list[dict[str, Any]], list[list[Seen]], list[Row]]:
    """The pages, what is found in each, and the rows of their judged repeats."""
    pages = list(read("repeats/pages"))
    found = [seen(page["text"]) for page in pages]
    rows = []
    for number, page in enumerate(pages):
        for unit in page["units"]:
            match = matching(found[number], unit) if unit["label"] != "either" else None
            if match is not None and rule(found[number][match].observations) is None:
                rows.append(Row(number, found[number][match].observations, unit["label"] == "cut", 1.0))
    return pages, found, rows


def injected(count: int, seed: int) -> list[Row]:
    """The rows of injected accidents: what overlaps the copy is one."""
    rows = []
    for accident in make(count, ("block", "interleaved", "body", "headline"), (0.0, 0.01, 0.03), seed):
        copy = (accident.start, accident.end)
        for repeat in seen(accident.broken):
            inside = shared(repeat.span, copy) >= 0.8 * (repeat.span[1] - repeat.span[0])
            if inside and rule(repeat.observations) is None:
                rows.append(Row(-1, repeat.observations, True, INJECTED_WEIGHT))
    return rows


def authors() -> list[Row]:
    """Repeats in texts that are an author's alone (true article texts, news wires, terms of service): hardly
    any is an accident.

    Judged pages are whole pages with their menus; without these rows the fit knows no article without one. At
    most EACH of a text.
    """
    rows, rng = [], random.Random(3)
    for name in AUTHORS:
        for document in read(name):
            if document.get("extractor", "truth") == "truth":
                found = [repeat for repeat in seen(document["text"]) if rule(repeat.observations) is None]
                rows += [
                    Row(-1, repeat.observations, False, AUTHORS_WEIGHT)
                    for repeat in rng.sample(found, min(EACH, len(found)))
                ]
    return rows


def fit(rows: list[Row], seed: int = 0) -> Steps:
    """Boosted stumps over binned observations, averaged over BAGS bootstrap samples."""
    names = sorted(rows[0].observations)
    values = matrix([row.observations for row in rows], names)
    labels, weights = np.array([row.accident for row in rows]), np.array([row.weight for row in rows])
    edges = [_edges(values[:, i]) for i in range(len(names))]
    binned = np.stack([np.searchsorted(edges[i], values[:, i], side="right") for i in range(len(names))], 1)
    sums = [np.zeros(len(edge) + 1) for edge in edges]
    bias, rng = 0.0, np.random.RandomState(seed)
    for bag in range(BAGS):
        chosen = rng.choice(len(rows), len(rows))
        model = GradientBoostingClassifier(
            n_estimators=ROUNDS,
            max_depth=1,
            learning_rate=RATE,
            subsample=0.7,
            max_features=0.3,
            random_state=bag,
        ).fit(binned[chosen], labels[chosen], weights[chosen])
        bias += (
            float(
                model.init_.class_prior_[1]
                and np.log(model.init_.class_prior_[1] / model.init_.class_prior_[0])
            )
            / BAGS
        )
        for tree in (stump[0].tree_ for stump in model.estimators_):
            if tree.node_count == 3:
                at = np.arange(len(sums[tree.feature[0]]))
                leaves = tree.value[1:, 0, 0]
                sums[tree.feature[0]] += np.where(at <= tree.threshold[0], leaves[0], leaves[1]) * RATE / BAGS
    return _tidy(bias, dict(zip(names, zip(edges, sums, strict=True), strict=True)), binned, names)


def _edges(values: np.ndarray) -> np.ndarray:
    """Up to BINS - 1 edges between the distinct values, at quantiles."""
    distinct = np.unique(values)
    if len(distinct) <= BINS:
        return np.asarray(np.round((distinct[1:] + distinct[:-1]) / 2, 4))
    return np.unique(np.round(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]), 4))


def _tidy(
    bias: float, raw: dict[str, tuple[np.ndarray, np.ndarray]], binned: np.ndarray, names: list[str]
) -> Steps:
    """Centre each step function on the rows, join equal steps, leave out what weighs nothing."""
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


def outcome(
    pages: list[dict[str, Any]], found: list[list[Seen]], cut: dict[int, np.ndarray], caution: float
) -> np.ndarray:
    """Units cut rightly, cut wrongly, missed, as DEDUP_DATA's own score counts them."""
    counts = np.zeros(3)
    for number, page in enumerate(pages):
        spans = [
            repeat.span for repeat, sure in zip(found[number], cut[number], strict=True) if sure >= caution
        ]
        for unit in page["units"]:
            hit = any(
                sum(shared(unit[place], span) for span in spans) >= 0.8 * (unit[place][1] - unit[place][0])
                for place in ("again", "first")
            )
            if unit["label"] == "cut":
                counts[0 if hit else 2] += 1
            elif unit["label"] == "keep" and hit:
                counts[1] += 1
    return counts


def cross_validate(
    pages: list[dict[str, Any]],
    found: list[list[Seen]],
    rows: list[Row],
    extra: list[Row],
    folds: int,
    seeds: int,
) -> None:
    """Print the curve of caution against precision and recall."""
    total: dict[float, np.ndarray] = defaultdict(lambda: np.zeros(3))
    for seed in range(seeds):
        parts = np.array_split(np.random.RandomState(seed).permutation(len(pages)), folds)
        sure: dict[int, np.ndarray] = {}
        for part in parts:
            left_out = set(part.tolist())
            steps = fit([row for row in rows if row.page not in left_out] + extra, seed)
            for number in left_out:
                sure[number] = 1 / (
                    1 + np.exp(-steps.logits([repeat.observations for repeat in found[number]]))
                )
        for caution in np.arange(0.3, 0.96, 0.025).round(3).tolist():
            total[caution] += outcome(pages, found, sure, caution)
    print("caution  precision  recall")
    for caution, (right, wrong, missed) in sorted(total.items()):
        print(f"{caution:7.3f}  {right / max(1, right + wrong):9.3f}  {right / (right + missed):6.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="store the fit in dedup/evidence.json")
    parser.add_argument("--folds", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    pages, found, rows = judged()
    accidents, intents = injected(INJECTED, 5), authors()
    extra = accidents + intents
    print(
        f"{len(rows)} judged repeats found in {len(pages)} pages, {sum(r.accident for r in rows)} accidents; "
        f"{len(accidents)} injected, {len(intents)} of authors"
    )
    if arguments.write:
        steps = fit(rows + extra)
        TARGET.write_bytes(
            orjson.dumps({"bias": steps.bias, "steps": steps.steps}, option=orjson.OPT_INDENT_2) + b"\n"
        )
        print(
            f"{TARGET.name}: {len(steps.steps)} observations, {sum(len(s[1]) for s in steps.steps.values())} "
            "steps"
        )
    if arguments.seeds:
        cross_validate(pages, found, rows, extra, arguments.folds, arguments.seeds)


if __name__ == "__main__":
    main()
