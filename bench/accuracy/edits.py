"""What is done to real articles: edits, after which a text says the same, and look-alikes, which do not."""

import random
import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from bench.corpora.articles import EDITS as SMALL_EDITS
from bench.corpora.articles import Article, change_words
from bench.corpora.sentences import SPACELESS, Pool, split
from bench.repeats.accidents import noisy
from dedup.matching.shingles import shingles
from dedup.text.ragged import sets
from dedup.text.words import words_of

_FIGURE = re.compile(
    r"(?<![\w.,:/-])(?!(?:1[6-9]|2[05])\d\d\b)[0-9]+(?:[.,][0-9]+)*(?![\w:/-])"
)  # no date or time
_PUNCTUATION = {",": "，", ".": "。", "?": "？", "!": "！", ":": "：", ";": "；"}
_QUOTES = str.maketrans(
    {'"': "”", "“": "„", "”": "“", "'": "’", "‘": "‚", "’": "'", "–": "—", "—": "–", "-": "‐"}
)


class Material(NamedTuple):
    """What an edit may draw on: a chance, an article, another of its language, a page of something else."""

    rng: random.Random
    article: Article
    other: Article
    page: str

    @property
    def pool(self) -> Pool:
        """The sentences of the other article."""
        return Pool(self.article.lang, list(split(self.other.text, self.article.lang[:2])), 0.0)

    @property
    def size(self) -> int:
        """The characters of a page in English that hold about as many shingles as the article."""
        return len(self.article.text) * (6 if self.article.lang[:2] in SPACELESS else 1)


Edit = Callable[[Material], tuple[str, str] | None]
"""Two texts; None where the article has no room for the edit."""


def _edited(name: str) -> Edit:
    def edit(of: Material) -> tuple[str, str]:
        return of.article.text, SMALL_EDITS[name](of.rng, of.article, of.pool)

    return edit


def _words(rate: int) -> Edit:
    """One word in `rate` is another one."""

    def edit(of: Material) -> tuple[str, str] | None:
        changed = of.pool.sentences and change_words(of.rng, of.article, of.pool, rate)
        return (of.article.text, changed) if changed else None

    return edit


def _typos(share: float) -> Edit:
    """This share of the characters misread as by OCR."""

    def edit(of: Material) -> tuple[str, str]:
        return of.article.text, noisy(of.article.text, share, of.rng)

    return edit


def _cut(of: Material) -> tuple[str, str]:
    """The last quarter is missing."""
    text = of.article.text
    left = text[: len(text) * 3 // 4]
    whole = left.rsplit(" ", 1)[0]
    return text, whole if len(whole) > 0.95 * len(left) else left  # some scripts have no spaces


def _reordered(of: Material) -> tuple[str, str] | None:
    """The paragraphs stand in another order."""
    paragraphs = of.article.paragraphs
    shuffled = of.rng.sample(paragraphs, len(paragraphs))
    if len(paragraphs) < 4 or shuffled == paragraphs:
        return None
    return of.article.text, of.article.separator.join(shuffled)


def _wrapped(of: Material) -> tuple[str, str] | None:
    """The article stands within three times its length of another page: a quarter of the shingles is its own,
    so that no other page with that clutter covers it.
    """
    clutter = _lines_of(of, 3 * of.size)
    if clutter is None:
        return None
    place = of.rng.randint(0, len(clutter))
    whole = "\n".join([*clutter[:place], of.article.text, *clutter[place:]])
    own, all_of_it = np.diff(sets(shingles(words_of(pa.array([of.article.text, whole])), 3)).offsets)
    return (of.article.text, whole) if 0.23 <= own / all_of_it <= 0.3 else None


def _lines_of(of: Material, size: int) -> list[str] | None:
    """Successive lines of the page with about `size` characters together; None where it has fewer."""
    lines = of.page.splitlines()
    if len(of.page) < size:
        return None
    ends = np.cumsum([len(line) + 1 for line in lines])
    start = of.rng.randint(0, int(np.searchsorted(ends, ends[-1] - size)))
    begins = ends[start] - len(lines[start]) - 1
    return lines[start : int(np.searchsorted(ends, begins + size)) + 1]


def _requoted(of: Material) -> tuple[str, str] | None:
    """Other quotes and dashes."""
    changed = of.article.text.translate(_QUOTES)
    return (of.article.text, changed) if changed != of.article.text else None


def _translated(of: Material) -> tuple[str, str] | None:
    """The punctuation of another script, where it ends a word."""
    changed = re.sub(r"[,.?!:;](?=\s|$)", lambda found: _PUNCTUATION[found[0]], of.article.text)
    return (of.article.text, changed) if changed != of.article.text else None


def _other_figures(of: Material) -> tuple[str, str] | None:
    """Every figure but years and times is another of as many digits; there are six different ones or more."""
    text = of.article.text
    found = sorted(set(_FIGURE.findall(text)))
    if len(found) < 6:
        return None
    others = {figure: _other_figure(of.rng, figure) for figure in found}
    return text, _FIGURE.sub(lambda figure: others[figure[0]], text)


def _other_figure(rng: random.Random, figure: str) -> str:
    drawn = figure
    while drawn == figure:
        drawn = re.sub(r"\d", lambda _: str(rng.randint(1, 9)), figure)
    return drawn


def _one_site(of: Material) -> tuple[str, str] | None:
    """Two articles about as long, within the same boilerplate: 40 % of each."""
    sizes = len(of.article.text), len(of.other.text)
    shared = _lines_of(of, round(of.size * 0.4 / 0.6))
    if shared is None or max(sizes) > 1.3 * min(sizes):
        return None
    place = of.rng.randint(0, len(shared))
    texts = (
        "\n".join([*shared[:place], article.text, *shared[place:]]) for article in (of.article, of.other)
    )
    return next(texts), next(texts)


SAME: dict[str, Edit] = {
    "dateline added": _edited("dateline"),
    "credit added": _edited("credit"),
    "1 word in 100 changed": _words(100),
    "1 word in 33 changed": _words(33),
    "1 word in 20 changed": _words(20),
    "last quarter cut": _cut,
    "paragraphs reordered": _reordered,
    "wrapped in 3 times its length": _wrapped,
    "OCR: 1 character in 500": _typos(0.002),
    "OCR: 1 character in 100": _typos(0.01),
    "quotes and dashes changed": _requoted,
    "punctuation translated": _translated,
}
OTHER: dict[str, Edit] = {
    "40 % shared boilerplate": _one_site,
    "same template, other figures": _other_figures,
}
