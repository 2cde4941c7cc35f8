"""Dropped documents -> the paragraphs of theirs that their keepers lack."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.kernels import shingles as kernel
from dedup.kernels.arrays import Int64s
from dedup.matching.shingles import shingles
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.ragged import Ragged
from dedup.text.words import words

LACKING = 0.5
"""A paragraph is lacking where the keeper has less than this share of its shingles."""

Range = tuple[int, int]


class Missing(NamedTuple):
    """A paragraph that the keeper lacks: characters of the original text, and how much of it the keeper
    covers (0 to 1).
    """

    start: int
    end: int
    coverage: float


def missing(
    texts: pa.LargeStringArray, cut: list[list[Range]], sets: Ragged, keepers: Int64s, ngram: int
) -> list[list[Missing]]:
    """The paragraphs of each text that its keeper lacks, those aside that lie in what was `cut` (ranges of
    characters). `sets`: shingle sets; `keepers` int64: which of them is the keeper's, for each text.
    """
    paragraphs = split(texts)
    said = words(paragraphs)
    left = np.ones(len(paragraphs.starts), bool)
    for row in [row for row, ranges in enumerate(cut) if ranges]:
        starts, ends = _characters(paragraphs, row)
        own = left[paragraphs.owned[row] : paragraphs.owned[row + 1]]
        for start, end in cut[row]:
            own[(start <= starts) & (ends <= end)] = False
    coverage = _coverage(paragraphs, said, left, sets, keepers, ngram)
    found: list[list[Missing]] = [[] for _ in cut]
    lacking = np.flatnonzero(coverage < LACKING)
    rows = np.searchsorted(paragraphs.owned, lacking, side="right") - 1
    for row in np.unique(rows).tolist():
        of_row = lacking[rows == row]
        places = (values[of_row - paragraphs.owned[row]].tolist() for values in _characters(paragraphs, row))
        found[row] = [Missing(*one) for one in zip(*places, coverage[of_row].round(6).tolist(), strict=True)]
    return found


def _coverage(
    paragraphs: Paragraphs,
    said: Ragged,
    left: npt.NDArray[np.bool_],
    sets: Ragged,
    keepers: Int64s,
    ngram: int,
) -> npt.NDArray[np.float64]:
    """How much of each paragraph the keeper covers (1 where that is unknown): the share of the shingles whose
    middle word stands in it.
    """
    sizes = np.diff(said.offsets)
    owners = np.repeat(np.arange(len(left)), sizes)[np.repeat(left, sizes)]
    ends = np.concatenate(([0], np.cumsum(np.where(left, sizes, 0))))[paragraphs.owned]
    runs = shingles(Ragged(said.values[np.repeat(left, sizes)], ends), ngram)
    counts = np.diff(runs.offsets)
    first = np.repeat(ends[:-1] - runs.offsets[:-1], counts)
    middle = np.minimum(np.diff(ends), ngram) // 2
    paragraph = owners[np.arange(len(runs.values)) + first + np.repeat(middle, counts)]
    held = kernel.held(runs.values, runs.offsets, sets.values, sets.offsets, keepers)
    total = np.bincount(paragraph, minlength=len(left))
    has = np.bincount(paragraph[held], minlength=len(left))
    return np.where(total > 0, has / np.maximum(total, 1), 1.0)


def _characters(paragraphs: Paragraphs, row: int) -> tuple[Int64s, Int64s]:
    """Where the paragraphs of text `row` begin and end in it, in characters (int64)."""
    base, end = paragraphs.texts[row : row + 2]
    first, last = paragraphs.owned[row : row + 2]
    counted = np.concatenate(([0], np.cumsum((paragraphs.data[base:end] & 0xC0) != 0x80)))
    return counted[paragraphs.starts[first:last] - base], counted[paragraphs.ends[first:last] - base]
