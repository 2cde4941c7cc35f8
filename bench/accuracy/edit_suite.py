"""Pairs of texts made by seed from real articles of DEDUP_DATA with the edits of edits.py.

    python -m bench.accuracy.edit_suite [--count 150] [--seed 7]      how alike the pairs of each edit are

Every pair has an article of its own, so that no other document is like it. Articles of bbc (one copy), news
and languages, all unlike each other; clutter from the whole pages of repeats/.
"""

import argparse
import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench.accuracy.edits import OTHER, SAME, Edit, Material
from bench.accuracy.labelled_sets import Labelled
from bench.corpora.articles import Article
from bench.corpora.data import read_documents
from bench.corpora.sentences import SPACELESS
from bench.paths import DATA
from dedup.matching.matches import similarities
from dedup.matching.shingles import shingles
from dedup.text.ragged import sets
from dedup.text.words import words_of

__all__ = ["DATA", "Couple", "Suite", "jaccards", "suite"]

NGRAM = 3
SHORTEST, LONGEST = 1000, 12_000  # bytes of an article that is edited
UNLIKE, SAMPLE = 0.2, 8  # share of its shingles, of one in 8, that an article may have in common with another
SAYS = (
    "Pairs made by seed from real articles, each of an article of its own, nearly half of them in other "
    "languages than English. Same: an edit of the article; all else is different, the look-alikes too."
)
WHOLE = ("html-text", "inscriptis")  # the extractors of repeats/ that give whole pages


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


def suite(of_each: int, seed: int) -> Suite:
    """`of_each` pairs of every edit, the same for the same seed and data. `labelled.same` has the pairs that
    say the same; all else is different.
    """
    free = _couples(seed)
    pages = [page["text"] for page in read_documents("repeats/pages") if page["extractor"] in WHOLE]
    documents: list[dict[str, str]] = []
    couples: list[Couple] = []
    for name, edit in (OTHER | SAME).items():
        if name == next(iter(SAME)):  # what follows needs the other article for a few of its words alone
            free += [(other, article) for article, other in free]
        for made in range(of_each):
            row = len(documents)
            texts = _first(edit, free, pages, random.Random(f"{seed}/{name}/{made}"))
            documents += [
                {"id": f"{name}/{made}/{side}", "text": text} for side, text in zip("ab", texts, strict=True)
            ]
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
    for article in sorted(_unlike(), key=lambda article: len(article.text)):
        by_lang.setdefault(article.lang, []).append(article)
    found = [couple for articles in by_lang.values() for couple in list(pairwise(articles))[::2]]
    random.Random(seed).shuffle(found)
    return found


@cache
def _unlike() -> list[Article]:
    return apart(list(_articles()))


def _articles() -> Iterator[Article]:
    """Real articles of a fair length, with the paragraphs that they have."""
    for folder in ("bbc/articles", "news/articles", "languages/articles"):
        for line in read_documents(folder):
            if line.get("copy", "bbc") != "bbc" or line["id"].startswith(("zitros", "electron_docs")):
                continue
            lang = line.get("lang", "en")
            if lang[:2] in SPACELESS and line["text"].count(" ") > len(line["text"]) / 12:
                continue  # a page in English beside its Thai ones
            paragraphs = [part.strip() for part in line["text"].splitlines() if part.strip()]
            if SHORTEST <= len(line["text"].encode()) <= LONGEST:
                yield Article(lang, "", paragraphs, "\n\n")


def apart(articles: list[Article]) -> list[Article]:
    """Those of which no earlier one has more than a fifth of the shingles, as a sample by hash sees it."""
    owned = sets(shingles(words_of(pa.array([article.text for article in articles])), NGRAM))
    held: dict[int, list[int]] = {}
    kept = []
    for row, article in enumerate(articles):
        hashes = owned.values[owned.offsets[row] : owned.offsets[row + 1]]
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


def jaccards(made: Suite) -> npt.NDArray[np.float64]:
    """The exact Jaccard of each pair's 3-grams (float64, 0 to 1), of the whole texts: nothing is cut."""
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
