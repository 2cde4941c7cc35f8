"""Look-ups refuse numbers that no index has, and choose as sorting does."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.native import joins, lookup
from tests.support.examples import examples

_FEW = np.zeros(2, np.uint64)
_ONE = np.array([0, 1], np.int64)


@pytest.mark.parametrize("bits", [-1, 0, 11, 29, 64])
def test_bits_that_no_index_has_are_refused(bits: int) -> None:
    """So are the pages of a damaged index."""
    with pytest.raises(ValueError, match="leading bits"):
        lookup.by_page(_FEW, bits)
    with pytest.raises(ValueError, match="leading bits"):
        lookup.entries(_FEW, _FEW, bits)
    with pytest.raises(ValueError, match="leading bits"):
        lookup.keys_of(_FEW, np.array([0, 2]), np.zeros(1, np.int64), bits)


def test_damaged_pages_are_refused() -> None:
    """Pages that end in an entry, documents that do not exist."""
    rows, starts, ends = np.zeros(1, np.int64), np.zeros(1, np.int64), np.ones(1, np.int64)
    with pytest.raises(ValueError, match="middle of an entry"):
        lookup.held(_FEW, np.array([0, 1]), _FEW[:1], rows, starts, ends, 9)
    keys, asks, met = np.zeros(1, np.int32), np.ones(1, np.bool_), np.zeros(3, np.int32)
    with pytest.raises(ValueError, match="no document"):
        lookup.sharing(keys, _ONE, asks, rows + 1, 1, starts, ends, np.array([3]), met)


@given(st.lists(st.integers(0, 2**64 - 1), max_size=40), st.integers(0, 2**62), st.data())
@examples(100)
def test_pages_are_checked(values: list[int], place: int, data: st.DataObject) -> None:
    """Whether entries ascend, the highest number, and a checksum: it changes with any entry and the place."""
    cut = data.draw(st.integers(0, len(values)))
    bounds, places = np.array([0, cut, len(values)]), np.array([place, place + 1])
    sums, are_ascending, highest = lookup.check_pages(np.array(values, np.uint64), bounds, places)
    for page, is_ascending, most in zip(
        (values[:cut], values[cut:]), are_ascending.tolist(), highest.tolist(), strict=True
    ):
        assert is_ascending == (page == sorted(page))
        assert most == max((value & 0xFFFFFFFF for value in page), default=0)
    if values:
        row, bit = data.draw(st.integers(0, len(values) - 1)), data.draw(st.integers(0, 63))
        values[row] ^= 1 << bit
        other = lookup.check_pages(np.array(values, np.uint64), bounds, places)[0]
        assert (other != sums).tolist() == [row < cut, row >= cut]
    assert (lookup.check_pages(np.array(values, np.uint64), bounds, places + 2)[0] != sums).all()


@given(st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=6), st.data())
@examples(60)
def test_chosen_lists_of_any_type(lists: list[list[int]], data: st.DataObject) -> None:
    """The lists of the chosen owners, in that order, in the type that they have."""
    rows = data.draw(st.lists(st.integers(0, max(0, len(lists) - 1)), max_size=8 if lists else 0))
    bounds = np.cumsum([0, *map(len, lists)])
    for dtype in (np.uint8, np.int32, np.uint64, np.bool_):
        values = np.array([value for one in lists for value in one], dtype)
        chosen, ends = joins.chosen(values, bounds, np.array(rows, np.int64))
        wanted = [np.array(lists[row], dtype).tolist() for row in rows]
        assert chosen.dtype == dtype
        assert [chosen[a:b].tolist() for a, b in pairwise(ends)] == wanted


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4)), max_size=40), st.integers(0, 8))
@examples(60)
def test_a_document_asks_by_its_rarest_keys(held: list[tuple[int, int]], asked: int) -> None:
    """Of its keys those that fewest rows have, of equally rare ones the lowest."""
    by_document = [sorted({key for document, key in held if document == i}) for i in range(6)]
    keys = np.array([key for one in by_document for key in one], np.int32)
    bounds = np.cumsum([0, *map(len, by_document)])
    counts = np.bincount(keys, minlength=5)
    asking = keys.copy()
    joins.ask(asking, bounds, np.full(6, asked, np.int64))
    chosen = asking >= 0
    for document, of_document in enumerate(by_document):
        rarest = sorted(of_document, key=lambda key: (counts[key], key))[:asked]
        part = slice(bounds[document], bounds[document + 1])
        assert sorted(keys[part][chosen[part]].tolist()) == sorted(rarest)
