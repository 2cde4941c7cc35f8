"""Shingles -> bits, and how many shingles of one text have no bit of another's."""

import numba as nb
import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Int64s = npt.NDArray[np.int64]


@nb.njit(cache=True, nogil=True)
def marks(shingles: Hashes, owned: Int64s) -> tuple[Hashes, Int64s]:
    """Words of 64 bits for each text (uint64), one bit a shingle at the least, and which text owns which
    (int64, texts + 1). `owned` int64 (texts + 1): text i has shingles[owned[i]:owned[i + 1]].
    """
    bounds = np.zeros(len(owned), np.int64)
    for text in range(len(owned) - 1):
        bounds[text + 1] = bounds[text] + (owned[text + 1] - owned[text] + 63) // 64
    out = np.zeros(bounds[-1], np.uint64)
    for text in range(len(owned) - 1):
        words = out[bounds[text] : bounds[text + 1]]
        for shingle in shingles[owned[text] : owned[text + 1]]:
            bit = _bit(shingle, len(words))
            words[bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
    return out, bounds


@nb.njit(cache=True, nogil=True, inline="always")
def _bit(shingle: np.uint64, words: int) -> int:
    """Which of the bits of so many words a shingle sets: by its high half."""
    return int(((shingle >> np.uint64(32)) * np.uint64(64 * words)) >> np.uint64(32))


@nb.njit(cache=True, nogil=True)
def missed(
    marked: Hashes, marked_bounds: Int64s, left: Int64s, values: Hashes, bounds: Int64s, right: Int64s
) -> Int64s:
    """How many shingles of the sets right[i] set no bit of the texts left[i] (int64). `marked` as `marks`,
    `values` as `sets` gives them.
    """
    counts = np.zeros(len(left), np.int64)
    for pair in range(len(left)):
        words = marked[marked_bounds[left[pair]] : marked_bounds[left[pair] + 1]]
        part = values[bounds[right[pair]] : bounds[right[pair] + 1]]
        if len(words) == 0:
            counts[pair] = len(part)
            continue
        for shingle in part:
            bit = _bit(shingle, len(words))
            counts[pair] += not words[bit >> 6] >> np.uint64(bit & 63) & np.uint64(1)
    return counts
