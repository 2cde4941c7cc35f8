"""Pairs of texts made by seed from real articles of DEDUP_DATA: an article and an edit of it, which say the
same, and look-alikes that do not.

    python bench/edits.py [--count 150] [--seed 7]      how alike the pairs of each edit are

Every pair has an article of its own, so that no other document is like it. Articles of bbc (one copy), news and
languages, all unlike each other; clutter from the whole pages of repeats/.
"""

import argparse
import random
import re
from collections.abc import Callable, Iterator
from itertools import count, pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from accidents import noisy
from articles import EDITS as SMALL_EDITS
from articles import Article, change_words
from labelled import read
from labelled_pairs import Labelled
from sentences import SPACELESS, Pool, split

from dedup.matches import similarities
from dedup.shingles import sets, shingles, words_of

NGRAM = 3
SHORTEST, LONGEST = 1000, 12_000  # bytes of an article that is edited
UNLIKE, SAMPLE = 0.2, 8  # share of its shingles, of one in 8, that an article may have in common with another
SAYS = (
    "Pairs made by seed from real articles, each of an article of its own. Same: an edit of the article; all else "
    "is different, the look-alikes too."
)
WHOLE = ("html-text", "inscriptis")  # the extractors of repeats/ that give whole pages
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_PUNCTUATION = {",": "，", ".": "。", "?": "？", "!": "！", ":": "：", ";": "；"}
_QUOTES = str.maketrans({'"': "”", "“": "„", "”": "“", "'": "’", "‘": "‚", "’": "'", "–": "—", "—": "–", "-": "‐"})


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
        """The characters that a page in a script with spaces needs for as many shingles as the article has."""
        return len(self.article.text) * (6 if self.article.lang[:2] in SPACELESS else 1)


class Couple(NamedTuple):
    """Two rows of the suite's documents, and whether they say the same."""

    edit: str
    left: int
    right: int
    same: bool


class Suite(NamedTuple):
    """The documents with their labels, and what each pair is."""

    labelled: Labelled
    couples: list[Couple]


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
    return text, text[: len(text) * 3 // 4].rsplit(" ", 1)[0]


def _reordered(of: Material) -> tuple[str, str] | None:
    """The paragraphs stand in another order."""
    paragraphs = of.article.paragraphs
    shuffled = of.rng.sample(paragraphs, len(paragraphs))
    if len(paragraphs) < 4 or shuffled == paragraphs:
        return None
    return of.article.text, of.article.separator.join(shuffled)


def _wrapped(of: Material) -> tuple[str, str] | None:
    """The article stands within three times its length of another page."""
    clutter = _lines_of(of, 3 * of.size)
    if clutter is None:
        return None
    place = of.rng.randint(0, len(clutter))
    return of.article.text, "\n".join([*clutter[:place], of.article.text, *clutter[place:]])


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


def _translated(of: Material) -> tuple[str, str]:
    """The punctuation of another script, where it ends a word."""
    changed = re.sub(r"[,.?!:;](?=\s|$)", lambda found: _PUNCTUATION[found[0]], of.article.text)
    return of.article.text, changed


def _other_figures(of: Material) -> tuple[str, str] | None:
    """Every figure is another one of as many digits; there are at least four."""
    text = of.article.text
    if len(_FIGURE.findall(text)) < 4:
        return None

    def other(found: re.Match[str]) -> str:
        for _ in count():
            drawn = re.sub(r"\d", lambda _: str(of.rng.randint(1, 9)), found[0])
            if drawn != found[0]:
                return drawn
        raise AssertionError

    return text, _FIGURE.sub(other, text)


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


def suite(of_each: int, seed: int) -> Suite:
    """`of_each` pairs of every edit, the same for the same seed and data. `labelled.same` has the pairs that
    say the same; all else is different.
    """
    free = _couples(seed)
    pages = [page["text"] for page in read("repeats/pages") if page["extractor"] in WHOLE]
    documents: list[dict[str, str]] = []
    couples: list[Couple] = []
    for name, edit in (OTHER | SAME).items():
        if name == next(iter(SAME)):  # what follows needs the other article for a few of its words alone
            free += [(other, article) for article, other in free]
        for made in range(of_each):
            row = len(documents)
            texts = _first(edit, free, pages, random.Random(f"{seed}/{name}/{made}"))
            documents += [{"id": f"{name}/{made}/{side}", "text": text} for side, text in zip("ab", texts, strict=True)]
            couples.append(Couple(name, row, row + 1, name in SAME))
    same = {(couple.left, couple.right) for couple in couples if couple.same}
    return Suite(Labelled("edits", SAYS, documents, same, set()), couples)


def _first(
    edit: Edit, free: list[tuple[Article, Article]], pages: list[str], rng: random.Random
) -> tuple[str, str]:
    """The two texts of the first articles that have room for the edit; these are free no more."""
    for place, (article, other) in enumerate(free):
        texts = edit(Material(rng, article, other, rng.choice(pages)))
        if texts:
            del free[place]
            return texts
    raise ValueError("DEDUP_DATA has too few articles for so many pairs: ask for fewer of each")


def _couples(seed: int) -> list[tuple[Article, Article]]:
    """Every article once, in a random order, beside one of its language that is about as long."""
    by_lang: dict[str, list[Article]] = {}
    for article in sorted(apart(list(_articles())), key=lambda article: len(article.text)):
        by_lang.setdefault(article.lang, []).append(article)
    found = [couple for articles in by_lang.values() for couple in list(pairwise(articles))[::2]]
    random.Random(seed).shuffle(found)
    return found


def _articles() -> Iterator[Article]:
    """Real articles of a fair length, with the paragraphs that they have."""
    for folder in ("bbc/articles", "news/articles", "languages/articles"):
        for line in read(folder):
            if line.get("copy", "bbc") != "bbc" or line["id"].startswith(("zitros", "electron_docs")):
                continue
            paragraphs = [part.strip() for part in line["text"].splitlines() if part.strip()]
            if SHORTEST <= len(line["text"].encode()) <= LONGEST:
                yield Article(line.get("lang", "en"), "", paragraphs, "\n\n")


def apart(articles: list[Article]) -> list[Article]:
    """Those of which no earlier one has more than a fifth of the shingles, as a sample by hash sees it."""
    owned = sets(shingles(words_of(pa.array([article.text for article in articles])), NGRAM))
    held: dict[int, list[int]] = {}
    kept = []
    for row, article in enumerate(articles):
        hashes = owned.values[owned.bounds[row] : owned.bounds[row + 1]]
        values = hashes[hashes % SAMPLE == 0].tolist()
        shared: dict[int, int] = {}
        for value in values:
            for earlier in held.get(value, ()):
                shared[earlier] = shared.get(earlier, 0) + 1
        if max(shared.values(), default=0) <= UNLIKE * len(values):
            kept.append(article)
            for value in values:
                held.setdefault(value, []).append(row)
    return kept


def jaccards(made: Suite) -> np.ndarray:
    """The exact Jaccard of each pair's 3-grams (float64, 0 to 1): repeats inside a text are not cut for it."""
    owned = sets(shingles(words_of(pa.array([line["text"] for line in made.labelled.documents])), NGRAM))
    left, right = (np.array([couple[side] for couple in made.couples]) for side in (1, 2))
    return similarities(owned, left, right).jaccard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    made = suite(arguments.count, arguments.seed)
    alike = jaccards(made)
    print(f"{'Jaccard of the pairs':32} least   tenth  median ninth  most")
    for name in SAME | OTHER:
        of_edit = alike[[couple.edit == name for couple in made.couples]]
        print(f"{name:32}", "  ".join(f"{x:.3f}" for x in np.quantile(of_edit, (0, 0.1, 0.5, 0.9, 1))))


if __name__ == "__main__":
    main()
