"""Two documents -> how similar they are and where they differ: for `dedup compare`."""

from typing import NamedTuple

import numpy as np

from dedup.explain.passages import PassageRow, passage_rows
from dedup.explain.word_alignment import ShingledText, shingle_text
from dedup.facts.difference import difference
from dedup.facts.numbers import differing
from dedup.facts.terms import Difference, Titled
from dedup.identity import Identity
from dedup.matching.matches import MIN_SHINGLES, similarities
from dedup.native.shingles import fingerprints
from dedup.options import Options
from dedup.repeats.find import clean_text
from dedup.sources import lookup
from dedup.text.ragged import Ragged, sets


class DocumentComparison(NamedTuple):
    """How two documents compare. A pair of values is of the first and of the second.

    `words`: how many; `shingles`: how many different ones; `cut`: characters cut as repeats before comparing;
    `shared`: shingles that both have; `jaccard`: 0 to 1; `covered`: the share of its shingles that the other
    one has; `same_text`: character for character; `same_words`: the same words in the same order; `figures`:
    for a template, each number of the first with that of the second and what surrounds it; `difference`: in
    what facts they differ, if these part them.
    """

    options: Options
    identities: tuple[Identity, Identity]
    words: tuple[int, int]
    shingles: tuple[int, int]
    cut: tuple[int, int]
    shared: int
    jaccard: float
    covered: tuple[float, float]
    same_text: bool
    same_words: bool
    figures: list[tuple[str, str, str]]
    difference: Difference | None
    rows: list[PassageRow]

    @property
    def is_similar(self) -> bool:
        """Whether they match by Jaccard."""
        return self.same_words or self.jaccard >= self.options.threshold

    @property
    def contained(self) -> list[int]:
        """Which of them (0, 1) match because the other one covers enough of them."""
        return [i for i in self.covered_enough if self.shingles[i] >= MIN_SHINGLES]

    @property
    def covered_enough(self) -> list[int]:
        """Which of them (0, 1) the other one covers by the share `--contained` or more. Short ones are
        included, though they do not match by that.
        """
        least = self.options.containment
        return [] if least is None else [i for i, share in enumerate(self.covered) if share >= least]


def compare(first: lookup.Document, second: lookup.Document, options: Options) -> DocumentComparison:
    """Compare two documents as a run would: without the repeats that it cuts, unless `options.repeats` is
    off.
    """
    texts = [_cleaned(document.text, options) for document in (first, second)]
    left, right = (shingle_text(text, options.ngram) for text in texts)
    prints = [fingerprints(text.words.hashes, np.array([0, text.word_count])) for text in (left, right)]
    shingle_sets = _shingle_sets(left, right)
    sizes = np.diff(shingle_sets.offsets).tolist()
    documents = np.array([0, 1])
    similar = similarities(shingle_sets, documents, documents[::-1].copy())
    articles = [
        Titled(text, document.title or "") for text, document in zip(texts, (first, second), strict=True)
    ]
    parting = difference(articles[1], articles[0])
    return DocumentComparison(
        options,
        (first.identity, second.identity),
        (left.word_count, right.word_count),
        (sizes[0], sizes[1]),
        (len(first.text) - len(texts[0]), len(second.text) - len(texts[1])),
        round(float(similar.coverage[0]) * sizes[1]),
        float(similar.jaccard[0]),
        (float(similar.coverage[1]), float(similar.coverage[0])),
        texts[0] == texts[1],
        bool(left.word_count and (prints[0] == prints[1]).all()),
        differing(*texts) if parting and parting.by == "numbers" else [],
        parting,
        passage_rows(left, right),
    )


def _cleaned(text: str, options: Options) -> str:
    return clean_text(text, options) if options.repeats else text


def _shingle_sets(left: ShingledText, right: ShingledText) -> Ragged:
    """The different shingles of both texts."""
    values = np.concatenate((left.shingles, right.shingles))
    return sets(Ragged(values, np.array([0, len(left.shingles), len(values)])))
