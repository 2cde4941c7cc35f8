"""Documents compared with each other and with earlier runs: from candidates to keepers, in rounds."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.engines.local import Local
from dedup.facts.titles import Titled
from dedup.kernels.arrays import Bools, Hashes, Int64s
from dedup.matching.bloom import may_match
from dedup.matching.candidates import Lookup, band_keys, sample_keys
from dedup.matching.earlier_runs import EarlierDocuments, EarlierRuns, EarlierSearch, earlier_versions
from dedup.matching.keepers import (
    Keepers,
    assign,
    canonical_first,
    drop_copies,
    first_copies,
    keeping_order,
    pinned_first,
    preferred_first,
)
from dedup.matching.matches import CloseCalls, Matches, Prepared, titled, verify
from dedup.matching.updates import EarlierVersions
from dedup.options import Options
from dedup.pipeline.fetch import Preparer, TextReader
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.progress import Clock, Progress
from dedup.pipeline.repeat_findings import RepeatFindings
from dedup.sources.pinned import Pinned
from dedup.sources.source import Source
from dedup.text.preferences import ranks
from dedup.text.ragged import Ragged

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

    `keepers`: of all documents; `matches`: pairs, exact copies aside; `templates`: pairs that match but
    differ in facts; `crowded`: how many documents were not compared with all that share a bucket with them;
    `common`: how many sampled shingles are in too many documents; `order`: the rows of this run's documents
    in the order of keeping; `first`: the first copy of each; `versions`: the earlier versions of documents.
    """

    keepers: Keepers
    matches: Matches
    templates: CloseCalls
    earlier: EarlierRuns
    crowded: int
    common: int
    order: Int64s
    first: Int64s
    preparer: Preparer
    versions: EarlierVersions


def compare(
    setting: Setting, fingerprints: Fingerprints, index: EarlierDocuments | None = None
) -> Comparison:
    """Find the documents that match, and choose keepers. Uses up all of `fingerprints` but the prints."""
    prints = np.concatenate(fingerprints.prints)
    own_order = _keeping_order(setting, prints)
    versions = earlier_versions(index, fingerprints.keys, prints)
    updates_pass = setting.options.updates == "pass"
    prints = versions.apart(prints) if updates_pass else prints
    first = first_copies(prints, _inverse(own_order), setting.pinned.rows)
    is_distinct = (first == np.arange(len(first))) & (prints[:, 0] != 0)
    with setting.clock.stage("candidates"):
        setting.trim()
        search = EarlierSearch(index, len(own_order)) if index is not None and index.end else None
        if search:
            search.by_version(versions, np.where(is_distinct, _inverse(own_order), -1), updates_pass)
        lookups, earlier, common = _lookups(setting, fingerprints, is_distinct, own_order, search)
        fingerprints.bloom_bits.append(earlier.loaded.bloom_bits)
        bloom_bits = fingerprints.take_bloom_bits(np.ones(len(own_order) + len(earlier), bool))
        setting.trim()
    reader = TextReader(
        setting.source, setting.table, setting.findings, earlier, setting.engine, setting.progress
    )
    preparer = Preparer(reader, setting.options.ngram)
    check = partial(_verify, preparer, bloom_bits, setting.options)
    order = earlier.order(own_order)
    keepers, matches, templates = _match_in_rounds(setting, lookups, order, earlier, check)
    kept = keepers.keeper[own_order] < 0
    is_crowded = np.any([lookup.asking(kept) for lookup in lookups], axis=0)
    is_crowded[earlier.crowded] = True
    with setting.clock.stage("keepers"):
        drop_copies(keepers, first)
    return Comparison(
        keepers,
        matches,
        templates,
        earlier,
        int(is_crowded.sum()),
        common,
        own_order,
        first,
        preparer,
        versions,
    )


def _keeping_order(setting: Setting, prints: Hashes) -> Int64s:
    """The rows of this run's documents in the order of keeping. Of exact copies one with a canonical URL
    comes in place of the first, where neither a field nor the position decides.
    """
    table, policy = setting.table, setting.options.policy
    characters = table.column("characters").to_numpy() - table.column("cut").to_numpy()
    order = keeping_order(policy, characters, table.column("order"))
    if policy.preferences:
        order = preferred_first(order, ranks(table.column("preferences")))
    order = pinned_first(order, setting.pinned.rows)
    if policy.fields or policy.name == "first":
        return order
    return canonical_first(order, prints, table.column("canonical").to_numpy(), setting.pinned.rows)


def _inverse(order: Int64s) -> Int64s:
    """The rank of each row."""
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


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


Check = Callable[[Int64s, Int64s], tuple[Matches, CloseCalls]]
"""Called with candidates (rows of the earlier and of the later document): those that match, and those that
are templates.
"""


def _match_in_rounds(
    setting: Setting, lookups: list[Lookup], order: Int64s, earlier: EarlierRuns, check: Check
) -> tuple[Keepers, Matches, CloseCalls]:
    """Look for candidates among the documents still kept, verify them, and assign keepers again, until no
    match is new. Returns keepers, matches and templates.

    The first round is over all documents at once: a document that is similar to one and covered by another
    must be compared with both, or it comes back when the first is dropped for the other, and so on along
    chains (with buckets first and samples for the rest, the pages of `extractors` took more than ten rounds).
    """
    matches, templates = Matches.empty(), CloseCalls.empty()
    keepers, first = assign(order, *matches), len(earlier)
    compared = np.zeros(0, np.int64)
    for number in range(ROUNDS):
        kept = keepers.keeper[order[first:]] < 0
        with setting.clock.stage("candidates"):
            due = [lookup for lookup in lookups if not lookup.is_settled(kept)]
            pairs = [lookup.pairs(kept) for lookup in due if not (number and lookup.is_too_wide(kept))]
            pairs = [(left + first, right + first) for left, right in pairs]
            pairs += [] if number else [earlier.pairs]
            left, right, compared = _not_compared(pairs, compared, len(order))
        if not len(left):
            break
        with setting.clock.stage("matches"):
            new, new_templates = check(order[left], order[right])
            new = new.take(~setting.pinned.rows[new.later])
            setting.trim()
        templates = CloseCalls.concatenate((templates, new_templates))
        if not len(new.later) and not new_templates.differences:
            break
        matches = Matches.concatenate((matches, new))
        with setting.clock.stage("keepers"):
            keepers = assign(order, *matches)
    return keepers, matches, templates


def _not_compared(
    pairs: list[tuple[Int64s, Int64s]], compared: Int64s, count: int
) -> tuple[Int64s, Int64s, Int64s]:
    """The earlier and later ranks of the pairs that are new, sorted by the later one, and the codes of all
    pairs that have been compared.
    """
    codes = [later * count + earlier for earlier, later in pairs]
    new = np.setdiff1d(np.concatenate([compared[:0], *codes]), compared)
    return new % count, new // count, np.concatenate((compared, new))


def _verify(
    preparer: Preparer, bloom_bits: Ragged, options: Options, earlier: Int64s, later: Int64s
) -> tuple[Matches, CloseCalls]:
    """Which of these candidates match, exactly, and which are templates."""
    verified = []
    for part in preparer.batches(later):
        rows = np.unique(later[part])
        prepared = preparer.prepare(rows)
        right = np.searchsorted(rows, later[part])
        likely = may_match(bloom_bits, earlier[part], prepared.sets, right, options)
        left_rows, right_rows, right = earlier[part][likely], later[part][likely], right[likely]
        for batch in preparer.batches(left_rows):
            verified.append(
                _verify_batch(preparer, options, prepared, left_rows[batch], right_rows[batch], right[batch])
            )
    matches, templates = zip(*verified, strict=True) if verified else ((), ())
    return Matches.concatenate(matches), CloseCalls.concatenate(templates)


def _verify_batch(
    preparer: Preparer, options: Options, prepared: Prepared, earlier: Int64s, later: Int64s, right: Int64s
) -> tuple[Matches, CloseCalls]:
    """The matches and templates among some candidates. Of their later documents `prepared` has, at `right`,
    what is compared.
    """
    rows = np.unique(earlier)
    left = np.searchsorted(rows, earlier)

    def articles_of(pairs: Int64s) -> tuple[list[Titled], Int64s, Int64s]:
        rows = np.unique(np.concatenate((earlier[pairs], later[pairs])))
        articles = chain.from_iterable(map(titled, preparer.reader.read(rows, cleaned=True)))
        return list(articles), np.searchsorted(rows, earlier[pairs]), np.searchsorted(rows, later[pairs])

    verified = verify(preparer.prepare(rows), left, prepared, right, options, articles_of)
    return verified.split(earlier, later)
