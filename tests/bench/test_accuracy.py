"""What the tables of accuracy rest on: one suite for one seed, exact similarities, honest counts."""

from typing import Any

import pytest

from bench.paths import DATA
from tests.support import reference


@pytest.fixture
def suite() -> Any:
    """The module that makes the suite of edits."""
    from bench.accuracy import edit_suite

    if not (DATA / "bbc/articles.jsonl.gz").exists():
        pytest.skip(f"no articles in {DATA}: set DEDUP_DATA")
    return edit_suite


def test_the_edits_depend_on_the_seed_alone(suite: Any) -> None:
    """The same seed makes the same suite, another one another, and no text but the pairs' own is in it."""
    first, again, other = suite.suite(1, 7), suite.suite(1, 7), suite.suite(1, 8)
    assert first == again
    assert first.labelled.documents != other.labelled.documents
    assert all(
        first.labelled.documents[one.left]["text"] != first.labelled.documents[one.right]["text"]
        for one in first.couples
    )


def test_the_true_jaccard_is_the_slow_twins(suite: Any) -> None:
    """The Jaccard by which the pairs are sorted is that of the 3-grams themselves, exactly."""
    made = suite.suite(1, 7)
    texts = [document["text"] for document in made.labelled.documents]
    for couple, jaccard in zip(made.couples, suite.jaccards(made), strict=True):
        left, right = (reference.shingle_set(texts[row], 3) for row in (couple.left, couple.right))
        assert jaccard == pytest.approx(float(reference.jaccard(left, right)), abs=1e-12)


@pytest.mark.parametrize(
    ("found", "precision", "recall"),
    [
        ({(0, 1), (0, 2), (1, 2)}, 1.0, 1.0),
        ({(0, 1)}, 1.0, 1 / 3),
        ({(0, 1), (0, 3)}, 1 / 2, 1 / 3),
        ({(0, 1), (3, 4)}, 1.0, 1 / 3),  # 3 and 4 are unclear
        (set(), 1.0, 0.0),
    ],
)
def test_pairs_are_counted(found: set[tuple[int, int]], precision: float, recall: float) -> None:
    """Precision and recall count pairs; what the labels leave open counts neither way."""
    from bench.accuracy.agreement import precision_and_recall
    from bench.accuracy.labelled_sets import Labelled

    labelled = Labelled("made up", "", [{}] * 5, {(0, 1), (0, 2), (1, 2)}, {(3, 4)})
    assert precision_and_recall(found, labelled) == (precision, recall)


def test_an_answer_is_read_as_pairs_or_groups() -> None:
    """Groups and pairs of ids lead to the same pairs of rows; who stands in no line is alone."""
    from bench.accuracy.agreement import answered

    ids = ["a", "b", "c", "d"]
    groups = [{"id": "c", "group": "1"}, {"id": "a", "group": "1"}, {"id": "b", "group": "2"}]
    assert answered(groups, ids) == answered([{"pair": ["c", "a"]}], ids) == {(0, 2)}
    assert answered([], ids) == set()


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        ("up 3 pct to 2,000", "up 3 pct to 2000", 0),
        ("up 3 pct to 2,000", "up 4 pct to 2,000", 1),
        ("up 3 pct to 2,000", "up 4 pct to 2,100", 2),
        ("up 3 pct", "up 3 pct, after 5 and 7", 0),  # more figures, none in the place of another
    ],
)
def test_figures_in_the_place_of_others(left: str, right: str, count: int) -> None:
    """Figures are compared as numbers, and a longer text's further ones stand in nobody's place."""
    from bench.accuracy.labelled_sets import differing_figures

    assert differing_figures(left, right) == count
