"""The probability that a repeat is an accident of scraping, from its features: rules first, then weights.

The first rule in RULES that applies decides by itself. Where none applies, the logit of the probability is a
bias plus a sum of weights: each feature has a step function in evidence.json, fitted to judged repeats by
`bench.repeats.fit`. So a reader of the ledger sees what decided: the rule, or the features that weighed most,
each with its value and its weight.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import orjson

# least lines of menus of a page that was scraped with its surroundings: no invented text of an author has as
# many
_LEAST_MENU_LINES = 3
_RULE_LOGIT = 4.6  # the logit of 0.99

Features = Mapping[str, float]


class Rule(NamedTuple):
    """A rule that decides by itself. `name`: the ledger has it as `rule_NAME`; `is_accident`: what it
    decides; `meaning`: in words, what it applies to and why; `applies`: whether it does, from a repeat's
    features.
    """

    name: str
    is_accident: bool
    meaning: str
    applies: Callable[[Features], bool]


class StepFunction(NamedTuple):
    """weights[0] below edges[0], and weights[i] from edges[i - 1] on."""

    edges: list[float]
    weights: list[float]

    def at(self, value: float) -> float:
        """The weight of a value."""
        return self.weights[bisect_right(self.edges, value)]


def _is_article(f: Features) -> bool:
    """Whether the text is an article without the menus of its page."""
    return f["page_menu"] < _LEAST_MENU_LINES


def _is_title(f: Features) -> bool:
    """Whether the copy is like one of the first two paragraphs, and the original begins the text or the copy
    follows it with one paragraph between them at most.
    """
    at_top = f["first_at"] == 0 or f["gap"] <= 1
    return at_top and f["words"] >= 3 and not f["cells"] and f["like_title"] >= 90


def _is_one_word_apart(f: Features) -> bool:
    """Whether two headlines are the same but for slips, or for one word."""
    differing = f["differing_words"]
    one_word = differing <= 2 and f["slips"] == 0 and f["words"] >= 4
    return f["words"] <= 30 and (differing == 0 or one_word)


def _is_among_prices(f: Features) -> bool:
    """Whether there are three prices nearby, or one and the surroundings differ."""
    prices = f["prices_near"]
    return prices >= 3 or (prices > 0 and not f["neighbours"])


def _has_short_lines(f: Features) -> bool:
    """Whether the article, or the copy, is made of short lines."""
    return f["page_mean_words"] < 12 or f["line_words"] < 8


def _is_prose(f: Features) -> bool:
    """Whether the copy is running text, word for word or nearly so, without quotations, in an article without
    posts of a forum.
    """
    if f["run_words"] < 20 or _has_short_lines(f):
        return False
    no_posts = f["page_forum"] < 0.02 and not f["quoted"]
    not_a_list = f["page_paragraphs"] <= 60 or f["run"] >= 5
    sentences = f["run_words"] >= 100 or f["mean_words"] >= 20 or f["sentences"] >= 0.5
    nearly_equal = f["run"] > 1 and f["differing_share"] < 0.1
    return no_posts and not_a_list and sentences and (nearly_equal or f["differing_words"] <= f["slips"])


def _is_menu(f: Features) -> bool:
    """Whether the copy is a long run of short lines, word for word, on a page that is no forum."""
    long = f["run"] >= 8 and 60 <= f["run_words"] < 5 * f["run"]
    return long and not f["differing_words"] and f["page_forum"] < 0.02


# Rules about the two copies and their surroundings, whatever the page is.
_RULES_OF_COPIES = (
    Rule(
        "echo",
        True,
        "most of the article repeated: no author does that",
        lambda f: f["run_share"] >= 0.4 and f["run_words"] >= 20,
    ),
    Rule(
        "figures",
        False,
        "the same words with other numbers (a price, a score, a date): they state another fact",
        lambda f: f["differing_figures"] > 0.02 * f["words"] and not f["slips"],
    ),
    Rule(
        "headline",
        True,
        "the headline right after itself, the same but for slips or one word",
        lambda f: f["gap"] == 0 and _is_title(f) and f["page_forum"] < 0.02 and _is_one_word_apart(f),
    ),
    Rule(
        "references",
        False,
        "a list of the addresses of numbered links: without its line a link is dead",
        lambda f: f["references"] > 0,
    ),
    Rule(
        "links",
        True,
        "the same buttons or pictures, linked to the same addresses",
        lambda f: f["run"] >= 3 and f["run_words"] >= 30 and f["links"] >= 0.3 and f["alike"] == 100,
    ),
    Rule("code", False, "source code or rows of a table", lambda f: f["code"] >= 0.25 or f["cells"] > 0),
    Rule("byline", False, "the name of a speaker under a quotation", lambda f: f["byline"] > 0),
    Rule(
        "product",
        False,
        "a short description beside prices: it may describe several products",
        lambda f: f["mean_words"] < 9 and not _is_title(f) and _is_among_prices(f),
    ),
)

# Rules that hold on one sort of page. The judged repeats are from whole pages with their menus, where a short
# repeat may be anything; in an article without a menu it is its author's.
_RULES_OF_PAGES = (
    Rule(
        "prose",
        True,
        "whole sentences repeated, word for word or nearly so, in an article without posts or quotations",
        lambda f: _is_article(f) and _is_prose(f),
    ),
    Rule(
        "menu",
        True,
        "a long run of short lines repeated word for word: a menu or a list of links",
        lambda f: not _is_article(f) and _is_menu(f),
    ),
    Rule("code", False, "a line on a page of source code", lambda f: f["page_code"] >= 0.5),
    Rule(
        "lines",
        False,
        "short lines that recur on purpose: verse, a list, minutes",
        lambda f: _is_article(f) and not _is_title(f) and _has_short_lines(f),
    ),
    Rule(
        "short",
        False,
        "a label, a question or a heading",
        lambda f: _is_article(f) and not _is_title(f) and f["run_words"] < 20,
    ),
)

RULES = (*_RULES_OF_COPIES, *_RULES_OF_PAGES)
"""All rules; the first that applies decides."""


def deciding_rule(features: Features) -> Rule | None:
    """The first rule that applies to a repeat, or None."""
    for rule in RULES:
        if rule.applies(features):
            return rule
    return None


@cache
def fitted_weights() -> tuple[float, dict[str, StepFunction]]:
    """The fitted bias, and a step function for each weighed feature."""
    stored = orjson.loads(Path(__file__).with_name("evidence.json").read_bytes())
    return stored["bias"], {name: StepFunction(*steps) for name, steps in stored["steps"].items()}


def accident_probability(features: Features) -> tuple[float, dict[str, float]]:
    """The probability that a repeat is an accident (0 to 1), and what each feature adds to its logit. Where a
    rule decides, only `rule_NAME` adds to it.
    """
    rule = deciding_rule(features)
    if rule:
        sign = 1 if rule.is_accident else -1
        return 0.5 + sign * 0.49, {f"rule_{rule.name}": sign * _RULE_LOGIT}
    bias, steps = fitted_weights()
    weights = {name: step.at(features[name]) for name, step in steps.items()}
    return 1 / (1 + math.exp(-bias - sum(weights.values()))), weights
