"""An input -> where its threshold should lie: for `dedup tune`."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, TextIO

import numpy as np
import numpy.typing as npt

from dedup.anchors import side
from dedup.candidates import Bands, bands_for, candidates
from dedup.counterparts import Piece, first_difference
from dedup.engines.local import Local
from dedup.keepers import Keepers, assign, order_of
from dedup.matches import Similarities
from dedup.options import Options
from dedup.pipeline import Clock, Comparison, Progress, Source, first_copies, scan
from dedup.result import Documents, Result
from dedup.sources import Files

Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]

LOWEST = 0.5  # Jaccard from which on pairs are looked for, unless the threshold is near it
STEP = 0.05
_MARGIN = 0.1  # below the threshold, in which pairs are looked for as well
_SHOWN = 3  # pairs on each side of the threshold


class Found(NamedTuple):
    """The pairs of an input that are not exact copies (rows, int64, one per pair), exactly how alike they
    are, how much of `left` the right one covers; the order of keeping; the first copy of each document.
    """

    left: Int64s
    right: Int64s
    similar: Similarities
    back: Float64s
    order: Int64s
    first: Int64s


class Level(NamedTuple):
    """One threshold: `pairs` that lie from it up to the next, the documents that it drops, and of the pairs
    at it or above how many there may be and how many of them LSH is expected to miss.
    """

    threshold: float
    until: float
    pairs: int
    dropped: int
    bands: Bands
    above: float
    missed: float


class Example(NamedTuple):
    """A pair near the threshold: who, how alike, and both texts from where they differ."""

    identities: tuple[dict[str, Any], dict[str, Any]]
    jaccard: float
    differ: tuple[list[Piece], list[Piece]]


class Tuned(NamedTuple):
    """What was found. `documents`: with words; `copies`: exact copies of another among them; `dropped`: at
    the threshold itself; `above`, `below`: examples, the nearest first.
    """

    options: Options
    documents: int
    copies: int
    rejects: int
    dropped: int
    levels: list[Level]
    above: list[Example]
    below: list[Example]

    @property
    def pairs(self) -> int:
        """All pairs found that are not exact copies."""
        return sum(level.pairs for level in self.levels)


def show_thresholds(inputs: Sequence[str], options: Options, quiet: bool, file: TextIO) -> int:
    """Write to `file` what each threshold would do. Returns the exit status. Raises InputError,
    OptionsError.
    """
    from dedup.reports import progress, terminal, tuning

    source = Files(inputs, options)
    with progress.shown(source.files, quiet) as told:
        tuned = tune(source, options, told)
    terminal.stream(lambda colour: tuning.report(tuned, colour), file)
    if not tuned.rejects:
        return 0
    print(f"dedup: records that could not be read and are left out: {tuned.rejects:,}", file=sys.stderr)
    return 3


def tune(source: Source, options: Options, told: Progress) -> Tuned:
    """Find the pairs of an input and say what each threshold makes of them."""
    lowest = _lowest(options.threshold)
    documents = Documents(source.names)
    found = find(source, replace(options, threshold=lowest), documents, told)
    result = Result(options, documents, _kept(found), 0, {}, 0.0, source)
    levels = list(_levels(found, options, lowest))
    above, below = (_examples(result, found, side) for side in _nearest(found, options.threshold))
    copies = int((found.first != np.arange(len(found.first))).sum())
    worded = int((result.table.column("words").to_numpy() > 0).sum()) if len(result.table) else 0
    dropped = _dropped(found, options.threshold)
    return Tuned(options, worded, copies, len(documents.rejects), dropped, levels, above, below)


def _lowest(threshold: float) -> float:
    """The Jaccard from which on pairs are looked for: a multiple of STEP, above 0."""
    return round(max(STEP, min(LOWEST, STEP * ((threshold - _MARGIN) // STEP))), 2)


def find(source: Source, options: Options, documents: Documents, told: Progress) -> Found:
    """The pairs of at least `options.threshold`; fills in `documents`. Raises InputError, OptionsError."""
    engine = Local(options.workers)
    bands = bands_for(options.threshold, options.recall, options.num_perm)
    prints, bucketed = [np.zeros((0, 2), np.uint64)], [np.zeros((0, bands.number), np.int64)]
    for scanned in engine.map(partial(scan, source=source, options=options, bands=bands), source.blocks()):
        documents.add(scanned)
        prints.append(scanned.fingerprints)
        bucketed.append(scanned.buckets)
        told("read", scanned.size)
    comparison = Comparison(source, options, engine, Clock(), told, documents)
    return _compared(comparison, np.concatenate(prints), np.concatenate(bucketed))


def _compared(comparison: Comparison, prints: npt.NDArray[np.uint64], bucketed: Int64s) -> Found:
    """The pairs that share a bucket, verified."""
    table, options = comparison.documents.table(), comparison.options
    if not len(table):
        none = np.zeros(0, np.int64)
        return Found(none, none, Similarities(np.zeros(0), np.zeros(0)), np.zeros(0), none, none)
    characters = table.column("characters").to_numpy() - table.column("cut").to_numpy()
    order = order_of(options.keep, characters, table.column("order").to_pylist())
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    first = first_copies(prints, places)
    unlike = np.flatnonzero((first == np.arange(len(first))) & (prints[:, 0] != 0))
    pairs = candidates(bucketed[unlike], places[unlike], comparison.engine)
    matches = comparison._matches(table, order[pairs.earlier], order[pairs.later])
    return Found(*matches, order, first)


def _kept(found: Found) -> Keepers:
    """Everything kept."""
    count = len(found.order)
    return Keepers(np.full(count, -1), np.zeros(count), np.zeros(count))


def _levels(found: Found, options: Options, lowest: float) -> Iterator[Level]:
    """A level for each threshold from `lowest` on."""
    edges = [round(lowest + STEP * i, 2) for i in range(round((1 - lowest) / STEP) + 1)]
    jaccard = found.similar.jaccard
    # A pair that was found with probability p stands for 1 / p pairs (Horvitz and Thompson 1952).
    weights = 1 / _probability(bands_for(lowest, options.recall, options.num_perm), jaccard)
    for at, until in zip(edges, [*edges[1:-1], 2.0], strict=False):
        bands = bands_for(at, options.recall, options.num_perm)
        reach = jaccard >= at
        missed = (weights * (1 - _probability(bands, jaccard)))[reach].sum()
        pairs = int((reach & (jaccard < until)).sum())
        dropped = _dropped(found, at)
        yield Level(at, min(until, 1.0), pairs, dropped, bands, float(weights[reach].sum()), float(missed))


def _probability(bands: Bands, jaccard: Float64s) -> Float64s:
    """`Bands.probability` of many pairs."""
    return np.array([bands.probability(value) for value in jaccard.tolist()])


def _dropped(found: Found, threshold: float) -> int:
    """How many documents a threshold drops: those that match a keeper, and exact copies."""
    reach = found.similar.jaccard >= threshold
    similar = Similarities(*(values[reach] for values in found.similar))
    keepers = assign(found.order, found.left[reach], found.right[reach], similar, found.back[reach])
    rows = np.arange(len(found.first))
    return int(((keepers.keeper >= 0) | (found.first != rows)).sum())


def _nearest(found: Found, threshold: float) -> tuple[Int64s, Int64s]:
    """The pairs just above the threshold and just below it, nearest first."""
    jaccard = found.similar.jaccard
    order = np.argsort(jaccard, kind="stable")
    above, below = order[jaccard[order] >= threshold], order[jaccard[order] < threshold]
    return above[:_SHOWN], below[::-1][:_SHOWN]


def _examples(result: Result, found: Found, pairs: Int64s) -> list[Example]:
    """These pairs, to be shown."""
    ends = [(int(found.left[pair]), int(found.right[pair])) for pair in pairs]
    texts = result.texts(sorted({row for both in ends for row in both}))
    examples = []
    for (one, other), jaccard in zip(ends, found.similar.jaccard[pairs].tolist(), strict=True):
        cleaned = [result.documents.cleaned(row, texts[row]) for row in (one, other)]
        differ = first_difference(*(side(text, result.options.ngram) for text in cleaned))
        examples.append(Example((result.identity(one), result.identity(other)), jaccard, differ))
    return examples
