"""Dropped documents -> the paragraphs that they have and their keepers lack."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.document import Cut
from dedup.matching.shingles import shingles
from dedup.native import shingles as kernel
from dedup.native.arrays import Bools, Float64s, Int64s
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.ragged import Ragged
from dedup.text.words import words

MIN_COVERAGE = 0.5
"""A keeper lacks a paragraph if it has less than this share of its shingles."""


class LostParagraph(NamedTuple):
    """A paragraph that the keeper lacks: its characters in the original text, and the share of its shingles
    that the keeper has (0 to 1).
    """

    start: int
    end: int
    coverage: float


def lost_paragraphs(
    texts: pa.LargeStringArray, cuts: list[list[Cut]], sets: Ragged, keepers: Int64s, ngram: int
) -> list[list[LostParagraph]]:
    """The paragraphs of each text that its keeper lacks, less those that are cut anyway. `sets`: shingle sets
    of keepers; `keepers`: for each text which of these is its keeper's.
    """
    paragraphs = split(texts)
    is_left = np.ones(len(paragraphs.starts), bool)
    for row in [row for row, ranges in enumerate(cuts) if ranges]:
        starts, ends = paragraphs.in_characters(row)
        of_row = is_left[paragraphs.offsets[row] : paragraphs.offsets[row + 1]]
        for start, end in cuts[row]:
            of_row[(start <= starts) & (ends <= end)] = False
    coverage = paragraph_coverage(paragraphs, words(paragraphs), is_left, sets, keepers, ngram)
    lost: list[list[LostParagraph]] = [[] for _ in cuts]
    lacking = np.flatnonzero(coverage < MIN_COVERAGE)
    rows = np.searchsorted(paragraphs.offsets, lacking, side="right") - 1
    for row in np.unique(rows).tolist():
        own = lacking[rows == row]
        spans = (values[own - paragraphs.offsets[row]].tolist() for values in paragraphs.in_characters(row))
        shares = coverage[own].round(6).tolist()
        lost[row] = [LostParagraph(*values) for values in zip(*spans, shares, strict=True)]
    return lost


def paragraph_coverage(
    paragraphs: Paragraphs, by_paragraph: Ragged, is_left: Bools, sets: Ragged, keepers: Int64s, ngram: int
) -> Float64s:
    """The keeper's coverage of each paragraph that is left (1 if it is unknown): its share of the shingles
    whose middle word is in the paragraph. `by_paragraph`: the words of each paragraph.
    """
    lengths = np.diff(by_paragraph.offsets)
    owners = np.repeat(np.arange(len(is_left)), lengths)[np.repeat(is_left, lengths)]
    ends = np.concatenate(([0], np.cumsum(np.where(is_left, lengths, 0))))[paragraphs.offsets]
    runs = shingles(Ragged(by_paragraph.values[np.repeat(is_left, lengths)], ends), ngram)
    counts = np.diff(runs.offsets)
    first = np.repeat(ends[:-1] - runs.offsets[:-1], counts)
    middle = np.minimum(np.diff(ends), ngram) // 2
    paragraph = owners[np.arange(len(runs.values)) + first + np.repeat(middle, counts)]
    is_covered = kernel.held(runs.values, runs.offsets, sets.values, sets.offsets, keepers)
    total = np.bincount(paragraph, minlength=len(is_left))
    covered = np.bincount(paragraph[is_covered], minlength=len(is_left))
    return np.where(total > 0, covered / np.maximum(total, 1), 1.0)
