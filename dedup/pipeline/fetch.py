"""Documents read again by row: their texts, titles and URLs, and what is compared of these. The shingle sets
of all documents at once would outweigh the texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.document import TextBatch
from dedup.engines.local import Local
from dedup.kernels.arrays import Int64s
from dedup.matching.earlier_runs import EarlierRuns
from dedup.matching.matches import Prepared, prepare
from dedup.pipeline.progress import Progress, silent
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.sources.source import Source
from dedup.text.ragged import Ragged, concatenate

_SHINGLES_AT_ONCE = 1 << 22  # of the documents of a batch: 32 MB


@dataclass(frozen=True)
class TextReader:
    """Reads documents again, by row. `table`: as `Corpus.table` has it."""

    source: Source
    table: pa.Table
    findings: RepeatFindings
    earlier: EarlierRuns
    engine: Local
    progress: Progress = silent

    def read(self, rows: Int64s, cleaned: bool) -> Iterator[TextBatch]:
        """The texts, titles and URLs of these documents (ascending rows) in batches, without what is cut of
        the texts if `cleaned`. Of documents of earlier runs only the cleaned texts are known. Raises
        InputError if an input has changed.
        """
        own, done = rows[~self.earlier.is_earlier(rows)], 0
        blocks = self.source.fetch(self.table.take(own)) if len(own) else iter(())
        for parsed in self.engine.map(self.source.parse, blocks):
            documents = parsed.documents
            batch = TextBatch.of(own[done : done + len(documents)], documents)
            done += len(documents)
            yield batch._replace(texts=self._cleaned(batch.rows, batch.texts)) if cleaned else batch
            self.progress("matches", len(documents))
        yield from self.earlier.texts(rows[len(own) :])

    def _cleaned(self, rows: Int64s, texts: pa.LargeStringArray) -> pa.LargeStringArray:
        """The texts of these documents without what is cut of them."""
        is_cut = [row in self.findings.cuts for row in rows.tolist()]
        new = [self.findings.cleaned(int(rows[i]), texts[i].as_py()) for i in np.flatnonzero(is_cut)]
        if not new:
            return texts
        return pc.replace_with_mask(texts, pa.array(is_cut), pa.array(new, pa.large_string()))


@dataclass(frozen=True)
class Preparer:
    """Prepares documents for comparison, a batch at a time."""

    reader: TextReader
    ngram: int

    def batches(self, rows: Int64s) -> Iterator[slice]:
        """Slices of `rows`, each of documents whose shingles take about a hundredth of the memory, or 32 MB
        if that is less. Equal rows side by side count once.
        """
        is_new = np.diff(rows, prepend=-1) != 0
        ends = np.cumsum(np.where(is_new, self._words[rows], 0))
        borders = (
            np.flatnonzero(np.diff(ends // min(_SHINGLES_AT_ONCE, self.reader.engine.memory // 800))) + 1
        )
        return (slice(*ends) for ends in pairwise([0, *borders.tolist(), len(rows)]))

    @cached_property
    def _words(self) -> Int64s:
        """How many words each document has: at most so many shingles."""
        words: Int64s = self.reader.table.column("words").to_numpy()
        earlier = self.reader.earlier
        return np.concatenate((words, earlier.loaded.words)) if len(earlier) else words

    def prepare(self, rows: Int64s) -> Prepared:
        """What is compared of these documents (ascending rows), from their cleaned texts."""
        digits, titles = list[Ragged](), list[Ragged]()

        def parts() -> Iterator[Ragged]:
            batches = self.reader.read(rows, cleaned=True)
            for part in self.reader.engine.map(partial(prepare, ngram=self.ngram), batches):
                digits.append(part.digits)
                titles.append(part.titles)
                yield part.sets

        sets = concatenate(parts(), int(self._words[rows].sum()))
        others = (concatenate(parts, sum(len(part.values) for part in parts)) for parts in (digits, titles))
        return Prepared(sets, *others)
