"""Texts to words and figures, in order. A figure counts by its value: "2,000" and "2.000" are the same, "-5"
and "5" are not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from typing import Final

import numpy as np
import pyarrow as pa

from dedup.document import Cut
from dedup.native import unicode
from dedup.native.arrays import Bools, Bytes, Hashes, Int32s, Int64s, Offsets
from dedup.native.text import digit_runs
from dedup.text.counters import (
    AFTER_AGE,
    BEFORE_AGE,
    CLOCK_WORDS,
    COUNTED_THINGS,
    THOUSANDS,
    TIME_UNITS,
    page_counters,
)
from dedup.text.encoding import replace_surrogates, utf8
from dedup.text.numerals import FRACTIONS, RAISED, normal_form, parts_of_number
from dedup.text.ragged import Ragged, sets
from dedup.text.words import words_of

NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
# Beside a word of this list a figure is a date.
MONTHS = """
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct
    october nov november dec december januar februar märz mai juni juli oktober dezember janvier février mars
    avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio
    agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre
    ottobre dicembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro января
    февраля марта апреля мая июня июля августа сентября октября ноября декабря 年 月 日 يناير فبراير مارس
    أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर
    अक्टूबर नवंबर दिसंबर
""".split()

WORD: Final = 0
FIGURE: Final = 1  # it carries meaning: an amount, a share, a score
INCIDENTAL: Final = 2  # a date, a time of day, a counter on a page: it differs between copies of one article
SIGNED: Final = -2  # of `Figures.integers`: a negative number, or the second of a score or range
# While reading, until the words around a figure are known:
_MAYBE_DAY = 3  # incidental beside a month
_MAYBE_TIME = 4  # incidental beside a month, or before "GMT"

# Scripts without spaces: a figure may follow their letters directly.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
# A match is the complete figure without its sign: no part of "MH370" or "14th" matches. In this order:
# fractions of one character, dates, times of day, fractions, numbers. Superscript digits behind a 10 or a 2
# are an exponent; behind other numbers they mark a footnote. Matching the digit first and then looking behind
# it is three times as fast as the other way round.
_PATTERN = re.compile(
    # with regard to case: to fold these scripts takes 0.004 s
    rf"([\d{FRACTIONS}](?<!(?-i:[^\W{_UNSPACED}])[\d{FRACTIONS}])(?:(?<=[{FRACTIONS}])"
    r"|\d{3}[-/.]\d\d?[-/.]\d\d?|\d?[-/.]\d\d?[-/.](?:\d{4}|\d\d)|\d?(?::\d\d(?::\d\d)?|h\d\d)"
    r"|(?:\d*+[ -]\d)?+\d*+/\d++"
    r"|\d*+(?:[.,．'’٫٬\u00a0\u2009\u202f]\d++)*+"
    rf"(?:[ -]?[{FRACTIONS}]|(?:(?<=(?<![\d.,])10)|(?<=(?<![\d.,])2))[{RAISED}]++)?+(?!(?:st|nd|rd|th)\b)"
    r")(?!\d))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\d.]+|(?:\d+ )?\d{1,3}/\d{1,3}|\d+\^-?\d+")
_CURRENCY = "[$£¥¢₠-₿＄￡￥]"
# The minus of a figure: the hyphens, the en dash and the minus are one, as in words. "+5" is 5.
_MINUS = re.compile(rf"[‐-–−﹣－-]{_CURRENCY}?\Z")
# Between two figures that are a score or a range: "3-2", "3 - 2" and "3:2" are the same.
_BETWEEN = re.compile(rf"%?[^\S\n]?([‐-―−﹣－~〜～-][^\S\n]?{_CURRENCY}?|:)")
_LONGEST_BETWEEN = 5  # characters
_SIGNS = "+＋‐‑‒–−﹣－-"
_NUMBER_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(NUMBER_WORDS)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Figures:
    """The words and figures of documents, as tokens: document i has those from offsets[i] to offsets[i + 1].

    `keys` uint64: hashes of words, and of figures by their value; `kinds` uint8: WORD, FIGURE or INCIDENTAL;
    `integers` int32: the value of a whole number below 10^9, SIGNED, or -1 for others; `offsets` int64
    (documents + 1).
    """

    keys: Hashes
    kinds: Bytes
    integers: Int32s
    offsets: Offsets

    @classmethod
    def concatenate(cls, parts: Iterable["Figures"]) -> "Figures":
        """The documents of all parts, in order."""
        parts = list(parts)
        shifts = accumulate((len(part.keys) for part in parts), initial=0)
        offsets = [part.offsets[1:] + shift for part, shift in zip(parts, shifts, strict=False)]
        return cls(
            np.concatenate([part.keys for part in parts] or [np.zeros(0, np.uint64)]),
            np.concatenate([part.kinds for part in parts] or [np.zeros(0, np.uint8)]),
            np.concatenate([part.integers for part in parts] or [np.zeros(0, np.int32)]),
            np.concatenate([np.zeros(1, np.int64), *offsets]),
        )

    def neighbours(self, tokens: Int64s, step: int) -> Hashes:
        """The keys of the tokens `step` after each of `tokens` (before it, if negative); 0 beyond the ends
        of the document.
        """
        document = np.searchsorted(self.offsets, tokens, side="right")
        neighbours = tokens + step
        inside = (neighbours >= self.offsets[document - 1]) & (neighbours < self.offsets[document])
        return np.where(inside, self.keys[np.where(inside, neighbours, 0)], np.uint64(0))


def digit_sets(texts: "pa.LargeStringArray") -> Ragged:
    """Hashes of the different runs of digits in each text, points and commas between digits included. Where
    one text has all runs of another, hardly any figure that is written in digits differs.
    """
    return sets(Ragged(*digit_runs(*utf8(texts))))


def figures(texts: Iterable[str]) -> Figures:
    """The words and figures of each text. The words are those of shingles, in the gaps between figures."""
    pieces = [_pieces(text) for text in texts]
    count = np.array([len(of_text) // 2 for of_text in pieces], np.int64)
    gaps = words_of(pa.array(chain.from_iterable(of_text[::2] for of_text in pieces), pa.large_string()))
    written = [_figure(figure) for of_text in pieces for figure in of_text[1::2]]
    last_gap = np.cumsum(count + 1)  # one past the last gap of each text
    has_figure = np.ones(len(gaps.offsets) - 1, bool)  # gaps with a figure after them
    has_figure[last_gap - 1] = False
    before = np.cumsum(has_figure) - has_figure  # figures before each gap
    keys = np.empty(len(gaps.values) + len(written), np.uint64)
    kinds, integers = np.zeros(len(keys), np.uint8), np.full(len(keys), -1, np.int32)
    keys[np.arange(len(gaps.values)) + np.repeat(before, np.diff(gaps.offsets))] = gaps.values
    at = (gaps.offsets[1:] + before)[has_figure]
    keys[at] = np.array([figure[0] for figure in written], np.uint64)
    kinds[at] = np.array([figure[1] for figure in written], np.uint8)
    kinds[at[_count_pages(pieces)]] = INCIDENTAL
    integers[at] = np.array([figure[2] for figure in written], np.int32)
    _read_number_words(keys, kinds, integers)
    offsets = np.concatenate((np.zeros(1, np.int64), gaps.offsets[last_gap] + np.cumsum(count)))
    return _resolve_kinds(Figures(keys, kinds, integers, offsets))


def _pieces(text: str) -> list[str]:
    """A text in pieces: gap, figure, gap, ..., gap. A figure includes its minus, and the second figure of a
    score or range the dash between them.
    """
    pieces = _PATTERN.split(replace_surrogates(text))
    for i in range(1, len(pieces), 2):
        gap = pieces[i - 1]
        if not gap or (gap[-1] in " \n" and len(gap) > _LONGEST_BETWEEN):  # three gaps of four
            continue
        sign = _sign(gap, is_behind_figure=i > 1)
        if sign:
            pieces[i - 1], pieces[i] = gap.removesuffix(sign), sign + pieces[i]
    return pieces


def _sign(gap: str, is_behind_figure: bool) -> str:
    """The minus or dash at the end of a gap that is part of the figure behind it; empty if there is none."""
    between = _BETWEEN.fullmatch(gap) if is_behind_figure else None
    if between:
        return between[1]
    minus = _MINUS.search(gap, len(gap) - 2)
    if not minus or (minus.start() and not _may_precede_sign(gap[minus.start() - 1])):
        return ""
    return minus[0]


@cache
def _may_precede_sign(character: str) -> bool:
    """Whether a dash behind this character can be a minus, as words have it (`sign_before` in
    native/core/text/words.h): not in "covid-19" and "--5".
    """
    entry = int(unicode.load()[0][ord(character)]) if ord(character) < unicode.LIMIT else 0
    return character not in _SIGNS and (entry >> 30 != unicode.WORD or bool(entry & unicode.DIGIT))


def _count_pages(pieces: list[list[str]]) -> Bools:
    """Which of the figures of all texts are counters of a page: whole numbers that stand apart from prose."""
    counts = list[bool]()
    for of_text in pieces:
        starts = page_counters("".join(of_text)) if len(of_text) > 1 else frozenset[int]()
        ends = accumulate(map(len, of_text))
        counts += [
            end in starts and normal_form(of_text[i + 1]).isdigit()
            for i, end in enumerate(ends)
            if i % 2 == 0 and i + 1 < len(of_text)
        ]
    return np.array(counts, bool)


@lru_cache(1 << 16)
def _figure(written: str) -> tuple[int, int, int]:
    """The key of a figure, its kind as far as the figure alone tells, and its entry in `Figures.integers`."""
    from hashlib import blake2b  # late: OpenSSL takes 0.003 s

    normal, digits = normal_form(written), parts_of_number(written)[1]
    key = int.from_bytes(blake2b(normal.encode(), digest_size=8).digest(), "little")
    value = normal.removeprefix("-")
    is_signed = value != normal
    if not value.isdecimal():
        return key, FIGURE if _NUMBER.fullmatch(value) else INCIDENTAL, SIGNED if is_signed else -1
    number = int(value) if len(value) < 10 else -1
    integer = SIGNED if is_signed else number
    if len(digits) == 4 and digits.isdecimal():
        is_year = value[:2] in ("19", "20") or len(value) < 4
        return key, INCIDENTAL if is_year else _MAYBE_TIME, integer
    return key, _MAYBE_DAY if 0 <= number <= 31 else FIGURE, integer


@cache
def _hashes_of(words: str) -> Hashes:
    return words_of(pa.array([words], pa.large_string())).values


def _are_in(keys: Hashes, words: Iterable[str]) -> Bools:
    """Which of the keys are words of this list."""
    return np.isin(keys, _hashes_of(" ".join(words)))


def _read_number_words(keys: Hashes, kinds: Bytes, integers: Int32s) -> None:
    """Make "two" the same figure as "2", in place."""
    for number, word in enumerate(NUMBER_WORDS, 1):
        at = keys == _hashes_of(word)[0]
        keys[at], kinds[at], integers[at] = _figure(str(number))[0], _MAYBE_DAY, number


def _resolve_kinds(tokens: Figures) -> Figures:
    """Figures in which each figure is a FIGURE or INCIDENTAL, by the words around it."""
    at = np.flatnonzero(tokens.kinds)
    earlier, before, after, second, third = (tokens.neighbours(at, step) for step in (-2, -1, 1, 2, 3))
    kind = tokens.kinds[at]
    incidental = (kind == INCIDENTAL) | _are_in(before, COUNTED_THINGS) | _are_in(after, COUNTED_THINGS)
    incidental |= (kind != FIGURE) & (_are_in(before, MONTHS) | _are_in(after, MONTHS))
    incidental |= _are_in(after, CLOCK_WORDS) | (_are_in(after, ["a", "p"]) & _are_in(second, ["m"]))
    incidental |= _are_in(after, THOUSANDS) & _are_in(second, COUNTED_THINGS)
    is_age = _are_in(before, BEFORE_AGE) | (_are_in(before, ["a"]) & _are_in(earlier, ["y"]))
    is_age |= _are_in(second, AFTER_AGE) | (_are_in(second, ["de", "di"]) & _are_in(third, AFTER_AGE))
    incidental |= _are_in(after, TIME_UNITS) & is_age
    kinds = np.zeros_like(tokens.kinds)
    kinds[at] = np.where(incidental, INCIDENTAL, FIGURE)
    return Figures(tokens.keys, kinds, tokens.integers, tokens.offsets)


def figure_spans(text: str) -> list[Cut]:
    """The spans of the figures of `figures([text])`, incidental ones included, in characters."""
    spans, start = list[Cut](), 0
    for i, piece in enumerate(_pieces(text)):
        if i % 2:
            spans.append((start, start + len(piece)))
        else:
            words = (word.span() for word in _NUMBER_WORD.finditer(piece))
            spans += [(start + first, start + last) for first, last in words]
        start += len(piece)
    return spans
