"""Corpus read again, some at a time, and what is compared of them: kept for all of them their shingle sets
would outweigh the texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.engines.local import Local
from dedup.kernels.arrays import Int64s
from dedup.matching.earlier_runs import Met
from dedup.matching.matches import Looked, look
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.progress import Progress
from dedup.sources.source import Source
from dedup.text.ragged import Ragged, concatenate

_SHINGLES = 1 << 22  # of documents that are compared at once: 32 MB


@dataclass
class Rereading:
    """The documents of one run, to be read again."""

    source: Source
    documents: Corpus
    table: pa.Table
    met: Met
    engine: Local
    ngram: int
    progress: Progress

    def parts(self, rows: Int64s) -> Iterator[slice]:
        """Slices of these documents that take a hundredth of the memory to be looked at, equal ones beside
        each other once.
        """
        ends = np.cumsum(np.where(np.diff(rows, prepend=-1) != 0, self._words[rows], 0))
        borders = np.flatnonzero(np.diff(ends // min(_SHINGLES, self.engine.memory // 800))) + 1
        return (slice(*ends) for ends in pairwise([0, *borders.tolist(), len(rows)]))

    @cached_property
    def _words(self) -> Int64s:
        """How many words each document has: at most so many shingles."""
        words: Int64s = self.table.column("words").to_numpy()
        return np.concatenate((words, self.met.shapes.words)) if len(self.met) else words

    def look(self, rows: Int64s) -> Looked:
        """What is compared of these documents, from their cleaned texts."""
        figures = []

        def found() -> Iterator[Ragged]:
            for part in self.engine.map(self._looked, self.read(rows, cleaned=True)):
                figures.append(part.digits)
                yield part.sets

        sets = concatenate(found(), int(self._words[rows].sum()))
        return Looked(sets, concatenate(figures, sum(len(part.values) for part in figures)))

    def _looked(self, read: tuple[Int64s, pa.LargeStringArray]) -> Looked:
        """The same of some of them."""
        return look(read[1], self.ngram)

    def read(self, rows: Int64s, cleaned: bool) -> Iterator[tuple[Int64s, pa.LargeStringArray]]:
        """The texts of these documents, some at a time."""
        own, done = rows[rows < self.met.base], 0
        for batch in self.engine.map(self.source.parse, self.source.fetch(self.table.take(own))):
            texts = batch.documents.column("text")
            of = own[done : done + len(texts)]
            done += len(texts)
            yield of, self._cleaned(of, texts) if cleaned else texts
            self.progress("matches", len(texts))
        yield from self.met.read(rows[len(own) :])

    def _cleaned(self, rows: Int64s, texts: pa.LargeStringArray) -> pa.LargeStringArray:
        """The texts of these documents without what is cut of them."""
        cut = [row in self.documents.cuts for row in rows.tolist()]
        new = [self.documents.cleaned(int(rows[i]), texts[i].as_py()) for i in np.flatnonzero(cut)]
        return pc.replace_with_mask(texts, pa.array(cut), pa.array(new, pa.large_string())) if new else texts
