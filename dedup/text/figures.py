"""Texts -> words and figures in a row. A figure counts as a number, whatever its digits and its marks are."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import accumulate, chain
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.kernels.arrays import Hashes, Offsets
from dedup.kernels.digits import runs as digit_runs
from dedup.text.encoding import replace_surrogates, utf8
from dedup.text.ragged import Ragged, sets
from dedup.text.words import words_of

NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
# Beside these a figure is a date, a time of day, a counter on a page, or an age ("5 minutes ago").
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
CLOCK = "am pm gmt utc est edt cst cdt pst pdt bst cet cest ist hrs uhr".split()
COUNTED = """
    comment comments view views like likes reply replies retweet retweets tweet tweets follower followers read
    reads kommentar kommentare commentaires comentarios комментариев комментарии просмотров
""".split()
UNITS = """
    second seconds minute minutes min mins hour hours hr hrs day days week weeks month months year years
""".split()

WORD: Final = 0
FIGURE: Final = 1  # it says something
PASSING: Final = 2  # a date, a time of day, a counter on a page: it differs between copies of one article
_DAY, _HOURS = 3, 4  # while reading: passes beside a month; passes beside a month or before "GMT"

# Letters that a figure may follow without a space.
_GLUED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Whole, so that nothing of "MH370" or "14th" is a figure. In turn: dates, times of day, fractions, numbers.
# It begins with a digit, not with what must not stand before one: that way it is three times as fast.
_PATTERN = re.compile(
    rf"(\d(?<![^\W{_GLUED}]\d)(?:"
    r"\d{3}[-/.]\d\d?[-/.]\d\d?|\d?[-/.]\d\d?[-/.](?:\d{4}|\d\d)|\d?:\d\d(?::\d\d)?"
    r"|(?:\d*+[ -]\d)?+\d*+/\d++"
    r"|\d*+(?:[.,．'’٫٬\u00a0\u2009\u202f]\d++)*+(?!(?:st|nd|rd|th)\b)"
    r")(?!\d))",
    re.IGNORECASE,
)
_MARKS = str.maketrans("٫٬．", ".,.", "'’\u00a0\u2009\u202f")
_FRACTION = re.compile(r"(\d+ )?\d{1,3}/\d{1,3}")
_NAMED = re.compile(rf"(?<!\w)(?:{'|'.join(NUMBERS)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Figures:
    """The words and figures of documents: document i has keys[offsets[i]:offsets[i + 1]].

    `keys` uint64: hashes of words, and of figures by their value; `kinds` uint8: WORD, FIGURE or PASSING;
    `wholes` int32: the value of a whole number below 10^9, -1 for all else; `offsets` int64 (documents + 1).
    """

    keys: Hashes
    kinds: npt.NDArray[np.uint8]
    wholes: npt.NDArray[np.int32]
    offsets: Offsets

    def near(self, at: Offsets, step: int) -> Hashes:
        """The keys `step` tokens on from the tokens `at` (int64), 0 where the document has ended."""
        document = np.searchsorted(self.offsets, at, side="right")
        there = at + step
        inside = (there >= self.offsets[document - 1]) & (there < self.offsets[document])
        return np.where(inside, self.keys[np.where(inside, there, 0)], np.uint64(0))


def join(parts: Iterable[Figures]) -> Figures:
    """The documents of all parts, in order."""
    some = list(parts)
    shifts = accumulate((len(part.keys) for part in some), initial=0)
    bounds = [part.offsets[1:] + shift for part, shift in zip(some, shifts, strict=False)]
    return Figures(
        np.concatenate([part.keys for part in some] or [np.zeros(0, np.uint64)]),
        np.concatenate([part.kinds for part in some] or [np.zeros(0, np.uint8)]),
        np.concatenate([part.wholes for part in some] or [np.zeros(0, np.int32)]),
        np.concatenate([np.zeros(1, np.int64), *bounds]),
    )


def digits(texts: "pa.LargeStringArray") -> Ragged:
    """The different runs of digits in each text, points and commas between them included: where all of one
    text's stand in another, hardly a figure that is written in digits differs.
    """
    return sets(Ragged(*digit_runs(*utf8(texts))))


def figures(texts: Iterable[str]) -> Figures:
    """The words and figures of each text, in order. Words are those of shingles, cut at figures."""
    cut = [_PATTERN.split(replace_surrogates(text)) for text in texts]
    count = np.array([len(pieces) // 2 for pieces in cut], np.int64)
    gaps = words_of(pa.array(chain.from_iterable(pieces[::2] for pieces in cut), pa.large_string()))
    found = [_figure(written) for pieces in cut for written in pieces[1::2]]
    last = np.cumsum(count + 1)  # one past each text's last gap
    inner = np.ones(len(gaps.offsets) - 1, bool)  # gaps with a figure behind them
    inner[last - 1] = False
    before = np.cumsum(inner) - inner  # figures before each gap
    keys = np.empty(len(gaps.values) + len(found), np.uint64)
    kinds, wholes = np.zeros(len(keys), np.uint8), np.full(len(keys), -1, np.int32)
    keys[np.arange(len(gaps.values)) + np.repeat(before, np.diff(gaps.offsets))] = gaps.values
    places = (gaps.offsets[1:] + before)[inner]
    keys[places] = np.array([figure[0] for figure in found], np.uint64)
    kinds[places] = np.array([figure[1] for figure in found], np.uint8)
    wholes[places] = np.array([figure[2] for figure in found], np.int32)
    _read_names(keys, kinds, wholes)
    bounds = np.concatenate((np.zeros(1, np.int64), gaps.offsets[last] + np.cumsum(count)))
    return _settled(Figures(keys, kinds, wholes, bounds))


@lru_cache(1 << 16)
def _figure(written: str) -> tuple[int, int, int]:
    """A figure's key, its kind before its neighbours are looked at, and its value if it is a whole number."""
    said = value(written)
    key = int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "little")
    if not said.isdigit():
        says = said.replace(".", "").isdigit() or _FRACTION.fullmatch(said)
        return key, FIGURE if says else PASSING, -1
    number = int(said) if len(said) < 10 else -1
    if len(written) == 4 and written.isdecimal():  # a year, or a time of day
        return key, PASSING if said[:2] in ("19", "20") or len(said) < 4 else _HOURS, number
    return key, _DAY if 0 <= number <= 31 else FIGURE, number


def value(written: str) -> str:
    """A number in plain form: ASCII digits, a point before decimals; dates and fractions as they are written.

    One comma or point groups thousands if three digits stand behind it and no zero before it ("2.000" is
    "2,000"), and marks decimals otherwise. Where both stand, the last one marks decimals.
    """
    plain = "".join(str(unicodedata.decimal(c, c)) for c in written).translate(_MARKS)
    parts = re.split("[.,]", plain)
    if not "".join(parts).isdigit():
        return re.sub(r"(?<=\d)-(?=\d+/)", " ", plain)
    marks = [c for c in plain if c in ".,"]
    decimals = ""
    if (len(marks) == 1 and not _groups(parts)) or (len(set(marks)) == 2 and marks.count(marks[-1]) == 1):
        decimals = parts.pop().rstrip("0")
    elif marks and not _groups(parts):
        return plain
    number = "".join(parts).lstrip("0") or "0"
    return f"{number}.{decimals}" if decimals else number


def _groups(parts: list[str]) -> bool:
    """Whether these are groups of thousands, or of lakhs and crores."""
    first, *inner, last = parts
    return 0 < len(first) <= 3 and first[0] != "0" and len(last) == 3 and {*map(len, inner)} <= {2, 3}


@cache
def _hashes(words: str) -> Hashes:
    return words_of(pa.array([words], pa.large_string())).values


def _among(keys: Hashes, words: Iterable[str]) -> npt.NDArray[np.bool_]:
    return np.isin(keys, _hashes(" ".join(words)))


def _read_names(keys: Hashes, kinds: npt.NDArray[np.uint8], wholes: npt.NDArray[np.int32]) -> None:
    """Make "two" the same figure as "2", in place."""
    for number, name in enumerate(NUMBERS, 1):
        named = keys == _hashes(name)[0]
        keys[named], kinds[named], wholes[named] = _figure(str(number))[0], _DAY, number


def _settled(found: Figures) -> Figures:
    """The same with FIGURE or PASSING for each figure, from the words around it."""
    at = np.flatnonzero(found.kinds)
    before, after, second = (found.near(at, step) for step in (-1, 1, 2))
    own = found.kinds[at]
    passing = (own == PASSING) | _among(before, COUNTED) | _among(after, COUNTED)
    passing |= (own != FIGURE) & (_among(before, MONTHS) | _among(after, MONTHS))
    passing |= _among(after, CLOCK) | (_among(after, ["a", "p"]) & _among(second, ["m"]))
    passing |= _among(after, UNITS) & _among(second, ["ago"])
    kinds = np.zeros_like(found.kinds)
    kinds[at] = np.where(passing, PASSING, FIGURE)
    return Figures(found.keys, kinds, found.wholes, found.offsets)


def spans(text: str) -> list[tuple[int, int]]:
    """Where each figure of `figures([text])` stands, of either kind, as character offsets."""
    found, at = [], 0
    for i, piece in enumerate(_PATTERN.split(replace_surrogates(text))):
        inside: Iterator[tuple[int, int]] = (name.span() for name in _NAMED.finditer(piece))
        found += [(at, at + len(piece))] if i % 2 else [(at + start, at + end) for start, end in inside]
        at += len(piece)
    return found
