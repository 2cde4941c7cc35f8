"""Signatures -> bands -> candidates."""

from itertools import combinations

import datasketch
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.engines.local import Local
from dedup.errors import OptionsError
from dedup.matching.candidates import Lookup, band_keys, weights_of
from dedup.matching.signatures import Bands, bands_for, buckets, signatures
from dedup.text.ragged import Ragged
from tests.support.examples import examples

Pairs = set[tuple[int, int]]


def _lookup(bucketed: np.ndarray) -> Lookup:
    """The look-up by bucket of documents in the order of keeping."""
    order = np.arange(len(bucketed))
    return Lookup(band_keys([bucketed], order, order), Local(1), np.ones(len(order), np.int32))


def _pairs(bucketed: np.ndarray, ranks: list[int] | None = None) -> Pairs:
    """The pairs that one round finds."""
    order = np.arange(len(bucketed)) if ranks is None else np.argsort(ranks)
    keys = band_keys([bucketed], order, np.arange(len(order)))
    lookup = Lookup(keys, Local(1), np.ones(len(order), np.int32))
    earlier, later = lookup.pairs(np.ones(len(bucketed), bool))
    pairs = list(zip(earlier.tolist(), later.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    return set(pairs)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0])
@pytest.mark.parametrize("recall", [0.5, 0.9, 0.99, 0.999])
@pytest.mark.parametrize("num_perm", [64, 128, 256])
def test_bands_reach_the_recall(threshold: float, recall: float, num_perm: int) -> None:
    """By the formula a pair at the threshold shares a band with probability `recall`, but not with bands of
    one more row.
    """
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
    """If no bands reach the recall, the error says what they reach and what to change."""
    with pytest.raises(OptionsError, match=rf"{num_perm} permutations .* {threshold} .*num_perm.*recall"):
        bands_for(threshold, recall, num_perm)


def _similar_pairs(shared: int, apart: int, pairs: int, seed: int) -> Ragged:
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
    """At least the share `recall` of the pairs at the threshold have a bucket in common, less the error of
    sampling.
    """
    pairs, threshold = 3000, shared / (shared + 2 * apart)
    rows = buckets(
        signatures(_similar_pairs(shared, apart, pairs, seed=shared), num_perm),
        bands_for(threshold, recall, num_perm),
    )
    share = (rows[0::2] == rows[1::2]).any(axis=1).mean()
    assert share >= recall - 3 * (recall * (1 - recall) / pairs) ** 0.5


@pytest.mark.parametrize("num_perm", [128, 256])
@pytest.mark.parametrize(
    ("threshold", "shared", "apart"),
    [(0.6, 122, 39), (0.7, 142, 29), (0.8, 162, 19), (0.9, 182, 9)],
)
def test_pairs_just_above_the_threshold_become_candidates(
    threshold: float, shared: int, apart: int, num_perm: int
) -> None:
    """Of 2,000 pairs with a Jaccard of up to 0.02 above the threshold, 99 in 100 become candidates."""
    pairs = 2000
    assert threshold <= shared / (shared + 2 * apart) <= threshold + 0.02
    bands = bands_for(threshold, 0.99, num_perm)
    rows = buckets(signatures(_similar_pairs(shared, apart, pairs, seed=shared + num_perm), num_perm), bands)
    assert (rows[0::2] == rows[1::2]).any(axis=1).mean() >= 0.99


def test_the_join_gives_pairs_that_share_a_bucket() -> None:
    """The join gives the pairs at the threshold, and next to no others."""
    pairs = 2000
    rows = buckets(signatures(_similar_pairs(80, 10, pairs, seed=1), 128), bands_for(0.8, 0.99, 128))
    candidates = _pairs(rows)
    similar = {(2 * i, 2 * i + 1) for i in range(pairs)}
    assert len(candidates & similar) >= 0.985 * pairs
    assert len(candidates - similar) < 0.01 * pairs


def _datasketch_pairs(rows: np.ndarray, bands: Bands) -> Pairs:
    """The pairs that datasketch's index finds."""
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
def test_pairs_are_ranks_with_the_earlier_first(ranks: list[int]) -> None:
    """A pair is given by the ranks of its documents, the earlier one first."""
    bucketed = np.array([[i // 2] for i in range(8)])
    expected = {tuple(sorted(ranks[i : i + 2])) for i in range(0, 8, 2)}
    assert _pairs(bucketed, list(ranks)) == expected


@pytest.mark.parametrize(("documents", "bands"), [(65, 3), (20_000, 4), (100_000, 1)])
def test_a_wide_bucket_stays_bounded(documents: int, bands: int) -> None:
    """In a wide bucket all documents are compared with the first 8, in the next round with the first 64 of
    those still kept.
    """
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
        if b >= 8  # the first 8 were compared with all
    }
    assert lookup.is_settled(kept)


def test_long_documents_count_for_several() -> None:
    """Of a thousand short ones another round is due, of a thousand long ones none, however many are kept."""
    kept, bucketed = np.ones(1000, bool), np.zeros((1000, 20), np.int64) + np.arange(20)
    for words, is_too_wide in ((1023, False), (8000, True)):
        lookup = _lookup(bucketed)
        lookup.weights = weights_of(np.full(1000, words))
        lookup.pairs(kept)
        assert lookup.is_too_wide(kept) == is_too_wide
    assert weights_of(np.array([0, 1023, 1024, 20_000])).tolist() == [1, 1, 2, 20]


def test_a_document_kept_again_is_compared_again() -> None:
    """A document that is kept again since the last round is compared with the others in the next one."""
    lookup = _lookup(np.zeros((5, 1), np.int64))
    kept = np.array([True, True, False, True, True])
    assert len(lookup.pairs(kept)[0]) == 6
    assert lookup.is_settled(kept)
    kept = np.array([True, False, True, False, True])
    assert not lookup.is_settled(kept)
    earlier, later = lookup.pairs(kept)
    assert (0, 2) in set(zip(earlier.tolist(), later.tolist(), strict=True))


def test_no_crowds_up_to_64() -> None:
    """In a bucket of 64 documents all pairs are compared, and none of them counts as crowded."""
    lookup = _lookup(np.tile([7, 8], (64, 1)))
    assert len(lookup.pairs(np.ones(64, bool))[0]) == 64 * 63 // 2
    assert len(lookup.crowded) == 0


def test_no_documents_have_no_candidates() -> None:
    """Without documents there are no candidates."""
    assert _pairs(np.zeros((0, 3), np.int64)) == set()
