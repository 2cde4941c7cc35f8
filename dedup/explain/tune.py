"""An input -> where its thresholds should lie: for `dedup tune`."""

from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.engines.local import Local
from dedup.explain.passages import Piece, first_difference
from dedup.explain.thresholds import Found, Level, by_coverage, by_jaccard, dropped, lowest
from dedup.explain.word_alignment import side
from dedup.identity import Identity
from dedup.kernels.arrays import Int64s
from dedup.matching.earlier_runs import Met
from dedup.matching.keepers import first_copies, order_of
from dedup.matching.matches import LEAST, Matches, no_matches
from dedup.matching.signatures import bands_for
from dedup.options import Options
from dedup.pipeline.corpus import Corpus
from dedup.pipeline.decisions import undecided
from dedup.pipeline.near_duplicates import Comparison
from dedup.pipeline.outcome import Outcome
from dedup.pipeline.progress import Clock, Progress
from dedup.pipeline.scan import Signed, scan
from dedup.sources.source import Source

_AT_ONCE = 1 << 14  # documents whose shingles are counted at once
_SHOWN = 3  # pairs on each side of a threshold


class Example(NamedTuple):
    """A pair near a threshold: who, the value that the threshold is held against, and both texts from where
    they first differ; the second may be dropped for the first.
    """

    identities: tuple[Identity, Identity]
    value: float
    differ: tuple[list[Piece], list[Piece]]


class Scale(NamedTuple):
    """What a threshold is held against, its levels, and pairs just above and just below it, nearest first."""

    threshold: float
    levels: list[Level]
    above: list[Example]
    below: list[Example]

    @property
    def pairs(self) -> int:
        """All pairs on the scale."""
        return sum(level.pairs for level in self.levels)


class Tuned(NamedTuple):
    """What was found. `documents`: with words; `copies`: those among them that are exact copies of another;
    `dropped`: with the options as they are; `coverage`: of pairs that Jaccard does not match.
    """

    options: Options
    documents: int
    copies: int
    rejects: int
    dropped: int
    jaccard: Scale
    coverage: Scale | None


def tune(source: Source, options: Options, told: Progress) -> Tuned:
    """Find the pairs of an input and say what each threshold makes of them. Raises InputError,
    OptionsError.
    """
    documents = Corpus(source.names)
    found = find(source, options, documents, told)
    outcome = Outcome(
        options, documents, undecided(len(found.order)), {}, 0.0, source, Met(None, len(found.order))
    )
    worded = int((outcome.table.column("words").to_numpy() > 0).sum()) if len(outcome.table) else 0
    return Tuned(
        options,
        worded,
        int((found.first != np.arange(len(found.first))).sum()),
        len(documents.rejects),
        dropped(found, options, options.threshold, options.contained),
        _jaccard_scale(found, options, outcome),
        _coverage_scale(found, options, options.contained, outcome) if options.contained else None,
    )


def _jaccard_scale(found: Found, options: Options, outcome: Outcome) -> Scale:
    """Jaccard, of all pairs."""
    jaccard = found.pairs.similar.jaccard
    rows = _nearest(jaccard, jaccard >= options.threshold, jaccard < options.threshold)
    examples = [_examples(outcome, found.pairs, jaccard, some) for some in rows]
    return Scale(options.threshold, list(by_jaccard(found, options)), *examples)


def _coverage_scale(found: Found, options: Options, contained: float, outcome: Outcome) -> Scale:
    """Coverage, of the pairs that Jaccard does not match."""
    jaccard, coverage = found.pairs.similar
    unlike = (jaccard < options.threshold) & (found.sizes >= LEAST)
    rows = _nearest(coverage, unlike & (coverage >= contained), unlike & (coverage < contained))
    examples = [_examples(outcome, found.pairs, coverage, some) for some in rows]
    return Scale(contained, list(by_coverage(found, options, contained)), *examples)


def find(source: Source, options: Options, documents: Corpus, told: Progress) -> Found:
    """The pairs of an input from well below the thresholds on; fills in `documents`."""
    wide = replace(
        options,
        threshold=lowest(options.threshold),
        contained=lowest(options.contained) if options.contained else None,
        max_loss=1.0,
    )
    engine = Local(wide.workers, wide.memory)
    bands = bands_for(wide.threshold, wide.recall, wide.num_perm)
    signed = Signed()
    for scanned in engine.map(partial(scan, source=source, options=wide, bands=bands), source.blocks()):
        documents.add(scanned)
        signed.add(scanned)
        told("read", scanned.size)
    table = documents.table()
    met = Met(None, len(table))
    return _verified(Comparison(source, wide, engine, Clock(), told, documents, table, met), signed)


def _verified(comparison: Comparison, signed: Signed) -> Found:
    """The pairs that a comparison verifies, none twice."""
    none = np.zeros(0, np.int64)
    table = comparison.table
    if not len(table):
        return Found(no_matches(), none, none, none, none)
    characters = table.column("characters").to_numpy() - table.column("cut").to_numpy()
    order = order_of(comparison.options.keep, characters, table.column("order").to_pylist())
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    sampled = [np.zeros(len(order), np.int64)]
    if comparison.options.contained:
        sampled = [np.diff(part.offsets) for part in signed.sampled]
    first = first_copies(np.concatenate(signed.prints), places)
    comparison.compare(signed)
    sizes = _sizes(comparison, comparison.matches.later)
    return Found(comparison.matches, order, first, np.concatenate(sampled), sizes)


def _sizes(comparison: Comparison, rows: Int64s) -> Int64s:
    """How many shingles these documents have; zeros where containment does not ask for it."""
    sizes = np.zeros(len(comparison.table), np.int64)
    some = np.unique(rows) if comparison.options.contained else rows[:0]
    for at in range(0, len(some), _AT_ONCE):
        part = some[at : at + _AT_ONCE]
        sizes[part] = np.diff(comparison.again.look(part).sets.offsets)
    found: Int64s = sizes[rows]
    return found


def _nearest(
    values: npt.NDArray[np.float64], above: npt.NDArray[np.bool_], below: npt.NDArray[np.bool_]
) -> tuple[Int64s, Int64s]:
    """Of the pairs above a threshold and of those below it the nearest."""
    order = np.argsort(values, kind="stable")
    return order[above[order]][:_SHOWN], order[below[order]][::-1][:_SHOWN]


def _examples(
    outcome: Outcome, pairs: Matches, values: npt.NDArray[np.float64], chosen: Int64s
) -> list[Example]:
    """These pairs, to be shown."""
    ends = [(int(pairs.earlier[pair]), int(pairs.later[pair])) for pair in chosen]
    texts = outcome.texts(sorted({row for both in ends for row in both}))
    examples = []
    for (one, other), value in zip(ends, values[chosen].tolist(), strict=True):
        cleaned = [outcome.corpus.cleaned(row, texts[row]) for row in (one, other)]
        differ = first_difference(*(side(text, outcome.options.ngram) for text in cleaned))
        examples.append(Example((outcome.identity(one), outcome.identity(other)), value, differ))
    return examples
