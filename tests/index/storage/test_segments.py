"""Keys and the documents that hold them, merged, asked and counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.index.storage.database import Database
from dedup.index.storage.segments import SCHEMA, Segments
from dedup.matching.earlier_runs import Postings
from dedup.native import lookup as kernel
from dedup.native import lookup as pages
from tests.support.examples import examples


@examples(60)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), max_size=40), min_size=1, max_size=6
    ),
    st.lists(st.integers(0, 50), max_size=60),
    st.integers(1, 5),
)
def test_segments_return_what_was_added(
    parts: list[list[tuple[int, int]]], asked: list[int], most: int
) -> None:
    """However segments were merged: each holder of a key once, for keys with up to `most` holders."""
    database = Database(":memory:")
    for statement in SCHEMA.split(";"):
        database.change(statement)
    segments = Segments(database)
    holders: dict[int, set[int]] = {}
    for number, part in enumerate(parts):
        pairs = sorted({(key, 100 * number + document) for key, document in part})
        keys, numbers = np.array(pairs, np.uint64).reshape(-1, 2).T.copy()
        segments.add(pages.spread(keys), numbers)
        for key, document in pairs:
            holders.setdefault(key, set()).add(document)
    wanted = pages.spread(np.array(asked, np.uint64))
    expected = {key: sorted(holders[key]) for key in set(asked) & set(holders)}
    assert by_key(segments.postings(wanted, 10**6), asked) == expected
    lists = segments.postings(wanted, most)
    assert lists.counts.sum() == sum(map(len, expected.values()))
    assert len(lists.numbers) == lists.counts[lists.counts <= most].sum()
    segments.rewrite(np.arange(1000) % 2 == 0)
    even = {key: [one for one in numbers if one % 2 == 0] for key, numbers in expected.items()}
    assert by_key(segments.postings(wanted, 10**6), asked) == {key: one for key, one in even.items() if one}


def by_key(lists: Postings, asked: list[int]) -> dict[int, list[int]]:
    """The holders by key, in the order of the lists."""
    found: dict[int, list[int]] = {}
    ends = np.cumsum(lists.counts).tolist()
    for row, end, count in zip(lists.rows.tolist(), ends, lists.counts.tolist(), strict=True):
        found.setdefault(asked[row], []).extend(lists.numbers[end - count : end].tolist())
    return found


@examples(100)
@given(
    st.lists(st.tuples(st.sets(st.integers(0, 12)), st.integers(1, 5)), max_size=8),
    st.lists(st.sets(st.integers(0, 12)), max_size=8),
    st.integers(1, 3),
)
def test_documents_sharing_enough_keys_are_found_by_the_rarest(
    documents: list[tuple[set[int], int]], others: list[set[int]], enough: int
) -> None:
    """The pairs are those that counting all keys of all pairs gives."""
    rows, bounds = [key for keys, _ in documents for key in sorted(keys)], [0]
    for keys, _ in documents:
        bounds.append(bounds[-1] + len(keys))
    holders = [[i for i, other in enumerate(others) if key in other] for key in range(13)]
    ends = np.cumsum([len(one) for one in holders])
    sizes = np.array([len(one) for one in holders])
    keys = np.array([key if holders[key] else -1 for key in rows], np.int32)
    wanted, edges = np.array([least for _, least in documents], np.int64), np.array(bounds)
    asks = kernel.rarest(keys, edges, sizes, wanted, enough)
    numbers = np.array([i for one in holders for i in one], np.int64)
    met = np.zeros(len(others), np.int32)
    found = kernel.sharing(keys, edges, asks, wanted, enough, ends - sizes, ends, numbers, met)
    pairs = sorted(zip(*(values.tolist() for values in found), strict=True))
    shared = [
        (i, j)
        for i, (mine, least) in enumerate(documents)
        for j, other in enumerate(others)
        if len(mine & other) >= least
    ]
    assert pairs == shared
    assert not met.any()


@pytest.mark.parametrize("bits", [12, 15, 20])
def test_entries_are_in_pages_by_leading_bits(bits: int) -> None:
    """The entries of a page ascend, and each gives back the high bits of the key that it was made of."""
    keys = np.random.default_rng(bits).integers(0, 2**64, 5000, np.uint64)
    numbers = np.arange(5000, dtype=np.uint64)
    entries, bounds = pages.entries(keys, numbers, bits)
    for page in np.unique(keys >> np.uint64(64 - bits)).tolist():
        part = entries[bounds[page] : bounds[page + 1]]
        mine = [int(key) >> 20 & 0xFFFFFFFF for key in keys if int(key) >> (64 - bits) == page]
        assert sorted(part.tolist()) == part.tolist()
        assert sorted((part >> np.uint64(32)).tolist()) == sorted(mine)
    back = pages.keys_of(entries, bounds, np.arange(1 << bits), bits)
    order = (entries & np.uint64(0xFFFFFFFF)).astype(np.int64)
    assert (back == keys[order] >> np.uint64(20) << np.uint64(20)).all()
