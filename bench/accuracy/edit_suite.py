"""Pairs of texts made by seed from real articles of DEDUP_DATA, with the edits of edits.py.

    python -m bench.accuracy.edit_suite [--count 150] [--seed 7]      prints how similar the pairs of each
    edit are

Every pair has an article of its own, so no other document is like it. The articles are from bbc (one of its
two copies), news and languages, none similar to another; clutter is from the whole pages in repeats/.
"""

import argparse
import random
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.accuracy.edits import OTHER, SAME, Edit, Material
from bench.accuracy.labelled_sets import Labelled
from bench.corpora.articles import Article
from bench.corpora.data import read_documents
from bench.corpora.sentences import SPACELESS
from bench.harness.shingle_sets import shingle_sets
from dedup.matching.matches import similarities

NGRAM = 3
SHORTEST, LONGEST = 1000, 12_000  # bytes of an article that is edited
MOST_SHARED = 0.2  # of an article's shingles, with any other article
SAMPLE = 8  # one shingle in so many is compared
DESCRIPTION = (
    "Pairs made by seed from real articles, each of an article of its own, nearly half of them in other "
    "languages than English. Same: an edit of the article; all other pairs are different, look-alikes too."
)
WHOLE_PAGES = ("html-text", "inscriptis")  # the extractors of repeats/ that keep all of a page


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
    """`of_each` pairs of every edit. The same seed and data make the same suite.

    `labelled.same` has the pairs that are the same; all other pairs are different.
    """
    free = _couples(seed)
    pages = [page["text"] for page in read_documents("repeats/pages") if page["extractor"] in WHOLE_PAGES]
    documents: list[dict[str, str]] = []
    couples: list[Couple] = []
    for name, edit in (OTHER | SAME).items():
        if name == next(iter(SAME)):  # from here on an edit takes only a few words of the other article
            free += [(other, article) for article, other in free]
        for number in range(of_each):
            row = len(documents)
            texts = _take(edit, free, pages, random.Random(f"{seed}/{name}/{number}"))
            documents += [
                {"id": f"{name}/{number}/{side}", "text": text}
                for side, text in zip("ab", texts, strict=True)
            ]
            couples.append(Couple(name, row, row + 1, name in SAME))
    same = {(couple.left, couple.right) for couple in couples if couple.same}
    return Suite(Labelled("edits", DESCRIPTION, documents, same, set()), couples)


def _take(
    edit: Edit, free: list[tuple[Article, Article]], pages: list[str], rng: random.Random
) -> tuple[str, str]:
    """The two texts of the first couple of articles that the edit fits; takes the couple off `free`."""
    for i, (article, other) in enumerate(free):
        texts = edit(Material(rng, article, other, rng.choice(pages)))
        if texts:
            del free[i]
            return texts
    raise ValueError("DEDUP_DATA has too few articles for so many pairs: ask for fewer of each")


def _couples(seed: int) -> list[tuple[Article, Article]]:
    """Each article in one couple, with one of its language and about its length; in random order."""
    by_lang: dict[str, list[Article]] = {}
    for article in sorted(_distinct(), key=lambda article: len(article.text)):
        by_lang.setdefault(article.lang, []).append(article)
    couples = [couple for articles in by_lang.values() for couple in list(pairwise(articles))[::2]]
    random.Random(seed).shuffle(couples)
    return couples


@cache
def _distinct() -> list[Article]:
    return without_similar(list(_articles()))


def _articles() -> Iterator[Article]:
    """Yield real articles of a fair length, in their own paragraphs."""
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


def without_similar(articles: list[Article]) -> list[Article]:
    """The articles that share at most a fifth of their shingles, by a sample, with any earlier one."""
    sets = shingle_sets([article.text for article in articles], NGRAM)
    owners: dict[int, list[int]] = {}
    kept = []
    for row, article in enumerate(articles):
        hashes = sets.values[sets.offsets[row] : sets.offsets[row + 1]]
        sample = hashes[hashes % SAMPLE == 0].tolist()
        shared: dict[int, int] = {}
        for value in sample:
            for earlier in owners.get(value, ()):
                shared[earlier] = shared.get(earlier, 0) + 1
        if max(shared.values(), default=0) <= MOST_SHARED * len(sample):
            kept.append(article)
            for value in sample:
                owners.setdefault(value, []).append(row)
    return kept


def jaccards(edits: Suite) -> npt.NDArray[np.float64]:
    """The exact Jaccard of each pair's 3-grams (float64, 0 to 1), repeats are not cut."""
    sets = shingle_sets([document["text"] for document in edits.labelled.documents], NGRAM)
    left, right = (np.array([couple[side] for couple in edits.couples]) for side in (1, 2))
    return similarities(sets, left, right).jaccard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=150, help="pairs of each edit (default: 150)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    edits = suite(options.count, options.seed)
    similarity = jaccards(edits)
    print(f"{'Jaccard of the pairs':32} least   tenth  median ninth  most")
    for name in SAME | OTHER:
        of_edit = similarity[[couple.edit == name for couple in edits.couples]]
        print(f"{name:32}", "  ".join(f"{x:.3f}" for x in np.quantile(of_edit, (0, 0.1, 0.5, 0.9, 1))))


if __name__ == "__main__":
    main()
