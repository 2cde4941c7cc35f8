"""Shingles -> a sample of them by hash (FracMinHash), the same shingles in every text: how many samples a
text shares with another says how much of it the other covers, however long that one is.
"""

from math import log

import numpy as np

from dedup.kernels import shingles as kernel
from dedup.kernels.arrays import Int64s
from dedup.text.ragged import Ragged

RATE = 16
"""One shingle in so many is sampled. Of 2,944 texts of 92 pages 382 are kept then; with all shingles 377,
with 1 in 8 380, with 1 in 32 388. A covered text of 90 shingles has a sample in common with its keeper with
probability 0.99.
"""

FLOOR = 8
"""A text of fewer samples has its smallest hashes as samples, up to this many, so that short texts meet, too.
"""

LIMIT = np.uint64((1 << 64) // RATE)
"""The hash from which on a shingle is no sample (but for the floor)."""


def samples(shingles: Ragged) -> Ragged:
    """Each text's shingles below LIMIT, at least its FLOOR smallest, once, ascending (Irber et al. 2022:
    Lightweight compositional analysis of metagenomes with FracMinHash; Broder 1997 for the smallest).
    """
    return Ragged(*kernel.samples(shingles.values, shingles.offsets, LIMIT, FLOOR))


def needed(sampled: Int64s, contained: float, recall: float) -> Int64s:
    """How many samples a text must share with one that covers `contained` of it, to be found with probability
    `recall` (int64, at least 1), by how many it has below LIMIT.

    Which of its shingles are samples is as good as random, so the shared ones among n are as many as in a
    draw of n without replacement; fewer than the binomial (n, contained) quantile are less probable than with
    it (Uhlmann 1966).
    """
    sizes, places = np.unique(sampled, return_inverse=True)
    return np.array([_quantile(int(n), contained, 1 - recall) for n in sizes], np.int64)[places]


def _quantile(n: int, share: float, rare: float) -> int:
    """The most successes, at least 1, that n draws stay below with a probability of `rare` at the most."""
    if share == 1:
        return max(1, n)
    ways = np.concatenate(([0.0], np.cumsum(np.log(np.arange(n, 0, -1)) - np.log(np.arange(1, n + 1)))))
    k = np.arange(n + 1)
    below = np.cumsum(np.exp(ways + k * log(share) + (n - k) * log(1 - share)))
    return max(1, int(np.searchsorted(below, rare, side="right")))
