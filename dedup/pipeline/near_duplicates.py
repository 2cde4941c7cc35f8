"""The stages that compare documents with each other: from candidates to keepers, in rounds."""

from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.engines.local import Local
from dedup.kernels.arrays import Int64s
from dedup.matching.bloom import may_match
from dedup.matching.candidates import Lookup, band_keys, sample_keys
from dedup.matching.earlier_runs import Met
from dedup.matching.keepers import Keepers, add_copies, assign, first_copies, order_of
from dedup.matching.lost_paragraphs import Missing, missing
from dedup.matching.matches import Looked, Matches, no_matches, verified
from dedup.options import Options
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.decisions import Decisions
from dedup.pipeline.fetch import Rereading
from dedup.pipeline.progress import Clock, Progress
from dedup.pipeline.scan import Signed
from dedup.sources.source import Source
from dedup.text.figures import Figures, figures, join
from dedup.text.ragged import Ragged, take_and_release

ROUNDS = 6
"""Look-ups of each kind at the most; the sixth lets 262,144 documents of a wide key meet the others."""

_MANY = 1 << 17  # documents from which on memory that is free is given back: 0.5 GB at a million


@dataclass
class Comparison:
    """The documents of one run, compared with each other and with those of earlier runs. These have the rows
    behind all of this run, and come before these in the order of keeping.
    """

    source: Source
    options: Options
    engine: Local
    clock: Clock
    progress: Progress
    documents: Corpus
    table: pa.Table
    met: Met
    matches: Matches = field(default_factory=no_matches)
    templates: Matches = field(default_factory=no_matches)
    compared: Int64s = field(default_factory=lambda: np.zeros(0, np.int64))
    marked: Ragged = field(default_factory=Ragged.empty)

    @cached_property
    def again(self) -> Rereading:
        """The documents read again."""
        return Rereading(
            self.source, self.documents, self.table, self.met, self.engine, self.options.ngram, self.progress
        )

    def decide(self, signed: Signed) -> Decisions:
        """Who is kept, who is dropped for whom and what is lost thereby."""
        keepers, crowded, common = self.compare(signed)
        with self.clock.stage("losses"):
            lost = self._missing(keepers)
        both = (keepers.keeper[self.templates.earlier] < 0) & (keepers.keeper[self.templates.later] < 0)
        templates = self.templates.where(both)
        keeper, jaccard, coverage = keepers
        own = Keepers(keeper[: self.met.base], jaccard[: self.met.base], coverage[: self.met.base])
        earlier = self.met.identities(np.concatenate((own.keeper, templates.earlier)))
        return Decisions(own, lost, templates, crowded, common, earlier)

    def compare(self, signed: Signed) -> tuple[Keepers, int, int]:
        """Find the matches and the templates; who is kept, how many documents are crowded, how many sampled
        shingles are common.
        """
        own = self._order()
        places = np.empty(len(own), np.int64)
        places[own] = np.arange(len(own))
        prints = np.concatenate(signed.prints)
        first = first_copies(prints, places)
        unlike = (first == np.arange(len(first))) & (prints[:, 0] != 0)
        with self.clock.stage("candidates"):
            self._trim()
            lookups, common = self._lookups(signed, unlike, own)
            self.met.settle()
            signed.marks.append(self.met.shapes.marks)
            self.marked = take_and_release(signed.marks, np.ones(len(own) + len(self.met), bool))
            self._trim()
        order = self.met.order(own)
        keepers = self._rounds(lookups, order)
        kept = keepers.keeper[own] < 0
        crowded = np.any([lookup.asking(kept) for lookup in lookups], axis=0)
        crowded[self.met.crowded] = True
        with self.clock.stage("keepers"):
            add_copies(keepers, first)
        return keepers, int(crowded.sum()), common

    def _trim(self) -> None:
        """Give free memory back, where it is much; what takes its place then costs a tenth more time."""
        if len(self.table) >= _MANY:
            self.engine.trim()

    def _order(self) -> Int64s:
        """The documents of this run in the order of keeping."""
        characters = self.table.column("characters").to_numpy() - self.table.column("cut").to_numpy()
        values = self.table.column("order").to_pylist() if self.options.order_field else []
        return order_of(self.options.keep, characters, values)

    def _lookups(
        self, signed: Signed, unlike: npt.NDArray[np.bool_], order: Int64s
    ) -> tuple[list[Lookup], int]:
        """The look-ups by bucket and by sample of documents unlike those before them, and how many shingles
        were left out. On the way these documents meet those of earlier runs.
        """
        places = np.flatnonzero(unlike[order])
        rows = order[places]
        self.met.by_bucket(signed.buckets, rows, places)
        bands = Lookup(band_keys(signed.buckets, rows, places), self.engine)
        signed.buckets.clear()
        self._trim()
        if self.options.contained is None:
            return [bands], 0
        sampled, rows = self._sampled(signed, unlike), (np.cumsum(unlike) - 1)[rows]  # among those unlike
        share, recall = self.options.contained, self.options.recall
        bounds, lists = sampled.offsets, self.met.samples(sampled.values)
        beside = lists.sizes_of_keys() if lists else None
        found = sample_keys(sampled, rows, places, share, recall, self.engine, beside)
        if lists:
            asked = np.empty_like(places)
            asked[rows] = places
            self.met.by_key(lists.without(found.common), bounds, asked, found.least[asked])
        return [bands, Lookup(found.keys, self.engine, found.least)], found.left_out

    def _sampled(self, signed: Signed, unlike: npt.NDArray[np.bool_]) -> Ragged:
        """The samples of documents unlike those before them, of which `signed` keeps none."""
        sampled = take_and_release(signed.sampled, unlike)
        self._trim()
        return sampled

    def _rounds(self, lookups: list[Lookup], order: Int64s) -> Keepers:
        """Candidates among those still kept, verified, and keepers assigned again, until no match is new.

        In the first round these are all documents: a document that is alike another and covered by a third
        must have met both, or it comes back when the other goes for the third, and so on along chains (with
        buckets first and samples for the rest the pages of `extractors` took more than ten rounds).
        """
        keepers, first = assign(order, *self.matches), len(self.met)
        for number in range(ROUNDS):
            kept = keepers.keeper[order[first:]] < 0
            with self.clock.stage("candidates"):
                due = [one for one in lookups if not one.is_settled(kept)]
                found = [one.pairs(kept) for one in due if not (number and one.is_too_wide(kept))]
                found = [(earlier + first, later + first) for earlier, later in found]
                found += [] if number else self.met.pairs
                earlier, later = self._new(found, len(order))
            if not len(earlier):
                break
            matched = len(self.matches.later)
            with self.clock.stage("matches"):
                self._verify(order[earlier], order[later])
                self._trim()
            if len(self.matches.later) == matched:
                break
            with self.clock.stage("keepers"):
                keepers = assign(order, *self.matches)
        return keepers

    def _new(self, found: list[tuple[Int64s, Int64s]], count: int) -> tuple[Int64s, Int64s]:
        """Of these pairs of places those that were not compared before, by the later one; now they were."""
        codes = [later * count + earlier for earlier, later in found]
        new = np.setdiff1d(np.concatenate([self.compared[:0], *codes]), self.compared)
        self.compared = np.concatenate((self.compared, new))
        return new % count, new // count

    def _verify(self, earlier: Int64s, later: Int64s) -> None:
        """Add those of these pairs of documents that match, exactly, to the matches or the templates."""
        for part in self.again.parts(later):
            rows = np.unique(later[part])
            looked = self.again.look(rows)
            right = np.searchsorted(rows, later[part])
            likely = may_match(self.marked, earlier[part], looked.sets, right, self.options)
            one, other, right = earlier[part][likely], later[part][likely], right[likely]
            for some in self.again.parts(one):
                self._match(looked, one[some], other[some], right[some])

    def _match(self, looked: Looked, one: Int64s, other: Int64s, right: Int64s) -> None:
        """The same for some pairs, of whose later documents, rows `right`, it is known what is compared."""
        rows = np.unique(one)
        earlier, left = self.again.look(rows), np.searchsorted(rows, one)

        def read(pairs: Int64s) -> tuple[Figures, Int64s, Int64s]:
            rows = np.unique(np.concatenate((one[pairs], other[pairs])))
            found = join(figures(texts.to_pylist()) for _, texts in self.again.read(rows, cleaned=True))
            return found, np.searchsorted(rows, one[pairs]), np.searchsorted(rows, other[pairs])

        pairs, similar, called = verified(earlier, left, looked, right, self.options, read)
        found = Matches(one[pairs], other[pairs], similar)
        self.matches = self.matches.and_(found.where(~called))
        self.templates = self.templates.and_(found.where(called))

    def _missing(self, keepers: Keepers) -> dict[int, list[Missing]]:
        """By dropped document the paragraphs that its keeper lacks, where there are any."""
        dropped = np.flatnonzero((keepers.keeper >= 0) & (keepers.coverage < 1))
        dropped = dropped[np.argsort(keepers.keeper[dropped], kind="stable")]
        found = {}
        for part in self.again.parts(keepers.keeper[dropped]):
            some = np.sort(dropped[part])
            kept = np.unique(keepers.keeper[some])
            lost = partial(self._lost, keeper=keepers.keeper, kept=kept, sets=self.again.look(kept).sets)
            for rows, lacking in self.engine.map(lost, self.again.read(some, cleaned=False)):
                found.update({row: one for row, one in zip(rows, lacking, strict=True) if one})
        return found

    def _lost(
        self, read: tuple[Int64s, pa.LargeStringArray], keeper: Int64s, kept: Int64s, sets: Ragged
    ) -> tuple[list[int], list[list[Missing]]]:
        """The same for some documents, of whose keepers, `kept`, the shingle sets are known."""
        rows, texts = read
        cut = [self.documents.cuts.get(row, []) for row in rows.tolist()]
        lost = missing(texts, cut, sets, np.searchsorted(kept, keeper[rows]), self.options.ngram)
        return rows.tolist(), lost
