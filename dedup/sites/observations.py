"""What is observed of a passage of a page: named numbers that `evidence` weighs.

Shares are 0 to 1. `Observed` has those that need no text: they say on how many pages of the site the passage
stands and among what, there and here. `of_text` has the others.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from dedup.native.arrays import Float64s, Int64s
from dedup.repeats import lexicon
from dedup.sites.counting import AT, CONTEXTS, OCCURRENCES, REST, VARIANTS, SiteKnowledge
from dedup.sites.layout import UNIT, Layout
from dedup.sites.tally import different

_MANY_PAGES = 20  # more are no more evidence: no site of the labelled data has more than 28
_MOST_PLACES, _MOST_WORDS, _MOST_NEAR = 30, 80, 60  # beyond these, numbers say no more
# of the site's pages, of a neighbour that stands on several: the labelled sites have too few pages for less
_LEAST_SHARE = 0.05
_NEAR = 5  # passages on either side that count as near
_PRINTED_SHARE = 0.15  # of the site's pages, from which on a passage counts as printed by the site
# words of a passage of the body at least, and the share of the site's pages on which it stands at most
_LEAST_BODY, _OWN_SHARE = 15, 0.1
ABOVE, INSIDE, BELOW, NO_BODY = range(4)
"""Places of a passage: above the body of its page, in it, below it; and on a page that has no body."""


class Observed:
    """What is observed of some passages without their texts. `rows`: of the layout (int64)."""

    def __init__(self, layout: Layout, knowledge: SiteKnowledge, rows: Int64s) -> None:
        self.layout, self.rows = layout, rows
        self._knowledge = knowledge
        self._pages = layout.pages[rows].astype(np.float64)

    def all(self) -> dict[str, Float64s]:
        """By name, a value for each row (float64)."""
        return self._of_passage() | self._of_neighbours() | self._of_place()

    @cached_property
    def _details(self) -> tuple[Int64s, "np.ndarray[tuple[int, ...], np.dtype[np.uint64]]"]:
        details = self._knowledge.details
        rows, are_known = details.places(self.layout.codes[self.rows])
        sums = np.zeros((len(rows), 3), np.int64)
        bits = np.zeros((len(rows), 2), np.uint64)
        sums[are_known], bits[are_known] = details.sums[rows[are_known]], details.bits[rows[are_known]]
        return sums, bits

    def _of_passage(self) -> dict[str, Float64s]:
        """What is known of the passage on all pages."""
        sums, bits = self._details
        occurrences = np.maximum(1, sums[:, OCCURRENCES])
        independent = np.minimum(self._pages, different(bits[:, CONTEXTS]))
        at = sums[:, AT] / occurrences / UNIT
        return {
            "pages": np.minimum(_MANY_PAGES, independent),
            "share": independent / self.layout.site_pages[self.rows],
            "variants": np.minimum(1, different(bits[:, VARIANTS]) / self._pages),
            "rest": sums[:, REST] / occurrences / UNIT,
            "per_page": occurrences / self._pages,
            "off_place": np.abs(self.layout.at[self.rows] / UNIT - at),
        }

    def _of_neighbours(self) -> dict[str, Float64s]:
        """What stands before and behind it here, and how often there."""
        layout, rows = self.layout, self.rows
        before, behind = np.maximum(0, rows - 1), np.minimum(len(layout.codes) - 1, rows + 1)
        is_first, is_last = layout.is_first[rows], layout.is_last[rows]
        share = np.maximum(_LEAST_SHARE, layout.pages / np.maximum(1, layout.site_pages))
        share = np.where(layout.pages > 1, share, 0.0)
        pairs = self._knowledge.pairs.first_sums
        pair_before = np.where(is_first, 0, pairs(layout.pairs[before], 0))
        pair_after = np.where(is_last, 0, pairs(layout.pairs[rows], 0))
        shares = [
            np.where(is_end, 0.5, pair / self._pages)
            for is_end, pair in ((is_first, pair_before), (is_last, pair_after))
        ]
        return {
            "before_share": np.where(is_first, 1.0, share[before]),
            "after_share": np.where(is_last, 1.0, share[behind]),
            "before_words": np.where(is_first, -1.0, np.minimum(layout.words[before], _MOST_NEAR)),
            "after_words": np.where(is_last, -1.0, np.minimum(layout.words[behind], _MOST_NEAR)),
            "pair_before": shares[0],
            "pair_after": shares[1],
            "pair_least": np.minimum(*shares),
            "pair_pages": np.minimum(_MANY_PAGES, np.maximum(pair_before, pair_after)).astype(np.float64),
        }

    def _of_place(self) -> dict[str, Float64s]:
        """Where it stands on its page, and what kind of page that is."""
        layout, rows = self.layout, self.rows
        owners, words = layout.owners, layout.words
        is_printed = layout.pages >= np.maximum(2, _PRINTED_SHARE * layout.site_pages)
        printed, own = _sums(is_printed), _sums(words * (layout.pages <= 1))
        first = np.maximum(layout.bounds[owners[rows]], rows - _NEAR)
        last = np.minimum(layout.bounds[owners[rows] + 1], rows + _NEAR + 1)
        others, from_end = np.maximum(1, last - first - 1), layout.sizes[rows] - 1 - layout.from_top[rows]
        repeated = np.bincount(owners, words * is_printed, minlength=len(layout.bounds) - 1)
        return {
            "words": np.minimum(words[rows], _MOST_WORDS).astype(np.float64),
            "place": self._places(),
            "from_top": np.minimum(layout.from_top[rows], _MOST_PLACES).astype(np.float64),
            "from_end": np.minimum(from_end, _MOST_PLACES).astype(np.float64),
            "near_printed": (printed[last] - printed[first] - is_printed[rows]) / others,
            "own_near": (own[last] - own[first]).astype(np.float64),
            "page_printed": (repeated / np.maximum(1, layout.total))[owners[rows]],
        }

    def _places(self) -> Float64s:
        """ABOVE, INSIDE, BELOW or NO_BODY: the body goes from the first long passage of the page's own to
        the last.
        """
        layout = self.layout
        most = np.maximum(1, _OWN_SHARE * layout.site_pages)
        is_own = (layout.words >= _LEAST_BODY) & (layout.pages <= most)
        count = _sums(is_own)
        before = (count[:-1] - count[layout.bounds[layout.owners]])[self.rows]
        total = (count[layout.bounds[1:]] - count[layout.bounds[:-1]])[layout.owners[self.rows]]
        here = is_own[self.rows]
        places = np.where(before + here == 0, ABOVE, np.where((before == total) & ~here, BELOW, INSIDE))
        return np.where(total == 0, NO_BODY, places).astype(np.float64)


def _sums(values: Int64s) -> Int64s:
    """The sum of the values before each place (int64, one more)."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(values)))


class TextObservations(NamedTuple):
    """What is observed of the text of a passage."""

    sentence: float
    interface: float
    digits: float
    capitals: float
    stops: float
    code: float
    item: float
    marks: float


TITLE = ("in_title", "title_words")
"""Observations of a passage beside the title of its page: the share of the title that the passage is, if it
stands in it word for word; and the share of its words that stand in the title.
"""
OF_TEXT = (*TextObservations._fields, *TITLE)

_MARKS = "|©»›>•·:"
_SYNTAX = "{}=`"


@lru_cache(1 << 15)
def _of_words(text: str) -> tuple[list[str], TextObservations]:
    """The plain words of a passage, and what is observed of its text. Sites print the same many times."""
    plain, words = lexicon.plain_text(text).split(), text.split()
    size = max(1, len(text))
    code = lexicon.count_code(text) > 0 or any(sign in text for sign in _SYNTAX)
    return plain, TextObservations(
        float(lexicon.ends_sentence(text)),
        sum(word in lexicon.interface_words() for word in plain) / max(1, len(plain)),
        sum(map(str.isdigit, text)) / size,
        sum(word[0].isupper() for word in words) / max(1, len(words)),
        float(sum(text.count(stop + " ") + text.endswith(stop) for stop in ".!?")),
        float(code or bool(lexicon.LINK_REFERENCE.match(text))),
        float(bool(lexicon.LIST_ITEM.match(text))),
        float(sum(map(text.count, _MARKS))),
    )


def of_texts(texts: Sequence[str], titles: Sequence[str | None]) -> dict[str, Float64s]:
    """By name of OF_TEXT a value for each passage (float64). `titles`: of its page; None for the passage that
    stands for the title.
    """
    out = np.empty((len(texts), len(OF_TEXT)))
    for row, (text, title) in enumerate(zip(texts, titles, strict=True)):
        words, observed = _of_words(text)
        out[row] = (*observed, *_in_title(words, title))
    return dict(zip(OF_TEXT, out.T, strict=True))


def _in_title(words: list[str], title: str | None) -> tuple[float, float]:
    if not title or not words:
        return 0.0, 0.0
    of_title, joined = _title_words(title)
    stands_there = f" {' '.join(words)} " in joined
    in_title = len(words) / max(1, len(of_title)) if stands_there else 0.0
    return in_title, sum(word in of_title for word in words) / len(words)


@lru_cache(64)
def _title_words(title: str) -> tuple[frozenset[str], str]:
    """The different words of a title, and all of them between single spaces."""
    words = lexicon.plain_text(title).split()
    return frozenset(words), f" {' '.join(words)} "
