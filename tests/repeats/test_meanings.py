"""The words that a reader sees for each observation of a repeat: right for the value, and unmistakable."""

from collections import defaultdict
from functools import cache

import pyarrow as pa
import pytest

from dedup.repeats.alignment import align, compare_paragraphs
from dedup.repeats.article import articles_with_candidates, find_pairs
from dedup.repeats.candidates import candidates
from dedup.repeats.classify import observe_candidates
from dedup.repeats.evidence import as_evidence, fitted, weigh
from dedup.repeats.meanings import (
    COUNTS,
    DIFFERENCES,
    PER_HUNDRED,
    PERCENTAGES,
    SHARES,
    SIMILARITIES,
    STATEMENTS,
    in_words,
)
from dedup.repeats.observations.page import Page
from dedup.text.encoding import utf8
from tests.support.paths import FIXTURES

SPECIAL = ("bias", "others")
VALUES = (0.0, 1.0, 0.5, 3.0, -1.0)
MINUS_ONE = {
    *("before_words", "before_sentence", "before_repeated", "before_words_first", "before_sentence_first"),
    *("after_words", "after_sentence", "after_repeated", "after_words_first", "after_sentence_first"),
    *("before_repeated_first", "after_repeated_first", "same_before", "same_after", "rhythm"),
    *("part_at", "part_begins", "part_ends", "part_whole"),
    *("names_before", "names_after", "names_elsewhere"),
}
"""Observations of which -1 says that there is nothing to observe. Several say so in the same words."""


@cache
def observed() -> list[dict[str, float]]:
    """The observations of the repeats of a text of the fixtures."""
    text = (FIXTURES / "repeats/menu-twice.txt").read_text(encoding="utf-8")
    ((_, article, pairs),) = articles_with_candidates(find_pairs(*utf8(pa.array([text], pa.large_string()))))
    similar, contained = compare_paragraphs(article, pairs)
    page = Page(article)
    found = candidates(page, align(article, similar), contained)
    return [*observe_candidates(page, found).values()]


NAMES = sorted(observed()[0])


def possible(name: str, value: float) -> bool:
    """Whether an observation may have one of VALUES."""
    return value >= 0 or name in MINUS_ONE or name in DIFFERENCES


def test_every_weight_is_of_an_observation() -> None:
    """What was fitted is observed, so the names that are observed are all that a ledger may have."""
    assert {*fitted().steps} <= {*NAMES}


def test_only_observations_have_words() -> None:
    """Each observation is of one kind, and no words are left of one that is gone."""
    kinds = (COUNTS, DIFFERENCES, PER_HUNDRED, PERCENTAGES, SHARES, SIMILARITIES, STATEMENTS)
    assert sorted(name for kind in kinds for name in kind) == sorted([*NAMES, *SPECIAL])
    assert {*NAMES} >= MINUS_ONE


@pytest.mark.parametrize("name", [*NAMES, *SPECIAL])
def test_every_observation_has_words(name: str) -> None:
    """They are one printable line that reads as English: no name of a variable, no sign of a template."""
    for value in VALUES:
        if possible(name, value):
            words = in_words(name, value)
            assert words
            assert words.isprintable()
            assert words == words.strip()
            assert not {*"_#[]{}()"} & {*words}
            assert "-" not in words
            assert len(words) <= 80


@pytest.mark.parametrize("value", VALUES)
def test_no_two_observations_read_alike(value: float) -> None:
    """From its words a reader can tell which observation it is, but where there was nothing to observe."""
    names = defaultdict(list)
    for name in [*NAMES, *SPECIAL]:
        if possible(name, value) and not (value < 0 and name in MINUS_ONE):
            names[in_words(name, value)].append(name)
    assert [alike for alike in names.values() if len(alike) > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_yes_and_no_differ(name: str) -> None:
    """No observation says the same of 0 and of 1."""
    assert in_words(name, 0.0) != in_words(name, 1.0)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("gap", 0.0, "directly beside the original"),
        ("gap", 1.0, "1 paragraph between it and the original"),
        ("gap", 3.0, "3 paragraphs between it and the original"),
        ("gap_words", 12_345.0, "12,345 words between it and the original"),
        ("topic", 0.4, "40% of its words occur elsewhere in the article"),
        ("topic", 0.0, "none of its words occur elsewhere in the article"),
        ("topic", 1.0, "all of its words occur elsewhere in the article"),
        ("topic", 0.001, "under 1% of its words occur elsewhere in the article"),
        ("topic", 0.999, "over 99% of its words occur elsewhere in the article"),
        ("alike", 100.0, "100% similar to the original"),
        ("alike", 99.8, "over 99% similar to the original"),
        ("like_title", 0.0, "not similar to one of the first 2 paragraphs"),
        ("at_once", 1.0, "the same words directly beside it"),
        ("at_once", 0.0, "not the same words directly beside it"),
        ("before_sentence", 1.0, "the paragraph before it ends as a sentence does"),
        ("before_sentence", 0.0, "the paragraph before it does not end as a sentence does"),
        ("before_sentence", -1.0, "nothing before it"),
        ("before_sentence_first", -1.0, "nothing before the original"),
        ("before_words", 39.0, "39 words in the paragraph before it"),
        ("before_words", 40.0, "40 or more words in the paragraph before it"),
        ("from_top_first", 40.0, "40 or more paragraphs above the original"),
        ("letters", 4.538, "has 4.5 characters per word"),
        ("words", 1.0, "has 1 word"),
        ("words", 172.85, "has 173 words"),
        ("words", -4.85, "has no words"),
        ("code", 0.0, "has no signs of source code"),
        ("code", 0.045, "has 0.045 signs of source code per paragraph"),
        ("quotes", 0.067, "has 6.7 quotation marks per 100 words"),
        ("addresses", 0.01, "has 1 web or mail address per 100 words"),
        ("indent_differs", -4.0, "indented 4 blanks less than the original"),
        ("indent_differs", 40.0, "indented 40 or more blanks more than the original"),
        ("items_differ", 0.5, "its share of list items is 50 points above that of the original"),
        ("run", 1.0, "in no run of repeated paragraphs"),
        ("rhythm", -1.0, "occurs fewer than 3 times"),
        ("size_ratio", 1.3, "130% as long as the original"),
        ("bias", 1.0, "every repeat begins with this"),
        ("others", 147.0, "147 other observations"),
        ("others", 1.0, "1 other observation"),
    ],
)
def test_values_are_put_in_words(name: str, value: float, words: str) -> None:
    """Counts with their nouns, shares in per cent, statements and what is said if they are false."""
    assert in_words(name, value) == words


@pytest.mark.parametrize("name", ["rule_prose", "words_added", "accident", "of a later version", ""])
def test_other_names_have_no_words(name: str) -> None:
    """Other versions wrote other names, and the probability is no observation."""
    assert in_words(name, 1.0) is None


def test_the_evidence_of_a_repeat_can_be_read() -> None:
    """Everything that the ledger has of a repeat has words, but for the probability itself."""
    for of_one in observed():
        evidence = as_evidence(weigh(of_one), of_one)
        assert [name for name, (value, _) in evidence.items() if not in_words(name, value)] == ["accident"]
