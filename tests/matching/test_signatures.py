"""Shingles -> MinHash signatures."""

import datasketch
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.signatures import signatures
from dedup.native import shingles as minhash
from tests.support import reference
from tests.support.examples import examples
from tests.support.texts import ragged

_SHINGLES = st.lists(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 2**32), max_size=40), max_size=5)


@pytest.mark.parametrize("num_perm", [16, 17, 64, 128, 256])
def test_permutations_are_those_of_datasketch(num_perm: int) -> None:
    """Multipliers and addends are, bit for bit, those of `datasketch.MinHash(num_perm)`."""
    theirs = np.array(datasketch.MinHash(num_perm).permutations)
    ours = minhash.permutations(num_perm)
    assert ours.dtype == theirs.dtype == np.uint32
    assert (ours == theirs).all()


@given(_SHINGLES, st.integers(16, 256))
@examples(50)
def test_rows_are_those_of_datasketch(texts: list[list[int]], num_perm: int) -> None:
    """Each row is, bit for bit, what datasketch makes of the same shingles, also of none."""
    rows = signatures(ragged(texts), num_perm)
    assert rows.dtype == np.uint32
    assert rows.tolist() == [reference.minhash_row(text, num_perm) for text in texts]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 15, 16, 17, 1000])
def test_rows_that_fill_no_block_are_complete(count: int) -> None:
    """A text whose shingles fill no block of eight has the row of all its shingles and of no other's."""
    shingles = np.random.default_rng(count).integers(0, 2**64, count, np.uint64).tolist()
    before, row, after = signatures(ragged([[5, 6, 7], shingles, [9]]), 128).tolist()
    assert row == reference.minhash_row(shingles, 128)
    assert before == reference.minhash_row([5, 6, 7], 128)
    assert after == reference.minhash_row([9], 128)


def test_no_shingles_have_the_highest_row() -> None:
    """A text without shingles has the highest value everywhere, as datasketch's empty MinHash."""
    assert signatures(ragged([[]]), 16).tolist() == [[2**32 - 1] * 16]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20), st.randoms(use_true_random=False))
@examples(25)
def test_rows_depend_only_on_the_set(shingles: list[int], random: "np.random.Generator") -> None:
    """A row depends on the set of shingles alone."""
    again = [*shingles, *shingles[:5]]
    random.shuffle(again)
    first, second = signatures(ragged([shingles, again]), 32)
    assert (first == second).all()
