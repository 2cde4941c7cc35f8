"""Observations of a repeat -> the probability that it is an accident of scraping.

The logit of the probability is a bias plus a weight for each observation: a step function in evidence.json,
fitted to judged repeats by `bench.repeats.fit`. No rule decides. So a reader of the ledger can add up what
decided: the bias, the observations that weighed most, and the sum of the others.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from pathlib import Path
from typing import NamedTuple

NAMED = 6  # observations that the evidence of a repeat names

Observations = Mapping[str, float]


class StepFunction(NamedTuple):
    """weights[0] below edges[0], and weights[i] from edges[i - 1] on."""

    edges: list[float]
    weights: list[float]

    def at(self, value: float) -> float:
        """The weight of a value."""
        return self.weights[bisect_right(self.edges, value)]


@dataclass(frozen=True)
class Fitted:
    """What was fitted: `bias`; `steps`, by observation; `cautions`: shares, ascending, each with the logit
    from which on that share of cuts is right.
    """

    bias: float
    steps: dict[str, StepFunction]
    cautions: list[tuple[float, float]]

    def least_logit(self, caution: float) -> float:
        """The logit from which on repeats are cut, if at least the share `caution` (0 to 1) of the cuts is to
        be right: -inf for 0, inf for 1.
        """
        if caution <= 0 or caution >= 1:
            return -math.inf if caution <= 0 else math.inf
        shares, logits = [share for share, _ in self.cautions], [logit for _, logit in self.cautions]
        above = min(max(1, bisect_right(shares, caution)), len(shares) - 1)
        part = (caution - shares[above - 1]) / (shares[above] - shares[above - 1])
        return logits[above - 1] + part * (logits[above] - logits[above - 1])


@cache
def fitted() -> Fitted:
    """What `bench.repeats.fit` stored."""
    stored = json.loads(Path(__file__).with_name("evidence.json").read_bytes())
    steps = {name: StepFunction(*step) for name, step in stored["steps"].items()}
    return Fitted(stored["bias"], steps, [(share, logit) for share, logit in stored["cautions"]])


class Weighed(NamedTuple):
    """A repeat that was weighed: its logit, and what each observation adds to it."""

    logit: float
    weights: dict[str, float]


def weigh(observed: Observations) -> Weighed:
    """The weights of these observations, and their sum with the bias."""
    evidence = fitted()
    weights = {
        name: weights[bisect_right(edges, observed[name])]
        for name, (edges, weights) in evidence.steps.items()
    }
    return Weighed(evidence.bias + sum(weights.values()), weights)


def together(weighed: Sequence[Weighed]) -> Weighed:
    """Repeats that are to be decided alike: the mean of each weight, so that their sum is still the logit."""
    count = len(weighed)
    names = weighed[0].weights
    return Weighed(
        sum([one.logit for one in weighed]) / count,
        {name: sum([one.weights[name] for one in weighed]) / count for name in names},
    )


def probability(logit: float) -> float:
    """That of a logit."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def _never_sure(chance: float) -> float:
    """A probability as it is shown: no number of judged repeats makes it 0 or 1."""
    return min(0.999, max(0.001, round(chance, 3)))


def as_evidence(weighed: Weighed, observed: Observations) -> dict[str, list[float]]:
    """What the ledger has: "accident" with its probability and logit; "bias"; the observations that weighed
    most, each with its value and its weight; "others": how many there are, and what they add up to. The
    weights add up to the logit.
    """
    named = nlargest(NAMED, weighed.weights, key=lambda name: abs(weighed.weights[name]))
    others = len(weighed.weights) - len(named)
    logit, bias = round(weighed.logit, 3), round(fitted().bias, 3)
    weights = {name: round(weighed.weights[name], 3) for name in named}
    rest = round(logit - bias - sum(weights.values()), 3)
    return (
        {"accident": [_never_sure(probability(weighed.logit)), logit], "bias": [1.0, bias]}
        | {name: [round(observed[name], 3), weight] for name, weight in weights.items()}
        | {"others": [float(others), rest]}
    )
