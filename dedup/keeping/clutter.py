"""What one copy of an article has beyond another copy -> the probability that it is clutter: menus, teasers,
consent texts, comments; not text of the article.
"""

import math
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup.kernels.arrays import Bools, Float64s, Int64s
from dedup.matching.lost_paragraphs import MIN_COVERAGE, paragraph_coverage
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
    is_sentence = _are_sentences(paragraphs, lengths)
    rows = [slice(*paragraphs.offsets[row : row + 2].tolist()) for row in range(len(texts))]
    return [_surplus(lengths[row], is_lost[row], is_sentence[row]) for row in rows]


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


def _surplus(lengths: Int64s, is_lost: Bools, is_sentence: Bools) -> Surplus | None:
    """The surplus of one text, from what is known of its paragraphs, in order."""
    has_words = lengths > 0
    lengths, is_lost, is_sentence = lengths[has_words], is_lost[has_words], is_sentence[has_words]
    if not is_lost.any():
        return None
    text, other = is_lost & is_sentence, is_lost & ~is_sentence
    shared = np.flatnonzero(~is_lost & is_sentence)
    first, last = (int(shared[0]), int(shared[-1])) if len(shared) else (0, -1)
    typical = float(np.median(lengths[shared])) if len(shared) else 0.0
    return Surplus(
        sentences=int(lengths[text].sum()),
        others=int(lengths[other].sum()),
        lines=int(other.sum()),
        before=_run(lengths[:first][::-1], text[:first][::-1], other[:first][::-1]),
        after=_run(lengths[last + 1 :], text[last + 1 :], other[last + 1 :]),
        long=int(lengths[text & (lengths >= _LONG_SHARE * typical)].sum()),
        shared=int(lengths[shared].sum()),
        both_sides=bool(other[:first].any() and other[last + 1 :].any()),
        shared_lines=int((~is_lost & ~is_sentence).sum()),
    )


def _run(lengths: Int64s, text: Bools, other: Bools) -> int:
    """The words of the sentences before the first other line."""
    others = np.flatnonzero(other)
    end = int(others[0]) if len(others) else len(lengths)
    return int(lengths[:end][text[:end]].sum())
