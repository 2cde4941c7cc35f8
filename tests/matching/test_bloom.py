"""Bloom bits: every match passes the filter, and nearly no pair with little in common does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.bloom import bloom_bits, may_match
from dedup.matching.matches import MIN_SHINGLES, may_replace, similarities
from dedup.native import shingles as kernel
from dedup.options import Options
from dedup.text.ragged import Ragged, sets
from tests.support.examples import examples


def _ragged(texts: list[np.ndarray]) -> Ragged:
    return Ragged(np.concatenate(texts), np.cumsum([0, *map(len, texts)]))


def _pairs(shared: int, left: int, right: int, count: int, seed: int) -> Ragged:
    """Pairs of texts, one after the other: so many random shingles in both, and in each of them alone."""
    random = np.random.default_rng(seed)
    both = [random.integers(0, 2**64, shared, np.uint64) for _ in range(count)]
    return _ragged(
        [
            np.concatenate((common, random.integers(0, 2**64, own, np.uint64)))
            for common in both
            for own in (left, right)
        ]
    )


@given(
    st.lists(st.lists(st.integers(0, 60) | st.integers(0, 2**64 - 1), max_size=80), min_size=2, max_size=5),
    st.sampled_from(
        [{}, {"contained": None, "threshold": 0.4}, {"contained": 0.1, "threshold": 0.1}, {"max_loss": 0.1}]
    ),
)
@examples(60)
def test_no_match_is_filtered_out(texts: list[list[int]], changes: dict[str, float]) -> None:
    """Pairs that match, by Jaccard or by coverage, pass the filter, whatever the options."""
    shingles, options = _ragged([np.array(text, np.uint64) for text in texts]), Options(**changes)
    left, right = (side.reshape(-1) for side in np.indices((len(texts), len(texts))))
    shingle_sets, bits = sets(shingles), bloom_bits(shingles)
    missed = kernel.missed(bits.values, bits.offsets, left, shingle_sets.values, shingle_sets.offsets, right)
    alone = [len(set(texts[b]) - set(texts[a])) for a, b in zip(left, right, strict=True)]
    assert (missed <= alone).all()
    match = may_replace(
        similarities(shingle_sets, left, right), np.diff(shingle_sets.offsets)[right], options
    )
    assert may_match(bits, left, shingle_sets, right, options)[match].all()


@pytest.mark.parametrize("coverage", [0.79, 0.8, 0.81])
def test_no_pair_at_the_threshold_is_filtered_out(coverage: float) -> None:
    """Pairs at the threshold of coverage and just above it match, and pass the filter."""
    shared = round(200 * coverage)
    shingles, options = _pairs(shared, 500, 200 - shared, 300, seed=1), Options()
    shingle_sets, left = sets(shingles), np.arange(0, 600, 2)
    match = may_replace(
        similarities(shingle_sets, left, left + 1), np.diff(shingle_sets.offsets)[left + 1], options
    )
    assert match.all() == (coverage >= 0.8)
    assert may_match(bloom_bits(shingles), left, shingle_sets, left + 1, options)[match].all()


@pytest.mark.parametrize("own", [100, 2000])
def test_pairs_that_share_one_sentence_are_filtered_out(own: int) -> None:
    """Of pairs that share 20 of the later text's 150 shingles, at least 19 in 20 are filtered out."""
    shingles = _pairs(20, own, 130, 300, seed=2)
    left = np.arange(0, 600, 2)
    assert MIN_SHINGLES < 150
    assert may_match(bloom_bits(shingles), left, sets(shingles), left + 1, Options()).mean() < 0.05
