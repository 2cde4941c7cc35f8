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

from dedup.kernels import characters, occurrences
from dedup.kernels import repeats as kernel
from dedup.kernels.shingles import factors
from dedup.options import Options
from dedup.repeats import lexicon
from dedup.repeats.alignment import Proposed, align, compare
from dedup.repeats.article import Article
from dedup.repeats.classify import Finding, judge
from dedup.repeats.split_paragraphs import without_seams
from dedup.text.encoding import replace_surrogates
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.ragged import Ragged
from dedup.text.ranges import without
from dedup.text.words import words

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
    """One text of a batch: its number, its paragraphs, how many pairs of them were worth comparing, its
    repeats, and the batch's paragraphs (numbers) that are to be cut.
    """

    row: int
    article: Article
    pairs: int
    repeats: list[Repeat]
    gone: list[int]


def find_repeats(text: str, options: Options | None = None) -> list[Repeat]:
    """What is repeated in `text`, in the order of the places to cut."""
    one = pa.array([replace_surrogates(text)], pa.large_string())
    return [repeat for found in find(split(one), None, options or Options()) for repeat in found.repeats]


def clean_text(text: str, options: Options | None = None) -> str:
    """`text` without the repeats that are to be cut."""
    return without(text, cuts(text, find_repeats(text, options)))


def find(paragraphs: Paragraphs, said: Ragged | None, options: Options) -> Iterator[Found]:
    """What is repeated in each text of a batch that has paragraphs worth comparing, which may be nothing.
    `said`: the paragraphs' words, where they are known.
    """
    for row, split_, pairs in proposed(paragraphs, said or words(paragraphs)):
        base = int(paragraphs.owned[row])
        article, same, inside = without_seams(split_, *compare(split_, pairs))
        findings = judge(article, align(article, same), inside, options.caution)
        repeats = sorted(_repeat(article, finding, options) for finding in findings)
        gone = [
            base + i
            for finding in findings
            if finding.kind in options.cut
            for i in article.split(finding.first, finding.last)
        ]
        yield Found(row, article, len(pairs), repeats, gone)


def proposed(paragraphs: Paragraphs, said: Ragged) -> Iterator[tuple[int, Article, list[Proposed]]]:
    """The texts of a batch that have paragraphs worth comparing: number, paragraphs, pairs of these."""
    hashes = kernel.paragraph_hashes(said.values, said.offsets)
    pairs = kernel.propose(said.values, said.offsets, hashes, paragraphs.owned, _PLACES)
    owners = np.searchsorted(paragraphs.owned, pairs[:, 0], side="right") - 1
    rows, begins = np.unique(owners, return_index=True)
    pairs[:, :2] -= paragraphs.owned[owners, None]
    found = [(a, b, bool(same)) for a, b, same in pairs.tolist()]
    articles = zip(rows.tolist(), _articles(paragraphs, rows, hashes, said), strict=True)
    for (row, article), (first, last) in zip(articles, pairwise([*begins.tolist(), len(found)]), strict=True):
        yield row, article, list(dict.fromkeys(found[first:last]))


def _repeat(article: Article, finding: Finding, options: Options) -> Repeat:
    """A finding in characters. A line's indentation belongs to it."""
    start, of_start = (
        _line_start(article.text, article.starts[paragraph])
        for paragraph in (finding.first, finding.of_first)
    )
    end, of_end = article.ends[finding.last], article.ends[finding.of_last]
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


def _articles(
    paragraphs: Paragraphs, rows: npt.NDArray[np.int64], hashes: npt.NDArray[np.uint64], said: Ragged
) -> Iterator[Article]:
    """The paragraphs of these texts, in characters."""
    data, texts, owned = paragraphs.data, paragraphs.texts, paragraphs.owned
    places, wide = characters.spans(data, texts, paragraphs.starts, paragraphs.ends, owned, rows)
    forum, marks = occurrences.count(data, texts, rows, *lexicon.marks()).T
    counts = np.diff(owned)
    of_rows = np.repeat(np.isin(np.arange(len(counts)), rows), counts)
    columns = [*places.tolist(), hashes[of_rows].tolist(), np.diff(said.offsets)[of_rows].tolist()]
    stops = np.cumsum(counts[rows]).tolist()
    bounds = zip(texts[rows].tolist(), texts[rows + 1].tolist(), [0, *stops][:-1], stops, strict=True)
    about = zip(forum.tolist(), (marks > 0).tolist(), wide.tolist(), strict=True)
    for (begin, end, first, last), (posts, marked, spaceless) in zip(bounds, about, strict=True):
        text = str(data.data[begin:end], "utf-8")
        starts, ends, least, most, own, sizes = (column[first:last] for column in columns)
        yield Article(text, starts, ends, least, most, own, sizes, posts, marked, spaceless)


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
