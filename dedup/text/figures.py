"""Texts to words and figures, in order. A figure counts by its value: "2,000" and "2.000" are the same."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, chain
from typing import Final

import numpy as np
import pyarrow as pa

from dedup.document import Cut
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
# While reading, until the words around a figure are known:
_MAYBE_DAY = 3  # incidental beside a month
_MAYBE_TIME = 4  # incidental beside a month, or before "GMT"

# Scripts without spaces: a figure may follow their letters directly.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
# A match is the complete figure, so that no part of "MH370" or "14th" matches. In this order: dates, times of
# day, fractions, numbers. Matching the digit first and then looking behind it is three times as fast as the
# other way round.
_PATTERN = re.compile(
    rf"(\d(?<!(?-i:[^\W{_UNSPACED}])\d)(?:"  # with regard to case: to fold these scripts takes 0.004 s
    r"\d{3}[-/.]\d\d?[-/.]\d\d?|\d?[-/.]\d\d?[-/.](?:\d{4}|\d\d)|\d?(?::\d\d(?::\d\d)?|h\d\d)"
    r"|(?:\d*+[ -]\d)?+\d*+/\d++"
    r"|\d*+(?:[.,．'’٫٬\u00a0\u2009\u202f]\d++)*+(?!(?:st|nd|rd|th)\b)"
    r")(?!\d))",
    re.IGNORECASE,
)
_SEPARATORS = str.maketrans("٫٬．", ".,.", "'’\u00a0\u2009\u202f")
_FRACTION = re.compile(r"(\d+ )?\d{1,3}/\d{1,3}")
_NUMBER_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(NUMBER_WORDS)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Figures:
    """The words and figures of documents, as tokens: document i has those from offsets[i] to offsets[i + 1].

    `keys` uint64: hashes of words, and of figures by their value; `kinds` uint8: WORD, FIGURE or INCIDENTAL;
    `integers` int32: the value of a whole number below 10^9, else -1; `offsets` int64 (documents + 1).
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
    pieces = [_PATTERN.split(replace_surrogates(text)) for text in texts]  # gap, figure, gap, ..., gap
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
    """The key of a figure, its kind as far as the figure alone tells, and its value if it is a whole number
    below 10^9, else -1.
    """
    from hashlib import blake2b  # late: OpenSSL takes 0.003 s

    normal = normal_form(written)
    key = int.from_bytes(blake2b(normal.encode(), digest_size=8).digest(), "little")
    if not normal.isdigit():
        is_number = normal.replace(".", "").isdigit() or _FRACTION.fullmatch(normal)
        return key, FIGURE if is_number else INCIDENTAL, -1
    number = int(normal) if len(normal) < 10 else -1
    if len(written) == 4 and written.isdecimal():
        is_year = normal[:2] in ("19", "20") or len(normal) < 4
        return key, INCIDENTAL if is_year else _MAYBE_TIME, number
    return key, _MAYBE_DAY if 0 <= number <= 31 else FIGURE, number


def normal_form(written: str) -> str:
    """A number with ASCII digits and a point before its decimals; a date or fraction as it is written.

    One comma or point groups thousands if three digits follow and no zero precedes it ("2.000" is "2,000"),
    and marks decimals otherwise. Where both occur, the last one marks decimals.
    """
    plain = "".join(str(unicodedata.decimal(c, c)) for c in written).translate(_SEPARATORS)
    parts = re.split("[.,]", plain)
    if not "".join(parts).isdigit():
        return re.sub(r"(?<=\d)-(?=\d+/)", " ", plain)
    marks = [c for c in plain if c in ".,"]
    decimals = ""
    if (len(marks) == 1 and not _are_groups(parts)) or (len(set(marks)) == 2 and marks.count(marks[-1]) == 1):
        decimals = parts.pop().rstrip("0")
    elif marks and not _are_groups(parts):
        return plain
    number = "".join(parts).lstrip("0") or "0"
    return f"{number}.{decimals}" if decimals else number


def _are_groups(parts: list[str]) -> bool:
    """Whether these are groups of thousands, or of lakhs and crores."""
    first, *inner, last = parts
    return 0 < len(first) <= 3 and first[0] != "0" and len(last) == 3 and {*map(len, inner)} <= {2, 3}


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
    for i, piece in enumerate(_PATTERN.split(replace_surrogates(text))):
        if i % 2:
            spans.append((start, start + len(piece)))
        else:
            words = (word.span() for word in _NUMBER_WORD.finditer(piece))
            spans += [(start + first, start + last) for first, last in words]
        start += len(piece)
    return spans
