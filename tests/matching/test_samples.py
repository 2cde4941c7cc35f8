"""Shingles -> samples, and how many of them two texts must share."""

from itertools import pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.samples import FLOOR, LIMIT, needed, samples
from dedup.native import shingles as kernel
from tests.support import reference
from tests.support.examples import examples
from tests.support.texts import ragged

_SHINGLES = st.lists(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9), max_size=40), max_size=5)


@given(_SHINGLES, st.integers(0, 2**64 - 1), st.integers(0, 9))
@examples(60)
def test_samples_are_those_of_the_twin(texts: list[list[int]], limit: int, floor: int) -> None:
    """Samples are the shingles below a limit, at least the smallest ones, each once, text by text."""
    shingles = ragged(texts)
    values, offsets = kernel.samples(shingles.values, shingles.offsets, np.uint64(limit), floor)
    samples_of_texts = [values[start:end].tolist() for start, end in pairwise(offsets)]
    assert samples_of_texts == [reference.samples(text, limit, floor) for text in texts]


def test_a_sixteenth_is_sampled() -> None:
    """Of many shingles one in 16 is a sample, and every text with shingles has samples."""
    many = np.random.default_rng(3).integers(0, 2**64, 160_000, np.uint64)
    assert 9_700 < len(samples(ragged([many.tolist()])).values) < 10_300
    assert np.diff(samples(ragged([[], [2**64 - 1], list(range(2**63, 2**63 + 50))])).offsets).tolist() == [
        0,
        1,
        FLOOR,
    ]


@pytest.mark.parametrize("contained", [0.5, 0.8, 0.95, 1.0])
@pytest.mark.parametrize("recall", [0.9, 0.99])
def test_needed_is_the_highest_that_keeps_the_recall(contained: float, recall: float) -> None:
    """Fewer samples than needed are shared with a probability of 1 - recall at most; with one more needed it
    would be higher. At least one is needed.
    """
    counts = np.array([0, 1, 2, 7, 44, 44, 130])
    for n, need in zip(counts.tolist(), needed(counts, contained, recall).tolist(), strict=True):
        chances = [comb(n, k) * contained**k * (1 - contained) ** (n - k) for k in range(n + 1)]
        assert need == 1 or sum(chances[:need]) <= 1 - recall + 1e-9
        assert need == max(1, n) or sum(chances[: need + 1]) > 1 - recall


@pytest.mark.parametrize("contained", [0.8, 0.9, 1.0])
def test_covered_texts_share_what_is_needed(contained: float) -> None:
    """Of 2,000 texts that another covers by exactly `contained`, 99 in 100 share enough samples."""
    random = np.random.default_rng(5)
    enough = 0
    for _ in range(2000):
        text = random.integers(0, 2**64, 300, np.uint64)
        below = text[text < LIMIT]
        shared = text[: round(300 * contained)]
        enough += (shared < LIMIT).sum() >= needed(np.array([len(below)]), contained, 0.99)[0]
    assert enough >= 1980
