"""What became of the lines of a stream, and how soon, in two lines."""

from collections import Counter
from dataclasses import dataclass, field

from dedup.pipeline.outcome import Outcome
from dedup.reports.numbers import number

_BINS = 10  # of a millisecond: answer times are counted in bins, so that memory stays constant


@dataclass
class StreamCounts:
    """What became of the lines of a stream. `tags`: whether near-duplicates are tagged; `updated`: how many
    lines were kept as updates; `undecided`: how many passed because the index did not answer; `waits`: how
    many were answered within each tenth of a millisecond; `pinned`: the ids of --never-drop that were in a
    line.
    """

    tags: bool = False
    decisions: Counter[str] = field(default_factory=Counter)
    updated: int = 0
    undecided: int = 0
    rejected: int = 0
    waits: Counter[int] = field(default_factory=Counter)
    pinned: set[str] = field(default_factory=set)

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Count one line and the time until it was answered."""
        self.rejected += len(outcome.corpus.rejects)
        if len(outcome.table):
            self.decisions[outcome.decision(0)] += 1
            self.updated += len(outcome.decisions.updates)
            self.undecided += outcome.is_undecided
        self.pinned |= outcome.pinned.known
        self.waits[int(seconds * 1000 * _BINS)] += 1

    @property
    def records(self) -> int:
        """Records that were read."""
        return self.decisions.total() + self.rejected

    @property
    def touched(self) -> int:
        """Records that were dropped, tagged, cut or could not be read."""
        return self.records - self.decisions["kept"]

    @property
    def median(self) -> float:
        """Milliseconds within which half of the lines were answered."""
        left = self.waits.total() / 2
        for wait in sorted(self.waits):
            left -= self.waits[wait]
            if left <= 0:
                return wait / _BINS
        return 0.0

    def __str__(self) -> str:
        cut, tagged = self.decisions["cut"], self.decisions["tagged"]
        kept = self.decisions["kept"] + cut + tagged
        duplicates = f"{tagged:,} tagged" if self.tags else f"{self.decisions['dropped']:,} dropped"
        longest = max(self.waits, default=0) / _BINS
        undecided = f", {self.undecided:,} of them undecided" if self.undecided else ""
        return (
            f"{number(self.records, 'article')} read: {kept:,} kept, {cut:,} of them cut, {self.updated:,} "
            f"updates{undecided}; {duplicates}, {self.rejected:,} rejected\n"
            f"time from a line to its answer: {self.median:,.1f} ms (median), {longest:,.1f} ms (longest)"
        )
