"""Lists of hashes: sets, parts, and lists without what is dropped."""

from itertools import compress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.native import shingles as kernel
from dedup.text.ragged import Ragged, concatenate, sets, take_and_release
from tests.support.examples import examples
from tests.support.texts import HASHES, lists_of, ragged


@given(st.lists(HASHES, max_size=5))
@examples(50)
def test_sets_hold_each_shingle_once(texts: list[list[int]]) -> None:
    """A set has each shingle of a text once, ascending."""
    assert lists_of(sets(ragged(texts))) == [sorted(set(text)) for text in texts]


@pytest.mark.parametrize("spread", [1, 3, 40, 2**33, 2**64 - 1])
@pytest.mark.parametrize("low", [0, 2**64 - 2**34])
def test_sets_of_many_hashes_however_they_are_spread(spread: int, low: int) -> None:
    """Whether hashes are spread evenly or crowd at the ends of the range, sets equal sorted unique values."""
    random = np.random.default_rng(3)
    values = np.uint64(low) + random.integers(0, min(spread, 2**64 - low), 20_000, np.uint64)
    assert lists_of(sets(Ragged(values, np.array([0, 9, 20_000])))) == [
        np.unique(part).tolist() for part in (values[:9], values[9:])
    ]


@given(st.lists(st.tuples(HASHES, st.booleans()), max_size=6))
@examples(50)
def test_dropped_texts_become_empty(owners: list[tuple[list[int], bool]]) -> None:
    """The lists of dropped texts become empty; the others stay as they are, in order."""
    lists, dropped = ragged([own for own, _ in owners]), np.array([gone for _, gone in owners], bool)
    left = Ragged(*kernel.without(lists.values, lists.offsets, dropped))
    assert lists_of(left) == [[] if gone else own for own, gone in owners]


@given(st.data())
@examples(30)
def test_parts_are_concatenated_and_released(data: st.DataObject) -> None:
    """`concatenate` joins all parts; `take_and_release` takes some texts of them and empties the list."""
    texts = data.draw(st.lists(st.lists(HASHES, max_size=4), max_size=4))
    every = [text for part in texts for text in part]
    chosen = data.draw(st.lists(st.booleans(), min_size=len(every), max_size=len(every)))
    parts = [ragged(part) for part in texts]
    assert lists_of(concatenate(parts, sum(map(len, every)) + 3)) == every
    assert lists_of(take_and_release(parts, np.array(chosen, bool))) == list(compress(every, chosen))
    assert parts == []
