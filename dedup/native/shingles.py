"""Words -> hashed n-grams of words, sets and samples of them, MinHash rows, fingerprints, bits."""

from functools import cache
from random import Random

import numpy as np

from dedup.native import library
from dedup.native.arrays import Bools, Hashes, Int64s, UInt32s
from dedup.native.library import (
    BOOL,
    GIVEN,
    I64,
    INT,
    OUT_BOOL,
    OUT_I64,
    OUT_U32,
    OUT_U64,
    U32,
    U64,
    UINT,
    Given,
)

_ngrams = library.function("dd_ngrams", U64, I64, U64, OUT_U64, OUT_I64)
_sets = library.function("dd_sets", U64, I64, OUT_U64, OUT_I64)
_samples = library.function("dd_samples", U64, I64, UINT, INT, GIVEN, OUT_I64)
_held = library.function("dd_held", U64, I64, U64, I64, I64, OUT_BOOL)
_shared = library.function("dd_shared", U64, I64, I64, U64, I64, I64, OUT_I64)
_fingerprints = library.function("dd_fingerprints", U64, I64, OUT_U64)
_without = library.function("dd_without", U64, I64, BOOL, OUT_U64, OUT_I64)
_minima = library.function("dd_minima", U64, I64, U32, OUT_U32)
_bands = library.function("dd_bands", U32, INT, U64, INT, OUT_U64)
_marks = library.function("dd_marks", U64, I64, I64, OUT_U64)
_missed = library.function("dd_missed", U64, I64, I64, U64, I64, I64, OUT_I64)


@cache
def factors(n: int) -> Hashes:
    """n odd 64-bit numbers, one for each place in an n-gram (uint64): the splitmix64 sequence (Steele, Lea
    and Flood 2014).
    """
    with np.errstate(over="ignore"):
        z = np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (z ^ (z >> np.uint64(31))) | np.uint64(1)


def without(values: Hashes, bounds: Int64s, dropped: Bools) -> tuple[Hashes, Int64s]:
    """The hashes of those who are not dropped (bool), and who owns which: the dropped ones none. `bounds`
    int64 (owners + 1): owner i has values[bounds[i]:bounds[i + 1]] (uint64).
    """
    out, left = np.empty_like(values), np.empty_like(bounds)
    return out[: _without(values, bounds, dropped, out, left)], left


def ngrams(words: Hashes, owned: Int64s, places: Hashes) -> tuple[Hashes, Int64s]:
    """Hashes of the runs of len(places) words: mix(sum of word * place mod 2^64).

    `words` uint64; `owned` int64 (texts + 1): text i has words[owned[i]:owned[i + 1]]; `places` as
    `factors(n)` gives them. Returns the hashes (uint64) and which text owns which, as `owned`. A text of
    fewer words than n has one shingle, all of it; one without words has none.
    """
    out, bounds = np.empty(len(words), np.uint64), np.empty(len(owned), np.int64)
    return out[: _ngrams(words, owned, places, out, bounds)], bounds


def sets(shingles: Hashes, owned: Int64s) -> tuple[Hashes, Int64s]:
    """Each text's shingles once, ascending: uint64 values and int64 bounds (texts + 1)."""
    out, bounds = np.empty_like(shingles), np.empty(len(owned), np.int64)
    return out[: _sets(shingles, owned, out, bounds)], bounds


def samples(shingles: Hashes, owned: Int64s, limit: int, floor: int) -> tuple[Hashes, Int64s]:
    """Each text's shingles below `limit`, or, where these are fewer, its `floor` smallest: once, ascending,
    as `sets` gives them.
    """
    given, bounds = Given(), np.empty(len(owned), np.int64)
    _samples(shingles, owned, int(limit), floor, given, bounds)
    return given.take(np.uint64), bounds


def held(shingles: Hashes, owned: Int64s, values: Hashes, bounds: Int64s, others: Int64s) -> Bools:
    """Which shingles (bool) stand in the set others[text] (int64), for each text's. `values`, `bounds` as
    `sets` gives them.
    """
    out = np.zeros(len(shingles), np.bool_)
    _held(shingles, owned, values, bounds, others, out)
    return out


def shared(
    values: Hashes, bounds: Int64s, left: Int64s, other_values: Hashes, other_bounds: Int64s, right: Int64s
) -> Int64s:
    """How many shingles the sets left[i] of some and right[i] of others have in common (int64). `values`,
    `bounds` as `sets` gives them.
    """
    counts = np.empty(len(left), np.int64)
    _shared(values, bounds, left, other_values, other_bounds, right, counts)
    return counts


def fingerprints(words: Hashes, owned: Int64s) -> Hashes:
    """128 bits that say which words a text has, in order: uint64 (texts, 2); zeros where it has none."""
    out = np.empty((len(owned) - 1, 2), np.uint64)
    _fingerprints(words, owned, out)
    return out


def permutations(num_perm: int, seed: int = 1) -> UInt32s:
    """Multipliers and addends (uint32, (2, num_perm)) as `datasketch.MinHash(num_perm, seed).permutations`
    has them.

    Made here, since importing datasketch takes 0.6 s and numpy.random 0.01 s; a test compares them. It is the
    Mersenne Twister (Matsumoto and Nishimura 1998), seeded as numpy.random.RandomState seeds it.
    """
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & 0xFFFFFFFF)
    twister = Random()
    twister.setstate((3, (*state, len(state)), None))
    drawn = np.array([twister.getrandbits(32) for _ in range(2 * num_perm)], np.uint32).reshape(2, num_perm)
    drawn[0] = drawn[0] << 1 | 1
    return drawn


def minima(shingles: Hashes, owned: Int64s, permutation: UInt32s) -> UInt32s:
    """MinHash rows: uint32 (texts, num_perm); a text without shingles has the highest value everywhere.

    Row[k] = min over shingles s of a[k] * fmix(s mod 2^32) + b[k] mod 2^32, as datasketch 2.0 computes it;
    `permutation`: a and b, as `permutations` gives them.
    """
    rows = np.empty((len(owned) - 1, permutation.shape[1]), np.uint32)
    _minima(shingles, owned, permutation, rows)
    return rows


def band_hashes(rows: UInt32s, bands: int, places: Hashes) -> Hashes:
    """One 64-bit hash for each band of len(places) values of MinHash rows: uint64 (texts, bands). Two bands
    are equal only where their place is, too. `places`: as `factors` gives them.
    """
    out = np.empty((len(rows), bands), np.uint64)
    _bands(rows, rows.shape[1], places, bands, out)
    return out


def marks(shingles: Hashes, owned: Int64s) -> tuple[Hashes, Int64s]:
    """Words of 64 bits for each text (uint64), one bit a shingle at the least, and which text owns which
    (int64, texts + 1). `owned` int64 (texts + 1): text i has shingles[owned[i]:owned[i + 1]].
    """
    bounds = np.zeros(len(owned), np.int64)
    np.cumsum((np.diff(owned) + 63) // 64, out=bounds[1:])
    out = np.empty(bounds[-1], np.uint64)
    _marks(shingles, owned, bounds, out)
    return out, bounds


def missed(
    marked: Hashes, marked_bounds: Int64s, left: Int64s, values: Hashes, bounds: Int64s, right: Int64s
) -> Int64s:
    """How many shingles of the sets right[i] set no bit of the texts left[i] (int64). `marked` as `marks`,
    `values` as `sets` gives them.
    """
    counts = np.empty(len(left), np.int64)
    _missed(marked, marked_bounds, left, values, bounds, right, counts)
    return counts
