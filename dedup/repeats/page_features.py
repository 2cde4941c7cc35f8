"""Features of an article as a whole, as named numbers. Their names begin with `page_`: what was scraped may
be a page with its menus, or the article alone.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from dedup.repeats import lexicon
from dedup.repeats.article import Article

_NEIGHBOURS = 3  # paragraphs on each side of a repeat that are its neighbours
_SHORT = 6  # most words of a short line, such as a line of a menu
_LEAST_MARKERS = 3  # an article that has "reply" once is no forum
_LEAST_BODY = 20  # least words of a paragraph that is part of the body
_LONG = 15  # least words of a paragraph that counts as text, not as a line
_MAX_SIZE = 40  # words of a neighbour; longer ones count as 40


class PageFeatures(dict[str, float]):
    """Features of an article by name. Each is computed when it is first read, once for all of the article's
    repeats. `count`: its paragraphs; `words`: its words.
    """

    def __init__(self, article: Article) -> None:
        super().__init__()
        self.article = article
        self.count = count = len(article.word_counts)
        self.words = article.count_words(article.text, sum(article.word_counts))
        self["page_paragraphs"] = float(count)
        self["page_mean_words"] = self.words / count
        is_forum = article.forum_markers >= _LEAST_MARKERS
        self["page_forum"] = article.forum_markers / count if is_forum else 0.0

    def __missing__(self, name: str) -> float:
        value = self[name] = float(PAGE_FEATURES[name](self))
        return value

    @cached_property
    def body(self) -> tuple[int, int]:
        """The first and the last paragraph of the body: the long ones and what lies between them."""
        long = [i for i, words in enumerate(self.article.word_counts) if words >= _LEAST_BODY]
        return (long[0], long[-1]) if long else (self.count, -1)

    def share(self, condition: Callable[[int], object]) -> float:
        """The share of the paragraphs (given by number) that meet a condition."""
        return sum(bool(condition(i)) for i in range(self.count)) / self.count

    def menu_lines(self) -> int:
        """Lines of menus: short ones in which half the words or more are interface words. A line counts at
        most twice, because a button under every item is no menu.
        """
        hashes = [
            self.article.hashes[i]
            for i, words in enumerate(self.article.word_counts)
            if 0 < words <= _SHORT and 2 * self._interface_words(i) >= words
        ]
        return sum(min(times, 2) for times in Counter(hashes).values())

    def _interface_words(self, paragraph: int) -> int:
        """How many words of a paragraph are interface words."""
        return sum(word in lexicon.INTERFACE_WORDS for word in self.article.plain(paragraph).split())

    def interface_share(self, paragraphs: Sequence[int]) -> float:
        """The share of interface words among the words of these paragraphs."""
        words = sum(self.article.word_counts[i] for i in paragraphs)
        return sum(map(self._interface_words, paragraphs)) / max(1, words)

    def mean_size(self, paragraphs: Iterable[int]) -> float:
        """The mean number of words of these paragraphs, 0 if there are none."""
        return mean([self.article.word_counts[i] for i in paragraphs])

    def size(self, paragraph: int) -> float:
        """The words of a paragraph, at most 40; -1 beyond the first and the last paragraph."""
        if 0 <= paragraph < self.count:
            return float(min(self.article.word_counts[paragraph], _MAX_SIZE))
        return -1.0

    def neighbours(self, first: int, last: int) -> list[int]:
        """The three paragraphs before first..last (inclusive) and the three after it, as far as there are
        any.
        """
        near = range(max(0, first - _NEIGHBOURS), min(self.count, last + 1 + _NEIGHBOURS))
        return [i for i in near if not first <= i <= last]

    def is_repeated(self, paragraph: int) -> bool:
        """Whether another paragraph has the same words; False beyond the ends."""
        article = self.article
        return 0 <= paragraph < self.count and article.hash_counts[article.hashes[paragraph]] > 1

    def is_indented(self, paragraph: int) -> bool:
        """Whether a space or a tab comes before a paragraph."""
        return self.article.text.endswith((" ", "\t"), 0, self.article.starts[paragraph])


def mean(numbers: list[int]) -> float:
    """The mean, 0 for no numbers."""
    return sum(numbers) / max(1, len(numbers))


PAGE_FEATURES: dict[str, Callable[[PageFeatures], float]] = {
    "page_characters": lambda p: math.log1p(sum(p.article.ends) - sum(p.article.starts)),
    "page_sentences": lambda p: p.share(lambda i: lexicon.ends_sentence(p.article.paragraph(i))),
    "page_short": lambda p: p.share(lambda i: p.article.word_counts[i] <= _SHORT),
    "page_body": lambda p: (
        sum(words for words in p.article.word_counts if words >= _LONG) / max(1, sum(p.article.word_counts))
    ),
    "page_items": lambda p: p.share(lambda i: lexicon.LIST_ITEM.match(p.article.paragraph(i))),
    "page_code": lambda p: p.article.count_code(p.article.remove_links(p.article.text)) / p.count,
    "page_prices": lambda p: lexicon.count_prices(p.article.text) / p.count,
    "page_indented": lambda p: p.share(p.is_indented),
    "page_interface": lambda p: p.interface_share(range(p.count)),
    "page_menu": PageFeatures.menu_lines,
    "page_repeated": lambda p: p.share(p.is_repeated),
}
"""How to compute each feature. Shares are 0 to 1. `page_paragraphs`, `page_mean_words` and `page_forum`
(forum markers for each paragraph) are computed at once, because rules read them for nearly every repeat.
"""
