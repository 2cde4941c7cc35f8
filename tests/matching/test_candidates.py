"""Signatures -> bands -> candidate pairs."""

from itertools import combinations

import datasketch
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.engines.local import Local
from dedup.errors import OptionsError
from dedup.matching.candidates import Lookup, band_keys
from dedup.matching.signatures import Bands, bands_for, buckets, signatures
from dedup.text.ragged import Ragged
from tests.support.examples import examples

Pairs = set[tuple[int, int]]


def _lookup(bucketed: np.ndarray) -> Lookup:
    """By bucket, of documents in the order of keeping."""
    order = np.arange(len(bucketed))
    return Lookup(band_keys([bucketed], order, order), Local(1))


def _pairs(bucketed: np.ndarray, places: list[int] | None = None) -> Pairs:
    """The pairs that one round finds."""
    order = np.arange(len(bucketed)) if places is None else np.argsort(places)
    keys = band_keys([bucketed], order, np.arange(len(order)))
    found = Lookup(keys, Local(1)).pairs(np.ones(len(bucketed), bool))
    listed = list(zip(*(side.tolist() for side in found), strict=True))
    assert len(set(listed)) == len(listed)
    return set(listed)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0])
@pytest.mark.parametrize("recall", [0.5, 0.9, 0.99, 0.999])
@pytest.mark.parametrize("num_perm", [64, 128, 256])
def test_bands_reach_the_recall(threshold: float, recall: float, num_perm: int) -> None:
    """By the formula a pair at the threshold shares a band with probability `recall`; one row more: no."""
    bands = bands_for(threshold, recall, num_perm)
    assert bands.number * bands.rows <= num_perm
    for jaccard in np.linspace(threshold, 1, 5):
        assert 1 - (1 - jaccard**bands.rows) ** bands.number >= recall
    if bands.rows < num_perm:
        wider = Bands(num_perm // (bands.rows + 1), bands.rows + 1)
        assert wider.probability(threshold) < recall


def test_default_bands_are_those_of_the_design() -> None:
    """At 0.8 and 0.99, 128 numbers are cut as the design measured: 18 to 21 bands of 6 or 7 rows."""
    bands = bands_for(0.8, 0.99, 128)
    assert bands in (Bands(18, 7), Bands(21, 6))
    assert bands.probability(0.8) >= 0.99


@pytest.mark.parametrize(
    ("threshold", "recall", "num_perm"), [(0.1, 0.99, 16), (0.01, 0.9, 128), (0.05, 0.9999, 64)]
)
def test_an_impossible_recall_is_refused(threshold: float, recall: float, num_perm: int) -> None:
    """Where no bands reach the recall, the error says what is reached and what to change."""
    with pytest.raises(OptionsError, match=rf"{num_perm} permutations .* {threshold} .*--num-perm.*--recall"):
        bands_for(threshold, recall, num_perm)


def _alike(shared: int, apart: int, pairs: int, seed: int) -> Ragged:
    """Pairs of sets of random shingles, one after the other: `shared` in both, `apart` in each alone."""
    random = np.random.default_rng(seed)
    both = random.integers(0, 2**64, (pairs, 1, shared), np.uint64)
    alone = random.integers(0, 2**64, (pairs, 2, apart), np.uint64)
    sets = np.concatenate([np.repeat(both, 2, axis=1), alone], axis=2)
    return Ragged(sets.reshape(-1), np.arange(0, sets.size + 1, shared + apart))


@pytest.mark.parametrize(
    ("shared", "apart", "recall", "num_perm"),
    [
        (80, 10, 0.99, 128),
        (8, 1, 0.99, 128),
        (60, 30, 0.9, 128),
        (160, 20, 0.999, 256),
        (90, 5, 0.95, 64),
        (400, 50, 0.9, 64),
    ],
)
def test_pairs_at_the_threshold_become_candidates(
    shared: int, apart: int, recall: float, num_perm: int
) -> None:
    """Of pairs at the threshold the share in a common bucket is `recall`, less the error of sampling."""
    pairs, threshold = 3000, shared / (shared + 2 * apart)
    rows = buckets(
        signatures(_alike(shared, apart, pairs, seed=shared), num_perm),
        bands_for(threshold, recall, num_perm),
    )
    found = (rows[0::2] == rows[1::2]).any(axis=1).mean()
    assert found >= recall - 3 * (recall * (1 - recall) / pairs) ** 0.5


@pytest.mark.parametrize("num_perm", [128, 256])
@pytest.mark.parametrize(
    ("threshold", "shared", "apart"),
    [(0.6, 122, 39), (0.7, 142, 29), (0.8, 162, 19), (0.9, 182, 9)],
)
def test_pairs_just_above_the_threshold_become_candidates(
    threshold: float, shared: int, apart: int, num_perm: int
) -> None:
    """Of 2,000 pairs with a Jaccard of 0.01 above the threshold 99 in 100 become candidates."""
    pairs = 2000
    assert threshold <= shared / (shared + 2 * apart) <= threshold + 0.02
    bands = bands_for(threshold, 0.99, num_perm)
    rows = buckets(signatures(_alike(shared, apart, pairs, seed=shared + num_perm), num_perm), bands)
    assert (rows[0::2] == rows[1::2]).any(axis=1).mean() >= 0.99


def test_the_join_finds_what_shares_a_bucket() -> None:
    """The pairs at the threshold come through the join, and next to no others."""
    pairs = 2000
    rows = buckets(signatures(_alike(80, 10, pairs, seed=1), 128), bands_for(0.8, 0.99, 128))
    found = _pairs(rows)
    wanted = {(2 * i, 2 * i + 1) for i in range(pairs)}
    assert len(found & wanted) >= 0.985 * pairs
    assert len(found - wanted) < 0.01 * pairs


def _datasketch_pairs(rows: np.ndarray, bands: Bands) -> Pairs:
    """The pairs that datasketch's index finds, each way the same."""
    index = datasketch.MinHashLSH(num_perm=rows.shape[1], params=bands)
    signed = [datasketch.MinHash(rows.shape[1], hashvalues=row, scheme="affine32") for row in rows]
    for i, signature in enumerate(signed):
        index.insert(i, signature)
    return {
        (min(i, j), max(i, j)) for i, signature in enumerate(signed) for j in index.query(signature) if i != j
    }


_BANDS = st.sampled_from([Bands(2, 1), Bands(2, 4), Bands(4, 2), Bands(8, 1), Bands(3, 2)])


@given(_BANDS, st.integers(1, 64), st.integers(0, 4), st.integers(0, 2**32))
@examples(40)
def test_candidates_are_those_of_datasketch(bands: Bands, documents: int, values: int, seed: int) -> None:
    """In buckets of up to 64 the candidates are those of `datasketch.MinHashLSH` with the same bands."""
    rows = np.random.default_rng(seed).integers(0, values + 1, (documents, 8)).astype(np.uint32)
    rows[rows == 4] = 2**32 - 1
    assert _pairs(buckets(rows, bands)) == _datasketch_pairs(rows, bands)


@pytest.mark.parametrize(("documents", "values"), [(64, 0), (300, 30), (500, 200)])
def test_candidates_of_many_are_those_of_datasketch(documents: int, values: int) -> None:
    """Full buckets of 64, and hundreds of smaller ones, give the same pairs as datasketch."""
    rows = np.random.default_rng(documents).integers(0, values + 1, (documents, 8)).astype(np.uint32)
    bands = Bands(8, 1)
    bucketed = buckets(rows, bands)
    assert np.unique(bucketed, return_counts=True)[1].max() <= 64
    assert _pairs(bucketed) == _datasketch_pairs(rows, bands)


def test_equal_values_in_different_bands_are_no_bucket() -> None:
    """Two documents share a bucket only in the same band."""
    assert _pairs(buckets(np.array([[1, 2], [2, 1]], np.uint32), Bands(2, 1))) == set()


@given(st.permutations(range(8)))
@examples(10)
def test_pairs_are_ranks_with_the_earlier_first(places: list[int]) -> None:
    """A pair is given by the places in the order of keeping, the earlier one first."""
    bucketed = np.array([[i // 2] for i in range(8)])
    expected = {tuple(sorted(places[i : i + 2])) for i in range(0, 8, 2)}
    assert _pairs(bucketed, list(places)) == expected


@pytest.mark.parametrize(("documents", "bands"), [(65, 3), (20_000, 4), (100_000, 1)])
def test_a_wide_bucket_stays_bounded(documents: int, bands: int) -> None:
    """In a wide bucket everyone meets the first 8, in the next round the first 64 of those still kept."""
    lookup = _lookup(np.zeros((documents, bands), np.int64) + np.arange(bands))
    kept = np.ones(documents, bool)
    earlier, _ = lookup.pairs(kept)
    assert np.bincount(earlier, minlength=9).tolist()[:9] == [documents - 1 - i for i in range(8)] + [0]
    assert len(lookup.crowded) == documents - 8
    kept[20:] = False
    kept[:4] = False
    assert not lookup.is_settled(kept)
    earlier, later = lookup.pairs(kept)
    assert set(zip(earlier.tolist(), later.tolist(), strict=True)) == {
        (a, b)
        for a, b in combinations(range(4, 20), 2)
        if b >= 8  # the first 8 have met all
    }
    assert lookup.is_settled(kept)


def test_a_document_kept_again_is_compared_again() -> None:
    """A document that is kept again since the last round has not met the others; then all is settled."""
    lookup = _lookup(np.zeros((5, 1), np.int64))
    kept = np.array([True, True, False, True, True])
    assert len(lookup.pairs(kept)[0]) == 6
    assert lookup.is_settled(kept)
    kept = np.array([True, False, True, False, True])
    assert not lookup.is_settled(kept)
    earlier, later = lookup.pairs(kept)
    assert (0, 2) in set(zip(earlier.tolist(), later.tolist(), strict=True))


def test_no_crowds_up_to_64() -> None:
    """A bucket of 64 documents is compared whole, and none of them counts as crowded."""
    lookup = _lookup(np.tile([7, 8], (64, 1)))
    assert len(lookup.pairs(np.ones(64, bool))[0]) == 64 * 63 // 2
    assert len(lookup.crowded) == 0


def test_no_documents_have_no_candidates() -> None:
    """Nothing gives no candidates."""
    assert _pairs(np.zeros((0, 3), np.int64)) == set()
