"""Features of a repeat, and the rules and weights that decide by them."""

import math

import pyarrow as pa
import pytest

from dedup.repeats.alignment import align, compare_paragraphs, stretches
from dedup.repeats.article import articles_with_candidates
from dedup.repeats.evidence import RULES, accident_probability, deciding_rule, fitted_weights
from dedup.repeats.features import RepeatFeatures, all_features
from dedup.repeats.page_features import PageFeatures
from dedup.text.paragraphs import split
from dedup.text.words import words

ARTICLE = [
    "The harbour board met again on Tuesday evening.",
    "The ferry left the island at noon with twelve crates of cod, and came back before dark.",
    "Nobody on the quay had seen the captain since the storm, his brother said.",
    "Tickets for the ferry are sold on the quay from nine in the morning.",
]


def repeat_features(text: str) -> RepeatFeatures:
    """The features of the first repeat of a text."""
    paragraphs = split(pa.array([text], pa.large_string()))
    ((_, article, candidates),) = articles_with_candidates(paragraphs, words(paragraphs))
    similar, _ = compare_paragraphs(article, candidates)
    stretch = next(stretches(article, align(article, similar)[0]))
    return RepeatFeatures(PageFeatures(article), stretch)


def test_features_do_not_depend_on_the_order_in_which_they_are_read() -> None:
    """A feature has the same value whether it is read alone, first, or after all others."""
    text = "\n".join([*ARTICLE, ARTICLE[1]])
    features = repeat_features(text)
    together = all_features(features.page, features.stretch)
    assert {name: repeat_features(text)[name] for name in reversed(together)} == together


def test_each_weight_belongs_to_a_feature() -> None:
    """Each feature of evidence.json can be computed, and has one weight more than edges."""
    features = repeat_features("\n".join([*ARTICLE, ARTICLE[1]]))
    _, steps = fitted_weights()
    assert steps.keys() <= all_features(features.page, features.stretch).keys()
    assert all(len(step.weights) == len(step.edges) + 1 for step in steps.values())


def test_the_rules_that_cut_are_few() -> None:
    """Only five rules call a repeat an accident; all others keep it."""
    accidents = {rule.name for rule in RULES if rule.is_accident}
    assert accidents == {"echo", "headline", "links", "menu", "prose"}


@pytest.mark.parametrize(
    ("paragraphs", "rule"),
    [
        ([*ARTICLE, *ARTICLE], "echo"),
        ([ARTICLE[0], *ARTICLE], "headline"),
        ([*ARTICLE, ARTICLE[1].replace("twelve", "12"), ARTICLE[1].replace("twelve", "14")], "figures"),
        ([*ARTICLE, ARTICLE[3]], "short"),
    ],
)
def test_the_first_rule_that_applies_decides(paragraphs: list[str], rule: str) -> None:
    """Where a rule applies, it alone is the evidence, at a probability of 0.99 or 0.01."""
    features = repeat_features("\n".join(paragraphs))
    decided = deciding_rule(features)
    assert decided is not None
    assert decided.name == rule
    assert decided is next(each for each in RULES if each.applies(features))
    probability, weights = accident_probability(features)
    assert probability == pytest.approx(0.99 if decided.is_accident else 0.01)
    assert weights == {f"rule_{rule}": 4.6 if decided.is_accident else -4.6}


def test_without_a_rule_the_weights_add_up() -> None:
    """The probability is the logistic function of the bias and all weights."""
    menu = ["Home", "News", "Sport", "Share", "Log in", "Search"]
    features = repeat_features("\n".join([*menu, *ARTICLE, ARTICLE[3]]))
    assert deciding_rule(features) is None
    probability, weights = accident_probability(features)
    assert weights.keys() == fitted_weights()[1].keys()
    assert probability == pytest.approx(1 / (1 + math.exp(-fitted_weights()[0] - sum(weights.values()))))
