"""Texts -> their repeats, and texts without them.

A kernel proposes pairs of paragraphs that have the same words or share many 3-grams; `alignment` says with
rapidfuzz how alike they are and joins those that follow each other; `evidence` tells an accident from an
author.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.alignment import Article, align, compare
from dedup.kernels import repeats as kernel
from dedup.kernels.shingles import factors
from dedup.options import Options
from dedup.paragraphs import Paragraphs, encodable, split
from dedup.seams import without_seams
from dedup.shingles import Owned, words
from dedup.verdicts import Finding, judge

_PLACES = factors(3)


class Repeat(NamedTuple):
    """A span of a text that says what another span of it says. Spans count characters; `end` is exclusive.

    `kind`: block, exact, near, title, excerpt or pattern; `score`: how alike, 0 to 100; `cut`: whether
    cleaning removes start:end; `evidence`: the probability of an accident, then the observations that weighed
    most, each with its value and its weight.
    """

    start: int
    end: int
    of_start: int
    of_end: int
    kind: str
    score: float
    cut: bool
    evidence: dict[str, list[float]]


class Found(NamedTuple):
    """One text of a batch: its number, its paragraphs, its repeats, and the batch's paragraphs (numbers) that
    are to be cut.
    """

    row: int
    article: Article
    repeats: list[Repeat]
    gone: list[int]


def find_repeats(text: str, options: Options | None = None) -> list[Repeat]:
    """What is repeated in `text`, in the order of the places to cut."""
    one = pa.array([encodable(text)], pa.large_string())
    return [repeat for found in find(split(one), None, options or Options()) for repeat in found.repeats]


def clean_text(text: str, options: Options | None = None) -> str:
    """`text` without the repeats that are to be cut."""
    return without(text, cuts(text, find_repeats(text, options)))


def find(paragraphs: Paragraphs, said: Owned | None, options: Options) -> Iterator[Found]:
    """What is repeated in each text of a batch in which anything is. `said`: the paragraphs' words, where
    they are known.
    """
    said = said or words(paragraphs)
    hashes = kernel.paragraph_hashes(said.values, said.bounds)
    pairs = kernel.propose(said.values, said.bounds, hashes, paragraphs.owned, _PLACES)
    documents = np.searchsorted(paragraphs.owned, pairs[:, 0], side="right") - 1
    edges = np.flatnonzero(np.diff(documents, prepend=-1, append=-1))
    for first, last in pairwise(edges.tolist()):
        document = int(documents[first])
        base = int(paragraphs.owned[document])
        article = _article(paragraphs, document, hashes, said.bounds)
        found = [(a - base, b - base, bool(same)) for a, b, same in pairs[first:last].tolist()]
        article, same, inside = without_seams(article, *compare(article, list(dict.fromkeys(found))))
        findings = judge(article, align(article, same), inside, options.caution)
        repeats = sorted(_repeat(article, finding, options) for finding in findings)
        cut = [finding for finding in findings if finding.kind in options.cut]
        gone = [
            base + i
            for finding in cut
            for i in range(article.members[finding.first][0], article.members[finding.last][1] + 1)
        ]
        if repeats:
            yield Found(document, article, repeats, gone)


def _repeat(article: Article, finding: Finding, options: Options) -> Repeat:
    """A finding in characters. A line's indentation belongs to it."""
    start, of_start = (
        _line_start(article.text, article.spans[paragraph][0])
        for paragraph in (finding.first, finding.of_first)
    )
    end, of_end = article.spans[finding.last][1], article.spans[finding.of_last][1]
    return Repeat(
        start,
        end,
        of_start,
        of_end,
        finding.kind,
        finding.score,
        finding.kind in options.cut,
        finding.evidence,
    )


def _line_start(text: str, at: int) -> int:
    """Where the line of `at` begins, if only blanks stand before `at` in it; else `at`."""
    start = at
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    return start if start == 0 or text[start - 1].isspace() else at


def _article(
    paragraphs: Paragraphs, document: int, hashes: npt.NDArray[np.uint64], bounds: npt.NDArray[np.int64]
) -> Article:
    """The paragraphs of one text, in characters."""
    start, end = paragraphs.texts[document : document + 2]
    first, last = paragraphs.owned[document : document + 2]
    data = paragraphs.data[start:end]
    begins, ends = paragraphs.starts[first:last] - start, paragraphs.ends[first:last] - start
    text = data.tobytes().decode("utf-8")
    if len(text) != len(data):  # bytes are not characters
        counted = np.concatenate(([0], np.cumsum((data & 0xC0) != 0x80)))
        begins, ends = counted[begins], counted[ends]
    sizes = np.diff(bounds[first : last + 1])
    return Article(
        text,
        list(zip(begins.tolist(), ends.tolist(), strict=True)),
        hashes[first:last].tolist(),
        sizes.tolist(),
        [(i, i) for i in range(len(sizes))],
    )


def cuts(text: str, repeats: list[Repeat]) -> list[tuple[int, int]]:
    """Character ranges to remove: the repeats that are to be cut, each with the blanks on one side of it.

    Of the blanks before and after a cut those with more line breaks stay, so nothing that was apart is joined
    and no blank lines double.
    """
    merged: list[list[int]] = []
    for start, end in sorted((repeat.start, repeat.end) for repeat in repeats if repeat.cut):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [_with_blanks(text, start, end) for start, end in merged]


def _with_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """start:end and the blanks on the side with fewer line breaks; those before it at the end of a text."""
    before, after = start, end
    while before > 0 and text[before - 1].isspace():
        before -= 1
    while after < len(text) and text[after].isspace():
        after += 1
    if after == len(text) and before > 0:
        return before, end
    if before == 0:
        return start, after
    breaks_before, breaks_after = len(text[before:start].splitlines()), len(text[end:after].splitlines())
    return (start, after) if breaks_before >= breaks_after else (before, end)


def without(text: str, ranges: list[tuple[int, int]]) -> str:
    """`text` without these ranges (sorted, disjoint)."""
    kept, at = [], 0
    for start, end in ranges:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])
