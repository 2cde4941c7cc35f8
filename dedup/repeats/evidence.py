"""How far what is observed of a repeat speaks for an accident: rules first, then weights.

Each observation has a step function in evidence.json, fitted to judged repeats by `bench.repeats.fit`; their sum
is the logit of an accident. So a reader of the ledger sees what decided: the observations that weighed most,
each with its value and its weight.
"""

import math
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import NamedTuple

import orjson

# lines of menus from which on a page came with its surroundings: no invented text of an author has so many
_MENUS = 3


class Steps(NamedTuple):
    """A step function: weights[i] from edges[i - 1] on."""

    edges: list[float]
    weights: list[float]


@cache
def weights() -> tuple[float, dict[str, Steps]]:
    """The fitted bias and step functions."""
    stored = orjson.loads(Path(__file__).with_name("evidence.json").read_bytes())
    return stored["bias"], {name: Steps(*steps) for name, steps in stored["steps"].items()}


ACCIDENTS = frozenset({"echo", "headline", "links", "menu", "prose"})
_RULED = 4.6  # the logit of 0.99


def rule(seen: dict[str, float]) -> str | None:
    """The rule that decides before anything is weighed: one of ACCIDENTS, one of an intent, or None."""
    return _of_copies(seen) or _of_page(seen)


def _of_copies(seen: dict[str, float]) -> str | None:
    """What the two copies and their surroundings decide by themselves."""
    if seen["run_share"] >= 0.4 and seen["run_words"] >= 20:
        return "echo"  # the whole text again, or nearly so: no author does that
    if seen["differing_figures"] > 0.02 * seen["words"] and not seen["slips"]:
        return "figures"  # a price, a score, a date: another fact in the same words
    if seen["gap"] == 0 and _title(seen) and seen["page_forum"] < 0.02 and _one_word_apart(seen):
        return "headline"  # at once again, but for slips or a word
    if seen["references"]:
        return "references"  # what a text's links lead to, listed: without its line a link is dead
    if seen["run"] >= 3 and seen["run_words"] >= 30 and seen["links"] >= 0.3 and seen["alike"] == 100:
        return "links"  # the same buttons and pictures, leading to the same places
    if seen["code"] >= 0.25 or seen["cells"]:
        return "code"  # code and rows of tables
    if seen["byline"]:
        return "byline"  # who said it, under a quotation
    if seen["mean_words"] < 9 and not _title(seen) and _priced(seen):
        return "product"  # what is said of one thing for sale is said of another
    return None


def _of_page(seen: dict[str, float]) -> str | None:
    """What decides on a page of this sort. The judged repeats are whole pages with their menus, where a short
    repeat may be anything; in an article without a menu it is its author's.
    """
    article = seen["page_menu"] < _MENUS
    if article and _prose(seen):
        return "prose"  # whole sentences again, and nobody is answered
    if not article and _menu(seen):
        return "menu"
    if seen["page_code"] >= 0.5:
        return "code"
    if article and not _title(seen):
        if seen["page_mean_words"] < 12 or seen["line_words"] < 8:
            return "lines"  # verse, lists, minutes: short lines that come again
        if seen["run_words"] < 20:
            return "short"  # a label, a question, a heading
    return None


def _priced(seen: dict[str, float]) -> bool:
    """Whether a repeat stands among prices: many, or in other surroundings than the first."""
    prices = seen["prices_near"]
    return prices >= 3 or (prices > 0 and not seen["neighbours"])


def _prose(seen: dict[str, float]) -> bool:
    """Whether a repeat is running text, word for word or nearly so, on a page of such text without posts."""
    if seen["run_words"] < 20 or seen["page_mean_words"] < 12 or seen["line_words"] < 8:
        return False
    quiet = seen["page_forum"] < 0.02 and not seen["quoted"]
    few = seen["page_paragraphs"] <= 60 or seen["run"] >= 5
    whole = seen["run_words"] >= 100 or seen["mean_words"] >= 20 or seen["sentences"] >= 0.5
    near = seen["run"] > 1 and seen["differing_share"] < 0.1
    return quiet and few and whole and (near or seen["differing_words"] <= seen["slips"])


def _title(seen: dict[str, float]) -> bool:
    """Whether a repeat is the headline, at the very top or at once again."""
    return (
        (seen["first_at"] == 0 or seen["gap"] <= 1)
        and seen["words"] >= 3
        and not seen["cells"]
        and seen["like_title"] >= 90
    )


def _menu(seen: dict[str, float]) -> bool:
    """Whether a repeat is a long run of short lines, word for word: a menu, a list of links."""
    long = seen["run"] >= 8 and 60 <= seen["run_words"] < 5 * seen["run"]
    return long and not seen["differing_words"] and seen["page_forum"] < 0.02


def _one_word_apart(seen: dict[str, float]) -> bool:
    """Whether two headlines are the same but for slips, or for one word."""
    unlike = seen["differing_words"]
    return seen["words"] <= 30 and (
        unlike == 0 or (unlike <= 2 and seen["slips"] == 0 and seen["words"] >= 4)
    )


def weigh(seen: dict[str, float]) -> tuple[float, dict[str, float]]:
    """The probability of an accident (0 to 1), and what each observation adds to its logit: the rule's name
    alone where one decides.
    """
    decided = rule(seen)
    if decided:
        sign = 1 if decided in ACCIDENTS else -1
        return 0.5 + sign * 0.49, {f"rule_{decided}": sign * _RULED}
    bias, steps = weights()
    added = {name: step.weights[bisect_right(step.edges, seen[name])] for name, step in steps.items()}
    return 1 / (1 + math.exp(-bias - sum(added.values()))), added
