"""What is observed of a repeat, as named numbers, and how far they speak for an accident.

Each observation has a step function in evidence.json, fitted to judged repeats by `bench/fit.py`; their sum
is the logit of an accident. So a reader of the ledger sees what decided: the observations that weighed most,
each with its value and its weight.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import orjson
from rapidfuzz import fuzz, process

from dedup import lexicon
from dedup.alignment import Article

_NEAR_BY = 3  # paragraphs around a place that count as its neighbourhood
_MENU = 6  # words of a line of a menu at the most
# lines of menus from which on a page came with its surroundings: of 56 invented texts of authors one has any
_MENUS = 3
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

    @cached_property
    def whole(self) -> dict[str, float]:
        """The observations that are the same for every repeat of the page."""
        article, count = self.article, self.count
        lines = [article.said(i) for i in range(count)]
        said = max(1, sum(article.sizes))
        return {
            "page_characters": math.log1p(sum(end - start for start, end in article.spans)),
            "page_paragraphs": float(count),
            "page_mean_words": self.words / count,
            "page_sentences": sum(bool(lexicon.SENTENCE_END.search(line)) for line in lines) / count,
            "page_short": sum(size <= 6 for size in article.sizes) / count,
            "page_body": sum(size for size in article.sizes if size >= 15) / said,
            "page_items": sum(bool(lexicon.ITEM.match(line)) for line in lines) / count,
            "page_code": len(lexicon.CODE.findall(article.text)) / count,
            "page_prices": len(lexicon.PRICE.findall(article.text)) / count,
            "page_forum": len(lexicon.FORUM.findall(article.text)) / count,
            "page_indented": sum(start > 0 and article.text[start - 1] in " \t" for start, _ in article.spans)
            / count,
            "page_interface": sum(self.counted(i, lexicon.INTERFACE) for i in range(count)) / said,
            "page_menu": float(sum(self.is_menu(i) for i in range(count))),
            "page_repeated": sum(self.times[h] > 1 for h in article.hashes) / count,
        }

    @cached_property
    def words(self) -> float:
        """Words of the page."""
        return spoken(self.article.text, sum(self.article.sizes))

    @cached_property
    def body(self) -> tuple[int, int]:
        """The first and the last paragraph of the body."""
        long = [i for i, size in enumerate(self.article.sizes) if size >= _BODY]
        return (long[0], long[-1]) if long else (self.count, -1)

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

    def around(self, first: int, last: int) -> range | list[int]:
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
    """Words of a text that was counted as `words` tokens: where a script has no spaces, characters are
    tokens, and two of Chinese or four of Thai are about a word.
    """
    found = lexicon.WIDE.findall(text)
    ideographs = sum(map(bool, found))
    return words - 0.45 * ideographs - 0.75 * (len(found) - ideographs) if found else float(words)


def observe(page: Page, place: Place) -> dict[str, float]:
    """The named observations about one repeat."""
    article = page.article
    copies = range(place.first, place.last + 1)
    originals = range(place.of_first, place.of_last + 1)
    joined = "\n".join(article.said(i) for i in copies)
    words = spoken(joined, sum(article.sizes[i] for i in copies))
    unlike = differing(article, place)
    near_copy, near_original = (
        page.around(place.first, place.last),
        page.around(place.of_first, place.of_last),
    )
    title = [
        fuzz.ratio(article.plain(i), article.plain(place.first))
        for i in (0, 1)
        if i < page.count and i != place.first
    ]
    return page.whole | {
        "words": words,
        "run_words": place.run_words,
        "run": float(place.run),
        "run_share": min(1.0, place.run_words / max(1.0, page.words)),
        "mean_words": words / len(copies),
        "alike": place.score,
        "differing_words": float(unlike.others),
        "differing_share": (unlike.figures + unlike.others) / max(1.0, words),
        "differing_figures": float(unlike.figures),
        "slips": float(unlike.slips),
        "times": float(max(page.times[article.hashes[i]] for i in copies)),
        "gap": float(place.first - place.of_last - 1),
        "like_title": max(title, default=0.0),
        "first_at": article.spans[place.of_first][0] / max(1, len(article.text)),
        "at": article.spans[place.first][0] / max(1, len(article.text)),
        "from_end": float(page.count - 1 - place.last),
        "first_before_body": float(place.of_first < page.body[0]),
        "before_body": float(place.first < page.body[0]),
        "after_body": float(place.first > page.body[1]),
        "sentences": sum(bool(lexicon.SENTENCE_END.search(article.said(i))) for i in copies) / len(copies),
        "line_words": words / max(1, len(joined.splitlines())),
        "capitals": sum(word[0].isupper() for word in joined.split()) / max(1, len(joined.split())),
        "cells": float(len(lexicon.CELL.findall(joined)) >= 2 * len(copies)),
        "digits": sum(map(str.isdigit, joined)) / max(1, len(joined)),
        "code": len(lexicon.CODE.findall(joined)) / len(copies),
        "interface": page.interface_share(copies),
        "interface_near": page.interface_share(near_copy),
        "interface_near_first": page.interface_share(near_original),
        "near_words": sum(article.sizes[i] for i in near_copy) / max(1, len(near_copy)),
        "near_words_first": sum(article.sizes[i] for i in near_original) / max(1, len(near_original)),
        "before_words_first": page.size(place.of_first - 1),
        "after_words": page.size(place.last + 1),
        "before_repeated": page.repeated(place.first - 1),
        "after_repeated_first": page.repeated(place.of_last + 1),
        "before_colon": float(place.first > 0 and article.said(place.first - 1).endswith((":", "："))),
        "quoted": float(
            bool(lexicon.QUOTED.match(joined))
            or any(lexicon.QUOTED.match(article.said(i)) for i in originals)
        ),
    }


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
            one, two = Counter(article.plain(a).split()), Counter(article.plain(b).split())
            left, right = list((one - two).elements()), list((two - one).elements())
            counts = Differing(*map(sum, zip(counts, _sorted_out(left, right), strict=True)))
    return counts


def _sorted_out(left: list[str], right: list[str]) -> Differing:
    """Which kind of difference these words are."""
    figures = sum(any(map(str.isdigit, word)) for word in left + right)
    left, right = ([word for word in words if not any(map(str.isdigit, word))] for words in (left, right))
    slips = 0
    for word in left[:_COMPARED]:
        match = process.extractOne(word, right[:_COMPARED], scorer=fuzz.ratio, score_cutoff=_SLIP)
        slips += 2 * (match is not None)
    return Differing(figures, slips, max(0, len(left) + len(right) - slips))


class Steps(NamedTuple):
    """A step function: weights[i] from edges[i - 1] on."""

    edges: list[float]
    weights: list[float]


@cache
def weights() -> tuple[float, dict[str, Steps]]:
    """The fitted bias and step functions."""
    stored = orjson.loads(Path(__file__).with_name("evidence.json").read_bytes())
    return stored["bias"], {name: Steps(*steps) for name, steps in stored["steps"].items()}


ACCIDENTS = frozenset({"echo", "prose"})
_RULED = 4.6  # the logit of 0.99


def rule(seen: dict[str, float]) -> str | None:
    """The rule that decides before anything is weighed: those of ACCIDENTS or one that says on purpose; None
    where no rule holds.

    The judged repeats are whole pages with their menus, where a short repeat may be anything; in an article
    without a menu it is its author's.
    """
    if seen["run_share"] >= 0.4 and seen["run_words"] >= 20:
        return "echo"  # the whole text again, or nearly so: no author does that
    if seen["differing_figures"] and not seen["slips"]:
        return "figures"  # a price, a score, a date: another fact in the same words
    if seen["code"] >= 0.25 or seen["page_code"] >= 0.5 or seen["cells"]:
        return "code"  # code and rows of tables
    if seen["page_menu"] >= _MENUS:
        return None
    if not _title(seen) and (seen["page_mean_words"] < 12 or seen["line_words"] < 8):
        return "lines"  # verse, lists, minutes: short lines that come again
    if seen["run_words"] < 20:
        return None if _title(seen) else "short"  # a label, a question, a heading
    if seen["sentences"] >= 0.5 and seen["page_forum"] < 0.05 and not seen["quoted"]:
        return "prose" if seen["differing_share"] < 0.1 else None  # whole sentences, and nobody is answered
    return None


def _title(seen: dict[str, float]) -> bool:
    """Whether a repeat is the headline, at the very top or at once again."""
    return (
        seen["like_title"] >= 90
        and (seen["first_at"] == 0 or seen["gap"] <= 1)
        and not seen["cells"]
        and seen["words"] >= 4
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
    added = {
        name: steps[name].weights[bisect_right(steps[name].edges, value)]
        for name, value in seen.items()
        if name in steps
    }
    return 1 / (1 + math.exp(-bias - sum(added.values()))), added
