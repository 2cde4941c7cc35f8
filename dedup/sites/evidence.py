"""The probability that a passage is what its site prints on many pages, from what is observed of it.

The logit of the probability is a bias plus a sum of weights: each observation has a step function in
evidence.json, fitted by `bench.sites.fit` to pages whose true text is known. So a reader of the ledger sees
what decided: the observations that weighed most, each with its value and its weight.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson

from dedup.native.arrays import Float64s, Int64s
from dedup.repeats.evidence import probability
from dedup.sites.layout import FEW_PAGES

FEW, FEW_WEIGHT = "few_pages", -4.0
"""What a site of fewer than FEW_PAGES pages adds to the logit: there the evidence has to be overwhelming."""
CODE, CODE_WEIGHT = "code", -6.0
"""What a line of source code adds: manuals repeat theirs on purpose. The labelled pages have none."""
_NAMED = 6  # observations that the evidence of a passage names


class SeenOn(NamedTuple):
    """On how many pages of how many of its site a passage stands, and how many of these pages are known from
    earlier runs.
    """

    pages: int
    site_pages: int
    earlier: int = 0


class Weights(NamedTuple):
    """The bias, and for each observation the edges and the weights (float64) of its step function: weights[0]
    below edges[0], and weights[i] from edges[i - 1] on.
    """

    bias: float
    steps: dict[str, tuple[Float64s, Float64s]]

    def most(self, names: tuple[str, ...]) -> float:
        """What these observations add to the logit at most."""
        return sum(float(self.steps[name][1].max()) for name in names if name in self.steps)

    def of(self, observed: Mapping[str, Float64s]) -> dict[str, Float64s]:
        """What each observation adds to the logit of each passage (float64)."""
        fitted = {
            name: weights[np.searchsorted(edges, observed[name], side="right")]
            for name, (edges, weights) in self.steps.items()
            if name in observed
        }
        return fitted | ({CODE: CODE_WEIGHT * observed[CODE]} if CODE in observed else {})


@cache
def fitted() -> Weights:
    """The fitted weights."""
    stored = orjson.loads(Path(__file__).with_name("evidence.json").read_bytes())
    functions = ((name, *map(np.array, function)) for name, function in stored["steps"].items())
    return Weights(stored["bias"], {name: (edges, weights) for name, edges, weights in functions})


def few_pages(site_pages: Int64s) -> Float64s:
    """What the number of pages of their site (int64) adds to the logits (float64)."""
    return np.where(site_pages < FEW_PAGES, FEW_WEIGHT, 0.0)


def as_evidence(
    logit: float, pages: SeenOn, observed: Mapping[str, float], weights: Mapping[str, float]
) -> dict[str, list[float]]:
    """The evidence of one passage as the ledger has it: the probability and the logit, on how many pages of
    how many it stands, how many of them are known from earlier runs, if any are, and the observations that
    weighed most, each with its value and its weight.
    """
    earlier = {"earlier_pages": [float(pages.earlier), 0.0]} if pages.earlier else {}
    strongest = sorted(weights, key=lambda name: -abs(weights[name]))[:_NAMED]
    return (
        {
            "accident": [round(probability(logit), 3), round(logit, 3)],
            "on_pages": [float(pages.pages), 0.0],
            "of_pages": [float(pages.site_pages), 0.0],
        }
        | earlier
        | {name: [round(observed[name], 3), round(weights[name], 3)] for name in strongest}
    )
