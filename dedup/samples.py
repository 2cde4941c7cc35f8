"""Shingles -> a sample of them by hash (FracMinHash), the same shingles in every text: how many samples a
text shares with another says how much of it the other covers, however long that one is.
"""

from math import log

import numpy as np
import numpy.typing as npt

from dedup.kernels import shingles as kernel
from dedup.shingles import Owned

RATE = 16
"""One shingle in so many is sampled. On 2,944 texts of 92 pages, 1 in 8 drops 0.2 % more and 1 in 32 0.9 %
less.
"""

FLOOR = 8
"""A text of fewer samples has its smallest hashes as samples, up to this many, so that short texts meet, too.
"""

LIMIT = np.uint64((1 << 64) // RATE)
"""The hash from which on a shingle is no sample (but for the floor)."""

Int64s = npt.NDArray[np.int64]


def samples(shingles: Owned) -> Owned:
    """Each text's shingles below LIMIT, at least its FLOOR smallest, once, ascending (Irber et al. 2022:
    Lightweight compositional analysis of metagenomes with FracMinHash; Broder 1997 for the smallest).
    """
    return Owned(*kernel.samples(shingles.values, shingles.bounds, LIMIT, FLOOR))


def needed(sampled: Int64s, contained: float, recall: float) -> Int64s:
    """How many samples a text must share with one that covers `contained` of it, to be found with probability
    `recall` (int64, at least 1), by how many it has below LIMIT.

    Of n samples that were drawn without replacement, of which each is shared with probability c, fewer than
    c n - sqrt(n ln(1 / (1 - recall)) / 2) are shared with probability 1 - recall at the most (Hoeffding 1963,
    theorems 1 and 4).
    """
    slack = np.sqrt(sampled * log(1 / (1 - recall)) / 2)
    return np.maximum(1, np.ceil(contained * sampled - slack)).astype(np.int64)
