"""Texts -> words and figures in a row, figures as numbers: "2,000", "2 000" and "two thousand"'s "2000" in any digits."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.paragraphs import Offsets, encodable
from dedup.shingles import Hashes, words_of

# A word; a figure that says something; one that passes: a date, a time of day, a counter on a page.
WORD, FIGURE, PASSING = 0, 1, 2
_DAY, _HOURS = 3, 4  # a figure that passes beside a month, or before "GMT"
_SMALL, _LONG = 31, 4

# Whole: nothing of "MH370" or "14th" is a figure. Between digits, these are part of a number or a date.
_PATTERN = re.compile(
    r"(?<!\w)("
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)(?!\d)|\d{1,2}:\d\d(?::\d\d)?|(?:\d++[ -])?+\d++/\d++"
    r"|\d++(?:[.,'’٫٬\u00a0\u202f\u2009]\d++)*+(?!(?:st|nd|rd|th)\b)"
    r")(?!\d)",
    re.IGNORECASE,
)
_MARKS = str.maketrans("٫٬", ".,", "'’\u00a0\u202f\u2009")
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_MONTHS = """
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october
    nov november dec december januar februar märz mai juni juli oktober dezember janvier février mars avril juin
    juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto
    septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre
    dicembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря 年 月 日
""".split()
_CLOCK = "am pm gmt utc est edt cst cdt pst pdt bst cet cest ist hrs uhr".split()
_COUNTED = """
    comment comments view views like likes reply replies retweet retweets tweet tweets follower followers read
    reads kommentar kommentare commentaires comentarios комментариев комментарии просмотров
""".split()
_UNITS = "minute minutes min mins hour hours hr hrs day days week weeks month months year years".split()


@dataclass(frozen=True)
class Figures:
    """The words and figures of documents: i has keys[bounds[i]:bounds[i + 1]].

    `keys` uint64: hashes of words, and of figures by their value; `kinds` uint8: WORD, FIGURE or PASSING;
    `bounds` int64 (documents + 1).
    """

    keys: Hashes
    kinds: npt.NDArray[np.uint8]
    bounds: Offsets


def pieces(text: str) -> list[str]:
    """The text cut at its figures: every second piece is a figure, the first and the last are not."""
    return _PATTERN.split(encodable(text))


@lru_cache(1 << 16)
def figure(written: str) -> tuple[int, int]:
    """A figure's key and kind from how it is written."""
    said = value(written)
    if not said.replace(".", "").isdigit():
        return _key(said), FIGURE if _is_fraction(said) else PASSING
    if "." in said:
        return _key(said), FIGURE
    if len(written) == _LONG and written.isdigit():
        year = said[:2] in ("19", "20") and len(said) == _LONG
        return _key(said), PASSING if year or written[0] == "0" else _HOURS
    return _key(said), _DAY if int(said) <= _SMALL else FIGURE


def _is_fraction(said: str) -> bool:
    return bool(re.fullmatch(r"(\d+[ -])?\d{1,3}/\d{1,3}", said))


def value(written: str) -> str:
    """A number in plain form: ASCII digits, a point before decimals; dates, times and fractions as written.

    One comma or point with three digits behind it and no zero before it groups thousands ("2.000" is "2,000"),
    any other one marks decimals.
    """
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in written).translate(_MARKS)
    parts = re.split("[.,]", plain)
    marks = [c for c in plain if c in ".,"]
    if not plain.replace(".", "").replace(",", "").isdigit():
        return plain.replace("-", " ") if "/" in plain else plain
    whole, decimals = parts, ""
    if marks and (len(set(marks)) > 1 or (len(marks) == 1 and not _groups(parts))):
        whole, decimals = parts[:-1], parts[-1].rstrip("0")
    elif len(marks) > 1 and not _groups(parts):
        return plain
    number = "".join(whole).lstrip("0") or "0"
    return f"{number}.{decimals}" if decimals else number


def _groups(parts: Sequence[str]) -> bool:
    """Whether these are groups of thousands, or of lakhs and crores."""
    return (
        0 < len(parts[0]) <= 3
        and parts[0][0] != "0"
        and len(parts[-1]) == 3
        and all(len(part) in (2, 3) for part in parts[1:-1])
    )


def _key(said: str) -> int:
    return int.from_bytes(blake2b(said.encode(), digest_size=8).digest(), "little")


@cache
def _hashes(*words: str) -> Hashes:
    return words_of(pa.array(words, pa.large_string())).values


def figures(texts: Iterable[str]) -> Figures:
    """The words and figures of each text, in order."""
    cut = [pieces(text) for text in texts]
    count = np.array([len(each) // 2 for each in cut], np.int64)
    gaps = words_of(pa.array(list(chain.from_iterable(each[::2] for each in cut)), pa.large_string()))
    found = [figure(written) for each in cut for written in each[1::2]]
    ends = np.cumsum(count + 1)  # of each text's gaps
    inner = np.ones(ends[-1] if len(ends) else 0, bool)  # gaps with a figure behind them
    inner[ends - 1] = False
    before = np.cumsum(inner) - inner  # figures before each gap
    keys = np.empty(len(gaps.values) + len(found), np.uint64)
    kinds = np.zeros(len(keys), np.uint8)
    keys[np.arange(len(gaps.values)) + np.repeat(before, np.diff(gaps.bounds))] = gaps.values
    places = (gaps.bounds[1:] + before)[inner]
    keys[places] = np.array([key for key, _ in found], np.uint64)
    kinds[places] = np.array([kind for _, kind in found], np.uint8)
    bounds = np.concatenate((np.zeros(1, np.int64), gaps.bounds[ends] + np.cumsum(count)))
    return Figures(keys, _settled(keys, kinds), bounds)


def _settled(keys: Hashes, kinds: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """WORD, FIGURE or PASSING for each token, from the words around it; writes numbers' keys for their names."""
    names = _hashes(*NUMBERS)
    for name, hash_ in enumerate(names, 1):
        named = keys == hash_
        keys[named], kinds[named] = _key(str(name)), FIGURE
    at = np.flatnonzero(kinds >= FIGURE)
    padded = np.concatenate((np.zeros(2, np.uint64), keys, np.zeros(2, np.uint64)))
    before, after, second = padded[at + 1], padded[at + 3], padded[at + 4]
    month = np.isin(before, _hashes(*_MONTHS)) | np.isin(after, _hashes(*_MONTHS))
    spelled = np.isin(after, _hashes("a", "p")) & (second == _hashes("m")[0])
    clock = np.isin(after, _hashes(*_CLOCK)) | spelled
    ago = np.isin(after, _hashes(*_UNITS)) & (second == _hashes("ago")[0])
    counted = np.isin(before, _hashes(*_COUNTED)) | np.isin(after, _hashes(*_COUNTED))
    own = kinds[at]
    passing = (own == PASSING) | counted | ago | clock | (month & ((own == _DAY) | (own == _HOURS)))
    out = np.zeros(len(kinds), np.uint8)
    out[at] = np.where(passing, PASSING, FIGURE)
    return out
