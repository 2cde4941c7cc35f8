"""Edits of real articles, which leave them the same article, and look-alikes, which are others."""

import random
import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bench.corpora.articles import EDITS as SMALL_EDITS
from bench.corpora.articles import Article, change_words
from bench.corpora.sentences import SPACELESS, Pool, split
from bench.harness.shingle_sets import shingle_sets
from bench.repeats.accidents import noisy

_FIGURE = re.compile(
    r"(?<![\w.,:/-])(?!(?:1[6-9]|2[05])\d\d\b)[0-9]+(?:[.,][0-9]+)*(?![\w:/-])"
)  # no date or time
_PUNCTUATION = {",": "，", ".": "。", "?": "？", "!": "！", ":": "：", ";": "；"}
_QUOTES = str.maketrans(
    {'"': "”", "“": "„", "”": "“", "'": "’", "‘": "‚", "’": "'", "–": "—", "—": "–", "-": "‐"}
)


class Material(NamedTuple):
    """What an edit may use: a random generator, an article, another of its language, an unrelated page."""

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
        """The number of characters of an English page with about as many shingles as the article."""
        return len(self.article.text) * (6 if self.article.lang[:2] in SPACELESS else 1)


Edit = Callable[[Material], tuple[str, str] | None]
"""Makes two texts; None where the edit does not fit the article."""


def _edited(name: str) -> Edit:
    def edit(material: Material) -> tuple[str, str]:
        return material.article.text, SMALL_EDITS[name](material.rng, material.article, material.pool)

    return edit


def _words(rate: int) -> Edit:
    """One word in `rate` is replaced."""

    def edit(material: Material) -> tuple[str, str] | None:
        rng, article, pool = material.rng, material.article, material.pool
        changed = pool.sentences and change_words(rng, article, pool, rate)
        return (article.text, changed) if changed else None

    return edit


def _typos(share: float) -> Edit:
    """This share of the characters is misread, as by OCR."""

    def edit(material: Material) -> tuple[str, str]:
        return material.article.text, noisy(material.article.text, share, material.rng)

    return edit


def _cut(material: Material) -> tuple[str, str]:
    """The last quarter is missing."""
    text = material.article.text
    left = text[: len(text) * 3 // 4]
    words = left.rsplit(" ", 1)[0]
    return text, words if len(words) > 0.95 * len(left) else left  # some scripts have no spaces


def _reordered(material: Material) -> tuple[str, str] | None:
    """The paragraphs are in another order."""
    paragraphs = material.article.paragraphs
    shuffled = material.rng.sample(paragraphs, len(paragraphs))
    if len(paragraphs) < 4 or shuffled == paragraphs:
        return None
    return material.article.text, material.article.separator.join(shuffled)


def _wrapped(material: Material) -> tuple[str, str] | None:
    """The article within three times its length of another page.

    A quarter of the shingles is its own, so that no other page with that clutter covers it.
    """
    clutter = _lines_of(material, 3 * material.size)
    if clutter is None:
        return None
    at = material.rng.randint(0, len(clutter))
    page = "\n".join([*clutter[:at], material.article.text, *clutter[at:]])
    own, total = np.diff(shingle_sets([material.article.text, page], 3).offsets)
    return (material.article.text, page) if 0.23 <= own / total <= 0.3 else None


def _lines_of(material: Material, size: int) -> list[str] | None:
    """Consecutive lines of the page, about `size` characters in all; None where the page is shorter."""
    lines = material.page.splitlines()
    if len(material.page) < size:
        return None
    ends = np.cumsum([len(line) + 1 for line in lines])
    start = material.rng.randint(0, int(np.searchsorted(ends, ends[-1] - size)))
    begins = ends[start] - len(lines[start]) - 1
    return lines[start : int(np.searchsorted(ends, begins + size)) + 1]


def _requoted(material: Material) -> tuple[str, str] | None:
    """Other quotes and dashes."""
    changed = material.article.text.translate(_QUOTES)
    return (material.article.text, changed) if changed != material.article.text else None


def _translated(material: Material) -> tuple[str, str] | None:
    """The punctuation of another script, where it ends a word."""
    changed = re.sub(r"[,.?!:;](?=\s|$)", lambda mark: _PUNCTUATION[mark[0]], material.article.text)
    return (material.article.text, changed) if changed != material.article.text else None


def _other_figures(material: Material) -> tuple[str, str] | None:
    """Every number but years and times is replaced by one with as many digits.

    None where there are fewer than six different numbers.
    """
    text = material.article.text
    figures = sorted(set(_FIGURE.findall(text)))
    if len(figures) < 6:
        return None
    others = {figure: _other_figure(material.rng, figure) for figure in figures}
    return text, _FIGURE.sub(lambda figure: others[figure[0]], text)


def _other_figure(rng: random.Random, figure: str) -> str:
    drawn = figure
    while drawn == figure:
        drawn = re.sub(r"\d", lambda _: str(rng.randint(1, 9)), figure)
    return drawn


def _one_site(material: Material) -> tuple[str, str] | None:
    """Two articles of about the same length within the same boilerplate, which is 40% of each."""
    sizes = len(material.article.text), len(material.other.text)
    shared = _lines_of(material, round(material.size * 0.4 / 0.6))
    if shared is None or max(sizes) > 1.3 * min(sizes):
        return None
    at = material.rng.randint(0, len(shared))
    first, second = (
        "\n".join([*shared[:at], article.text, *shared[at:]])
        for article in (material.article, material.other)
    )
    return first, second


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
