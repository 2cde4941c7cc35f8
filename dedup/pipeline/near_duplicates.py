"""Documents compared with each other and with earlier runs: from candidates to keepers, in rounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.engines.local import Local
from dedup.keeping.chooser import Chooser
from dedup.keeping.cleanest import Choice
from dedup.keeping.order import KeepingOrder
from dedup.matching.candidates import (
    Lookup,
    SampleKeys,
    band_keys,
    codes_of,
    new_codes,
    sample_keys,
    weights_of,
)
from dedup.matching.earlier_runs import EarlierDocuments, EarlierRuns, EarlierSearch, earlier_versions
from dedup.matching.keepers import (
    Keepers,
    assign,
    drop_copies,
    first_copies,
    inverse,
)
from dedup.matching.matches import CloseCalls, Matches
from dedup.matching.updates import EarlierVersions
from dedup.native.arrays import Bools, Int64s
from dedup.options import Options
from dedup.pipeline.fetch import Preparer, TextPairs, TextReader
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.progress import Clock, Progress
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.pipeline.sites.site_pass import PagesOfRun
from dedup.sources.pinned import Pinned
from dedup.sources.source import Source
from dedup.text.ragged import Ragged

ROUNDS = 6
"""Rounds of look-ups at most; the sixth compares 262,144 documents of a wide key with the others."""


@dataclass(frozen=True)
class Setting:
    """What the stages of a run share. `table`: every document, as `Corpus.table` has it; `findings`: what
    repeats in them; `pinned`: which of them are never dropped; `pages`: their passages, if an index is to
    remember them.
    """

    source: Source
    options: Options
    engine: Local
    clock: Clock
    progress: Progress
    table: pa.Table
    findings: RepeatFindings
    pinned: Pinned
    pages: PagesOfRun | None = None

    def trim(self) -> None:
        """Give free memory back, if it is much."""
        self.engine.trim(len(self.table))


class Comparison(NamedTuple):
    """The result of comparing. Rows of documents of earlier runs come after those of this run.

    `choice`: the keepers of all documents, and why they are kept; `matches`: pairs, exact copies aside;
    `templates`: pairs that match but differ in facts; `crowded`: how many documents were not compared with
    all that share a bucket with them; `common`: how many sampled shingles are in too many documents; `order`:
    the rows of this run's documents in the order in which candidates were looked for; `first`: the first copy
    of each; `versions`: the earlier versions of documents; `chooser`: what chose the keepers.
    """

    choice: Choice
    matches: Matches
    templates: CloseCalls
    earlier: EarlierRuns
    crowded: int
    common: int
    order: Int64s
    first: Int64s
    preparer: Preparer
    versions: EarlierVersions
    chooser: Chooser


def compare(
    setting: Setting, fingerprints: Fingerprints, index: EarlierDocuments | None = None
) -> Comparison:
    """Find the documents that match, and choose keepers. Uses up `fingerprints`."""
    prints = np.concatenate(fingerprints.prints)
    fingerprints.prints.clear()
    keeping = KeepingOrder(setting.table, setting.options.policy, setting.pinned.rows)
    own_order = keeping.first(prints)
    versions = earlier_versions(index, fingerprints.keys, prints)
    updates_pass = setting.options.updates == "pass"
    prints = versions.apart(prints) if updates_pass else prints
    of_copies = keeping.of_copies(own_order, prints)
    first = first_copies(prints, inverse(of_copies), setting.pinned.rows)
    is_distinct = (first == np.arange(len(first))) & (prints[:, 0] != 0)
    del prints, of_copies  # 0.2 GB at ten million documents
    with setting.clock.stage("candidates"):
        setting.trim()
        search = EarlierSearch(index, len(own_order)) if index is not None and index.end else None
        if search:
            search.by_version(versions, np.where(is_distinct, inverse(own_order), -1), updates_pass)
        lookups, earlier, common = _lookups(setting, fingerprints, is_distinct, own_order, search)
        fingerprints.bloom_bits.append(earlier.loaded.bloom_bits)
        setting.trim()
    reader = TextReader(
        setting.source, setting.table, setting.findings, earlier, setting.engine, setting.progress
    )
    preparer = Preparer(reader, setting.options.ngram)
    pairs = TextPairs(preparer, fingerprints.bloom_bits, setting.options)
    order = earlier.order(own_order)
    copies = np.append(np.bincount(first, minlength=len(first)), np.ones(len(earlier), np.int64))
    chooser = Chooser(setting.options, pairs.compare, order, len(earlier), copies, keeping.tiers)
    rounds = Rounds(setting, lookups, order, earlier, pairs)
    rounds.run(chooser.rough)
    setting.trim()
    with setting.clock.stage("keepers"):
        choice = chooser.final(rounds.matches)
    if rounds.are_due(choice.keepers):  # documents that are kept after all may match others
        rounds.run(lambda matches: chooser.final(matches).keepers)
        choice = chooser.final(rounds.matches)
    kept = choice.keepers.keeper[own_order] < 0
    is_crowded = np.any([lookup.asking(kept) for lookup in lookups], axis=0)
    is_crowded[earlier.crowded] = True
    with setting.clock.stage("keepers"):
        drop_copies(choice.keepers, first)
    return Comparison(
        choice,
        rounds.matches,
        rounds.templates,
        earlier,
        int(is_crowded.sum()),
        common,
        own_order,
        first,
        preparer,
        versions,
        chooser,
    )


def _lookups(
    setting: Setting,
    fingerprints: Fingerprints,
    is_distinct: Bools,
    order: Int64s,
    search: EarlierSearch | None,
) -> tuple[list[Lookup], EarlierRuns, int]:
    """The look-ups by bucket and by sample of distinct documents, the documents of earlier runs that share
    enough, and how many samples are common.
    """
    ranks = np.flatnonzero(is_distinct[order])
    rows = order[ranks]
    if search:
        search.by_bucket(np.concatenate(fingerprints.buckets)[rows], ranks)
    weights = weights_of(setting.table.column("words").to_numpy()[order])
    lookups, common = [Lookup(band_keys(fingerprints.buckets, rows, ranks), setting.engine, weights)], 0
    fingerprints.buckets.clear()
    setting.trim()
    if setting.options.containment is not None:
        keys, wanted, _, common = _sample_keys(setting, fingerprints, is_distinct, rows, ranks, search)
        lookups.append(Lookup(keys, setting.engine, weights, wanted))
    return lookups, search.result() if search else EarlierRuns.none(len(order)), common


def _sample_keys(
    setting: Setting,
    fingerprints: Fingerprints,
    is_distinct: Bools,
    rows: Int64s,
    ranks: Int64s,
    search: EarlierSearch | None,
) -> SampleKeys:
    """The samples of the distinct documents `rows` as keys."""
    options = setting.options
    assert options.containment is not None
    ranks_of, lists = np.full(len(is_distinct), -1, np.int64), None
    ranks_of[rows] = ranks
    samples: Sequence[Ragged] = fingerprints.samples
    if search:
        samples, ranks_of = [fingerprints.take_samples(is_distinct)], ranks_of[is_distinct]
        lists = search.lists_of_samples(samples[0].values)
    keys = sample_keys(
        samples,
        ranks_of,
        options.containment,
        options.recall,
        fingerprints.spool,
        lists.sizes_of_keys() if lists else None,
    )
    if search and lists:
        wanted = keys.wanted[ranks_of]
        search.by_sample(lists.without(keys.is_common), samples[0].offsets, ranks_of, wanted)
    fingerprints.samples.clear()
    setting.trim()
    return keys


class Rounds:
    """Rounds of looking for candidates among the documents still kept, of verifying them and choosing keepers
    again. `matches`, `templates`: the pairs found so far.

    The first round is over all documents at once: a document that is similar to one and covered by another
    must be compared with both, or it comes back when the first is dropped for the other, and so on along
    chains (with buckets first and samples for the rest, the pages of `extractors` took more than ten rounds).
    """

    def __init__(
        self, setting: Setting, lookups: list[Lookup], order: Int64s, earlier: EarlierRuns, pairs: TextPairs
    ) -> None:
        self.matches, self.templates = Matches.empty(), CloseCalls.empty()
        self._setting, self._lookups, self._pairs = setting, lookups, pairs
        self._order, self._earlier = order, earlier
        self._number = self._to_read = 0
        self._compared = np.zeros(0, np.int64)
        self._keepers = assign(order, *self.matches[:3])

    def are_due(self, keepers: Keepers) -> bool:
        """Whether another round among the documents that these keepers leave may find new pairs."""
        self._keepers = keepers
        return self._number < ROUNDS and not all(lookup.is_settled(self._kept) for lookup in self._lookups)

    @property
    def _kept(self) -> Bools:
        """Which documents of this run are kept, by rank."""
        is_kept: Bools = self._keepers.keeper[self._order[len(self._earlier) :]] < 0
        return is_kept

    def run(self, choose: Callable[[Matches], Keepers]) -> None:
        """Rounds until no match is new."""
        while self._number < ROUNDS:
            with self._setting.clock.stage("candidates"):
                left, right = self._candidates()
            self._number += 1
            if not len(left):
                break
            with self._setting.clock.stage("matches"):
                left, right = self._order[left], self._order[right]
                self._announce(left, right)
                new, new_templates = self._pairs.verify(left, right)
                self._setting.trim()
            self.templates = CloseCalls.concatenate((self.templates, new_templates))
            if not len(new.later) and not new_templates.differences:
                break
            self.matches = Matches.concatenate((self.matches, new))
            with self._setting.clock.stage("keepers"):
                self._keepers = choose(self.matches)

    def _announce(self, left: Int64s, right: Int64s) -> None:
        """Tell the progress how many documents are read at most to compare these pairs of rows."""
        is_compared = np.zeros(len(self._order), bool)
        is_compared[left] = is_compared[right] = True
        self._to_read += int(is_compared.sum())
        self._setting.progress("matches", 0, self._to_read)

    def _candidates(self) -> tuple[Int64s, Int64s]:
        """The earlier and later ranks of the pairs that the next round compares."""
        kept, first, count = self._kept, len(self._earlier), len(self._order)
        due = [lookup for lookup in self._lookups if not lookup.is_settled(kept)]
        pairs = (lookup.pairs(kept) for lookup in due if not (self._number and lookup.is_too_wide(kept)))
        codes = [codes_of(left, right, first, count) for left, right in pairs]
        if not self._number:
            codes.append(codes_of(*self._earlier.pairs, 0, count))
        new = new_codes(codes, self._compared)
        self._compared = np.concatenate((self._compared, new))
        return new % count, new // count
