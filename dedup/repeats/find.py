"""Texts -> their repeats, and texts without those that are to be cut.

`article` proposes pairs of paragraphs that have the same words or share many 3-grams; `alignment` computes
their similarity and joins those that follow each other; `evidence` tells an accident of scraping from what
an author repeats on purpose; `classify` names the kind of each repeat.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from dedup.document import Cut
from dedup.options import Options
from dedup.repeats.alignment import align, compare_paragraphs
from dedup.repeats.article import Article, articles_with_candidates
from dedup.repeats.classify import ParagraphRepeat, classify
from dedup.repeats.split_paragraphs import join_split_paragraphs
from dedup.text.encoding import replace_surrogates
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.ragged import Ragged
from dedup.text.ranges import without
from dedup.text.words import words as words_of_paragraphs


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

    `row`: the document's; `pairs`: how many pairs of paragraphs were worth comparing; `cut_paragraphs`: those
    to be cut, numbered as in the batch.
    """

    row: int
    article: Article
    pairs: int
    repeats: list[Repeat]
    cut_paragraphs: list[int]


def find_repeats(text: str, options: Options | None = None) -> list[Repeat]:
    """The repeats of `text`, in the order of `start`."""
    batch = pa.array([replace_surrogates(text)], pa.large_string())
    documents = find_in_batch(split(batch), None, options or Options())
    return [repeat for document in documents for repeat in document.repeats]


def clean_text(text: str, options: Options | None = None) -> str:
    """`text` without the repeats that are to be cut."""
    return without(text, cut_ranges(text, find_repeats(text, options)))


def find_in_batch(
    paragraphs: Paragraphs, words: Ragged | None, options: Options
) -> Iterator[DocumentRepeats]:
    """The repeats of each text of a batch that has paragraphs worth comparing; there may be none. `words`:
    those of each paragraph, if they are known.
    """
    if words is None:
        words = words_of_paragraphs(paragraphs)
    for row, article, pairs in articles_with_candidates(paragraphs, words):
        joined, similar, contained = join_split_paragraphs(article, *compare_paragraphs(article, pairs))
        of_paragraphs = classify(joined, align(joined, similar), contained, options.caution)
        repeats = sorted(_in_characters(joined, repeat, options) for repeat in of_paragraphs)
        base = int(paragraphs.offsets[row])
        cut_paragraphs = [
            base + number
            for repeat in of_paragraphs
            if repeat.kind in options.cut
            for number in joined.before_joining(repeat.first, repeat.last)
        ]
        yield DocumentRepeats(row, joined, len(pairs), repeats, cut_paragraphs)


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
