"""The words of titles and short texts as they are written, and which words stand for the same."""

import re
from math import ceil
from typing import NamedTuple

from rapidfuzz.distance import Indel, Prefix

from dedup.text.encoding import replace_surrogates
from dedup.text.figures import MONTHS, NUMBER_WORDS
from dedup.text.numerals import normal_form

_WORD = re.compile(r"\w+(?:[.,'’&/]\w+|(?<=\d):\d+|(?<!\d)-\w+)*")
_TIME = re.compile(r"\d\d?[:h]\d\d.*")
_PARTS = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"[.!?:…\"“”»«\n]\s*\Z")
_NUMBER = re.compile(r"\d+(?:[.,'’]\d+)*")
_POSSESSIVE = re.compile(r"['’]s\Z")
_CALENDAR = frozenset(
    [
        *MONTHS,
        *["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        *["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"],
        *["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        *["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    ]
)
_STEM = 4  # letters that two forms of a word share at least, and 0.7 of the shorter one
_SEEN = 600  # characters of a text that tell how it uses capital letters
_TYPO = 0.85  # the similarity of a word and its misspelling, both of at least five letters


class Word(NamedTuple):
    """A word of a text: its span, how it is written, how it is compared, and whether it starts a sentence."""

    start: int
    end: int
    written: str
    key: str
    is_first: bool

    @property
    def is_fact(self) -> bool:
        """Whether it is a figure, but no time of day, or the name of a number, a month or a weekday."""
        return (any(map(str.isdigit, self.key)) and not _TIME.fullmatch(self.key)) or self.key in _CALENDAR

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.written[0].isupper()


def words(text: str) -> list[Word]:
    """The words of a text, figures included, in order. A figure is compared by its value."""
    text, found, end = replace_surrogates(text), list[Word](), 0
    for match in _WORD.finditer(text):
        is_first = not found or bool(_SENTENCE_END.search(text[end : match.start()]))
        found.append(Word(*match.span(), match[0], _key(match[0]), is_first))
        end = match.end()
    return found


def _key(written: str) -> str:
    """How a word is compared."""
    if _NUMBER.fullmatch(written):
        return normal_form(written)
    folded = _POSSESSIVE.sub("", written.casefold())
    return str(NUMBER_WORDS.index(folded) + 1) if folded in NUMBER_WORDS else folded


def tells_names(text: str) -> bool:
    """Whether capital letters tell names in a text: it is not written in capitals throughout."""
    start = text[:_SEEN]
    return 2 * sum(map(str.isupper, start)) < sum(map(str.isalpha, start))


def stands_among(word: Word, others: frozenset[str]) -> bool:
    """Whether the word, its parts, another form of it or a misspelling of it is among these keys."""
    if word.key in others or word.is_fact:
        return word.key in others
    parts = _PARTS.split(word.key)
    if len(parts) > 1 and others.issuperset(filter(None, parts)):
        return True
    return any(_are_forms(word.key, other) or _are_close(word.key, other) for other in others)


def stands_in(word: Word, folded: str) -> bool:
    """Whether the word, its parts or another form of it is in a casefolded text."""
    if len(word.key) > _STEM:
        return word.key[: max(_STEM, ceil(0.7 * len(word.key)))] in folded
    return re.search(rf"(?<!\w){re.escape(word.key)}(?!\w)", folded) is not None


def _are_forms(one: str, other: str) -> bool:
    """Whether two words share a stem: "clears" and "cleared"."""
    if one[:_STEM] != other[:_STEM]:
        return False
    shared = Prefix.similarity(one, other)
    return shared >= _STEM and shared >= 0.7 * min(len(one), len(other))


def _are_close(one: str, other: str) -> bool:
    """Whether one word may be a misspelling of the other."""
    if abs(len(one) - len(other)) > 2 or min(len(one), len(other)) <= _STEM or any(map(str.isdigit, other)):
        return False
    return Indel.normalized_similarity(one, other, score_cutoff=_TYPO) >= _TYPO
