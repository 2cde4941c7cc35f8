"""Pairs of texts that are the same but for their figures."""

import gzip
from itertools import permutations

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.facts.difference import difference, differences
from dedup.facts.numbers import differing, is_template, slots
from dedup.facts.terms import Titled
from dedup.text.figures import Figures, figures
from tests.facts.number_pairs import DUPLICATES, RATE, TEMPLATES
from tests.support.examples import examples
from tests.support.paths import DATA, TOP

_TOKENS = [
    "the",
    "rate",
    "rose",
    "1",
    "2",
    "3",
    "4.5",
    "4,500",
    "two",
    "March",
    "2027",
    "pm",
    "6-3/16",
    "-1",
    "1-2",
    "2-1",
    "1.2",
    "½",
    "10⁵",
    "a",
    "m",
]
TEXTS = st.lists(
    st.sampled_from(_TOKENS),
    max_size=25,
)


def _is_template(left: str, right: str) -> bool:
    found = difference(Titled(left, ""), Titled(right, ""))
    return found is not None and found.by == "numbers"


@pytest.mark.parametrize("name", DUPLICATES)
def test_duplicates_stay_duplicates(name: str) -> None:
    """Corrections, dates, counters, clutter and other ways to write a figure make no template."""
    left, right = (Titled(text, "") for text in DUPLICATES[name])
    assert difference(left, right) is None
    assert difference(right, left) is None


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_recognised(name: str) -> None:
    """Two texts about two things are a template, and some of their figures show why."""
    assert _is_template(*TEMPLATES[name])
    assert _is_template(*TEMPLATES[name][::-1])
    assert differing(*TEMPLATES[name])


@given(TEXTS, TEXTS)
@examples(80)
def test_the_order_of_a_pair_does_not_matter(left: list[str], right: list[str]) -> None:
    """Whichever text comes first, the same figures agree and differ."""
    texts = figures([" ".join(left), " ".join(right)])
    forward, backward = slots(texts, 0, 1), slots(texts, 1, 0)
    assert (forward.same, forward.others) == (backward.same, backward.others)
    assert sorted(forward.differing) == sorted((x, y) for y, x in backward.differing)


@given(TEXTS, TEXTS)
@examples(80)
def test_the_shortcut_decides_as_the_alignment(left: list[str], right: list[str]) -> None:
    """Pairs that are decided without an alignment would be decided the same with one."""
    texts = figures([" ".join(left), " ".join(right)])
    is_one = _is_template(" ".join(left), " ".join(right))
    assert is_one == is_template(slots(texts, 0, 1), is_short=True)


def test_the_same_tokens_in_order_are_the_alignment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that share the same tokens in the same order have the slots that an alignment finds."""
    others = st.lists(st.sampled_from([*_TOKENS, "77", "boats"]), min_size=1, max_size=3)

    @given(TEXTS, st.integers(0, 25), others)
    @examples(200)
    def check(text: list[str], at: int, other: list[str]) -> None:
        pair = figures([" ".join(text), " ".join([*text[:at], *other, *text[at + len(other) :]])])
        quick = slots(pair, 0, 1)
        with monkeypatch.context() as patch:
            patch.setattr("dedup.facts.numbers._shared_in_order", lambda a, b: None)
            assert slots(pair, 0, 1) == quick

    check()


@given(TEXTS, st.lists(st.sampled_from(["and", "then", "so", "it"]), max_size=8))
@examples(100)
def test_equal_figures_are_no_template(text: list[str], words: list[str]) -> None:
    """A text is no template of itself, nor of one with the same figures in the same order and other words."""
    assert not _is_template(" ".join(text), " ".join(text))
    assert not _is_template(
        "1.5 boats 300 cars 70 vans " + " ".join(words), "1.5 cars 300 vans 70 boats " + " ".join(words[::-1])
    )


@given(st.lists(TEXTS, max_size=5))
@examples(30)
def test_figures_do_not_depend_on_the_batch(texts: list[list[str]]) -> None:
    """A document's figures do not depend on the other documents of its batch."""
    documents = [" ".join(text) for text in texts]
    at_once, one_by_one = (
        figures(documents),
        Figures.concatenate(figures([document]) for document in documents),
    )
    for name in Figures.__dataclass_fields__:
        assert getattr(at_once, name).tolist() == getattr(one_by_one, name).tolist()


def test_pairs_of_a_batch_are_judged_as_alone() -> None:
    """Each pair of a batch is judged as it is alone."""
    texts = [text for pair in (*TEMPLATES.values(), *DUPLICATES.values()) for text in pair]
    pairs = [(2 * i, 2 * i + 1) for i in range(len(texts) // 2)]
    left, right = np.array(pairs).T
    articles = [Titled(text, "") for text in texts]
    assert differences(articles, left, right, np.ones(len(left), bool)) == [
        difference(articles[a], articles[b]) for a, b in pairs
    ]
    assert differences([], left[:0], right[:0], np.zeros(0, bool)) == []


def test_differing_figures_are_shown() -> None:
    """Figures that differ are given as both texts write them, in order, with the words around the first."""
    shown = differing(RATE.format("1.5", "6-3/16"), RATE.format("two", "6 1/4"))
    assert [(left, right) for left, right, _ in shown] == [("1.5", "two"), ("6-3/16", "6 1/4")]
    assert "trading at 6-3/16 pct" in shown[1][2]


@pytest.mark.parametrize("prices", [*permutations(["1.5", "15", "150"], 2)])
def test_decimal_points_count(prices: tuple[str, str]) -> None:
    """1.5, 15 and 150 are three figures."""
    assert differing(f"It cost {prices[0]} more.", f"It cost {prices[1]} more.")


@pytest.mark.skipif(not (DATA / "reuters").is_dir(), reason=f"no real data in {DATA}")
def test_templates_agree_with_labelled_pairs() -> None:
    """Of the Reuters pairs taken for templates 98% are labelled so, and 90% of the labelled templates are
    found.
    """
    labels = orjson.loads((TOP / "bench/accuracy/templates.json").read_bytes())["reuters"]
    pairs = [(*pair.split(" | "), label == "template") for label in labels for pair in labels[label]]
    with gzip.open(DATA / "reuters/articles.jsonl.gz") as lines:
        texts = {document["id"]: document["text"] for document in map(orjson.loads, lines)}
    names = sorted({name for a, b, _ in pairs for name in (a, b)})
    left, right = (np.array([names.index(pair[side]) for pair in pairs]) for side in (0, 1))
    articles = [Titled(texts[name], "") for name in names]
    found = differences(articles, left, right, np.ones(len(left), bool))
    is_one = np.array([difference is not None and difference.by == "numbers" for difference in found])
    is_labelled = np.array([label for *_, label in pairs])
    assert is_labelled[is_one].mean() >= 0.98
    assert is_one[is_labelled].mean() >= 0.90
