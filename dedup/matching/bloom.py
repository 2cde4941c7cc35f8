"""Shingles -> a bit for each: it tells most candidates that cannot match before the earlier document is read
again.
"""

import numpy as np
import numpy.typing as npt

from dedup.kernels import marks as kernel
from dedup.kernels.arrays import Int64s
from dedup.options import Options
from dedup.text.ragged import Ragged


def marks(shingles: Ragged) -> Ragged:
    """For each text as many bits as it has shingles, rounded up to 64, of which each shingle sets one (Bloom
    1970): uint64 values, 90 bytes for an article of 700 words.
    """
    return Ragged(*kernel.marks(shingles.values, shingles.offsets))


def may_match(
    marked: Ragged, earlier: Int64s, sets: Ragged, later: Int64s, options: Options
) -> npt.NDArray[np.bool_]:
    """Which pairs may match: of `marked` texts `earlier` (int64), of shingle `sets` the `later` (int64). A
    shingle whose bit is not set stands in the later text alone, so both share at most the others, and neither
    Jaccard nor coverage is above these by the later's size.
    """
    missed = kernel.missed(marked.values, marked.offsets, earlier, sets.values, sets.offsets, later)
    sizes = np.diff(sets.offsets)[later]
    least = options.threshold if options.contained is None else min(options.threshold, options.contained)
    return np.asarray((sizes - missed) / np.maximum(sizes, 1) >= least)
