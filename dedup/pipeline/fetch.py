"""Documents read again by row: their texts, titles and URLs, what is compared of these, and pairs of them.
The shingle sets of all documents at once would outweigh the texts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.columns import TextBatch
from dedup.engines.local import Local
from dedup.facts.terms import Titled
from dedup.keeping.clutter import Beyond, beyond
from dedup.matching.bloom import may_match
from dedup.matching.earlier_runs import EarlierRuns
from dedup.matching.matches import CloseCalls, Matches, Prepared, prepare, titled, verify
from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.joins import chosen
from dedup.options import Options
from dedup.pipeline.progress import Progress, silent
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.sources.source import Source
from dedup.text.ragged import Ragged, chosen_lists, concatenate

_KEPT = 64  # the part of the memory that keeps what was made of documents: 15,000 of them in 100 MB
_LEAST_KEPT, _EACH = 256, 150  # and the least part: of many documents more else is held, some bytes of each
_PAIRS_AT_ONCE = 1 << 21  # candidates whose bits are read at once: at most 0.2 GB
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
        blocks = self.source.fetch(self._places.take(own)) if len(own) else iter(())
        for texts, titles, urls in self.engine.map(self.source.texts, blocks):
            batch = TextBatch(own[done : done + len(texts)], texts, titles, urls)
            done += len(texts)
            yield batch._replace(texts=self._cleaned(batch.rows, batch.texts)) if cleaned else batch
            self.progress("matches", len(texts))
        yield from self.earlier.texts(rows[len(own) :])

    @cached_property
    def _places(self) -> pa.Table:
        """Where each document is."""
        return self.table.select(["file", "start", "end", "position"]).combine_chunks()

    def _cleaned(self, rows: Int64s, texts: pa.LargeStringArray) -> pa.LargeStringArray:
        """The texts of these documents without what is cut of them."""
        is_cut = [row in self.findings.cuts for row in rows.tolist()]
        new = [self.findings.cleaned(int(rows[i]), texts[i].as_py()) for i in np.flatnonzero(is_cut)]
        if not new:
            return texts
        return pc.replace_with_mask(texts, pa.array(is_cut), pa.array(new, pa.large_string()))


class KeptSets:
    """What was made of documents, for the next time: one that matches others is asked for three times and
    more, and reading and hashing it again took a tenth of a run. Once it is more than `most` bytes, all of it
    is forgotten.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._clear()

    def _clear(self) -> None:
        self._rows, self._places = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._lists = [_Pool() for _ in Prepared._fields]

    def get(self, rows: Int64s, make: Callable[[Int64s], Prepared]) -> Prepared:
        """What is compared of these documents (int64, ascending). `make` makes it of those not kept."""
        at = np.searchsorted(self._rows, rows)
        is_kept = np.append(self._rows, -1)[at] == rows
        if not is_kept.all():
            made = make(rows[~is_kept])
            if sum(pool.size for pool in self._lists) + sum(map(_size, made)) > self._most:
                return self._replaced(rows, is_kept, at, made)
            self._add(rows[~is_kept], made)
            at = np.searchsorted(self._rows, rows)
        return Prepared(*(pool.take(self._places[at]) for pool in self._lists))

    def _add(self, rows: Int64s, made: Prepared) -> None:
        """Keep what was made of these documents."""
        place = np.arange(len(self._rows), len(self._rows) + len(rows))
        every = np.concatenate((self._rows, rows))
        order = np.argsort(every, kind="stable")
        self._rows, self._places = every[order], np.concatenate((self._places, place))[order]
        for pool, lists in zip(self._lists, made, strict=True):
            pool.add(lists)

    def _replaced(self, rows: Int64s, is_kept: Bools, at: Int64s, made: Prepared) -> Prepared:
        """What is compared of these documents, which is all that is kept from now on, if it fits."""
        kept = [pool.take(self._places[at[is_kept]]) for pool in self._lists]
        self._clear()
        every = made
        if is_kept.any():
            order = np.empty(len(rows), np.int64)
            order[is_kept] = np.arange(is_kept.sum())
            order[~is_kept] = is_kept.sum() + np.arange((~is_kept).sum())
            every = Prepared(*(_ordered(both, order) for both in zip(kept, made, strict=True)))
        if sum(map(_size, every)) <= self._most:
            self._add(rows, every)
        return every


class _Pool:
    """Lists end to end, in memory that grows."""

    def __init__(self) -> None:
        self._values = np.empty(1024, np.uint64)
        self._bounds = [np.zeros(1, np.int64)]
        self._end = 0

    @property
    def size(self) -> int:
        """Bytes of the values."""
        return 8 * self._end

    def add(self, lists: Ragged) -> None:
        end = self._end + len(lists.values)
        if end > len(self._values):
            wider = np.empty(max(end, 2 * len(self._values)), np.uint64)
            wider[: self._end] = self._values[: self._end]
            self._values = wider
        self._values[self._end : end] = lists.values
        self._bounds.append(lists.offsets[1:] - lists.offsets[0] + self._end)
        self._end = end

    def take(self, places: Int64s) -> Ragged:
        """The lists in these places."""
        self._bounds = [np.concatenate(self._bounds)]
        return Ragged(*chosen(self._values[: self._end], self._bounds[0], places))


def _ordered(both: Sequence[Ragged], order: Int64s) -> Ragged:
    """The lists of both in this order, those of the second numbered behind the first."""
    sizes = np.concatenate([np.diff(lists.offsets) for lists in both])
    values: Hashes = np.concatenate([lists.values for lists in both])
    return Ragged(*chosen(values, np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))), order))


def _size(lists: Ragged) -> int:
    return int(lists.values.nbytes)


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
        self.reader.engine.trim(len(self.reader.table))
        return self._kept.get(rows, self._make)

    @cached_property
    def _kept(self) -> KeptSets:
        memory, documents = self.reader.engine.memory, len(self.reader.table)
        return KeptSets(max(memory // _LEAST_KEPT, memory // _KEPT - _EACH * documents))

    def _make(self, rows: Int64s) -> Prepared:
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
    """Compares the texts of pairs of documents, given by row. `bloom_bits`: of all documents, in parts."""

    preparer: Preparer
    bloom_bits: Sequence[Ragged]
    options: Options

    def verify(self, earlier: Int64s, later: Int64s) -> tuple[Matches, CloseCalls]:
        """Which of these candidates match, exactly, and which are close calls."""
        verified = list[tuple[Matches, CloseCalls]]()
        for first in range(0, len(later), _PAIRS_AT_ONCE):
            some = slice(first, first + _PAIRS_AT_ONCE)
            verified += self._verify_some(earlier[some], later[some])
        matches, close_calls = zip(*verified, strict=True) if verified else ((), ())
        return Matches.concatenate(matches), CloseCalls.concatenate(close_calls)

    def _verify_some(self, earlier: Int64s, later: Int64s) -> Iterator[tuple[Matches, CloseCalls]]:
        """The matches and close calls among so few candidates that the bits of their documents fit into
        memory.
        """
        known = np.unique(earlier)
        bits = chosen_lists(self.bloom_bits, known)
        for part in self.preparer.batches(later):
            rows = np.unique(later[part])
            prepared = self.preparer.prepare(rows)
            right = np.searchsorted(rows, later[part])
            left = np.searchsorted(known, earlier[part])
            likely = may_match(bits, left, prepared.sets, right, self.options)
            left_rows, right_rows, right = earlier[part][likely], later[part][likely], right[likely]
            for batch in self.preparer.batches(left_rows):
                yield self._verify_batch(prepared, left_rows[batch], right_rows[batch], right[batch])

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
            batches = self.preparer.reader.read(np.unique(rows[pairs]), cleaned=True)
            compared = partial(self._beyond, rows=rows, others=others, pairs=pairs, known=known, sets=sets)
            for of_batch, found in self.preparer.reader.engine.map(compared, batches):
                for all_of_them, values in zip(result, found, strict=True):
                    all_of_them[of_batch] = values
        return result

    def _beyond(
        self, batch: TextBatch, rows: Int64s, others: Int64s, pairs: Int64s, known: Int64s, sets: Ragged
    ) -> tuple[Int64s, Beyond]:
        """Which of the pairs have their row in a batch, and what these rows have beyond the others. `sets`:
        of the documents `known`.
        """
        of_batch = pairs[np.isin(rows[pairs], batch.rows)]
        texts = batch.texts.take(np.searchsorted(batch.rows, rows[of_batch]))
        places = np.searchsorted(known, others[of_batch])
        return of_batch, beyond(texts, sets, places, self.options.ngram)
