"""Shingles -> MinHash rows, with the values of datasketch's default scheme."""

from functools import cache

import numpy as np
import numpy.typing as npt

from dedup.kernels import minhash
from dedup.shingles import Owned

_permutations = cache(minhash.permutations)


def signatures(shingles: Owned, num_perm: int) -> npt.NDArray[np.uint32]:
    """MinHash rows: uint32 (texts, num_perm), equal to `datasketch.MinHash(num_perm).hashvalues` after
    updates with the low 32 bits of each shingle; a text without shingles has 2^32 - 1 everywhere.
    """
    return minhash.minima(shingles.values, shingles.bounds, _permutations(num_perm))
