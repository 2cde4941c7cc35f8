"""Whether two articles that match are about different things."""

from itertools import product

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.facts.difference import difference, differences
from dedup.facts.terms import Titled
from tests.support.examples import examples
from tests.support.paths import TOP

CASES = [orjson.loads(line) for line in (TOP / "fixtures/facts.jsonl").read_bytes().splitlines()]
_WORDS = """
    Harlow Paper Co, Brightwater Mills Inc said it sets a dividend of 18 cts 19 cts two 2 1.5 March 31 May 3
    in Northfield Eastham - | UPDATE 2- CORRECTED 12 comments 5 min read updated 10h32 9:30 am の 円 شركة .
""".split()
TEXTS = st.lists(st.sampled_from(_WORDS), max_size=30).map("\n".join) | st.lists(
    st.sampled_from(_WORDS), max_size=30
).map(" ".join)
ARTICLES = st.builds(Titled, TEXTS, st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join))


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_the_table_of_cases(case: dict[str, str]) -> None:
    """Each pair of fixtures/facts.jsonl is parted or not, for the reason that it names."""
    one, other = Titled(case["text"], case["title"]), Titled(case["other_text"], case["other_title"])
    found, turned = difference(one, other), difference(other, one)
    by, reason = (None, None) if found is None else found
    assert {"keep both": True, "one article": False}[case["verdict"]] == (found is not None)
    assert (by, reason) == (case["by"], case["reason"])
    assert (turned and turned.by) == by


@given(ARTICLES, ARTICLES)
@examples(150)
def test_the_order_of_a_pair_does_not_matter(one: Titled, other: Titled) -> None:
    """Both orders of a pair differ in the same kind of facts, or in none."""
    forward, backward = difference(one, other), difference(other, one)
    assert (forward and forward.by) == (backward and backward.by)


@given(TEXTS, TEXTS, st.booleans())
@examples(100)
def test_equal_articles_are_never_parted(text: str, title: str, in_capitals: bool) -> None:
    """The same text with the same title, or with none, is one article."""
    one = Titled(text, title)
    assert difference(one, Titled(text, title.upper() if in_capitals else title)) is None
    assert difference(one, Titled(text, "")) is None


@given(st.lists(ARTICLES, min_size=2, max_size=4))
@examples(50)
def test_pairs_of_a_batch_are_judged_as_alone(articles: list[Titled]) -> None:
    """Each pair of a batch differs as it does alone."""
    left, right = np.array([*product(range(len(articles)), repeat=2)]).T
    alone = [difference(articles[i], articles[j]) for i, j in zip(left, right, strict=True)]
    assert differences(articles, left, right, np.ones(len(left), bool)) == alone


def test_numbers_are_not_asked_for_where_they_cannot_differ() -> None:
    """A pair whose numbers the caller knows to be the same is asked for its titles and names alone."""
    one, other = Titled("Rates rose to 5.5 pct, it said.", ""), Titled("Rates rose to 6.5 pct, it said.", "")
    pair = np.array([0]), np.array([1])
    assert differences([one, other], *pair, np.zeros(1, bool)) == [None]
    assert [found and found.by for found in differences([one, other], *pair, np.ones(1, bool))] == ["numbers"]
