"""Fit the weights of what is observed of a passage, and store them in dedup/sites/evidence.json.

    python -m bench.sites.fit

Reads the pages of DEDUP_DATA whose true text is known, and half of its sets of clean articles, in which there
is nothing that a site prints. `bench.sites.cross_validation` shows how well such a fit does on sites that it
has not seen; LEAST is from there.
"""

from collections.abc import Sequence

import numpy as np
import orjson

from bench.harness.steps import Steps, fit_steps
from bench.paths import TOP
from bench.sites.labelled import (
    Group,
    Sample,
    clean_groups,
    matrix,
    observed_names,
    sample,
    site_groups,
    smaller_groups,
)
from dedup.options import Options
from dedup.sites.judge import least_logit

TARGET = TOP / "dedup/sites/evidence.json"
OF_EXTRACTOR = {"html-text": 1.0, "trafilatura": 3.0, "readability": 3.0}  # these have fewer passages
TRUE_WEIGHT = 4.0  # of a passage that is the article's: what is lost weighs more than what is left
CLEAN_WEIGHT = 200.0  # of all passages of a group of clean articles together, fewer where it has few
FULL, BAGS = 300, 4
KEPT = 0.3  # of the passages of whole pages that are not the article's: most say the same as others
LEAST = 1.35
"""The logit from which on passages are cut at the default caution. The cross-validation shows what others do:
1.35 is the least at which hardly anything of an article is cut on sites that the fit has not seen.
"""


def fit(samples: Sequence[tuple[Group, Sample]], seed: int = 0) -> Steps:
    """The weights from these samples, so that the default caution cuts from LEAST on."""
    used = [(group, one) for group, one in samples if len(one.is_true)]
    names = observed_names([one for _, one in used])
    labels = np.concatenate([~one.is_true for _, one in used])
    weights = np.concatenate([_weights(group, one) for group, one in used])
    left = np.flatnonzero(np.concatenate([_chosen(group, one, seed) for group, one in used]))
    values = matrix([one for _, one in used], names)
    steps = fit_steps(values[left], names, labels[left], weights[left], seed, BAGS)
    return steps._replace(bias=round(steps.bias - LEAST + least_logit(Options.caution), 3))


def _chosen(group: Group, one: Sample, seed: int) -> np.ndarray:
    """Which passages of a sample are used (bool)."""
    if group.extractor != "html-text":
        return np.ones(len(one.is_true), bool)
    chosen: np.ndarray = one.is_true | (np.random.default_rng(seed).random(len(one.is_true)) < KEPT)
    return chosen


def _weights(group: Group, one: Sample) -> np.ndarray:
    count = len(one.is_true)
    if group.extractor in OF_EXTRACTOR:
        of_others = 1 / KEPT if group.extractor == "html-text" else 1.0
        return np.where(one.is_true, TRUE_WEIGHT, of_others) * group.weight * OF_EXTRACTOR[group.extractor]
    return np.full(count, CLEAN_WEIGHT / count * min(1.0, count / FULL))


def clean_samples() -> list[tuple[Group, Sample]]:
    """The samples of the first half of the clean articles."""
    return [(group, sample(group)) for group in clean_groups(0)]


def site_samples(groups: Sequence[Group]) -> list[tuple[Group, Sample]]:
    """The samples of these groups, and of smaller and larger ones made of them."""
    return [(group, sample(group)) for group in (*groups, *smaller_groups(groups))]


def main() -> None:
    samples = site_samples(site_groups()) + clean_samples()
    steps = fit(samples)
    stored = {"bias": steps.bias, "steps": steps.steps}
    TARGET.write_bytes(orjson.dumps(stored, option=orjson.OPT_INDENT_2) + b"\n")
    passages = sum(len(one.is_true) for _, one in samples)
    print(f"{TARGET.name}: {passages:,} passages, {len(steps.steps)} observations")


if __name__ == "__main__":
    main()
