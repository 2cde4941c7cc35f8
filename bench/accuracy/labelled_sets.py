"""The labelled sets of DEDUP_DATA: documents, and which of them say the same.

What "same" means differs from set to set, and each has its limits: `says` has both in words. A pair that the
labels leave open is `unclear`; it counts for nobody and against nobody.
"""

import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from bench.corpora.data import read_documents
from bench.paths import DATA
from dedup.matching.matches import similarities
from dedup.matching.shingles import shingles
from dedup.text.ragged import sets
from dedup.text.words import words_of

Pair = tuple[int, int]
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NGRAM, _HELD = 5, 0.5
_HOLDS = "A pair not listed, of which one holds half of the other's 5-grams, is left open, too."


class Labelled(NamedTuple):
    """`documents`: {"id", "text"}; pairs are rows of it, the smaller first. `listed`: the labels are a list
    of pairs by Jaccard, which has none of a short text within a long one. `different`: those of the list that
    are known not to be the same.
    """

    name: str
    says: str
    documents: list[dict[str, str]]
    same: set[Pair]
    unclear: set[Pair]
    listed: bool = False
    different: frozenset[Pair] = frozenset()


def pairs_within(groups: Iterable[object]) -> set[Pair]:
    """Every pair of rows that are in one group; `groups` names the group of each row."""
    members = defaultdict(list)
    for row, group in enumerate(groups):
        members[group].append(row)
    return {pair for rows in members.values() for pair in combinations(rows, 2)}


def extractors() -> Labelled:
    """Real pages as many extractors read them."""
    pages = [
        page
        for page in read_documents("extractors/pages")
        if page["extractor"] != "truth" and page["text"].strip()
    ]
    documents = [{"id": f"{page['extractor']}/{page['page']}", "text": page["text"]} for page in pages]
    says = (
        "92 real pages, each as 32 extractors read it. Same: the same page. Some extractions of a page hold "
        "its article, some only its menu, so a recall of 1 is not to be had; empty ones are left out."
    )
    return Labelled("extractors", says, documents, pairs_within(page["page"] for page in pages), set())


def bbc() -> Labelled:
    """Two copies of one collection, prepared by different people."""
    documents, rows = _documents("bbc/articles")
    same = {_pair(rows, line) for line in _table("bbc/same_article")}
    alike = {_pair(rows, line) for line in _table("bbc/jaccard5")}
    says = (
        "Two independently prepared copies of one collection: paragraphs and encoding differ. Same: the same "
        "title and category, which is wrong for 2 pairs of 2,345. Pairs of other titles that share 30 % of "
        "their 5-grams are left open."
    )
    return Labelled("bbc", says, documents, same, alike - same)


def news() -> Labelled:
    """Syndicated news."""
    documents, rows = _documents("news/articles")
    same: set[Pair] = set()
    unclear: set[Pair] = set()
    for line in _table("news/jaccard5"):
        alike = float(line[2]) >= 0.5 or float(line[3]) >= 0.8
        (same if alike else unclear).add(_pair(rows, line))
    says = (
        "Syndicated news of 2014. Same: a Jaccard of word 5-grams of 0.5 or a containment of 0.8 (computed, "
        "not judged, so it favours whatever compares n-grams); from 0.3 on the rest is left open."
    )
    return Labelled("news", f"{says} {_HOLDS}", documents, same, unclear, listed=True)


def reuters() -> Labelled:
    """Wire stories and thousands of notes of one template."""
    documents, rows = _documents("reuters/articles")
    same: set[Pair] = set()
    unclear: set[Pair] = set()
    different: set[Pair] = set()
    for line in _table("reuters/jaccard5"):
        pair = _pair(rows, line)
        differing = differing_figures(*(documents[row]["text"] for row in pair))
        if float(line[2]) < 0.8 or differing == 1:
            unclear.add(pair)
        else:
            (different if differing else same).add(pair)
    says = (
        "Reuters-21578. Same: a Jaccard of word 5-grams of 0.8 (computed, not judged) and no figure in the "
        "place of another. With two such figures or more a pair is a template, not the same; with one, or "
        "below 0.8, it is left open."
    )
    return Labelled("reuters", f"{says} {_HOLDS}", documents, same, unclear, True, frozenset(different))


def versions() -> Labelled:
    """Terms of service over the years."""
    pages = list(read_documents("versions/documents"))
    documents = [{"id": page["id"], "text": page["text"]} for page in pages]
    says = (
        "Terms of service of 60 services over the years. Same: versions of one document, however far apart; "
        "some are rewritten or failed scrapes, so a low recall is no fault."
    )
    return Labelled("versions", says, documents, pairs_within(page["cluster"] for page in pages), set())


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
"""What the sets are read from, in DEDUP_DATA, less the .gz at the end."""


def completed(labelled: Labelled, found: set[Pair]) -> Labelled:
    """The set with those of the found pairs left open of which the list cannot tell: one text holds half of
    the other, but their Jaccard is below what is listed.
    """
    rest = sorted(found - labelled.same - labelled.unclear - labelled.different)
    if not labelled.listed or not rest:
        return labelled
    owned = sets(shingles(words_of(pa.array([line["text"] for line in labelled.documents])), _NGRAM))
    left, right = np.array(rest, np.int64).T
    held = [similarities(owned, *sides).coverage for sides in ((left, right), (right, left))]
    holding = np.flatnonzero(np.maximum(*held) >= _HELD)
    return labelled._replace(unclear=labelled.unclear | {rest[place] for place in holding})


def differing_figures(left: str, right: str) -> int:
    """How many figures of one text stand in the place of others: what each has alone, the smaller of both.

    "2,000" and "2000" are the same figure.
    """
    ours, theirs = (Counter(f.replace(",", "") for f in _FIGURE.findall(text)) for text in (left, right))
    return min((ours - theirs).total(), (theirs - ours).total())


def _documents(name: str) -> tuple[list[dict[str, str]], dict[str, int]]:
    """The documents of a file, and the row of each id."""
    found = [{"id": line["id"], "text": line["text"]} for line in read_documents(name)]
    return found, {document["id"]: row for row, document in enumerate(found)}


def _table(name: str) -> Iterator[list[str]]:
    """The lines of DEDUP_DATA/NAME.tsv.gz below the heading, split."""
    with gzip.open(DATA / f"{name}.tsv.gz", "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield line.rstrip("\n").split("\t")


def _pair(rows: dict[str, int], line: list[Any]) -> Pair:
    left, right = sorted((rows[line[0]], rows[line[1]]))
    return left, right
