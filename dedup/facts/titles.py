"""Titles that name different things: "Lockheed wins contract" and "Grumman wins contract"."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from dedup.facts.terms import Titled
from dedup.facts.words import Word, stands_among, stands_in, tells_names, words

_SHORT = 2  # letters of a word that names nothing
_SEPARATOR = re.compile(r"\s*[|»·•]+\s*|\s+[-–—:/]+\s*|[-–—:/;]+\s+|(?<=\D)/(?=\D)|(?<=\d)-(?=[^\W\d])")
_MARK = 3  # words at most of a mark before a title ("UPDATE 2-") and of the name of a site behind it
_SHOWN = 3  # words of a name in a reason


class _Side(NamedTuple):
    """One of two titles: its words, those that only it has, and the text below it."""

    title: str
    words: tuple[Word, ...]
    own: list[Word]
    text: str


def titles_differ(one: Titled, other: Titled, with_facts: bool = True) -> tuple[str, str] | None:
    """What the titles of two articles that match name differently, as each writes it; None: nothing.

    Names count that a title and its text have, and the other title and text lack; so do figures and months
    (`with_facts`). In notes, whose text may have neither, those of titles alone count, and the words with
    which titles begin.
    """
    sides = _sides(one, other)
    if sides is None:
        return None
    are_notes = one.is_note and other.is_note
    facts = [_facts if are_notes else _facts_of_text] if with_facts else []
    for find in [_names, *facts, *([_lead] if are_notes else [])]:
        found = find(sides[0]), find(sides[1])
        if all(found):
            return _written(found[0]), _written(found[1])
    return None


@lru_cache(1 << 12)
def _words_of(title: str) -> tuple[Word, ...]:
    """The words of a title, which many pairs may share."""
    return tuple(words(title))


def _sides(one: Titled, other: Titled) -> tuple[_Side, _Side] | None:
    """Both titles, if each has words of its own that are not in the other text."""
    heads = [_words_of(article.title) for article in (one, other)]
    keys = [frozenset(word.key for word in head) for head in heads]
    only = [[word for word in head if not stands_among(word, keys[1 - i])] for i, head in enumerate(heads)]
    if not all(only):
        return None
    texts = [article.text.casefold() for article in (one, other)]
    own = [[word for word in only[i] if not stands_in(word, texts[1 - i])] for i in (0, 1)]
    if not all(own):
        return None
    return _Side(one.title, heads[0], own[0], one.text), _Side(other.title, heads[1], own[1], other.text)


def _names(side: _Side) -> list[Word]:
    """The words of a title that have a capital wherever they stand in the text, and do."""
    if not tells_names(side.text):
        return []
    return [word for word in side.own if _is_name(word, side.text) and not _is_aside(word, side)]


def _is_name(word: Word, text: str) -> bool:
    if word.is_fact or len(word.key) <= _SHORT:
        return False
    found = re.findall(rf"(?<!\w){re.escape(word.key)}", text, re.IGNORECASE)
    return bool(found) and all(form[0].isupper() for form in found)


def _facts(side: _Side) -> list[Word]:
    """The figures and months of a title."""
    return [word for word in side.own if word.is_fact and not _is_aside(word, side)]


def _facts_of_text(side: _Side) -> list[Word]:
    """The figures and months of a title that the text has, too."""
    facts = _facts(side)
    keys = {word.key for word in words(side.text)} if facts else ()
    return [word for word in facts if word.key in keys]


def _is_aside(word: Word, side: _Side) -> bool:
    """Whether a word belongs to a mark before the title, or to the name of a site behind it."""
    breaks = [match.end() for match in _SEPARATOR.finditer(side.title)]
    before = sum(other.start < breaks[0] for other in side.words) if breaks else 0
    behind = sum(other.start >= breaks[-1] for other in side.words) if breaks else 0
    is_before = bool(breaks) and word.start < breaks[0] and before <= _MARK and before < len(side.words)
    is_behind = bool(breaks) and word.start >= breaks[-1] and behind <= _MARK and 2 * behind < len(side.words)
    return is_before or is_behind


def _lead(side: _Side) -> Sequence[Word]:
    """The first words of a title, if they and the first one of its longest part are its own."""
    telling = [word for word in side.words if len(word.key) > _SHORT]
    starts = [0, *(match.end() for match in _SEPARATOR.finditer(side.title))]
    parts = [
        [word for word in telling if start <= word.start < end]
        for start, end in pairwise([*starts, len(side.title)])
    ]
    if not telling or telling[0] not in side.own or max(parts, key=len)[0] not in side.own:
        return []
    run = side.words[side.words.index(telling[0]) :]
    end = next((i for i, word in enumerate(run) if word not in side.own), len(run))
    last = max((i for i, word in enumerate(run[:end]) if word in telling), default=0)
    return run[: last + 1]


def _written(named: Sequence[Word]) -> str:
    return " ".join(word.written for word in named[:_SHOWN])
