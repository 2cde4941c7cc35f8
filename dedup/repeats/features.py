"""Features of a repeat: named numbers about the copy, how it differs from the original, where both are, and
what surrounds them. `evidence` weighs them.

Shares are 0 to 1. A name that ends in `_first` is about the original, which comes first; `page_...` is about
the article as a whole.
"""

from collections.abc import Callable
from functools import cached_property

from dedup.repeats import lexicon
from dedup.repeats.alignment import Stretch
from dedup.repeats.page_features import PAGE_FEATURES, PageFeatures, mean
from dedup.repeats.word_differences import WordDifferences, word_differences

_LEAST_TITLE_RATIO = 80  # ratio (0 to 100) of a copy to a headline that counts
_MAX_BYLINE = 16  # words


class RepeatFeatures(dict[str, float]):
    """Features of one repeat by name. Those that rules read first are computed at once, each of the others
    when it is first read. `numbers`, `paragraphs`, `text`: the copy's paragraphs by number, as texts, and
    joined by line breaks.
    """

    def __init__(self, page: PageFeatures, stretch: Stretch) -> None:
        super().__init__(page)
        self.page, self.stretch, self.article = page, stretch, page.article
        self.numbers = range(stretch.first, stretch.last + 1)
        self.paragraphs = [page.article.paragraph(i) for i in self.numbers]
        self.text = "\n".join(self.paragraphs)
        self.update(_first_features(self))

    def __missing__(self, name: str) -> float:
        page = name.startswith("page_")
        value = self[name] = self.page[name] if page else float(REPEAT_FEATURES[name](self))
        return value

    @cached_property
    def differences(self) -> WordDifferences:
        """The words in which copy and original differ."""
        originals = range(self.stretch.of_first, self.stretch.of_last + 1)
        return word_differences(self.article, zip(originals, self.numbers, strict=False))

    @cached_property
    def neighbours(self) -> list[int]:
        """The paragraphs around the copy."""
        return self.page.neighbours(self.stretch.first, self.stretch.last)

    @cached_property
    def neighbours_first(self) -> list[int]:
        """The paragraphs around the original."""
        return self.page.neighbours(self.stretch.of_first, self.stretch.of_last)

    def share(self, condition: Callable[[str], object]) -> float:
        """The share of the copy's paragraphs (given as text) that meet a condition."""
        return sum(map(bool, map(condition, self.paragraphs))) / len(self.paragraphs)

    def shared_neighbours(self) -> float:
        """The share of the copy's neighbours that the original has too."""
        hashes = self.article.hashes
        of_original = {hashes[i] for i in self.neighbours_first} - {0}
        return sum(hashes[i] in of_original for i in self.neighbours) / max(1, len(self.neighbours))

    def prices_nearby(self) -> int:
        """How many prices the neighbours of both have."""
        near = [*self.neighbours, *self.neighbours_first]
        return sum(lexicon.count_prices(self.article.paragraph(i)) for i in near)

    def title_ratio(self) -> float:
        """The similarity of the copy to one of the article's first two paragraphs: 80 to 100, or 0."""
        first = self.stretch.first
        titles = [i for i in (0, 1) if i < self.page.count and i != first]
        return max((self.article.ratio(i, first, _LEAST_TITLE_RATIO) for i in titles), default=0)

    def is_after_colon(self) -> bool:
        """Whether the paragraph before the copy ends in a colon."""
        first = self.stretch.first
        return first > 0 and self.article.paragraph(first - 1).endswith((":", "："))

    def is_byline(self) -> bool:
        """Whether the copy is a few words, one of its lines beginning with a dash."""
        short = self["words"] <= _MAX_BYLINE and any(dash in self.text for dash in "—–―")
        return short and bool(lexicon.BYLINE.search(self.text))

    def is_quoted(self) -> bool:
        """Whether a line of the copy, or the first of the original, is marked as quoted (">")."""
        if ">" in self.text and self.share(lexicon.QUOTED_LINE.match) > 0:
            return True
        return bool(lexicon.QUOTED_LINE.match(self.article.paragraph(self.stretch.of_first)))


def _first_features(repeat: RepeatFeatures) -> dict[str, float]:
    """Those that rules read for nearly every repeat: computed together they take three quarters of the
    time.
    """
    page, stretch, article, text = repeat.page, repeat.stretch, repeat.article, repeat.text
    count, unlinked = len(repeat.paragraphs), article.remove_links(text)
    words = article.count_words(text, sum(article.word_counts[stretch.first : stretch.last + 1]))
    return {
        "words": words,
        "run_words": stretch.run_words,
        "run": float(stretch.run_length),
        "run_share": min(1.0, stretch.run_words / max(1.0, page.words)),
        "mean_words": words / count,
        "line_words": words / max(1, len(text.splitlines())),
        "alike": stretch.score,
        "gap": float(stretch.first - stretch.of_last - 1),
        "cells": float(article.count_cell_gaps(text) >= 2 * count),
        "code": article.count_code(unlinked) / count,
        "links": 1 - len(unlinked) / max(1, len(text)),
    }


Feature = Callable[[RepeatFeatures], float]

DIFFERENCES: dict[str, Feature] = {
    "differing_words": lambda r: r.differences.others,
    "differing_share": lambda r: (r.differences.figures + r.differences.others) / max(1.0, r["words"]),
    "differing_figures": lambda r: r.differences.figures,
    "slips": lambda r: r.differences.slips,
}
"""How copy and original differ."""

POSITION: dict[str, Feature] = {
    "times": lambda r: max(r.article.hash_counts[r.article.hashes[i]] for i in r.numbers),
    "first_at": lambda r: r.article.starts[r.stretch.of_first] / max(1, len(r.article.text)),
    "at": lambda r: r.article.starts[r.stretch.first] / max(1, len(r.article.text)),
    "from_end": lambda r: r.page.count - 1 - r.stretch.last,
    "first_before_body": lambda r: r.stretch.of_first < r.page.body[0],
    "before_body": lambda r: r.stretch.first < r.page.body[0],
    "after_body": lambda r: r.stretch.first > r.page.body[1],
}
"""Where copy and original are in the article, and how often the copy's words recur."""

CONTENT: dict[str, Feature] = {
    "like_title": RepeatFeatures.title_ratio,
    "sentences": lambda r: r.share(lexicon.ends_sentence),
    "capitals": lambda r: mean([word[0].isupper() for word in r.text.split()]),
    "digits": lambda r: sum(map(str.isdigit, r.text)) / max(1, len(r.text)),
    "references": lambda r: r.share(lexicon.LINK_REFERENCE.match) if "]:" in r.text else 0,
    "interface": lambda r: r.page.interface_share(r.numbers),
    "byline": RepeatFeatures.is_byline,
    "quoted": RepeatFeatures.is_quoted,
}
"""What the copy looks like."""

SURROUNDINGS: dict[str, Feature] = {
    "interface_near": lambda r: r.page.interface_share(r.neighbours),
    "interface_near_first": lambda r: r.page.interface_share(r.neighbours_first),
    "near_words": lambda r: r.page.mean_size(r.neighbours),
    "near_words_first": lambda r: r.page.mean_size(r.neighbours_first),
    "neighbours": RepeatFeatures.shared_neighbours,
    "prices_near": RepeatFeatures.prices_nearby,
    "before_words_first": lambda r: r.page.size(r.stretch.of_first - 1),
    "after_words": lambda r: r.page.size(r.stretch.last + 1),
    "before_repeated": lambda r: r.page.is_repeated(r.stretch.first - 1),
    "after_repeated_first": lambda r: r.page.is_repeated(r.stretch.of_last + 1),
    "before_colon": RepeatFeatures.is_after_colon,
}
"""What surrounds copy and original."""

REPEAT_FEATURES = DIFFERENCES | POSITION | CONTENT | SURROUNDINGS


def all_features(page: PageFeatures, stretch: Stretch) -> dict[str, float]:
    """Every feature of one repeat, for fitting weights."""
    features = RepeatFeatures(page, stretch)
    return {name: features[name] for name in (*features, *PAGE_FEATURES, *REPEAT_FEATURES)}
