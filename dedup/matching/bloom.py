"""Shingles -> one bit each: enough to see that most candidates cannot match, before a text is read again."""

import numpy as np

from dedup.native import shingles as kernel
from dedup.native.arrays import Bools, Int64s
from dedup.options import Options
from dedup.text.ragged import Ragged


def bloom_bits(shingles: Ragged) -> Ragged:
    """For each text as many bits as it has shingles, rounded up to 64; each shingle sets one of them (Bloom
    1970). Values are uint64: 90 bytes for an article of 700 words.
    """
    return Ragged(*kernel.marks(shingles.values, shingles.offsets))


def may_match(bits: Ragged, earlier: Int64s, sets: Ragged, later: Int64s, options: Options) -> Bools:
    """Which candidates may match. Candidate i is text earlier[i] of `bits` and set later[i] of `sets`.

    A shingle whose bit is not set is in the later text alone. Both texts share at most the other shingles,
    and neither Jaccard nor coverage exceeds these divided by the later text's.
    """
    missed = kernel.missed(bits.values, bits.offsets, earlier, sets.values, sets.offsets, later)
    sizes = np.diff(sets.offsets)[later]
    least = options.threshold if options.containment is None else min(options.threshold, options.containment)
    return np.asarray((sizes - missed) / np.maximum(sizes, 1) >= least)
