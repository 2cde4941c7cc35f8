"""Shingles -> a sample of them by hash (FracMinHash): the same shingles are sampled in every text, so the
number of samples that two texts share says how much of one the other covers, however long it is.
"""

from math import log

import numpy as np

from dedup.native import shingles as kernel
from dedup.native.arrays import Int64s
from dedup.text.ragged import Ragged

RATE = 16
"""One shingle in so many is sampled. Of 2,944 texts of 92 pages 382 are kept then; with all shingles 377,
with 1 in 8 380, with 1 in 32 388. A covered text of 90 shingles shares a sample with its keeper with
probability 0.99.
"""

FLOOR = 8
"""A text with fewer samples also has its smallest hashes as samples, up to this many in all, so that short
texts are compared, too.
"""

LIMIT = np.uint64((1 << 64) // RATE)
"""Shingles with a hash below this are samples."""


def samples(shingles: Ragged) -> Ragged:
    """Each text's different shingles below LIMIT, at least its FLOOR smallest, ascending (Irber et al. 2022:
    Lightweight compositional analysis of metagenomes with FracMinHash; Broder 1997 for the smallest).
    """
    return Ragged(*kernel.samples(shingles.values, shingles.offsets, int(LIMIT), FLOOR))


def needed(sampled: Int64s, contained: float, recall: float) -> Int64s:
    """How many samples, at least 1, a text must share with one that covers `contained` of it, so that it is
    found with probability `recall`. `sampled`: how many samples below LIMIT each text has.

    Which of its shingles are sampled is as good as random, so the shared ones among n samples are distributed
    as in a draw of n without replacement. Fewer than the binomial (n, contained) quantile are then even less
    probable than with replacement (Uhlmann 1966).
    """
    counts, of_text = np.unique(sampled, return_inverse=True)
    return np.array([_quantile(int(n), contained, 1 - recall) for n in counts], np.int64)[of_text]


def _quantile(n: int, share: float, rare: float) -> int:
    """The largest number, at least 1, that the successes of n draws fall below with probability `rare` at
    most; each draw succeeds with probability `share`.
    """
    if share == 1:
        return max(1, n)
    ways = np.concatenate(([0.0], np.cumsum(np.log(np.arange(n, 0, -1)) - np.log(np.arange(1, n + 1)))))
    k = np.arange(n + 1)
    below = np.cumsum(np.exp(ways + k * log(share) + (n - k) * log(1 - share)))
    return max(1, int(np.searchsorted(below, rare, side="right")))
