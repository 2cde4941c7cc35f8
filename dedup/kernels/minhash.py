"""Shingles -> MinHash rows, and rows -> bands. The arithmetic is datasketch's "affine32", bit for bit."""

import numba as nb
import numpy as np
import numpy.typing as npt

from dedup.kernels.shingles import mix

_HIGHEST = np.uint32(0xFFFFFFFF)


def permutations(num_perm: int, seed: int = 1) -> npt.NDArray[np.uint32]:
    """Multipliers and addends (uint32, (2, num_perm)) as `datasketch.MinHash(num_perm, seed).permutations`
    has them.

    Made here, since importing datasketch takes 0.6 s; a test compares them. NumPy promises RandomState's
    stream for good.
    """
    random = np.random.RandomState(seed)
    multipliers = random.randint(0, 1 << 31, num_perm, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return np.stack([multipliers, random.randint(0, 1 << 32, num_perm, dtype=np.uint32)])


@nb.njit(cache=True, nogil=True, inline="always")
def _fmix(h: np.uint32) -> np.uint32:
    """The finaliser of MurmurHash3 (Appleby), 32 bits."""
    h = np.uint32(h ^ (h >> np.uint32(16)))
    h = np.uint32(h * np.uint32(0x85EBCA6B))
    h = np.uint32(h ^ (h >> np.uint32(13)))
    h = np.uint32(h * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ (h >> np.uint32(16)))


@nb.njit(cache=True, nogil=True)
def minima(
    shingles: npt.NDArray[np.uint64], owned: npt.NDArray[np.int64], permutation: npt.NDArray[np.uint32]
) -> npt.NDArray[np.uint32]:
    """MinHash rows: uint32 (texts, num_perm); a text without shingles has the highest value everywhere.

    Row[k] = min over shingles s of a[k] * fmix(s mod 2^32) + b[k] mod 2^32, as datasketch 2.0 computes it.
    """
    a, b = permutation[0], permutation[1]
    rows = np.full((len(owned) - 1, len(a)), _HIGHEST, np.uint32)
    block = np.empty(8, np.uint32)
    for text in range(len(owned) - 1):
        row = rows[text]
        # Eight shingles a pass: the row is read and written an eighth as often, 1.9 times as fast as one at a
        # time.
        for first in range(owned[text], owned[text + 1], 8):
            for i in range(8):
                at = min(first + i, owned[text + 1] - 1)
                block[i] = _fmix(np.uint32(shingles[at] & np.uint64(0xFFFFFFFF)))
            h0, h1, h2, h3 = block[0], block[1], block[2], block[3]
            h4, h5, h6, h7 = block[4], block[5], block[6], block[7]
            for k in range(len(a)):
                x, y = a[k], b[k]
                low = min(np.uint32(x * h0 + y), np.uint32(x * h1 + y))
                low = min(low, min(np.uint32(x * h2 + y), np.uint32(x * h3 + y)))
                low = min(low, min(np.uint32(x * h4 + y), np.uint32(x * h5 + y)))
                low = min(low, min(np.uint32(x * h6 + y), np.uint32(x * h7 + y)))
                row[k] = min(row[k], low)
    return rows


@nb.njit(cache=True, nogil=True)
def band_hashes(
    rows: npt.NDArray[np.uint32], bands: int, width: int, places: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """One 64-bit hash for each band of `width` values: uint64 (texts, bands). Two bands are equal only where
    their place is too.
    """
    out = np.zeros((len(rows), bands), np.uint64)
    for text in range(len(rows)):
        for band in range(bands):
            h = np.uint64(band + 1)
            for i in range(width):
                h += np.uint64(rows[text, band * width + i]) * places[i]
            out[text, band] = mix(h)
    return out
