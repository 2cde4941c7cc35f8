"""Matches -> keepers, and the order of keeping."""

from math import inf
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.keepers import Keepers, assign, canonical_first, first_copies, keeping_order
from dedup.matching.matches import Similarities
from dedup.native.shingles import fingerprints
from dedup.policy import Policy
from dedup.text.fields.sort_keys import sort_keys
from tests.support import reference
from tests.support.examples import examples

Edge = tuple[int, int, float]


def _assign(order: list[int], edges: list[Edge]) -> Keepers:
    """`edges`: a possible keeper, the document that may be dropped for it, their Jaccard."""
    left, right = (np.array([edge[i] for edge in edges], np.int64) for i in (0, 1))
    jaccard = np.array([edge[2] for edge in edges], np.float64)
    return assign(np.array(order, np.int64), left, right, Similarities(jaccard, jaccard / 2, jaccard / 3))


@st.composite
def _graphs(draw: st.DrawFn) -> tuple[list[int], list[Edge]]:
    """An order of up to 14 documents, and matches among them, each once, in either direction."""
    count = draw(st.integers(1, 14))
    pairs = [(a, b) for a in range(count) for b in range(a)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=40)) if pairs else []
    edges = []
    for a, b in chosen:
        keeper, dropped = (a, b) if draw(st.booleans()) else (b, a)
        edges.append((keeper, dropped, draw(st.sampled_from([0.8, 0.85, 0.9, 1.0]))))
    return draw(st.permutations(range(count))), edges


def _similar(edges: list[Edge]) -> dict[int, dict[int, float]]:
    similar: dict[int, dict[int, float]] = {}
    for keeper, document, jaccard in edges:
        similar.setdefault(document, {})[keeper] = jaccard
    return similar


@given(_graphs())
@examples(150)
def test_nothing_is_dropped_by_a_chain(graph: tuple[list[int], list[Edge]]) -> None:
    """Each dropped document matches its keeper directly, which is kept and comes before it in the order."""
    order, edges = graph
    similar, keepers = _similar(edges), _assign(order, edges)
    for document, keeper in enumerate(keepers.keeper.tolist()):
        if keeper >= 0:
            assert keepers.keeper[keeper] == -1
            assert keeper in similar[document]
            assert order.index(keeper) < order.index(document)
            assert keepers.jaccard[document] == similar[document][keeper]
            assert keepers.coverage[document] == similar[document][keeper] / 2
        else:
            assert keepers.jaccard[document] == keepers.coverage[document] == 0


@given(_graphs())
@examples(100)
def test_nothing_that_matches_an_earlier_keeper_is_kept(graph: tuple[list[int], list[Edge]]) -> None:
    """No document is kept that may be dropped for one kept before it."""
    order, edges = graph
    kept = _assign(order, edges).keeper < 0
    assert not any(kept[a] and kept[b] and order.index(a) < order.index(b) for a, b, _ in edges)


def test_matches_have_a_direction() -> None:
    """A document is not dropped for one that it covers: the keeper must cover it."""
    assert _assign([0, 1], [(1, 0, 0.9)]).keeper.tolist() == [-1, -1]
    assert _assign([0, 1], [(0, 1, 0.9)]).keeper.tolist() == [-1, 0]


@given(_graphs())
@examples(100)
def test_keepers_are_those_of_the_twin(graph: tuple[list[int], list[Edge]]) -> None:
    """Of several keepers the most similar is named, the first of equals, as by the slow twin."""
    order, edges = graph
    assert _assign(order, edges).keeper.tolist() == reference.keepers(order, _similar(edges))


def test_every_second_document_of_a_chain_is_kept() -> None:
    """Of 1,000 documents that each match only their neighbours, every second one is kept."""
    edges = [(i, i + 1, 0.9) for i in range(999)]
    keeper = _assign(list(range(1000)), edges).keeper.tolist()
    assert keeper == [-1 if i % 2 == 0 else i - 1 for i in range(1000)]


def test_the_rest_of_a_star_goes_for_its_centre() -> None:
    """Documents that match only the first are dropped for it, however many there are."""
    keeper = _assign(list(range(500)), [(0, i, 0.8) for i in range(1, 500)]).keeper
    assert keeper.tolist() == [-1] + [0] * 499


def test_without_matches_all_are_kept() -> None:
    """Without matches all documents are kept."""
    assert _assign([2, 0, 1], []).keeper.tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("policy", "characters", "order", "expected"),
    [
        ("first", [5, 9, 1], [], [0, 1, 2]),
        ("longest", [5, 9, 9, 1], [], [1, 2, 0, 3]),
        ("longest", [], [], []),
        ("newest:d", [0] * 3, ["2024-01-02", "2024-03-01", "2023-12-31"], [1, 0, 2]),
        ("oldest:d", [0] * 3, ["2024-01-02", "2024-03-01", "2023-12-31"], [2, 0, 1]),
        ("newest:d", [0] * 3, ["9", "10", "1e1"], [1, 2, 0]),
        ("oldest:d", [0] * 4, ["9", "10", "-1.5", "10.0"], [2, 0, 1, 3]),
        ("oldest:d", [0] * 3, ["x", "10", "9"], [2, 1, 0]),
        ("newest:d", [0] * 4, [None, "1", None, "2"], [3, 1, 0, 2]),
        ("oldest:d", [0] * 4, [None, "1", None, "2"], [1, 3, 0, 2]),
        ("newest:d", [0] * 2, [None, None], [0, 1]),
        ("newest:d", [0] * 3, ["a", "a", "b"], [0, 1, 2]),
        ("oldest:d", [0] * 2, ["1700000000000000002", "1700000000000000001"], [1, 0]),
        ("newest:d", [0] * 2, ["1700000000000000001", "1700000000000000002"], [1, 0]),
        ("newest:d", [0] * 4, ["1.0", "nan", "2.0", "NaN"], [2, 0, 1, 3]),
        ("oldest:d", [0] * 3, ["2.0", "nan", "1.0"], [2, 0, 1]),
        ("oldest:d", [0] * 3, [inf, 1, -inf], [2, 1, 0]),
        ("newest:d", [0] * 3, [1, 9**400, 9**9000], [1, 2, 0]),
    ],
)
def test_policies_order_documents(
    policy: str, characters: list[int], order: list[Any], expected: list[int]
) -> None:
    """The policy says which document comes first: ties go by position, numbers are compared as numbers, and
    documents without a value that can be read come last.
    """
    keys = pa.chunked_array([sort_keys(order)])
    assert keeping_order(Policy.parse(policy), np.array(characters, np.int64), keys).tolist() == expected


@given(
    st.lists(st.none() | st.text(max_size=3) | st.integers(-99, 99).map(str), max_size=12),
    st.sampled_from(["newest:f", "oldest:f"]),
)
@examples(50)
def test_every_document_has_one_rank(order: list[str | None], policy: str) -> None:
    """Whatever the values, each document is in the order once."""
    keys = pa.chunked_array([sort_keys(order)])
    rows = keeping_order(Policy.parse(policy), np.zeros(len(order), np.int64), keys).tolist()
    assert sorted(rows) == list(range(len(order)))


@given(st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=1, max_size=12), st.data())
@examples(60)
def test_first_copies_are_those_of_the_twin(texts: list[list[int]], data: st.DataObject) -> None:
    """The first copy is the first text with the same words; texts without words and texts that are never
    dropped are copies of nothing.
    """
    order = data.draw(st.permutations(range(len(texts))))
    ranks = np.empty(len(texts), np.int64)
    ranks[order] = np.arange(len(texts))
    flat = np.array([word + 1 for text in texts for word in text], np.uint64)
    prints = fingerprints(flat, np.cumsum([0, *map(len, texts)]).astype(np.int64))
    pinned = data.draw(st.sets(st.sampled_from(range(len(texts)))))
    is_pinned = np.isin(np.arange(len(texts)), [*pinned])
    assert first_copies(prints, ranks, is_pinned).tolist() == reference.first_copies(texts, order, pinned)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.booleans()), min_size=1, max_size=12), st.data()
)
@examples(100)
def test_a_canonical_copy_takes_the_place_of_the_first(
    documents: list[tuple[int, bool, bool]], data: st.DataObject
) -> None:
    """Of copies the first canonical one comes where the first one was, unless that is never dropped; all
    others stay where they were. Documents without words (0) are copies of nothing.
    """
    order = data.draw(st.permutations(range(len(documents))))
    words, canonical, pinned = (np.array(column) for column in zip(*documents, strict=True))
    prints = np.stack((words, words), axis=1).astype(np.uint64)
    expected = list(order)
    for word in set(words.tolist()) - {0}:
        copies = [row for row in order if words[row] == word]
        best = next((row for row in copies if canonical[row]), copies[0])
        if not pinned[copies[0]]:
            first, other = expected.index(copies[0]), expected.index(best)
            expected[first], expected[other] = expected[other], expected[first]
    assert canonical_first(np.array(order), prints, canonical, pinned).tolist() == expected
