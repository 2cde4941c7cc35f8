"""How many of the known copies in a generated corpus a tool found, and what it dropped wrongly."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson

from bench.corpora.cache import truth_path
from bench.harness.answers import answered_pairs, join
from bench.harness.shingle_sets import shingle_sets
from dedup.matching.matches import similarities

NGRAM, SIMILAR = 3, 0.8


class Counts(NamedTuple):
    """How a tool did on a corpus with known copies.

    `dropped`: documents that go when one of each group stays. `found`, `missed`: near and exact copies that
    are, and are not, in the group of their source. `similar`: missed copies with an exact Jaccard of 0.8 or
    more. `wrong`: articles of which no copy stays.
    """

    dropped: int
    found: int
    missed: int
    similar: int
    wrong: int


class KnownCopies:
    """A generated corpus and its copies.

    `ids`: of its documents. `sources`: the row that each row copies, its own where it is no copy.
    """

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        truths = [orjson.loads(line) for line in truth_path(corpus).read_bytes().splitlines()]
        self.ids: list[str] = [truth["id"] for truth in truths]
        rows = {name: row for row, name in enumerate(self.ids)}
        self.sources = [rows[truth["of"] or truth["id"]] for truth in truths]

    def copies(self) -> Iterator[tuple[int, int]]:
        """Yield the row of each copy with the row of its source."""
        return ((row, source) for row, source in enumerate(self.sources) if row != source)

    def count(self, groups: Sequence[Hashable]) -> Counts:
        """How a tool did that puts the rows into these groups."""
        missed = [pair for pair in self.copies() if groups[pair[0]] != groups[pair[1]]]
        articles: defaultdict[Hashable, set[int]] = defaultdict(set)
        for group, source in zip(groups, self.sources, strict=True):
            articles[group].add(source)
        return Counts(
            dropped=len(self.ids) - len(articles),
            found=sum(1 for _ in self.copies()) - len(missed),
            missed=len(missed),
            similar=self._count_similar(missed),
            wrong=sum(len(sources) - 1 for sources in articles.values()),
        )

    def _count_similar(self, pairs: Sequence[tuple[int, int]]) -> int:
        """How many pairs have an exact Jaccard of 0.8 or more: word 3-grams of the texts, nothing cut."""
        if not pairs:
            return 0
        rows, positions = np.unique(np.array(pairs), return_inverse=True)
        wanted = set(rows.tolist())
        with self.corpus.open("rb") as lines:
            texts = [orjson.loads(line)["text"] for row, line in enumerate(lines) if row in wanted]
        left, right = np.ascontiguousarray(positions.reshape(-1, 2).T)
        return int((similarities(shingle_sets(texts, NGRAM), left, right).jaccard >= SIMILAR).sum())

    def groups(self, answer: Iterable[dict[str, Any]]) -> list[int]:
        """The group of each row, from an answer as bench/peers/exchange.py describes it.

        Pairs that share a document are one group.
        """
        return join(answered_pairs(answer, self.ids), len(self.ids))
