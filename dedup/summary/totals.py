"""An outcome -> its counts: documents, characters, repeats by kind, rejected records by reason."""

from typing import NamedTuple

from dedup.document import Reject
from dedup.options import KINDS
from dedup.pipeline.outcome import Outcome

FIRST = 5
"""Rejected records of each reason whose location is reported."""


class Reason(NamedTuple):
    """Why records could not be read, how many, and the locations of the first (source, position)."""

    text: str
    records: int
    first: list[tuple[str, int]]


class Totals(NamedTuple):
    """The counts of a run. Characters are code points of texts: `kept_characters` are in the output,
    `cut_characters` were cut from kept documents, `dropped_characters` are of dropped documents; `updated`
    are kept as updates of documents of earlier runs.
    """

    documents: int
    kept: int
    cut: int
    dropped: int
    rejected: int
    empty: int
    updated: int
    characters: int
    kept_characters: int
    cut_characters: int
    dropped_characters: int

    @property
    def records(self) -> int:
        """Documents and rejected records."""
        return self.documents + self.rejected

    @property
    def touched(self) -> int:
        """Records that were dropped, cut or could not be read."""
        return self.dropped + self.cut + self.rejected

    @property
    def shares(self) -> dict[str, float]:
        """The counts as shares (0 to 1) of all records or all characters; without these two themselves."""
        records, characters = max(1, self.records), max(1, self.characters)
        return {
            name: count / (characters if name.endswith("_characters") else records)
            for name, count in self._asdict().items()
            if name not in ("documents", "characters")
        }


def totals(outcome: Outcome) -> Totals:
    """The counts of a run."""
    rejected = len(outcome.corpus.rejects)
    if not len(outcome.table):
        return Totals(0, 0, 0, 0, rejected, 0, 0, 0, 0, 0, 0)
    characters, cut, words = (
        outcome.table.column(name).to_numpy() for name in ("characters", "cut", "words")
    )
    dropped = outcome.keepers.keeper >= 0
    return Totals(
        documents=len(characters),
        kept=int((~dropped).sum()),
        cut=int(((cut > 0) & ~dropped).sum()),
        dropped=int(dropped.sum()),
        rejected=rejected,
        empty=int((words == 0).sum()),
        updated=len(outcome.decisions.updates),
        characters=int(characters.sum()),
        kept_characters=int((characters - cut)[~dropped].sum()),
        cut_characters=int(cut[~dropped].sum()),
        dropped_characters=int(characters[dropped].sum()),
    )


def kinds(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """By kind of repeat, how many were found and how many of them were cut; only kinds that were found."""
    counts = {
        kind: (outcome.findings.counts[kind, True], outcome.findings.counts[kind, False]) for kind in KINDS
    }
    return {kind: (cut + left, cut) for kind, (cut, left) in counts.items() if cut + left}


def reasons(outcome: Outcome) -> list[Reason]:
    """Why records could not be read, by reason, the most frequent first."""
    by_reason: dict[str, list[Reject]] = {}
    for reject in sorted(outcome.corpus.rejects):
        by_reason.setdefault(reject.reason, []).append(reject)
    names = outcome.corpus.names
    reasons = [
        Reason(text, len(rejects), [(names[reject.file], reject.position) for reject in rejects[:FIRST]])
        for text, rejects in by_reason.items()
    ]
    return sorted(reasons, key=lambda reason: -reason.records)
