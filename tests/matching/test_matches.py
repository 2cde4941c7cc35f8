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
from tests.support.texts import ragged

_SETS = st.lists(st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 12), max_size=15), min_size=1, max_size=6)


def _sets(texts: list[set[int]]) -> Ragged:
    return sets(ragged([list(text) for text in texts]))


@given(_SETS)
@examples(60)
def test_similarities_are_those_of_the_twin(texts: list[set[int]]) -> None:
    """Jaccard and coverage of every pair are exactly those of Python's sets; 0 for empty ones."""
    left, right = (side.reshape(-1) for side in np.indices((len(texts), len(texts))))
    similar = similarities(_sets(texts), left, right)
    for i, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        one, other = texts[a], texts[b]
        assert similar.jaccard[i] == float(Fraction(len(one & other), max(1, len(one | other))))
        assert similar.coverage[i] == float(Fraction(len(one & other), max(1, len(other))))
        assert similar.jaccard[i] == float(reference.jaccard(one, other))  # type: ignore[arg-type]


@pytest.mark.parametrize(("shared", "apart"), [(4, 1), (8, 2), (80, 20), (9, 1), (7, 3), (1, 2)])
def test_round_similarities_are_exact(shared: int, apart: int) -> None:
    """A Jaccard that is a round number is exactly that number, so that a pair at the threshold matches."""
    shingle_sets = _sets([set(range(shared)), set(range(shared + apart))])
    similar = similarities(shingle_sets, np.array([0, 1]), np.array([1, 0]))
    share = shared / (shared + apart)
    assert similar.jaccard.tolist() == [share, share]
    assert similar.coverage.tolist() == [share, 1.0]
    assert share == round(share, 6) or shared == 1


@given(st.sets(st.integers(0, 400), max_size=5), st.sets(st.integers(0, 400), min_size=325))
@examples(40)
def test_a_few_shingles_beside_many_are_counted(few: set[int], many: set[int]) -> None:
    """A set that is far larger is searched; what both share is the same, whichever is left."""
    similar = similarities(_sets([few, many]), np.array([0, 1]), np.array([1, 0]))
    assert similar.reverse.tolist() == [len(few & many) / max(1, len(few)), len(few & many) / len(many)]


def test_no_pairs_have_no_similarities() -> None:
    """No pairs have no similarities."""
    none = np.zeros(0, np.int64)
    assert len(similarities(_sets([{1}]), none, none).jaccard) == 0
