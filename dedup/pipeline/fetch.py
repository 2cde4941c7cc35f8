"""Documents read again by row: their texts, titles and URLs, what is compared of these, and pairs of them.
The shingle sets of all documents at once would outweigh the texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.document import TextBatch
from dedup.engines.local import Local
from dedup.facts.titles import Titled
from dedup.keeping.clutter import Beyond, beyond
from dedup.kernels.arrays import Int64s
from dedup.matching.bloom import may_match
from dedup.matching.earlier_runs import EarlierRuns
from dedup.matching.matches import CloseCalls, Matches, Prepared, prepare, titled, verify
from dedup.options import Options
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


@dataclass(frozen=True)
class TextPairs:
    """Compares the texts of pairs of documents, given by row. `bloom_bits`: of all documents."""

    preparer: Preparer
    bloom_bits: Ragged
    options: Options

    def verify(self, earlier: Int64s, later: Int64s) -> tuple[Matches, CloseCalls]:
        """Which of these candidates match, exactly, and which are close calls."""
        verified = []
        for part in self.preparer.batches(later):
            rows = np.unique(later[part])
            prepared = self.preparer.prepare(rows)
            right = np.searchsorted(rows, later[part])
            likely = may_match(self.bloom_bits, earlier[part], prepared.sets, right, self.options)
            left_rows, right_rows, right = earlier[part][likely], later[part][likely], right[likely]
            for batch in self.preparer.batches(left_rows):
                verified.append(
                    self._verify_batch(prepared, left_rows[batch], right_rows[batch], right[batch])
                )
        matches, close_calls = zip(*verified, strict=True) if verified else ((), ())
        return Matches.concatenate(matches), CloseCalls.concatenate(close_calls)

    def _verify_batch(
        self, prepared: Prepared, earlier: Int64s, later: Int64s, right: Int64s
    ) -> tuple[Matches, CloseCalls]:
        """The matches and close calls among some candidates. Of their later documents `prepared` has, at
        `right`, what is compared.
        """
        rows = np.unique(earlier)
        left = np.searchsorted(rows, earlier)

        def articles_of(pairs: Int64s) -> tuple[list[Titled], Int64s, Int64s]:
            rows = np.unique(np.concatenate((earlier[pairs], later[pairs])))
            articles = chain.from_iterable(map(titled, self.preparer.reader.read(rows, cleaned=True)))
            return list(articles), np.searchsorted(rows, earlier[pairs]), np.searchsorted(rows, later[pairs])

        verified = verify(self.preparer.prepare(rows), left, prepared, right, self.options, articles_of)
        return verified.split(earlier, later)

    def compare(self, rows: Int64s, others: Int64s) -> Beyond:
        """What each of the documents `rows` has beyond that of `others`."""
        result = Beyond(np.zeros(len(rows)), np.zeros(len(rows), np.int64))
        by_other = np.argsort(others, kind="stable")
        for part in self.preparer.batches(others[by_other]):
            pairs = by_other[part]
            known = np.unique(others[pairs])
            sets = self.preparer.prepare(known).sets
            for batch in self.preparer.reader.read(np.unique(rows[pairs]), cleaned=True):
                chosen = pairs[np.isin(rows[pairs], batch.rows)]
                texts = batch.texts.take(np.searchsorted(batch.rows, rows[chosen]))
                places = np.searchsorted(known, others[chosen])
                for all_of_them, values in zip(
                    result, beyond(texts, sets, places, self.options.ngram), strict=True
                ):
                    all_of_them[chosen] = values
        return result
