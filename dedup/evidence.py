"""What is observed of a repeat, as named numbers, and how far they speak for an accident.

Each observation has a step function in evidence.json, fitted to judged repeats by `bench/fit.py`; their sum
is the logit of an accident. So a reader of the ledger sees what decided: the observations that weighed most,
each with its value and its weight.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import orjson
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from dedup import lexicon
from dedup.alignment import Article

_NEAR_BY = 3  # paragraphs around a place that count as its neighbourhood
_MENU = 6  # words of a line of a menu at the most
# lines of menus from which on a page came with its surroundings: of 56 invented texts of authors one has any
_MENUS = 3
_MARKS = 3  # an article that says "reply" once is no forum
_BODY = 20  # words from which on a paragraph is part of the body
# ratio of two words from which on one may be a slip of the other: "reciept" and "receipt", not "Tom" and
# "Tim"
_SLIP = 70.0
_COMPARED = 50  # differing words of a paragraph that are looked at


class Place(NamedTuple):
    """Two runs of paragraphs (inclusive) that say the same, and the run of pairs that they are part of."""

    of_first: int
    of_last: int
    first: int
    last: int
    run: int
    run_words: float
    score: float


class Page:
    """What is observed of an article as a whole, once for all of its repeats."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.count = len(article.spans)
        self.times = Counter(article.hashes)
        self.times[0] = 0
        self.whole: dict[str, float] = {}

    @cached_property
    def words(self) -> float:
        """Words of the page."""
        return spoken(self.article.text, sum(self.article.sizes))

    @cached_property
    def body(self) -> tuple[int, int]:
        """The first and the last paragraph of the body."""
        long = [i for i, size in enumerate(self.article.sizes) if size >= _BODY]
        return (long[0], long[-1]) if long else (self.count, -1)

    @cached_property
    def forum_marks(self) -> int:
        """How often something stands on the page that forums have around their posts."""
        folded = self.article.text.casefold()
        marks = sum(folded.count(mark) for mark in lexicon.FORUM)
        return marks if marks >= _MARKS else 0

    @cached_property
    def menus(self) -> int:
        """Lines that are parts of menus."""
        return sum(self.is_menu(i) for i in range(self.count))

    def counted(self, paragraph: int, words: frozenset[str]) -> int:
        """How many of a paragraph's words are among these."""
        return sum(word in words for word in self.article.plain(paragraph).split())

    def is_menu(self, paragraph: int) -> bool:
        """Whether a paragraph is a line of a menu: a few words, half of them interface words."""
        size = self.article.sizes[paragraph]
        return 0 < size <= _MENU and 2 * self.counted(paragraph, lexicon.INTERFACE) >= size

    def size(self, paragraph: int) -> float:
        """Words of a paragraph, -1 beyond the ends."""
        return float(min(self.article.sizes[paragraph], 40)) if 0 <= paragraph < self.count else -1.0

    def around(self, first: int, last: int) -> list[int]:
        """The paragraphs near first..last, without them."""
        return [
            i
            for i in range(max(0, first - _NEAR_BY), min(self.count, last + 1 + _NEAR_BY))
            if not first <= i <= last
        ]

    def interface_share(self, paragraphs: Sequence[int]) -> float:
        """The share of interface words among the words of these paragraphs."""
        words = sum(self.article.sizes[i] for i in paragraphs)
        return sum(self.counted(i, lexicon.INTERFACE) for i in paragraphs) / max(1, words)

    def repeated(self, paragraph: int) -> float:
        """1.0 where the page says a paragraph's words more than once."""
        return float(0 <= paragraph < self.count and self.times[self.article.hashes[paragraph]] > 1)


def spoken(text: str, words: int) -> float:
    """Words of a text that was counted as `words` tokens: in scripts without spaces characters are tokens,
    and two of Chinese or four of Thai are about a word.
    """
    if len(text.encode("utf-8", "replace")) < 1.3 * len(text):
        return float(words)  # hardly a character of those scripts, which take three bytes
    found = lexicon.WIDE.findall(text)
    ideographs = sum(map(bool, found))
    return words - 0.45 * ideographs - 0.75 * (len(found) - ideographs)


class Seen(dict[str, float]):
    """The named observations about one repeat, each made when it is first asked for."""

    def __init__(self, page: Page, place: Place) -> None:
        self.page, self.place, self.article = page, place, page.article
        self.copies = range(place.first, place.last + 1)
        self.joined = "\n".join(self.article.said(i) for i in self.copies)

    def __missing__(self, name: str) -> float:
        whole = self.page.whole  # what is of the whole page is made once for all of its repeats
        value = whole[name] if name in whole else float(OBSERVATIONS[name](self))
        if name.startswith("page_"):
            whole[name] = value
        self[name] = value
        return value

    @cached_property
    def differing(self) -> "Differing":
        """What differs between the copies."""
        return differing(self.article, self.place)

    @cached_property
    def near(self) -> list[int]:
        """The paragraphs around the copy."""
        return self.page.around(self.place.first, self.place.last)

    @cached_property
    def near_first(self) -> list[int]:
        """The paragraphs around the original."""
        return self.page.around(self.place.of_first, self.place.of_last)

    def share(self, holds: Callable[[str], object]) -> float:
        """The share of the copy's paragraphs of which something holds."""
        return sum(bool(holds(self.article.said(i))) for i in self.copies) / len(self.copies)

    def page_share(self, holds: Callable[[int], object]) -> float:
        """The share of the page's paragraphs (by number) of which something holds."""
        return sum(bool(holds(i)) for i in range(self.page.count)) / self.page.count

    def like_title(self) -> float:
        """How alike (0 to 100) the copy is to one of the page's first two paragraphs."""
        plain, first = self.article.plain, self.place.first
        return max(
            (fuzz.ratio(plain(i), plain(first)) for i in (0, 1) if i < self.page.count and i != first),
            default=0,
        )


def _mean(numbers: list[int]) -> float:
    return sum(numbers) / max(1, len(numbers))


OBSERVATIONS: dict[str, Callable[[Seen], float]] = {
    "page_characters": lambda s: math.log1p(sum(end - start for start, end in s.article.spans)),
    "page_paragraphs": lambda s: s.page.count,
    "page_mean_words": lambda s: s.page.words / s.page.count,
    "page_sentences": lambda s: s.page_share(lambda i: lexicon.SENTENCE_END.search(s.article.said(i)[-9:])),
    "page_short": lambda s: s.page_share(lambda i: s.article.sizes[i] <= 6),
    "page_body": lambda s: sum(size for size in s.article.sizes if size >= 15) / max(1, sum(s.article.sizes)),
    "page_items": lambda s: s.page_share(lambda i: lexicon.ITEM.match(s.article.said(i))),
    "page_code": lambda s: len(lexicon.CODE.findall(s.article.text)) / s.page.count,
    "page_prices": lambda s: len(lexicon.PRICE.findall(s.article.text)) / s.page.count,
    "page_forum": lambda s: s.page.forum_marks / s.page.count,
    "page_indented": lambda s: s.page_share(
        lambda i: s.article.text[: s.article.spans[i][0]].endswith((" ", "\t"))
    ),
    "page_interface": lambda s: s.page.interface_share(range(s.page.count)),
    "page_menu": lambda s: s.page.menus,
    "page_repeated": lambda s: s.page_share(lambda i: s.page.times[s.article.hashes[i]] > 1),
    "words": lambda s: spoken(s.joined, sum(s.article.sizes[i] for i in s.copies)),
    "run_words": lambda s: s.place.run_words,
    "run": lambda s: s.place.run,
    "run_share": lambda s: min(1.0, s.place.run_words / max(1.0, s.page.words)),
    "mean_words": lambda s: s["words"] / len(s.copies),
    "line_words": lambda s: s["words"] / max(1, len(s.joined.splitlines())),
    "alike": lambda s: s.place.score,
    "differing_words": lambda s: s.differing.others,
    "differing_share": lambda s: (s.differing.figures + s.differing.others) / max(1.0, s["words"]),
    "differing_figures": lambda s: s.differing.figures,
    "slips": lambda s: s.differing.slips,
    "times": lambda s: max(s.page.times[s.article.hashes[i]] for i in s.copies),
    "gap": lambda s: s.place.first - s.place.of_last - 1,
    "like_title": Seen.like_title,
    "first_at": lambda s: s.article.spans[s.place.of_first][0] / max(1, len(s.article.text)),
    "at": lambda s: s.article.spans[s.place.first][0] / max(1, len(s.article.text)),
    "from_end": lambda s: s.page.count - 1 - s.place.last,
    "first_before_body": lambda s: s.place.of_first < s.page.body[0],
    "before_body": lambda s: s.place.first < s.page.body[0],
    "after_body": lambda s: s.place.first > s.page.body[1],
    "sentences": lambda s: s.share(lambda said: lexicon.SENTENCE_END.search(said[-9:])),
    "capitals": lambda s: _mean([word[0].isupper() for word in s.joined.split()]),
    "cells": lambda s: len(lexicon.CELL.findall(s.joined)) >= 2 * len(s.copies),
    "digits": lambda s: sum(map(str.isdigit, s.joined)) / max(1, len(s.joined)),
    "code": lambda s: len(lexicon.CODE.findall(s.joined)) / len(s.copies),
    "interface": lambda s: s.page.interface_share(s.copies),
    "interface_near": lambda s: s.page.interface_share(s.near),
    "interface_near_first": lambda s: s.page.interface_share(s.near_first),
    "near_words": lambda s: _mean([s.article.sizes[i] for i in s.near]),
    "near_words_first": lambda s: _mean([s.article.sizes[i] for i in s.near_first]),
    "before_words_first": lambda s: s.page.size(s.place.of_first - 1),
    "after_words": lambda s: s.page.size(s.place.last + 1),
    "before_repeated": lambda s: s.page.repeated(s.place.first - 1),
    "after_repeated_first": lambda s: s.page.repeated(s.place.of_last + 1),
    "before_colon": lambda s: s.place.first > 0 and s.article.said(s.place.first - 1).endswith((":", "：")),
    "quoted": lambda s: (
        s.share(lexicon.QUOTED.match) > 0 or bool(lexicon.QUOTED.match(s.article.said(s.place.of_first)))
    ),
}
"""What each observation is. Shares are 0 to 1; `page_...` is of the whole page, `..._first` of the first."""


def observe(page: Page, place: Place) -> dict[str, float]:
    """All observations about one repeat."""
    seen = Seen(page, place)
    return {name: seen[name] for name in OBSERVATIONS}


class Differing(NamedTuple):
    """Words that stand in one copy alone: such with figures, such as a slip of a letter or two explains, and
    others.
    """

    figures: int = 0
    slips: int = 0
    others: int = 0


def differing(article: Article, place: Place) -> Differing:
    """What differs between the two copies."""
    counts = Differing()
    for a, b in zip(
        range(place.of_first, place.of_last + 1), range(place.first, place.last + 1), strict=False
    ):
        if article.hashes[a] != article.hashes[b]:
            one, two = (Counter(lexicon.WORD.findall(article.said(i))) for i in (a, b))
            left, right = list((one - two).elements()), list((two - one).elements())
            counts = Differing(*map(sum, zip(counts, _sorted_out(left, right), strict=True)))
    return counts


def _sorted_out(left: list[str], right: list[str]) -> Differing:
    """Which kind of difference these words are: each is held against the most alike of the other copy."""
    slips, rest, others = 0, right[:_COMPARED], left[_COMPARED:] + right[_COMPARED:]
    for word in left[:_COMPARED]:
        match = process.extractOne(word, rest, scorer=fuzz.ratio)
        if match and _is_slip(word, match[0]):
            rest.remove(match[0])
            slips += 2 * (word.casefold() != match[0].casefold())
        else:
            others.append(word)
    others += rest
    figures = sum(_digits(word) != "" for word in others)
    return Differing(figures, slips, len(others) - figures)


def _is_slip(word: str, other: str) -> bool:
    """Whether one word may be the other misread or mistyped: never where that changes a figure."""
    if _digits(word) != _digits(other) and 2 * max(len(_digits(word)), len(_digits(other))) >= len(word):
        return False
    ratio = fuzz.ratio(word.casefold(), other.casefold())
    return ratio >= _SLIP or (word.islower() and other.islower() and Levenshtein.distance(word, other) <= 1)


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))


class Steps(NamedTuple):
    """A step function: weights[i] from edges[i - 1] on."""

    edges: list[float]
    weights: list[float]


@cache
def weights() -> tuple[float, dict[str, Steps]]:
    """The fitted bias and step functions."""
    stored = orjson.loads(Path(__file__).with_name("evidence.json").read_bytes())
    return stored["bias"], {name: Steps(*steps) for name, steps in stored["steps"].items()}


ACCIDENTS = frozenset({"echo", "headline", "menu", "prose"})
_RULED = 4.6  # the logit of 0.99


def rule(seen: dict[str, float]) -> str | None:
    """The rule that decides before anything is weighed: one of ACCIDENTS, one that says on purpose, or None.

    The judged repeats are whole pages with their menus, where a short repeat may be anything; in an article
    without a menu it is its author's.
    """
    if seen["run_share"] >= 0.4 and seen["run_words"] >= 20:
        return "echo"  # the whole text again, or nearly so: no author does that
    if seen["differing_figures"] > 0.02 * seen["words"] and not seen["slips"]:
        return "figures"  # a price, a score, a date: another fact in the same words
    if _title(seen) and seen["gap"] == 0 and seen["page_forum"] < 0.02 and _one_word_apart(seen):
        return "headline"  # at once again, but for slips or a word
    if seen["code"] >= 0.25 or seen["cells"]:
        return "code"  # code and rows of tables
    article = seen["page_menu"] < _MENUS
    if article and seen["run_words"] >= 20 and seen["page_mean_words"] >= 12 and seen["line_words"] >= 8:
        quiet = seen["page_forum"] < 0.02 and not seen["quoted"]
        quiet = quiet and (seen["page_paragraphs"] <= 60 or seen["run"] >= 5)
        whole = seen["sentences"] >= 0.5 or seen["mean_words"] >= 20 or seen["run_words"] >= 100
        slips = seen["differing_share"] < 0.1 or seen["differing_words"] <= seen["slips"]
        if quiet and whole and slips:
            return "prose"  # whole sentences again, and nobody is answered
    if not article and _menu(seen):
        return "menu"
    if seen["page_code"] >= 0.5:
        return "code"
    if article and not _title(seen):
        if seen["page_mean_words"] < 12 or seen["line_words"] < 8:
            return "lines"  # verse, lists, minutes: short lines that come again
        if seen["page_menu"] < 1 and seen["run_words"] < 20:
            return "short"  # a label, a question, a heading
    return None


def _title(seen: dict[str, float]) -> bool:
    """Whether a repeat is the headline, at the very top or at once again."""
    return (
        seen["like_title"] >= 90
        and (seen["first_at"] == 0 or seen["gap"] <= 1)
        and not seen["cells"]
        and seen["words"] >= 3
    )


def _menu(seen: dict[str, float]) -> bool:
    """Whether a repeat is a long run of short lines, word for word: a menu, a list of links."""
    long = seen["run"] >= 8 and seen["run_words"] >= 60 and seen["mean_words"] < 9
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
