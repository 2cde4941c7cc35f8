"""What one copy of an article has beyond another copy -> the probability that it is clutter: menus, teasers,
consent texts, comments; not text of the article.
"""

import math
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.matching.lost_paragraphs import MIN_COVERAGE, paragraph_coverage
from dedup.native.arrays import Bools, Float64s, Int64s, Offsets
from dedup.repeats.lexicon import ends_sentence
from dedup.text.paragraphs import Paragraphs, split
from dedup.text.ragged import Ragged
from dedup.text.words import words

_LEAST_SENTENCE = 8  # words of a line that ends as a sentence and counts as one
_LONG_LINE = 25  # words from which on a line counts as sentences, however it ends
_LONG_SHARE = 0.7  # of the median shared paragraph, from which on a paragraph is as long as the article's


class Surplus(NamedTuple):
    """What a document has beyond another one, in words (but for `lines`).

    `sentences`: in sentences; `others`: in lines that are no sentences, of which there are `lines`; `before`,
    `after`: in the sentences that directly lead to the shared text, and that directly follow it; `long`: in
    paragraphs as long as those of the shared text; `shared`: in the sentences of the shared text;
    `both_sides`: whether other lines stand before the shared text and after it; `shared_lines`: lines of the
    shared text that are no sentences.
    """

    sentences: int
    others: int
    lines: int
    before: int
    after: int
    long: int
    shared: int
    both_sides: bool
    shared_lines: int = 0

    @property
    def balance(self) -> int:
        """Words in sentences less words in other lines: above 0 where most of it is text."""
        return self.sentences - self.others

    def features(self) -> tuple[float, ...]:
        """What a logistic regression weighs; see WEIGHTS."""
        return (
            self.others / (self.sentences + self.others),
            math.log1p(self.lines),
            math.log1p(self.before),
            math.log1p(self.after),
            math.sqrt(self.long / max(1, self.shared)),
            float(self.both_sides),
        )


class Beyond(NamedTuple):
    """What documents have beyond others. `clutter`: the probability that it is clutter (float64, 0 to 1);
    `balance`: its words in sentences less its words in other lines (int64).
    """

    clutter: Float64s
    balance: Int64s


_UNKNOWN = 0.5  # neither clutter nor text: both documents are kept

FEATURES = ("share of other lines", "lines", "lead", "continuation", "long paragraphs", "on both sides")
WEIGHTS = (2.18, 0.69, -0.71, -0.65, -0.56, 2.74)
"""The weight of each of FEATURES, fitted by `bench.keepers.fit`. There clutter is what whole pages have
beyond their true texts; text is what a page or a true text has beyond its own beginning or end, and what
longer copies of syndicated news have beyond shorter ones.
"""
CONSTANT = -4.88
"""The constant of that regression."""


def beyond(texts: pa.LargeStringArray, sets: Ragged, others: Int64s, ngram: int) -> Beyond:
    """What each text has beyond another document. `sets`: the shingle sets of the other documents; `others`:
    for each text which of these is its own.
    """
    found = surpluses(texts, sets, others, ngram)
    balances = [one.balance if one else 0 for one in found]
    return Beyond(np.array([probability(one) for one in found]), np.array(balances, np.int64))


def probability(surplus: Surplus | None) -> float:
    """The probability (0 to 1) that a surplus is clutter; 0 for no surplus, and where no paragraph is shared
    as a whole. Where only lines are shared that are no sentences, they are a list or a table: more of the
    same belongs to it, and of sentences nobody can tell.
    """
    if surplus is None:
        return 0.0
    if not surplus.shared:
        return _UNKNOWN if surplus.shared_lines and surplus.sentences else 0.0
    terms = zip(WEIGHTS, surplus.features(), strict=True)
    return 1 / (1 + math.exp(-CONSTANT - sum(weight * value for weight, value in terms)))


def surpluses(texts: pa.LargeStringArray, sets: Ragged, others: Int64s, ngram: int) -> list[Surplus | None]:
    """What each text has beyond another document; None where no paragraph of it is missing there. The
    arguments are those of `beyond`.
    """
    paragraphs = split(texts)
    by_paragraph = words(paragraphs)
    is_compared = np.ones(len(paragraphs.starts), bool)
    is_lost = paragraph_coverage(paragraphs, by_paragraph, is_compared, sets, others, ngram) < MIN_COVERAGE
    lengths = np.diff(by_paragraph.offsets)
    return _surpluses(lengths, is_lost, _are_sentences(paragraphs, lengths), paragraphs.offsets)


def _are_sentences(paragraphs: Paragraphs, lengths: Int64s) -> Bools:
    """Which paragraphs are sentences: long ones, and those of some words that end as a sentence does.
    `lengths`: their words.
    """
    is_sentence = lengths >= _LONG_LINE
    for paragraph in np.flatnonzero((lengths >= _LEAST_SENTENCE) & ~is_sentence).tolist():
        start = max(paragraphs.starts[paragraph], paragraphs.ends[paragraph] - 16)
        tail = paragraphs.data[start : paragraphs.ends[paragraph]].tobytes()
        is_sentence[paragraph] = ends_sentence(tail.decode(errors="replace"))
    return is_sentence


def _surpluses(lengths: Int64s, is_lost: Bools, is_sentence: Bools, offsets: Offsets) -> list[Surplus | None]:
    """The surplus of each text, from what is known of its paragraphs, in order: of text i those from
    offsets[i] to offsets[i + 1]. All texts at once: one by one, each takes 20 microseconds.
    """
    count, has_words = len(offsets) - 1, lengths > 0
    owner = np.repeat(np.arange(count), np.diff(offsets))[has_words]
    lengths, is_lost, is_sentence = lengths[has_words], is_lost[has_words], is_sentence[has_words]
    begin, end = np.searchsorted(owner, [np.arange(count), np.arange(1, count + 1)])
    text, other, shared = is_lost & is_sentence, is_lost & ~is_sentence, ~is_lost & is_sentence

    def words(chosen: Bools) -> Int64s:
        return np.bincount(owner[chosen], lengths[chosen], count).astype(np.int64)

    def lines(chosen: Bools) -> Int64s:
        return np.bincount(owner[chosen], minlength=count)

    first, after_last = begin.copy(), begin.copy()  # of the shared sentences
    places = np.flatnonzero(shared)
    first[owner[places[::-1]]], after_last[owner[places]] = places[::-1], places + 1
    before, after = _next_to(lengths, text, other, (begin, first), (after_last, end))
    others_before = _before(other)
    typical = _medians(lengths[shared], lines(shared))
    columns = (
        words(text),
        words(other),
        lines(other),
        before,
        after,
        words(text & (lengths >= _LONG_SHARE * typical[owner])),
        words(shared),
        (others_before[first] > others_before[begin]) & (others_before[end] > others_before[after_last]),
        lines(~is_lost & ~is_sentence),
    )
    found = zip(*(column.tolist() for column in columns), strict=True)
    return [Surplus(*of) if lost else None for of, lost in zip(found, lines(is_lost).tolist(), strict=True)]


def _before(values: Bools | Int64s) -> Int64s:
    """The sum of the values before each place, and of all."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(values)))


def _next_to(
    lengths: Int64s, text: Bools, other: Bools, left: tuple[Int64s, Int64s], right: tuple[Int64s, Int64s]
) -> tuple[Int64s, Int64s]:
    """For each text the words of its sentences in [left[0], left[1]) behind the last other line, and in
    [right[0], right[1]) before the first.
    """
    words, places = _before(lengths * text), np.arange(len(lengths))
    last = np.maximum.accumulate(np.concatenate((np.zeros(1, np.int64), np.where(other, places + 1, 0))))
    nexts = np.concatenate((np.where(other, places, len(lengths)), np.array([len(lengths)])))
    following = np.minimum.accumulate(nexts[::-1])[::-1]
    before = words[left[1]] - words[np.maximum(left[0], last[left[1]])]
    return before, words[np.minimum(right[1], following[right[0]])] - words[right[0]]


def _medians(values: Int64s, counts: Int64s) -> Float64s:
    """The median of each list of values, the lists end to end, with so many values each; 0 of none."""
    ordered = values[np.lexsort((values, np.repeat(np.arange(len(counts)), counts)))]
    middle = _before(counts)[:-1] + np.maximum(counts - 1, 0) // 2
    padded = np.append(ordered, 0)
    low, high = (padded[np.minimum(at, len(ordered))] for at in (middle, middle + (counts % 2 == 0)))
    return np.where(counts > 0, (low + high) / 2, 0.0)
