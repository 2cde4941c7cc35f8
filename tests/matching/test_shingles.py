"""Words -> shingles and fingerprints."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.shingles import shingles
from dedup.native import shingles as kernel
from dedup.text.ragged import Ragged, sets
from tests.support import reference
from tests.support.examples import examples
from tests.support.texts import HASHES, lists_of, ragged


@given(st.lists(HASHES, max_size=5), st.integers(1, 8))
@examples(50)
def test_shingles_are_those_of_the_twin(texts: list[list[int]], n: int) -> None:
    """Shingles are the hashed runs of n words of each text, never across texts."""
    assert lists_of(shingles(ragged(texts), n)) == [reference.shingles(text, n) for text in texts]


@pytest.mark.parametrize(("size", "count"), [(0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (10, 8)])
def test_a_short_text_is_one_shingle(size: int, count: int) -> None:
    """A text shorter than a shingle is one shingle; a text without words has none."""
    assert len(shingles(ragged([list(range(size))]), 3).values) == count


@given(st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=1, max_size=8))
@examples(50)
def test_different_texts_have_different_fingerprints(texts: list[list[int]]) -> None:
    """Two texts have the same fingerprint only if they have the same words in the same order; a text without
    words has 0.
    """
    prints = kernel.fingerprints(*_fields(ragged(texts)))
    for one, text in zip(prints, texts, strict=True):
        assert (one[0] == 0) == (not text)
        assert [bool((one == other).all()) for other in prints] == [text == other for other in texts]


def _fields(texts: Ragged) -> tuple[np.ndarray, np.ndarray]:
    return texts.values, texts.offsets


@given(st.lists(st.tuples(HASHES, HASHES), max_size=4), st.randoms())
@examples(40)
def test_shingles_in_a_set_are_found(pairs: list[tuple[list[int], list[int]]], random: Random) -> None:
    """Each text's shingles are looked up in the set that is named for it, wherever that is."""
    texts = [[*one, *random.sample(other, len(other) // 2)] for one, other in pairs]
    turned = [len(pairs) - 1 - i for i in range(len(pairs))]
    others, asked = sets(ragged([other for _, other in pairs][::-1])), ragged(texts)
    is_there = kernel.held(
        asked.values, asked.offsets, others.values, others.offsets, np.array(turned, np.int64)
    )
    expected = [x in other for text, (_, other) in zip(texts, pairs, strict=True) for x in text]
    assert is_there.tolist() == expected


@pytest.mark.parametrize("shift", [0, 12, 40])
def test_crowded_shingles_are_found(shift):
    """Shingles whose hashes were made to lie close together are found as others are."""
    every = np.random.default_rng(shift).integers(0, 2**64, 3000, np.uint64) >> np.uint64(shift)
    values = np.unique(every[:2000])
    found = kernel.held(
        every, np.array([0, len(every)]), values, np.array([0, len(values)]), np.zeros(1, np.int64)
    )
    assert found.tolist() == np.isin(every, values).tolist()
