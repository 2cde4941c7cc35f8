"""What the tables of accuracy rest on: one suite for one seed, exact similarities, honest counts."""

from typing import Any

import pytest

from bench.paths import DATA
from tests.support import reference


@pytest.fixture
def edit_suite() -> Any:
    """The module that makes the suite of edits."""
    from bench.accuracy import edit_suite

    if not (DATA / "bbc/articles.jsonl.gz").exists():
        pytest.skip(f"no articles in {DATA}: set DEDUP_DATA")
    return edit_suite


def test_the_edits_depend_only_on_the_seed(edit_suite: Any) -> None:
    """One seed makes one suite, another seed another; the two texts of a couple differ."""
    first, again, other = edit_suite.suite(1, 7), edit_suite.suite(1, 7), edit_suite.suite(1, 8)
    assert first == again
    assert first.labelled.documents != other.labelled.documents
    assert all(
        first.labelled.documents[couple.left]["text"] != first.labelled.documents[couple.right]["text"]
        for couple in first.couples
    )


def test_the_jaccard_of_a_couple_is_exact(edit_suite: Any) -> None:
    """It is that of the slow twin, from the 3-grams themselves."""
    edits = edit_suite.suite(1, 7)
    texts = [document["text"] for document in edits.labelled.documents]
    for couple, jaccard in zip(edits.couples, edit_suite.jaccards(edits), strict=True):
        left, right = (reference.shingle_set(texts[row], 3) for row in (couple.left, couple.right))
        assert jaccard == pytest.approx(float(reference.jaccard(left, right)), abs=1e-12)


@pytest.mark.parametrize(
    ("pairs", "precision", "recall"),
    [
        ({(0, 1), (0, 2), (1, 2)}, 1.0, 1.0),
        ({(0, 1)}, 1.0, 1 / 3),
        ({(0, 1), (0, 3)}, 1 / 2, 1 / 3),
        ({(0, 1), (3, 4)}, 1.0, 1 / 3),  # 3 and 4 are unclear
        (set(), 1.0, 0.0),
    ],
)
def test_pairs_are_counted(pairs: set[tuple[int, int]], precision: float, recall: float) -> None:
    """Precision and recall count pairs, but not those that the labels leave open."""
    from bench.accuracy.agreement import precision_and_recall
    from bench.accuracy.labelled_sets import Labelled

    labelled = Labelled("invented", "", [{}] * 5, {(0, 1), (0, 2), (1, 2)}, {(3, 4)})
    assert precision_and_recall(pairs, labelled) == (precision, recall)


def test_an_answer_is_read_as_pairs_or_groups() -> None:
    """Groups and pairs of ids give the same pairs of rows; a document without a line is alone."""
    from bench.harness.answers import answered_pairs

    ids = ["a", "b", "c", "d"]
    groups = [{"id": "c", "group": "1"}, {"id": "a", "group": "1"}, {"id": "b", "group": "2"}]
    assert answered_pairs(groups, ids) == answered_pairs([{"pair": ["c", "a"]}], ids) == {(0, 2)}
    assert answered_pairs([], ids) == set()


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        ("up 3 pct to 2,000", "up 3 pct to 2000", 0),
        ("up 3 pct to 2,000", "up 4 pct to 2,000", 1),
        ("up 3 pct to 2,000", "up 4 pct to 2,100", 2),
        ("up 3 pct", "up 3 pct, after 5 and 7", 0),  # more numbers, none replaced
    ],
)
def test_replaced_numbers_are_counted(left: str, right: str, count: int) -> None:
    """Numbers are compared by value; further numbers of a longer text replace none."""
    from bench.accuracy.labelled_sets import replaced_figures

    assert replaced_figures(left, right) == count
