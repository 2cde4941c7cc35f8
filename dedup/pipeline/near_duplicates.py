"""Documents compared with each other and with earlier runs: from candidates to keepers, in rounds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.engines.local import Local
from dedup.keeping.chooser import Chooser
from dedup.keeping.cleanest import Choice
from dedup.kernels.arrays import Bools, Hashes, Int64s
from dedup.matching.candidates import Lookup, band_keys, sample_keys
from dedup.matching.earlier_runs import EarlierDocuments, EarlierRuns, EarlierSearch, earlier_versions
from dedup.matching.keepers import (
    Keepers,
    assign,
    by_tier,
    canonical_first,
    drop_copies,
    first_copies,
    inverse,
    keeping_order,
)
from dedup.matching.matches import CloseCalls, Matches
from dedup.matching.updates import EarlierVersions
from dedup.options import Options
from dedup.pipeline.fetch import Preparer, TextPairs, TextReader
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.progress import Clock, Progress
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.sources.pinned import Pinned
from dedup.sources.source import Source
from dedup.text.preferences import ranks

ROUNDS = 6
"""Rounds of look-ups at most; the sixth compares 262,144 documents of a wide key with the others."""

_MANY = 1 << 17  # documents from which on free memory is given back between steps: 0.5 GB at a million


@dataclass(frozen=True)
class Setting:
    """What the stages of a run share. `table`: every document, as `Corpus.table` has it; `findings`: what
    repeats in them; `pinned`: which of them are never dropped.
    """

    source: Source
    options: Options
    engine: Local
    clock: Clock
    progress: Progress
    table: pa.Table
    findings: RepeatFindings
    pinned: Pinned

    def trim(self) -> None:
        """Give free memory back, if it is much: memory that takes its place costs a tenth more time."""
        if len(self.table) >= _MANY:
            self.engine.trim()


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
    """Find the documents that match, and choose keepers. Uses up all of `fingerprints` but the prints."""
    prints = np.concatenate(fingerprints.prints)
    own_order = _keeping_order(setting, prints)
    tiers, policy = _tiers(setting), setting.options.policy
    versions = earlier_versions(index, fingerprints.keys, prints)
    updates_pass = setting.options.updates == "pass"
    prints = versions.apart(prints) if updates_pass else prints
    of_copies = _ranked(setting, np.arange(len(prints)), prints) if policy.from_matches else own_order
    first = first_copies(prints, inverse(of_copies), setting.pinned.rows)
    is_distinct = (first == np.arange(len(first))) & (prints[:, 0] != 0)
    with setting.clock.stage("candidates"):
        setting.trim()
        search = EarlierSearch(index, len(own_order)) if index is not None and index.end else None
        if search:
            search.by_version(versions, np.where(is_distinct, inverse(own_order), -1), updates_pass)
        lookups, earlier, common = _lookups(setting, fingerprints, is_distinct, own_order, search)
        fingerprints.bloom_bits.append(earlier.loaded.bloom_bits)
        bloom_bits = fingerprints.take_bloom_bits(np.ones(len(own_order) + len(earlier), bool))
        setting.trim()
    reader = TextReader(
        setting.source, setting.table, setting.findings, earlier, setting.engine, setting.progress
    )
    preparer = Preparer(reader, setting.options.ngram)
    pairs = TextPairs(preparer, bloom_bits, setting.options)
    order = earlier.order(own_order)
    copies = np.append(np.bincount(first, minlength=len(first)), np.ones(len(earlier), np.int64))
    chooser = Chooser(setting.options, pairs.compare, order, len(earlier), copies, tiers)
    rounds = Rounds(setting, lookups, order, earlier, pairs)
    rounds.run(chooser.rough)
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


def _keeping_order(setting: Setting, prints: Hashes) -> Int64s:
    """The rows of this run's documents in the order of keeping. Of exact copies one with a canonical URL
    comes in place of the first, where neither a field nor the position decides.
    """
    table, policy = setting.table, setting.options.policy
    characters = table.column("characters").to_numpy() - table.column("cut").to_numpy()
    order = keeping_order(policy, characters, table.column("order"))
    return order if policy.from_matches else _ranked(setting, order, prints)


def _ranked(setting: Setting, order: Int64s, prints: Hashes) -> Int64s:
    """An order of keeping, with what comes before it: tiers, and of exact copies a canonical URL."""
    order = by_tier(order, _tiers(setting))
    if setting.options.policy.fields or setting.options.policy.name == "first":
        return order
    return canonical_first(order, prints, setting.table.column("canonical").to_numpy(), setting.pinned.rows)


def _tiers(setting: Setting) -> Int64s:
    """What comes before the policy, by document: -1 if it is never dropped, else from 0 on the rank by the
    preferences that it meets.
    """
    policy, pinned = setting.options.policy, setting.pinned.rows
    of_rows = np.zeros(len(pinned), np.int64)
    if policy.preferences:
        of_rows = ranks(setting.table.column("preferences"))
    return np.where(pinned, -1, of_rows)


def _lookups(
    setting: Setting,
    fingerprints: Fingerprints,
    is_distinct: Bools,
    order: Int64s,
    search: EarlierSearch | None,
) -> tuple[list[Lookup], EarlierRuns, int]:
    """The look-ups by bucket and by sample of distinct documents, the documents of earlier runs that share
    enough with them, and how many sampled shingles are common.
    """
    ranks = np.flatnonzero(is_distinct[order])
    rows = order[ranks]
    if search:
        search.by_bucket(np.concatenate(fingerprints.buckets)[rows], ranks)
    lookups, common = [Lookup(band_keys(fingerprints.buckets, rows, ranks), setting.engine)], 0
    fingerprints.buckets.clear()
    setting.trim()
    if setting.options.containment is not None:
        by_sample, common = _lookup_by_sample(setting, fingerprints, is_distinct, rows, ranks, search)
        lookups.append(by_sample)
    return lookups, search.result() if search else EarlierRuns.none(len(order)), common


def _lookup_by_sample(
    setting: Setting,
    fingerprints: Fingerprints,
    is_distinct: Bools,
    rows: Int64s,
    ranks: Int64s,
    search: EarlierSearch | None,
) -> tuple[Lookup, int]:
    """The look-up by sample of the distinct documents `rows`, and how many samples are common."""
    options = setting.options
    assert options.containment is not None
    samples = fingerprints.take_samples(is_distinct)
    setting.trim()
    lists = search.lists_of_samples(samples.values) if search else None
    numbers = (np.cumsum(is_distinct) - 1)[rows]  # of the rows among the distinct documents
    keys = sample_keys(
        samples,
        numbers,
        ranks,
        options.containment,
        options.recall,
        setting.engine,
        lists.sizes_of_keys() if lists else None,
    )
    if search and lists:
        by_number = np.empty_like(ranks)
        by_number[numbers] = ranks
        search.by_sample(lists.without(keys.is_common), samples.offsets, by_number, keys.wanted[by_number])
    return Lookup(keys.keys, setting.engine, keys.wanted), keys.left_out


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
        self._number = 0
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
                new, new_templates = self._pairs.verify(self._order[left], self._order[right])
                self._setting.trim()
            self.templates = CloseCalls.concatenate((self.templates, new_templates))
            if not len(new.later) and not new_templates.differences:
                break
            self.matches = Matches.concatenate((self.matches, new))
            with self._setting.clock.stage("keepers"):
                self._keepers = choose(self.matches)

    def _candidates(self) -> tuple[Int64s, Int64s]:
        """The earlier and later ranks of the pairs that the next round compares."""
        kept, first = self._kept, len(self._earlier)
        due = [lookup for lookup in self._lookups if not lookup.is_settled(kept)]
        pairs = [lookup.pairs(kept) for lookup in due if not (self._number and lookup.is_too_wide(kept))]
        pairs = [(left + first, right + first) for left, right in pairs]
        pairs += [] if self._number else [self._earlier.pairs]
        left, right, self._compared = _not_compared(pairs, self._compared, len(self._order))
        return left, right


def _not_compared(
    pairs: list[tuple[Int64s, Int64s]], compared: Int64s, count: int
) -> tuple[Int64s, Int64s, Int64s]:
    """The earlier and later ranks of the pairs that are new, sorted by the later one, and the codes of all
    pairs that have been compared.
    """
    codes = [later * count + earlier for earlier, later in pairs]
    new = np.setdiff1d(np.concatenate([compared[:0], *codes]), compared)
    return new % count, new // count, np.concatenate((compared, new))
