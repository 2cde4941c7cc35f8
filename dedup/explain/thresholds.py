"""Verified pairs -> what each threshold makes of them: how many pairs lie there, how many documents it drops,
how many pairs the search for candidates is expected to miss.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import lgamma
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.kernels.arrays import Float64s, Int64s
from dedup.matching.keepers import assign
from dedup.matching.matches import MIN_SHINGLES, Matches, may_replace
from dedup.matching.samples import needed
from dedup.matching.signatures import bands_for
from dedup.options import Options

STEP = 0.05
LOWEST = 0.5  # pairs are looked for from here on, unless the threshold is near it
_MARGIN = 0.1  # below the threshold, in which pairs are looked for as well


class Pairs(NamedTuple):
    """The pairs of an input that are not exact copies, verified; the order of keeping and each document's
    first copy (int64); of each document how many shingles are sampled; of each pair how many shingles the
    later one has (zeros where containment is off).
    """

    matches: Matches
    order: Int64s
    first: Int64s
    sampled: Int64s
    sizes: Int64s


class Level(NamedTuple):
    """One threshold: `pairs` that lie from it up to `until`, the documents that it drops; of the pairs from
    it on how many there are in expectation, and how many of them are missed.
    """

    threshold: float
    until: float
    pairs: int
    dropped: int
    above: float
    missed: float


Chance = Callable[[float], Float64s]
"""A threshold -> the probability with which a search made for it finds each pair."""


def lowest(threshold: float) -> float:
    """From where on pairs are looked for: a multiple of STEP, above 0."""
    return round(max(STEP, min(LOWEST, STEP * ((threshold - _MARGIN + 1e-9) // STEP))), 2)


def by_jaccard(pairs: Pairs, options: Options) -> Iterator[Level]:
    """What each --threshold does alone: what is alike enough is covered as much, so with a --contained that
    is not above it, it would change nothing.
    """
    jaccard = pairs.matches.similar.jaccard

    def chance(threshold: float) -> Float64s:
        bands = bands_for(threshold, options.recall, options.num_perm)
        return np.array([bands.probability(value) for value in jaccard.tolist()])

    def drops(threshold: float) -> int:
        return dropped(pairs, options, threshold, None)

    return _levels(jaccard, np.ones(len(jaccard), bool), lowest(options.threshold), chance, drops)


def by_coverage(pairs: Pairs, options: Options, contained: float) -> Iterator[Level]:
    """What each --contained does among the pairs that Jaccard does not match."""
    coverage = pairs.matches.similar.coverage
    counts = pairs.sampled[pairs.matches.later]

    def chance(least: float) -> Float64s:
        return _binomial(counts, coverage, needed(counts, least, options.recall))

    def drops(least: float) -> int:
        return dropped(pairs, options, options.threshold, least)

    unlike = (pairs.matches.similar.jaccard < options.threshold) & (pairs.sizes >= MIN_SHINGLES)
    return _levels(coverage, unlike, lowest(contained), chance, drops)


def _levels(
    values: Float64s,
    chosen: npt.NDArray[np.bool_],
    start: float,
    chance: Chance,
    drops: Callable[[float], int],
) -> Iterator[Level]:
    """A level for each step from `start` on, of the chosen pairs."""
    edges = [round(start + STEP * i, 2) for i in range(round((1 - start) / STEP))]
    # A pair that was found with probability p stands for 1 / p pairs (Horvitz and Thompson 1952).
    weights = 1 / np.maximum(chance(start), 0.01)
    for at, until in zip(edges, [*edges[1:], 2.0], strict=True):
        reach = chosen & (values >= at)
        pairs = int((reach & (values < until)).sum())
        missed = (weights * (1 - chance(at)))[reach].sum()
        yield Level(at, min(until, 1.0), pairs, drops(at), float(weights[reach].sum()), float(missed))


def dropped(pairs: Pairs, options: Options, threshold: float, contained: float | None) -> int:
    """How many documents go: those that match a keeper, and exact copies."""
    earlier, later, similar = pairs.matches
    reach = may_replace(similar, pairs.sizes, replace(options, threshold=threshold, contained=contained))
    keepers = assign(pairs.order, earlier[reach], later[reach], similar.take(reach))
    return int(((keepers.keeper >= 0) | (pairs.first != np.arange(len(pairs.first)))).sum())


def _binomial(trials: Int64s, share: Float64s, least: Int64s) -> Float64s:
    """The probability that of `trials` draws at least `least` succeed, each with probability `share`."""
    top = int(trials.max(initial=0)) + 2
    factorial = np.array([lgamma(number + 1) for number in range(top)])  # its logarithm
    share = np.clip(share, 1e-12, 1 - 1e-12)
    below = np.zeros(len(trials))
    for number in range(int(least.max(initial=0))):
        counts = (number < least) & (number <= trials)
        rest = np.maximum(trials - number, 0)
        ways = factorial[trials] - factorial[min(number, top - 1)] - factorial[rest]
        below += np.where(counts, np.exp(ways + number * np.log(share) + rest * np.log1p(-share)), 0)
    chances: Float64s = np.clip(1 - below, 0, 1)
    return chances
