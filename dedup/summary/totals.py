"""An outcome -> its counts: documents, characters, repeats by kind, rejected records by reason."""

from collections.abc import Mapping
from typing import NamedTuple

from dedup.options import KINDS
from dedup.pipeline.outcome import Outcome
from dedup.policy import Policy
from dedup.summary.format import FieldCounts, PreferenceCount
from dedup.text.fields.preferences import met
from dedup.text.fields.sort_keys import Reading, is_ambiguous

FIRST = 5
"""Rejected records of each reason whose location is reported."""


MOST_REASONS, OTHERS = 1000, "other reasons"
"""So many reasons are told apart: whoever writes the records may make each of them another."""


class Reason(NamedTuple):
    """Why records could not be read, how many, and the locations of the first (source, position)."""

    text: str
    records: int
    first: list[tuple[str, int]]


class Totals(NamedTuple):
    """The counts of a run: `Counts` in format.py says what each one means."""

    documents: int
    kept: int
    cut: int
    dropped: int
    tagged: int
    rejected: int
    empty: int
    updated: int
    characters: int
    kept_characters: int
    cut_characters: int
    dropped_characters: int
    tagged_characters: int

    @property
    def records(self) -> int:
        """Documents and rejected records."""
        return self.documents + self.rejected

    @property
    def touched(self) -> int:
        """Records that were dropped, tagged, cut or could not be read."""
        return self.dropped + self.tagged + self.cut + self.rejected

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
        return Totals(0, 0, 0, 0, 0, rejected, 0, 0, 0, 0, 0, 0, 0)
    characters, cut, words = (
        outcome.table.column(name).to_numpy() for name in ("characters", "cut", "words")
    )
    is_duplicate = outcome.keepers.keeper >= 0
    tagged, dropped = (is_duplicate & (outcome.options.tags == tags) for tags in (True, False))
    return Totals(
        documents=len(characters),
        kept=int((~dropped).sum()),
        cut=int(((cut > 0) & ~is_duplicate).sum()),
        dropped=int(dropped.sum()),
        tagged=int(tagged.sum()),
        rejected=rejected,
        empty=int((words == 0).sum()),
        updated=len(outcome.decisions.updates),
        characters=int(characters.sum()),
        kept_characters=int((characters - cut)[~dropped].sum()),
        cut_characters=int(cut[~dropped].sum()),
        dropped_characters=int(characters[dropped].sum()),
        tagged_characters=int((characters - cut)[tagged].sum()),
    )


def kinds(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """By kind of repeat, how many were found and how many of them were cut; only kinds that were found."""
    counts = {
        kind: (outcome.findings.counts[kind, True], outcome.findings.counts[kind, False]) for kind in KINDS
    }
    return {kind: (cut + left, cut) for kind, (cut, left) in counts.items() if cut + left}


def field_counts(policy: Policy, kinds: Mapping[str, int], documents: int) -> FieldCounts | None:
    """How the values in the policy's field are read, and how many could not be; None where it has no field.
    `kinds`: how many keys of the field there are of each kind (see `dedup.text.fields.sort_keys`).
    """
    if policy.field is None:
        return None
    reading, present = Reading.of(kinds), sum(kinds.values())
    unparsable = {kind: count for kind, count in kinds.items() if reading.place(kind) is None}
    return {
        "field": policy.field,
        "read_as": "numbers" if reading.as_numbers else "dates",
        "read": present - sum(unparsable.values()),
        "unparsable": sum(unparsable.values()),
        "ambiguous": sum(count for kind, count in unparsable.items() if is_ambiguous(kind)),
        "missing": documents - present,
    }


def preference_counts(policy: Policy, states: Mapping[str, int]) -> list[PreferenceCount]:
    """How many documents meet each preference. `states`: as `dedup.text.fields.preferences` counts them."""
    return [
        {"field": field, "value": value, "documents": documents}
        for (field, value), documents in zip(policy.preferences, met(policy, states), strict=True)
    ]


def reasons(outcome: Outcome) -> list[Reason]:
    """Why records could not be read, by reason, the most frequent first; beyond MOST_REASONS as OTHERS."""
    names, by_reason = outcome.corpus.names, dict[str, Reason]()
    for reject in outcome.corpus.rejects:
        is_listed = reject.reason in by_reason or len(by_reason) < MOST_REASONS
        text = reject.reason if is_listed else OTHERS
        _, count, first = by_reason.get(text, Reason(text, 0, []))
        if len(first) < FIRST:
            first.append((names[reject.file], reject.position))
        by_reason[text] = Reason(text, count + 1, first)
    return sorted(by_reason.values(), key=lambda reason: -reason.records)
