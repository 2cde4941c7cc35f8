"""Texts in one pass: what they are compared by, and which of them have paragraphs worth comparing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dedup.native.arrays import Bools, Hashes, Int64s
from dedup.native.joins import chosen
from dedup.native.passages import Passages
from dedup.native.scan import PairedTexts, Scanned, ScanPlan, Signatures, scan_texts, sign
from dedup.text.encoding import utf8

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class ScannedTexts:
    """What was found of n texts, a row each. `characters` int64; `signatures`: zeros where a text has
    paragraphs worth comparing, until it is known what is cut of it; `found`: these texts; `passages`: None if
    nobody wants them.
    """

    characters: Int64s
    signatures: Signatures
    found: list[PairedTexts]
    passages: Passages | None = None

    @classmethod
    def of(cls, scanned: Scanned) -> ScannedTexts:
        """What one call found."""
        found = [scanned.found] if len(scanned.found.rows) else []
        return cls(scanned.characters, scanned.signatures, found, scanned.passages)

    def merged(self, other: ScannedTexts, rows: Int64s) -> ScannedTexts:
        """Those of both. `rows` int64: which text is in each row, those of `other` behind these."""
        place = np.empty(len(rows), np.int64)
        place[rows] = np.arange(len(rows))
        shifted = [(0, found) for found in self.found] + [
            (len(self.characters), found) for found in other.found
        ]
        return ScannedTexts(
            np.concatenate((self.characters, other.characters))[rows],
            _taken((self.signatures, other.signatures), rows),
            [replace(found, rows=place[found.rows + shift]) for shift, found in shifted],
            Passages.joined([self.passages, other.passages]).take(rows)
            if self.passages and other.passages
            else None,
        )

    def signed(self, are_cut: Sequence[Bools], plan: ScanPlan) -> Signatures:
        """The signatures of all texts without the paragraphs that are cut: bools, for each of `found`."""
        if not self.found:
            return self.signatures
        late = [sign(found, is_cut, plan) for found, is_cut in zip(self.found, are_cut, strict=True)]
        rows = np.arange(len(self.characters))
        rows[np.concatenate([found.rows for found in self.found])] = len(rows) + np.arange(
            sum(len(found.rows) for found in self.found)
        )
        return _taken((self.signatures, *late), rows)


def scanned_texts(texts: pa.LargeStringArray | pa.StringArray, plan: ScanPlan) -> ScannedTexts:
    """What is found of these texts."""
    return ScannedTexts.of(scan_texts(*utf8(texts), plan))


def _taken(parts: Sequence[Signatures], rows: Int64s) -> Signatures:
    """The signatures in these rows (int64) of all parts, which are numbered end to end."""
    words, prints, buckets = (
        np.concatenate([getattr(part, name) for part in parts])[rows]
        for name in ("words", "prints", "buckets")
    )
    marks = _chosen([(part.marks, part.mark_bounds) for part in parts], rows)
    samples = _chosen([(part.samples, part.sample_bounds) for part in parts], rows)
    return Signatures(words, prints, buckets, *marks, *samples)


def _chosen(parts: Sequence[tuple[Hashes, Int64s]], rows: Int64s) -> tuple[Hashes, Int64s]:
    """The lists in these rows of all parts: their values, and where each begins (int64, rows + 1)."""
    sizes = np.concatenate([np.diff(bounds) for _, bounds in parts])
    bounds = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    return chosen(np.concatenate([values for values, _ in parts]), bounds, rows)
