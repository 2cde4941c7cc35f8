"""What is counted of a run: totals, groups of near-duplicates, reasons for what could not be read."""

from typing import NamedTuple


class Reason(NamedTuple):
    """Why records could not be read, how many, and where the first of them stand (source, position)."""

    text: str
    records: int
    first: list[tuple[str, int]]


class Totals(NamedTuple):
    """Counts of a run. Characters are code points of texts.

    `cut_characters` lie in kept documents, `dropped_characters` in dropped ones.
    """

    documents: int
    kept: int
    cut: int
    dropped: int
    rejected: int
    empty: int
    characters: int
    kept_characters: int
    cut_characters: int
    dropped_characters: int

    @property
    def records(self) -> int:
        """What came in: documents and rejects."""
        return self.documents + self.rejected

    @property
    def touched(self) -> int:
        """Records that do not come out as they came in: dropped, cut, or not readable."""
        return self.dropped + self.cut + self.rejected

    @property
    def shares(self) -> dict[str, float]:
        """The counts, the two wholes aside, as shares (0 to 1) of the records or characters that came in."""
        parts = {
            name: count for name, count in self._asdict().items() if name not in ("documents", "characters")
        }
        whole = {True: max(1, self.characters), False: max(1, self.records)}
        return {name: count / whole["characters" in name] for name, count in parts.items()}
