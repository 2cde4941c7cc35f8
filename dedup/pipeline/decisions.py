"""Who is kept, who is dropped for whom, and what is lost with the dropped ones."""

from functools import partial
from typing import NamedTuple

import numpy as np

from dedup.columns import TextBatch
from dedup.identity import Identity
from dedup.keeping.cleanest import NO_REASON
from dedup.matching.keepers import Keepers
from dedup.matching.lost_paragraphs import LostParagraph, lost_paragraphs
from dedup.matching.matches import CloseCalls
from dedup.native.arrays import Int64s
from dedup.pipeline.near_duplicates import Comparison, Setting
from dedup.text.ragged import Ragged


class Decisions(NamedTuple):
    """What was decided about the documents of a run.

    `reasons`: by document why it is kept if it is kept for others, one of `dedup.keeping.cleanest.REASONS` or
    NO_REASON (int64); `lost`: by dropped document the paragraphs that its keeper lacks; `templates`: pairs of
    kept documents that match but differ in facts; `crowded`: how many documents were not compared with all
    that share a bucket with them; `common`: how many sampled shingles are in too many documents. Rows from
    the run's number of documents on are documents of earlier runs; `earlier` has their identities.
    `updates`: by kept document of which an earlier run kept another version, the identity of the latest one.
    """

    keepers: Keepers
    reasons: Int64s
    lost: dict[int, list[LostParagraph]]
    templates: CloseCalls
    crowded: int
    common: int
    earlier: dict[int, Identity]
    updates: dict[int, Identity]


def undecided(count: int) -> Decisions:
    """The decisions about `count` documents that nobody compared: all are kept."""
    no_reasons = np.full(count, NO_REASON)
    return Decisions(Keepers.all_kept(count), no_reasons, {}, CloseCalls.empty(), 0, 0, {}, {})


def decide(setting: Setting, comparison: Comparison) -> Decisions:
    """The decisions that follow from a comparison."""
    keepers, earlier = comparison.choice.keepers, comparison.earlier
    with setting.clock.stage("losses"):
        lost = _lost(setting, comparison)
    earlier_rows, later_rows, *_ = comparison.templates.pairs
    are_kept = (keepers.keeper[earlier_rows] < 0) & (keepers.keeper[later_rows] < 0)
    templates = comparison.templates.take(are_kept)
    own = Keepers(
        keepers.keeper[: earlier.base], keepers.jaccard[: earlier.base], keepers.coverage[: earlier.base]
    )
    identities = earlier.identities(np.concatenate((own.keeper, templates.pairs.earlier)))
    return Decisions(
        own,
        comparison.choice.reason[: earlier.base],
        lost,
        templates,
        comparison.crowded,
        comparison.common,
        identities,
        _updates(comparison, own),
    )


def _updates(comparison: Comparison, own: Keepers) -> dict[int, Identity]:
    """By kept document that is an update, the latest version that an earlier run kept."""
    index = comparison.earlier.index
    latest = comparison.versions.latest(len(own.keeper))
    rows = np.flatnonzero((latest >= 0) & (own.keeper < 0))
    if index is None or not len(rows):
        return {}
    return dict(zip(rows.tolist(), index.identities(latest[rows]), strict=True))


def _lost(setting: Setting, comparison: Comparison) -> dict[int, list[LostParagraph]]:
    """By dropped document the paragraphs that its keeper lacks, if there are any."""
    keepers, preparer = comparison.choice.keepers, comparison.preparer
    dropped = np.flatnonzero((keepers.keeper >= 0) & (keepers.coverage < 1))
    dropped = dropped[np.argsort(keepers.keeper[dropped], kind="stable")]
    lost = {}
    for batch in preparer.batches(keepers.keeper[dropped]):
        rows = np.sort(dropped[batch])
        kept = np.unique(keepers.keeper[rows])
        sets = preparer.prepare(kept).sets
        of_batch = partial(_lost_of_batch, setting, keepers.keeper, kept, sets)
        texts = preparer.reader.read(rows, cleaned=False)
        for of_rows, paragraphs in setting.engine.map(of_batch, texts):
            lost.update({row: lacking for row, lacking in zip(of_rows, paragraphs, strict=True) if lacking})
    return lost


def _lost_of_batch(
    setting: Setting, keeper: Int64s, kept: Int64s, sets: Ragged, batch: TextBatch
) -> tuple[list[int], list[list[LostParagraph]]]:
    """The rows of a batch, and for each the paragraphs that its keeper lacks. `sets`: the shingles of the
    keepers `kept`.
    """
    rows = batch.rows
    cuts = [setting.findings.cuts.get(row, []) for row in rows.tolist()]
    keepers = np.searchsorted(kept, keeper[rows])
    return rows.tolist(), lost_paragraphs(batch.texts, cuts, sets, keepers, setting.options.ngram)
