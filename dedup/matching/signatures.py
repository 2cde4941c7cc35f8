"""Shingles -> MinHash signatures, with the values of datasketch's default scheme -> bands -> buckets."""

from functools import cache
from typing import NamedTuple

import numpy as np

from dedup.errors import OptionsError
from dedup.native.arrays import Int64s, UInt32s
from dedup.native.shingles import band_hashes, factors, minima, permutations
from dedup.text.ragged import Ragged


@cache
def permutations_of(num_perm: int) -> UInt32s:
    """Multipliers and addends (uint32, (2, num_perm)) of datasketch's permutations with seed 1."""
    return permutations(num_perm)


def signatures(shingles: Ragged, num_perm: int) -> UInt32s:
    """MinHash signatures: uint32 (texts, num_perm), equal to `datasketch.MinHash(num_perm).hashvalues` after
    updates with the low 32 bits of each shingle. A text without shingles has 2^32 - 1 everywhere.
    """
    return minima(shingles.values, shingles.offsets, permutations_of(num_perm))


class Bands(NamedTuple):
    """How a signature is cut: `number` bands of `rows` values each."""

    number: int
    rows: int

    def probability(self, jaccard: float) -> float:
        """The probability that two texts with this Jaccard share a band: 1 - (1 - J^rows)^number (Leskovec,
        Rajaraman, Ullman: Mining of Massive Datasets, 3.4).
        """
        return float(1 - (1 - jaccard**self.rows) ** self.number)


@cache
def bands_for(threshold: float, recall: float, num_perm: int) -> Bands:
    """The longest bands, for fewest false candidates, that make a pair at the threshold a candidate with
    probability `recall`. Raises OptionsError if `num_perm` is too small for that.
    """
    choices = [Bands(num_perm // rows, rows) for rows in range(num_perm, 0, -1)]
    for bands in choices:
        if bands.probability(threshold) >= recall:
            return bands
    best = choices[-1].probability(threshold)
    raise OptionsError(
        f"{num_perm} permutations find a pair at {threshold} with probability {best:.3f} at most, "
        f"not {recall}: raise --num-perm or lower --recall"
    )


def buckets(signatures: UInt32s, bands: Bands) -> Int64s:
    """The bucket of each band of each signature: int64 (documents, bands.number). Two are equal only if they
    are of the same band and of equal values.
    """
    return band_hashes(signatures, bands.number, factors(bands.rows)).view(np.int64)
