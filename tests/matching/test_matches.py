"""Candidates -> exact similarities."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.matches import similarities
from dedup.text.ragged import Ragged, sets
from tests.support import reference
from tests.support.examples import examples

_SETS = st.lists(st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 12), max_size=15), min_size=1, max_size=6)


def _owned(found: list[set[int]]) -> Ragged:
    flat = [shingle for one in found for shingle in one]
    return sets(Ragged(np.array(flat, np.uint64), np.cumsum([0, *map(len, found)]).astype(np.int64)))


@given(_SETS)
@examples(60)
def test_similarities_are_those_of_the_twin(found: list[set[int]]) -> None:
    """Jaccard and coverage of every pair are exactly those of Python's sets; 0 for empty ones."""
    left, right = (side.reshape(-1) for side in np.indices((len(found), len(found))))
    similar = similarities(_owned(found), left, right)
    for i, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        one, other = found[a], found[b]
        assert similar.jaccard[i] == float(Fraction(len(one & other), max(1, len(one | other))))
        assert similar.coverage[i] == float(Fraction(len(one & other), max(1, len(other))))
        assert similar.jaccard[i] == float(reference.jaccard(one, other))  # type: ignore[arg-type]


@pytest.mark.parametrize(("shared", "apart"), [(4, 1), (8, 2), (80, 20), (9, 1), (7, 3), (1, 2)])
def test_round_similarities_are_exact(shared: int, apart: int) -> None:
    """A Jaccard that is a round number is that number, so that `>=` takes a pair at the threshold."""
    one = _owned([set(range(shared)), set(range(shared + apart))])
    similar = similarities(one, np.array([0, 1]), np.array([1, 0]))
    share = shared / (shared + apart)
    assert similar.jaccard.tolist() == [share, share]
    assert similar.coverage.tolist() == [share, 1.0]
    assert share == round(share, 6) or shared == 1


def test_no_pairs_have_no_similarities() -> None:
    """No pairs, no similarities."""
    none = np.zeros(0, np.int64)
    assert len(similarities(_owned([{1}]), none, none).jaccard) == 0
