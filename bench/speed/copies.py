"""What a tool found of the copies that a corpus is known to hold, and what it put together wrongly."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from bench.accuracy.agreement import answered, joined
from bench.corpora.cache import truth_path
from dedup.matching.matches import similarities
from dedup.matching.shingles import shingles
from dedup.text.ragged import sets
from dedup.text.words import words_of

NGRAM, ALIKE = 3, 0.8


class Found(NamedTuple):
    """Counts. `dropped`: the documents that go when one of each group stays; `found` and `missed`: copies,
    near or exact, that are in the group of what they copy, and that are not; `alike`: of the missed ones
    those with an exact Jaccard of 0.8 or more; `wrong`: articles of which no copy stays.
    """

    dropped: int
    found: int
    missed: int
    alike: int
    wrong: int


class Known:
    """A corpus of which is known who copies whom. `ids`: of its documents; `sources`: the row of what each
    row copies, its own where it copies none.
    """

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        lines = [orjson.loads(line) for line in truth_path(corpus).read_bytes().splitlines()]
        self.ids: list[str] = [line["id"] for line in lines]
        rows = {name: row for row, name in enumerate(self.ids)}
        self.sources = [rows[line["of"] or line["id"]] for line in lines]

    def copies(self) -> Iterator[tuple[int, int]]:
        """The row of each copy and that of what it copies."""
        return ((row, source) for row, source in enumerate(self.sources) if row != source)

    def found(self, groups: Sequence[Hashable]) -> Found:
        """What a tool found that puts the rows into these groups."""
        missed = [pair for pair in self.copies() if groups[pair[0]] != groups[pair[1]]]
        articles: defaultdict[Hashable, set[int]] = defaultdict(set)
        for group, source in zip(groups, self.sources, strict=True):
            articles[group].add(source)
        return Found(
            dropped=len(self.ids) - len(articles),
            found=sum(1 for _ in self.copies()) - len(missed),
            missed=len(missed),
            alike=self.alike(missed),
            wrong=sum(len(said) - 1 for said in articles.values()),
        )

    def alike(self, pairs: Sequence[tuple[int, int]]) -> int:
        """How many of these pairs have an exact Jaccard of 0.8 or more: whole texts, word 3-grams."""
        rows = sorted({row for pair in pairs for row in pair})
        if not rows:
            return 0
        wanted, places = set(rows), {row: place for place, row in enumerate(rows)}
        with self.corpus.open("rb") as lines:
            texts = [orjson.loads(line)["text"] for row, line in enumerate(lines) if row in wanted]
        owned = sets(shingles(words_of(pa.array(texts, pa.large_string())), NGRAM))
        left, right = (pa.array([places[pair[side]] for pair in pairs]).to_numpy() for side in (0, 1))
        return int((similarities(owned, left, right).jaccard >= ALIKE).sum())

    def groups(self, answer: Iterable[dict[str, Any]]) -> list[int]:
        """The group of each row from an answer as peers/exchange.py describes them; pairs that share a
        document are one group.
        """
        return joined(answered(answer, self.ids), len(self.ids))
