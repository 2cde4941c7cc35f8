"""An input -> what each threshold would do to it, with pairs near the thresholds: for `dedup tune`."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from dedup.explain.passages import Fragment, first_difference
from dedup.explain.thresholds import (
    Advice,
    Level,
    VerifiedPairs,
    advice,
    by_coverage,
    by_jaccard,
    by_similarity,
    dropped,
    lowest,
    similarities,
)
from dedup.explain.word_alignment import shingle_text
from dedup.identity import Identity
from dedup.keeping.chooser import remembered
from dedup.matching.earlier_runs import EarlierRuns
from dedup.matching.matches import MIN_SHINGLES, Matches
from dedup.native.arrays import Bools, Float64s, Int64s
from dedup.options import FOLLOWS, Options
from dedup.pipeline.decisions import undecided
from dedup.pipeline.fingerprints import Fingerprints
from dedup.pipeline.near_duplicates import Comparison, Setting, compare
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Progress
from dedup.pipeline.run import read
from dedup.sources.source import Source

_AT_ONCE = 1 << 14  # documents whose shingles are counted at once
_SHOWN = 3  # pairs on each side of a threshold


class PairExample(NamedTuple):
    """A pair near a threshold; the second document may be dropped for the first. `value`: what the threshold
    is compared with; `differ`: both texts from where they first differ.
    """

    identities: tuple[Identity, Identity]
    value: float
    differ: tuple[list[Fragment], list[Fragment]]


class Scale(NamedTuple):
    """A threshold, the levels around it, and pairs just above and just below it, nearest first."""

    threshold: float
    levels: list[Level]
    above: list[PairExample]
    below: list[PairExample]

    @property
    def pairs(self) -> int:
        """All pairs on the scale."""
        return sum(level.pairs for level in self.levels)


class Tuning(NamedTuple):
    """What `dedup tune` shows. `documents`: those with words; `copies`: exact copies of others among them;
    `dropped`: by the options as they are; `similarity`: the scale of --threshold; `coverage`: that of
    --contained, if it is a number of its own; `advice`: None without pairs.
    """

    options: Options
    documents: int
    copies: int
    rejects: int
    dropped: int
    similarity: Scale
    coverage: Scale | None
    advice: Advice | None


def tune(source: Source, options: Options, progress: Progress) -> Tuning:
    """Find the pairs of an input and say what each threshold would do. Raises InputError, OptionsError."""
    outcome, pairs = find_pairs(source, options, progress)
    words = outcome.table.column("words").to_numpy() if len(outcome.table) else np.zeros(0, np.int64)
    return Tuning(
        options,
        int((words > 0).sum()),
        int((pairs.first != np.arange(len(pairs.first))).sum()),
        len(outcome.corpus.rejects),
        dropped(pairs, options, options.threshold, options.containment),
        _scale(pairs, options, outcome),
        None if options.contained in (None, FOLLOWS) else _coverage_scale(pairs, options, outcome),
        advice(pairs, options) if len(pairs.matches.later) else None,
    )


def _scale(pairs: VerifiedPairs, options: Options, outcome: Outcome) -> Scale:
    """The scale of --threshold: the similarity of all pairs; their Jaccard if --contained does not follow."""
    follows = options.contained == FOLLOWS
    values = similarities(pairs) if follows else pairs.matches.similar.jaccard
    rows = _nearest(values, values >= options.threshold, values < options.threshold)
    examples = [_examples(outcome, pairs.matches, values, chosen) for chosen in rows]
    levels = by_similarity(pairs, options) if follows else by_jaccard(pairs, options)
    return Scale(options.threshold, list(levels), *examples)


def _coverage_scale(pairs: VerifiedPairs, options: Options, outcome: Outcome) -> Scale:
    """The scale of --contained: the coverage of the pairs that Jaccard does not match."""
    jaccard, coverage, _ = pairs.matches.similar
    contained = options.containment or 1.0
    by_coverage_only = (jaccard < options.threshold) & (pairs.sizes >= MIN_SHINGLES)
    rows = _nearest(
        coverage, by_coverage_only & (coverage >= contained), by_coverage_only & (coverage < contained)
    )
    examples = [_examples(outcome, pairs.matches, coverage, chosen) for chosen in rows]
    return Scale(contained, list(by_coverage(pairs, options, contained)), *examples)


def find_pairs(source: Source, options: Options, progress: Progress) -> tuple[Outcome, VerifiedPairs]:
    """The documents of an input, all of them kept, and its pairs from well below the thresholds on."""
    wide = replace(
        options,
        threshold=lowest(options.threshold),
        contained=None
        if options.containment is None
        else max(*map(lowest, (options.threshold, options.containment))),
        max_loss=1.0,
    )
    setting, corpus, fingerprints = read(source, wide, progress)
    earlier = EarlierRuns.none(len(corpus))
    decisions = undecided(len(corpus))
    outcome = Outcome(options, corpus, setting.findings, decisions, {}, 0.0, source, earlier, setting.pinned)
    return outcome, _pairs(setting, fingerprints)


def _pairs(setting: Setting, fingerprints: Fingerprints) -> VerifiedPairs:
    """The pairs that a comparison verifies."""
    count = len(setting.table)
    if not count:
        nothing = np.zeros(0, np.int64)
        return VerifiedPairs(Matches.empty(), nothing, nothing, nothing, nothing, nothing, None)
    sampled = [np.zeros(count, np.int64)]
    if setting.options.containment:
        sampled = [np.diff(part.offsets) for part in fingerprints.samples]
    comparison = compare(setting, fingerprints)
    matches = comparison.matches
    sizes, earlier_sizes = np.zeros((2, len(matches.later)), np.int64)
    if setting.options.containment:
        sizes = _sizes(comparison, matches.later, count)
        earlier_sizes = _sizes(comparison, matches.earlier, count)
    return VerifiedPairs(
        matches,
        comparison.order,
        comparison.first,
        np.concatenate(sampled),
        sizes,
        earlier_sizes,
        replace(comparison.chooser, compare=remembered(comparison.chooser.compare)),
    )


def _sizes(comparison: Comparison, rows: Int64s, count: int) -> Int64s:
    """How many shingles each of these documents has."""
    sizes, distinct = np.zeros(count, np.int64), np.unique(rows)
    for start in range(0, len(distinct), _AT_ONCE):
        batch = distinct[start : start + _AT_ONCE]
        sizes[batch] = np.diff(comparison.preparer.prepare(batch).sets.offsets)
    of_rows: Int64s = sizes[rows]
    return of_rows


def _nearest(values: Float64s, above: Bools, below: Bools) -> tuple[Int64s, Int64s]:
    """The nearest of the pairs above a threshold, and of those below it."""
    order = np.argsort(values, kind="stable")
    return order[above[order]][:_SHOWN], order[below[order]][::-1][:_SHOWN]


def _examples(outcome: Outcome, pairs: Matches, values: Float64s, chosen: Int64s) -> list[PairExample]:
    """The chosen pairs, to be shown."""
    ends = [(int(pairs.earlier[pair]), int(pairs.later[pair])) for pair in chosen]
    texts = outcome.texts(sorted({row for both in ends for row in both}))
    examples = []
    for (earlier, later), value in zip(ends, values[chosen].tolist(), strict=True):
        cleaned = [outcome.findings.cleaned(row, texts[row]) for row in (earlier, later)]
        differ = first_difference(*(shingle_text(text, outcome.options.ngram) for text in cleaned))
        examples.append(PairExample((outcome.identity(earlier), outcome.identity(later)), value, differ))
    return examples
