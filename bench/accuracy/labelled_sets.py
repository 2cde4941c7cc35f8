"""The labelled sets of DEDUP_DATA: documents, and which of them are the same.

What "same" means differs from set to set, and each has its limits: `description` states both. A pair that the
labels leave open is `unclear`; it counts neither for a tool nor against it.
"""

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from bench.corpora.data import read_documents
from bench.harness.answers import Pair, pairs_within
from bench.harness.shingle_sets import shingle_sets
from bench.paths import DATA
from dedup.matching.matches import similarities

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NGRAM, _CONTAINED = 5, 0.5
_OPEN = "A pair that is not listed is left open, too, if one text holds half of the other's 5-grams."


class Labelled(NamedTuple):
    """A set of documents with labels.

    `documents`: each {"id", "text"}. `same`, `unclear`, `different`: pairs of rows. `listed`: whether the
    labels are a list of pairs by Jaccard, which has no short text with a long one that holds it.
    `different`: pairs of that list that are known not to be the same.
    """

    name: str
    description: str
    documents: list[dict[str, str]]
    same: set[Pair]
    unclear: set[Pair]
    listed: bool = False
    different: frozenset[Pair] = frozenset()


def extractors() -> Labelled:
    """Real web pages, each as many extractors read it."""
    pages = [
        page
        for page in read_documents("extractors/pages")
        if page["extractor"] != "truth" and page["text"].strip()
    ]
    documents = [{"id": f"{page['extractor']}/{page['page']}", "text": page["text"]} for page in pages]
    description = (
        "92 real pages, each as 32 extractors read it. Same: the same page. Some extractions of a page hold "
        "its article, some only its menu, so a recall of 1 is impossible; empty ones are left out."
    )
    return Labelled("extractors", description, documents, pairs_within(page["page"] for page in pages), set())


def bbc() -> Labelled:
    """Two copies of one collection, prepared by different people."""
    documents, rows = _documents("bbc/articles")
    same = {_pair(rows, line) for line in _table("bbc/same_article")}
    similar = {_pair(rows, line) for line in _table("bbc/jaccard5")}
    description = (
        "Two independently prepared copies of one collection: paragraphs and encoding differ. Same: the same "
        "title and category, which is wrong for 2 pairs of 2,345. Pairs of other titles that share 30 % of "
        "their 5-grams are left open."
    )
    return Labelled("bbc", description, documents, same, similar - same)


def news() -> Labelled:
    """Syndicated news."""
    documents, rows = _documents("news/articles")
    same: set[Pair] = set()
    unclear: set[Pair] = set()
    for line in _table("news/jaccard5"):
        similar = float(line[2]) >= 0.5 or float(line[3]) >= 0.8
        (same if similar else unclear).add(_pair(rows, line))
    description = (
        "Syndicated news of 2014. Same: a Jaccard of word 5-grams of 0.5 or a containment of 0.8 (computed, "
        "not judged, so it favours tools that compare n-grams); other pairs from 0.3 on are left open."
    )
    return Labelled("news", f"{description} {_OPEN}", documents, same, unclear, listed=True)


def reuters() -> Labelled:
    """Wire stories, among them thousands of notices from a few templates."""
    documents, rows = _documents("reuters/articles")
    same: set[Pair] = set()
    unclear: set[Pair] = set()
    different: set[Pair] = set()
    for line in _table("reuters/jaccard5"):
        pair = _pair(rows, line)
        replaced = replaced_figures(*(documents[row]["text"] for row in pair))
        if float(line[2]) < 0.8 or replaced == 1:
            unclear.add(pair)
        else:
            (different if replaced else same).add(pair)
    description = (
        "Reuters-21578. Same: a Jaccard of word 5-grams of 0.8 (computed, not judged) and no number replaced "
        "by another. A pair with two or more replaced numbers is a template, not the same; with one, or "
        "below 0.8, it is left open."
    )
    return Labelled("reuters", f"{description} {_OPEN}", documents, same, unclear, True, frozenset(different))


def versions() -> Labelled:
    """Terms of service in versions of several years."""
    pages = list(read_documents("versions/documents"))
    documents = [{"id": page["id"], "text": page["text"]} for page in pages]
    description = (
        "Terms of service of 60 services over the years. Same: versions of one document, however far apart; "
        "some are rewritten or failed scrapes, so a low recall is no fault."
    )
    same = pairs_within(page["cluster"] for page in pages)
    return Labelled("versions", description, documents, same, set())


SETS: dict[str, Callable[[], Labelled]] = {
    "extractors": extractors,
    "bbc": bbc,
    "news": news,
    "reuters": reuters,
    "versions": versions,
}
FILES = (
    "extractors/pages.jsonl",
    *(f"bbc/{name}" for name in ("articles.jsonl", "same_article.tsv", "jaccard5.tsv")),
    *(f"{folder}/{name}" for folder in ("news", "reuters") for name in ("articles.jsonl", "jaccard5.tsv")),
    "versions/documents.jsonl",
)
"""The files of the sets in DEDUP_DATA, without the ending .gz."""


def with_unlisted(labelled: Labelled, pairs: set[Pair]) -> Labelled:
    """The set, with those of these pairs left open that its list cannot decide.

    In such a pair one text holds half of the other, but their Jaccard is below what is listed.
    """
    rest = sorted(pairs - labelled.same - labelled.unclear - labelled.different)
    if not labelled.listed or not rest:
        return labelled
    sets = shingle_sets([document["text"] for document in labelled.documents], _NGRAM)
    left, right = np.array(rest, np.int64).T
    coverage = np.maximum(similarities(sets, left, right).coverage, similarities(sets, right, left).coverage)
    contained = np.flatnonzero(coverage >= _CONTAINED)
    return labelled._replace(unclear=labelled.unclear | {rest[i] for i in contained})


def replaced_figures(left: str, right: str) -> int:
    """How many numbers of one text are replaced by others in the other text.

    That is the number of those that only one text has: the smaller of both counts. "2,000" and "2000" are the
    same number.
    """
    ours, theirs = (Counter(f.replace(",", "") for f in _FIGURE.findall(text)) for text in (left, right))
    return min((ours - theirs).total(), (theirs - ours).total())


def _documents(name: str) -> tuple[list[dict[str, str]], dict[str, int]]:
    """The documents of a file, and the row of each id."""
    documents = [{"id": line["id"], "text": line["text"]} for line in read_documents(name)]
    return documents, {document["id"]: row for row, document in enumerate(documents)}


def _table(name: str) -> Iterator[list[str]]:
    """Yield the rows of DEDUP_DATA/NAME.tsv.gz without the heading."""
    with gzip.open(DATA / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield line.rstrip("\n").split("\t")


def _pair(rows: dict[str, int], line: list[Any]) -> Pair:
    left, right = sorted((rows[line[0]], rows[line[1]]))
    return left, right
