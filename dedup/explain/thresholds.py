"""Verified pairs -> what each threshold would do: how many pairs are near it, how many documents it drops,
and how many pairs the search for candidates is expected to miss.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import lgamma
from typing import NamedTuple

import numpy as np

from dedup.keeping.chooser import Chooser
from dedup.matching.matches import MIN_SHINGLES, Matches, may_replace
from dedup.matching.samples import needed
from dedup.matching.signatures import bands_for
from dedup.native.arrays import Bools, Float64s, Int64s
from dedup.options import Options

STEP = 0.05
LOWEST = 0.5  # where the search for pairs starts, unless the threshold is near it
_MARGIN = 0.1  # the search starts at least so far below the threshold


class VerifiedPairs(NamedTuple):
    """The verified pairs of an input, exact copies aside. `order`: the rows of the documents in the order of
    keeping; `first`: the first copy of each document; `sampled`: how many shingles of each document are
    sampled; `sizes`, `earlier_sizes`: how many shingles the later and the earlier document of each pair have
    (zeros if containment is off); `chooser`: what chooses keepers, None if there is no document.
    """

    matches: Matches
    order: Int64s
    first: Int64s
    sampled: Int64s
    sizes: Int64s
    earlier_sizes: Int64s
    chooser: Chooser | None


class Level(NamedTuple):
    """What one threshold does. `pairs`: from it up to `until`; `dropped`: documents; `above`: the expected
    number of pairs from the threshold on; `missed`: how many of these a search is expected to miss.
    """

    threshold: float
    until: float
    pairs: int
    dropped: int
    above: float
    missed: float


Chance = Callable[[float], Float64s]
"""Called with a threshold: the probability that a search for it finds each pair."""


def lowest(threshold: float) -> float:
    """Where the search for pairs starts: a multiple of STEP, above 0."""
    return round(max(STEP, min(LOWEST, STEP * ((threshold - _MARGIN + 1e-9) // STEP))), 2)


def by_jaccard(pairs: VerifiedPairs, options: Options) -> Iterator[Level]:
    """What each --threshold does without --contained. A pair's coverage is at least its Jaccard, so with a
    lower --contained no threshold would change anything.
    """
    jaccard = pairs.matches.similar.jaccard

    def chance(threshold: float) -> Float64s:
        bands = bands_for(threshold, options.recall, options.num_perm)
        return np.array([bands.probability(value) for value in jaccard.tolist()])

    def drops(threshold: float) -> int:
        return dropped(pairs, options, threshold, None)

    return _levels(jaccard, np.ones(len(jaccard), bool), lowest(options.threshold), chance, drops)


def similarities(pairs: VerifiedPairs) -> Float64s:
    """What --threshold is compared with for each pair: the Jaccard, or how much of the later document is in
    the earlier one, unless it is too short for that.
    """
    jaccard, coverage, _ = pairs.matches.similar
    return np.where(pairs.sizes >= MIN_SHINGLES, np.maximum(jaccard, coverage), jaccard)


def by_similarity(pairs: VerifiedPairs, options: Options) -> Iterator[Level]:
    """What each --threshold does that --contained follows."""
    (jaccard, coverage, _), counts = pairs.matches.similar, pairs.sampled[pairs.matches.later]

    def chance(threshold: float) -> Float64s:
        bands = bands_for(threshold, options.recall, options.num_perm)
        by_bands = np.array([bands.probability(value) for value in jaccard.tolist()])
        by_samples = _binomial(counts, coverage, needed(counts, threshold, options.recall))
        both: Float64s = 1 - (1 - by_bands) * (1 - np.where(pairs.sizes >= MIN_SHINGLES, by_samples, 0))
        return both

    def drops(threshold: float) -> int:
        return dropped(pairs, options, threshold, threshold)

    values = similarities(pairs)
    return _levels(values, np.ones(len(values), bool), lowest(options.threshold), chance, drops)


class Advice(NamedTuple):
    """A threshold that decides few close calls. `near`, `near_default`: the pairs within half a STEP of it,
    and of the default; `dropped`, `dropped_by_default`: documents that each drops; `kept_again`: documents
    that the default drops and this one keeps; `dropped_more`: the other way round.
    """

    threshold: float
    near: int
    near_default: int
    dropped: int
    dropped_by_default: int
    kept_again: int
    dropped_more: int


def advice(pairs: VerifiedPairs, options: Options) -> Advice:
    """The threshold from 0.6 to 0.95 that the fewest pairs are near; the default if no other has less than
    half as many. A pair that is near a threshold could as well be on its other side.
    """
    default = Options().threshold
    is_off = options.contained is None
    values = pairs.matches.similar.jaccard if is_off else similarities(pairs)
    edges = [round(0.6 + STEP * step, 2) for step in range(8)]
    near = {edge: int((np.abs(values - edge) <= STEP / 2).sum()) for edge in edges}
    best = min(edges, key=lambda edge: (near[edge], abs(edge - default), -edge))
    if 2 * near[best] >= near[default]:
        best = default
    chosen, usual = (dropped_rows(pairs, options, edge, None if is_off else edge) for edge in (best, default))
    return Advice(
        best,
        near[best],
        near[default],
        int(chosen.sum()),
        int(usual.sum()),
        int((usual & ~chosen).sum()),
        int((chosen & ~usual).sum()),
    )


def by_coverage(pairs: VerifiedPairs, options: Options, contained: float) -> Iterator[Level]:
    """What each --contained does among the pairs that Jaccard does not match."""
    coverage = pairs.matches.similar.coverage
    counts = pairs.sampled[pairs.matches.later]

    def chance(least: float) -> Float64s:
        return _binomial(counts, coverage, needed(counts, least, options.recall))

    def drops(least: float) -> int:
        return dropped(pairs, options, options.threshold, least)

    unlike = (pairs.matches.similar.jaccard < options.threshold) & (pairs.sizes >= MIN_SHINGLES)
    start = max(lowest(contained), options.threshold)
    return _levels(coverage, unlike, start, chance, drops)


def _levels(
    values: Float64s,
    chosen: Bools,
    start: float,
    chance: Chance,
    drops: Callable[[float], int],
) -> Iterator[Level]:
    """A level for each step from `start` on, for the chosen pairs."""
    edges = [round(start + STEP * i, 2) for i in range(round((1 - start) / STEP))]
    # A pair that was found with probability p stands for 1 / p pairs (Horvitz and Thompson 1952).
    weights = 1 / np.maximum(chance(start), 0.01)
    for threshold, until in zip(edges, [*edges[1:], 2.0], strict=True):
        reach = chosen & (values >= threshold)
        pairs = int((reach & (values < until)).sum())
        missed = (weights * (1 - chance(threshold)))[reach].sum()
        yield Level(
            threshold, min(until, 1.0), pairs, drops(threshold), float(weights[reach].sum()), float(missed)
        )


def dropped(pairs: VerifiedPairs, options: Options, threshold: float, contained: float | None) -> int:
    """How many documents are dropped: those that match a keeper, and exact copies."""
    return int(dropped_rows(pairs, options, threshold, contained).sum())


def dropped_rows(pairs: VerifiedPairs, options: Options, threshold: float, contained: float | None) -> Bools:
    """Whether each document is dropped: it matches a keeper, or is an exact copy."""
    is_copy: Bools = pairs.first != np.arange(len(pairs.first))
    if pairs.chooser is None:
        return is_copy
    of_run = replace(options, threshold=threshold, contained=contained)
    similar = pairs.matches.similar
    swapped = similar.swapped(np.ones(len(pairs.sizes), bool))
    matches = pairs.matches._replace(mutual=may_replace(swapped, pairs.earlier_sizes, of_run))
    reached = matches.take(may_replace(similar, pairs.sizes, of_run))
    return np.asarray((replace(pairs.chooser, options=of_run).final(reached).keepers.keeper >= 0) | is_copy)


def _binomial(trials: Int64s, share: Float64s, least: Int64s) -> Float64s:
    """The probability that of `trials` draws at least `least` succeed, each with probability `share`."""
    top = int(trials.max(initial=0)) + 2
    log_factorial = np.array([lgamma(number + 1) for number in range(top)])
    share = np.clip(share, 1e-12, 1 - 1e-12)
    below = np.zeros(len(trials))
    for number in range(int(least.max(initial=0))):
        counts = (number < least) & (number <= trials)
        rest = np.maximum(trials - number, 0)
        ways = log_factorial[trials] - log_factorial[min(number, top - 1)] - log_factorial[rest]
        below += np.where(counts, np.exp(ways + number * np.log(share) + rest * np.log1p(-share)), 0)
    chances: Float64s = np.clip(1 - below, 0, 1)
    return chances
