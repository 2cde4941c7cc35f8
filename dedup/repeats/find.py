"""Texts -> their repeats, and texts without those that are to be cut.

`article` proposes pairs of paragraphs that have the same words or share many 3-grams; `alignment` computes
their similarity and joins those that follow each other; `evidence` tells an accident of scraping from what
an author repeats on purpose; `classify` names the kind of each repeat.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dedup.document import Cut
from dedup.native.arrays import Bytes, Int64s
from dedup.native.scan import PairedTexts
from dedup.options import Options
from dedup.repeats.alignment import align, compare_paragraphs
from dedup.repeats.article import Article, articles_with_candidates, find_pairs
from dedup.repeats.classify import ParagraphRepeat, classify
from dedup.repeats.split_paragraphs import join_split_paragraphs
from dedup.text.encoding import replace_surrogates
from dedup.text.ranges import without


class Repeat(NamedTuple):
    """A span of a text that repeats another span of it. Spans count characters; `end` is exclusive.

    `kind`: block, exact, near, title, excerpt or pattern; `score`: similarity, 0 to 100; `cut`: whether
    cleaning removes start:end; `evidence`: the probability of an accident and the sum of all weights, then
    the features that weighed most, each with its value and its weight (see `ParagraphRepeat`).
    """

    start: int
    end: int
    of_start: int
    of_end: int
    kind: str
    score: float
    cut: bool
    evidence: dict[str, list[float]]


class DocumentRepeats(NamedTuple):
    """The repeats of one document of a batch.

    `row`: the document's in the batch; `pairs`: how many pairs of paragraphs were worth comparing;
    `cut_paragraphs`: those to be cut, numbered as in the `PairedTexts` of the batch.
    """

    row: int
    article: Article
    pairs: int
    repeats: list[Repeat]
    cut_paragraphs: list[int]


def find_repeats(text: str, options: Options | None = None) -> list[Repeat]:
    """The repeats of `text`, in the order of `start`."""
    data = np.frombuffer(replace_surrogates(text).encode(), np.uint8)
    found = find_in_texts(data, np.array([0, len(data)], np.int64), options or Options())
    return [repeat for document in found for repeat in document.repeats]


def clean_text(text: str, options: Options | None = None) -> str:
    """`text` without the repeats that are to be cut."""
    return without(text, cut_ranges(text, find_repeats(text, options)))


def find_in_texts(data: Bytes, bounds: Int64s, options: Options) -> Iterator[DocumentRepeats]:
    """The repeats of each of the texts data[bounds[i]:bounds[i + 1]] (uint8, UTF-8; int64) that has
    paragraphs worth comparing; there may be none.
    """
    yield from find_in_batch(find_pairs(data, bounds), options)


def find_in_batch(found: PairedTexts, options: Options) -> Iterator[DocumentRepeats]:
    """The repeats of each text of a batch that has paragraphs worth comparing; there may be none."""
    for number, article, pairs in articles_with_candidates(found):
        joined, similar, contained = join_split_paragraphs(article, *compare_paragraphs(article, pairs))
        of_paragraphs = classify(joined, align(joined, similar), contained, options.caution)
        repeats = sorted(_in_characters(joined, repeat, options) for repeat in of_paragraphs)
        base = int(found.owned[number])
        cut_paragraphs = [
            base + paragraph
            for repeat in of_paragraphs
            if repeat.kind in options.cut
            for paragraph in joined.before_joining(repeat.first, repeat.last)
        ]
        yield DocumentRepeats(int(found.rows[number]), joined, len(pairs), repeats, cut_paragraphs)


def _in_characters(article: Article, repeat: ParagraphRepeat, options: Options) -> Repeat:
    """A repeat of paragraphs as spans of characters. They begin with the indentation of their first lines."""
    return Repeat(
        line_start(article.text, article.starts[repeat.first]),
        article.ends[repeat.last],
        line_start(article.text, article.starts[repeat.of_first]),
        article.ends[repeat.of_last],
        repeat.kind,
        repeat.score,
        repeat.kind in options.cut,
        repeat.evidence,
    )


def line_start(text: str, at: int) -> int:
    """The start of the line of `at` if only spaces and tabs come before `at` in it, else `at`."""
    start = at
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    return start if start == 0 or text[start - 1].isspace() else at


def cut_ranges(text: str, repeats: list[Repeat]) -> list[Cut]:
    """The ranges of characters to remove: the repeats that are to be cut, each with the blanks on one side of
    it. They are sorted and disjoint.

    Of the blanks before and after a cut those with more line breaks stay, so that no words are joined and no
    blank lines double.
    """
    merged: list[list[int]] = []
    for start, end in sorted((repeat.start, repeat.end) for repeat in repeats if repeat.cut):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [_with_blanks(text, start, end) for start, end in merged]


def _with_blanks(text: str, start: int, end: int) -> Cut:
    """start:end with the blanks on the side that has fewer line breaks, or, at the end of a text, with those
    before it.
    """
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
