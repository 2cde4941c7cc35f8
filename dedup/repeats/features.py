"""What is observed of a repeat: named numbers about it, its copies, their surroundings and the whole page."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from dedup.repeats import lexicon
from dedup.repeats.article import Article
from dedup.repeats.word_differences import Differing, differing

_NEAR_BY = 3  # paragraphs around a place that count as its neighbourhood
_MENU = 6  # words of a line of a menu at the most
_MARKS = 3  # an article that says "reply" once is no forum
_BODY = 20  # words from which on a paragraph is part of the body


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
        self.count = len(article.sizes)
        self.words = article.spoken(article.text, sum(article.sizes))
        self.whole: dict[str, float] = {}

    @cached_property
    def body(self) -> tuple[int, int]:
        """The first and the last paragraph of the body."""
        long = [i for i, size in enumerate(self.article.sizes) if size >= _BODY]
        return (long[0], long[-1]) if long else (self.count, -1)

    def menus(self) -> int:
        """Lines that are parts of menus, a few words, half of them interface words; each at most twice: a
        button under every item is no menu.
        """
        short = [(i, size) for i, size in enumerate(self.article.sizes) if 0 < size <= _MENU]
        lines = [
            self.article.hashes[i] for i, size in short if 2 * self.counted(i, lexicon.INTERFACE) >= size
        ]
        return sum(min(times, 2) for times in Counter(lines).values()) if lines else 0

    def counted(self, paragraph: int, words: frozenset[str]) -> int:
        """How many of a paragraph's words are among these."""
        return sum(word in words for word in self.article.plain(paragraph).split())

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
        return float(0 <= paragraph < self.count and self.article.times[self.article.hashes[paragraph]] > 1)


class Seen(dict[str, float]):
    """The named observations about one repeat: those that rules ask for first, and each of the others when it
    is asked for.
    """

    def __init__(self, page: Page, place: Place) -> None:
        self.page, self.place, self.article = page, place, page.article
        self.copies = range(place.first, place.last + 1)
        self.said = [page.article.said(i) for i in self.copies]
        self.joined = "\n".join(self.said)
        self.update(_at_once(self))

    def __missing__(self, name: str) -> float:
        if not name.startswith("page_"):
            value = self[name] = float(OBSERVATIONS[name](self))
            return value
        whole = self.page.whole  # what is of the whole page is made once for all of its repeats
        if name not in whole:
            whole[name] = float(OBSERVATIONS[name](self))
        self[name] = whole[name]
        return whole[name]

    @cached_property
    def differing(self) -> Differing:
        """What differs between the copies."""
        place = self.place
        originals = range(place.of_first, place.of_last + 1)
        return differing(self.article, zip(originals, self.copies, strict=False))

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
        return sum(map(bool, map(holds, self.said))) / len(self.said)

    def page_share(self, holds: Callable[[int], object]) -> float:
        """The share of the page's paragraphs (by number) of which something holds."""
        return sum(bool(holds(i)) for i in range(self.page.count)) / self.page.count

    def shared_neighbours(self) -> float:
        """The share of the paragraphs around the copy that stand around the original too."""
        hashes = self.article.hashes
        first = {hashes[i] for i in self.near_first} - {0}
        return sum(hashes[i] in first for i in self.near) / max(1, len(self.near))

    def like_title(self) -> float:
        """How alike (80 to 100; less is 0) the copy is to one of the page's first two paragraphs."""
        first = self.place.first
        others = [i for i in (0, 1) if i < self.page.count and i != first]
        return max((self.article.ratio(i, first, 80) for i in others), default=0)


def _mean(numbers: list[int]) -> float:
    return sum(numbers) / max(1, len(numbers))


def _at_once(seen: Seen) -> dict[str, float]:
    """What rules ask for of nearly every repeat: in one go it takes three quarters of the time."""
    page, place, article, joined = seen.page, seen.place, seen.article, seen.joined
    count, unlinked = len(seen.said), article.unlinked(joined)
    words = article.spoken(joined, sum(article.sizes[place.first : place.last + 1]))
    return {
        "page_paragraphs": float(page.count),
        "page_mean_words": page.words / page.count,
        "page_forum": article.forum / page.count if article.forum >= _MARKS else 0.0,
        "words": words,
        "run_words": place.run_words,
        "run": float(place.run),
        "run_share": min(1.0, place.run_words / max(1.0, page.words)),
        "mean_words": words / count,
        "line_words": words / max(1, len(joined.splitlines())),
        "alike": place.score,
        "gap": float(place.first - place.of_last - 1),
        "cells": float(article.cells(joined) >= 2 * count),
        "code": article.code(unlinked) / count,
        "links": 1 - len(unlinked) / max(1, len(joined)),
    }


OBSERVATIONS: dict[str, Callable[[Seen], float]] = {
    "page_characters": lambda s: math.log1p(sum(s.article.ends) - sum(s.article.starts)),
    "page_sentences": lambda s: s.page_share(lambda i: lexicon.ends_sentence(s.article.said(i))),
    "page_short": lambda s: s.page_share(lambda i: s.article.sizes[i] <= 6),
    "page_body": lambda s: sum(size for size in s.article.sizes if size >= 15) / max(1, sum(s.article.sizes)),
    "page_items": lambda s: s.page_share(lambda i: lexicon.ITEM.match(s.article.said(i))),
    "page_code": lambda s: s.article.code(s.article.unlinked(s.article.text)) / s.page.count,
    "page_prices": lambda s: lexicon.prices(s.article.text) / s.page.count,
    "page_indented": lambda s: s.page_share(
        lambda i: s.article.text.endswith((" ", "\t"), 0, s.article.starts[i])
    ),
    "page_interface": lambda s: s.page.interface_share(range(s.page.count)),
    "page_menu": lambda s: s.page.menus(),
    "page_repeated": lambda s: s.page_share(lambda i: s.article.times[s.article.hashes[i]] > 1),
    "differing_words": lambda s: s.differing.others,
    "differing_share": lambda s: (s.differing.figures + s.differing.others) / max(1.0, s["words"]),
    "differing_figures": lambda s: s.differing.figures,
    "slips": lambda s: s.differing.slips,
    "times": lambda s: max(s.article.times[s.article.hashes[i]] for i in s.copies),
    "like_title": Seen.like_title,
    "first_at": lambda s: s.article.starts[s.place.of_first] / max(1, len(s.article.text)),
    "at": lambda s: s.article.starts[s.place.first] / max(1, len(s.article.text)),
    "from_end": lambda s: s.page.count - 1 - s.place.last,
    "first_before_body": lambda s: s.place.of_first < s.page.body[0],
    "before_body": lambda s: s.place.first < s.page.body[0],
    "after_body": lambda s: s.place.first > s.page.body[1],
    "sentences": lambda s: s.share(lexicon.ends_sentence),
    "capitals": lambda s: _mean([word[0].isupper() for word in s.joined.split()]),
    "digits": lambda s: sum(map(str.isdigit, s.joined)) / max(1, len(s.joined)),
    "references": lambda s: s.share(lexicon.REFERENCE.match) if "]:" in s.joined else 0,
    "interface": lambda s: s.page.interface_share(s.copies),
    "interface_near": lambda s: s.page.interface_share(s.near),
    "interface_near_first": lambda s: s.page.interface_share(s.near_first),
    "near_words": lambda s: _mean([s.article.sizes[i] for i in s.near]),
    "near_words_first": lambda s: _mean([s.article.sizes[i] for i in s.near_first]),
    "neighbours": lambda s: s.shared_neighbours(),
    "prices_near": lambda s: sum(lexicon.prices(s.article.said(i)) for i in [*s.near, *s.near_first]),
    "before_words_first": lambda s: s.page.size(s.place.of_first - 1),
    "after_words": lambda s: s.page.size(s.place.last + 1),
    "before_repeated": lambda s: s.page.repeated(s.place.first - 1),
    "after_repeated_first": lambda s: s.page.repeated(s.place.of_last + 1),
    "before_colon": lambda s: s.place.first > 0 and s.article.said(s.place.first - 1).endswith((":", "：")),
    "byline": lambda s: (
        s["words"] <= 16 and any(dash in s.joined for dash in "—–―") and bool(lexicon.BYLINE.search(s.joined))
    ),
    "quoted": lambda s: (
        (">" in s.joined and s.share(lexicon.QUOTED.match) > 0)
        or bool(lexicon.QUOTED.match(s.article.said(s.place.of_first)))
    ),
}
"""What each of the others is. Shares are 0 to 1; `page_...` is of the page, `..._first` of the first."""


def observe(page: Page, place: Place) -> dict[str, float]:
    """All observations about one repeat."""
    seen = Seen(page, place)
    return seen | {name: seen[name] for name in OBSERVATIONS}
