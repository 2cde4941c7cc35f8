"""Fit the step functions that weigh what is observed of a repeat, and store them in
dedup/repeats/evidence.json.

    python -m bench.repeats.fit

Reads the judged repeats and real articles of DEDUP_DATA, and the articles of fixtures/; accidents are
injected by seed. Fits that have not seen a repeat's site say how sure its logit makes it to be right: so the
logits are those of probabilities, and each value of --caution has the logit from which on that share of cuts
is right. `bench.repeats.cross_validation` shows how well such a fit does on sites that it has not seen.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import orjson

from bench.harness.steps import Steps
from bench.paths import TOP
from bench.repeats.additive import calibrated, fit_additive, logits
from bench.repeats.labelled import JudgedPage, decided_alike, feature_matrix, highest_logit, judged_pages
from bench.repeats.training import Row, judged, others

TARGET = TOP / "dedup/repeats/evidence.json"
FOLDS, FOLD_BAGS = 10, 8
SURE = 2.5  # of 3: nearly all judges were sure
CAUTIONS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97)
SET = {"line_twice": 2.5, "names_around": 2.0, "whole_twice": 4.0}
"""Weights that are set, not fitted. Of the judged repeats that are a line directly after itself, and nowhere
else in an article of prose, 19 in 20 are accidents; of those that are half of the article word for word all
5, and of breadcrumbs with the headline beside them the only one: too few for a fit to weigh them as they
deserve.
"""
_SURER = 2.0  # the logit that caution 1 lies above the last of these: nothing is that sure


class Unit(NamedTuple):
    """A judged repeat: where it is from, whether it is to be cut, how sure its judges were (1 to 3), its
    type, and the highest logit from which on it is cut.
    """

    page: JudgedPage
    is_accident: bool
    sure: float
    type: str
    logit: float


class Model(NamedTuple):
    """What evidence.json holds: see `dedup.repeats.evidence.Fitted`."""

    steps: Steps
    cautions: list[tuple[float, float]]

    def least_logit(self, caution: float) -> float:
        """The logit from which on repeats are cut."""
        shares, least = zip(*self.cautions, strict=True)
        return float(np.interp(caution, shares, least))


class Calibration(NamedTuple):
    """Units weighed by fits that have not seen their sites, their logits made those of probabilities: times
    `factor`, and `shift` more.
    """

    scaled: list[Unit]
    factor: float
    shift: float


def calibration(units: Sequence[Unit]) -> Calibration:
    """These units, calibrated."""
    logits = np.array([unit.logit for unit in units])
    found = np.isfinite(logits)
    factor, shift = calibrated(logits[found], np.array([unit.is_accident for unit in units])[found])
    scaled = [unit._replace(logit=unit.logit * factor + shift) for unit in units]
    return Calibration(scaled, factor, shift)


def model_of(unseen: Calibration, steps: Steps) -> Model:
    """The model with these steps, calibrated as the units were."""
    scaled = {
        name: (edges, [round(weight * unseen.factor, 3) for weight in weights])
        for name, (edges, weights) in steps.steps.items()
    }
    bias = round(steps.bias * unseen.factor + unseen.shift, 3)
    return Model(Steps(bias, scaled), cautions(unseen.scaled))


def fit_rows(pages: Sequence[JudgedPage], rest: Sequence[Row], seed: int, **more: int) -> Steps:
    """The step functions from the judged repeats of these pages and the other rows."""
    rows = [*(row for page in pages for row in judged(page)), *rest]
    names = sorted(rows[0].features.keys() - SET.keys())
    steps = fit_additive(
        feature_matrix((row.features for row in rows), names),
        names,
        np.array([row.accident for row in rows]),
        np.array([row.weight for row in rows]),
        seed,
        **more,
    )
    return steps._replace(steps=steps.steps | {name: ([0.5], [0.0, SET[name]]) for name in SET})


def cross_validated(pages: Sequence[JudgedPage], rest: Sequence[Row], folds: int = FOLDS) -> list[Unit]:
    """Every unit with a clear label, weighed by a fit that has not seen its site."""
    sites = sorted({page.site for page in pages})
    fold_of = dict(zip(sites, np.random.RandomState(0).permutation(len(sites)) % folds, strict=True))
    units = []
    for fold in range(folds):
        seen = [page for page in pages if fold_of[page.site] != fold]
        steps = fit_rows(seen, rest, fold, bags=FOLD_BAGS)
        units += units_of([page for page in pages if fold_of[page.site] == fold], steps)
    return units


def units_of(pages: Sequence[JudgedPage], steps: Steps) -> list[Unit]:
    """The units with a clear label of these pages, weighed."""
    units = []
    for page in pages:
        observed = page.observed
        weighed = logits(steps, [repeat.features for repeat in observed])
        weighed = decided_alike(observed, weighed) if observed else weighed
        units += [
            Unit(
                *(page, unit["label"] == "cut", unit["sure"], unit["type"]),
                highest_logit(unit, observed, weighed),
            )
            for unit in page.units
            if unit["label"] != "either"
        ]
    return units


def cautions(units: Sequence[Unit]) -> list[tuple[float, float]]:
    """For shares from 0 to 1, ascending, the lowest logit from which on that share of cuts is right, one more
    being wrong for good measure. Only repeats count about which judges were sure: of the others nobody knows
    whether cutting them is right.
    """
    found = [unit for unit in units if np.isfinite(unit.logit) and unit.sure >= SURE]
    found.sort(key=lambda unit: -unit.logit)
    logits = np.array([unit.logit for unit in found])
    right = np.cumsum([unit.is_accident for unit in found]) / np.arange(2, len(found) + 2)
    table, lowest = list[tuple[float, float]](), float(logits[-1])
    for share in CAUTIONS:
        enough = np.flatnonzero(right >= share)
        least = float(logits[enough[-1]]) if len(enough) else float(logits[0])
        table.append((share, round(max(least, table[-1][1] + 0.01 if table else lowest), 3)))
    return [(0.0, round(lowest - _SURER, 3)), *table, (1.0, round(table[-1][1] + _SURER, 3))]


def main() -> None:
    pages = judged_pages()
    rest = others()
    model = model_of(calibration(cross_validated(pages, rest)), fit_rows(pages, rest, 0))
    stored = {"bias": model.steps.bias, "cautions": model.cautions, "steps": model.steps.steps}
    TARGET.write_bytes(_by_line(stored))
    judgements = sum(len(page.units) for page in pages)
    print(f"{TARGET.name}: {judgements} judged repeats, {len(model.steps.steps)} observations")
    for share, least in model.cautions:
        print(f"caution {share:.2f}: cut from the logit {least:+.2f} on")


def _by_line(stored: dict[str, object]) -> bytes:
    """The model as JSON, one step function a line."""
    steps = stored["steps"]
    assert isinstance(steps, dict)
    lines = [
        f"    {orjson.dumps(name).decode()}: {orjson.dumps(steps[name]).decode()}" for name in sorted(steps)
    ]
    cautions = orjson.dumps(stored["cautions"]).decode()
    head = f'{{\n  "bias": {stored["bias"]},\n  "cautions": {cautions},\n  "steps": {{\n'
    return (head + ",\n".join(lines) + "\n  }\n}\n").encode()


if __name__ == "__main__":
    main()
