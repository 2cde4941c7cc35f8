"""The words in which two copies differ: another fact, or a slip of whoever typed or scanned it."""

from collections import Counter
from collections.abc import Iterable
from itertools import permutations
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from dedup.repeats import lexicon
from dedup.repeats.article import Article

# ratio of two words from which on one may be a slip: "reciept" and "receipt", not "Tom" and "Tim"
_SLIP = 70.0
_TORN = 5  # letters from which on a word may be torn in two
_PARTS = 20  # words of a copy up to which their pairs are looked at
_CONFUSED = str.maketrans("01589i", "olsbgl")
_COMPARED = 50  # differing words of a paragraph that are looked at


class Differing(NamedTuple):
    """Words that stand in one copy alone: such with figures, such as a slip of a letter or two explains, and
    others.
    """

    figures: int = 0
    slips: int = 0
    others: int = 0


def differing(article: Article, pairs: Iterable[tuple[int, int]]) -> Differing:
    """What differs between the paragraphs of each pair, all together."""
    counts, hashes = Differing(), article.hashes
    for a, b in pairs:
        if hashes[a] != hashes[b]:
            one, two = (Counter(lexicon.WORD.findall(article.unlinked(article.said(i)))) for i in (a, b))
            left, right = list((one - two).elements()), list((two - one).elements())
            counts = Differing(*map(sum, zip(counts, _sorted_out(left, right), strict=True)))
    return counts


def _sorted_out(left: list[str], right: list[str]) -> Differing:
    """Which kind of difference these words are: each is held against the most alike of the other copy."""
    slips, others = 2 * (_torn(left, right) + _torn(right, left)), left[_COMPARED:] + right[_COMPARED:]
    rest = right[:_COMPARED]
    for word in left[:_COMPARED]:
        match = process.extractOne(word, rest, scorer=fuzz.ratio)
        if match and _is_slip(word, match[0]):
            rest.remove(match[0])
            slips += 2 * (word.casefold() != match[0].casefold())
        else:
            others.append(word)
    others += rest
    figures = sum(_digits(word) != "" for word in others)
    return Differing(figures, slips, len(others) - figures)


def _torn(words: list[str], parts: list[str]) -> int:
    """How many of these words stand in the other copy torn in two, at most a letter lost: "awards" as
    "a.ards". They and their parts are taken out of both lists.
    """
    torn = 0
    if len(parts) > _PARTS:
        return torn
    for word in [word for word in words if len(word) >= _TORN and not _digits(word)]:
        for one, two in permutations(parts, 2):
            if word.startswith(one) and word.endswith(two) and len(word) - 1 <= len(one + two) <= len(word):
                words.remove(word)
                parts.remove(one)
                parts.remove(two)
                torn += 1
                break
    return torn


def _is_slip(word: str, other: str) -> bool:
    """Whether one word may be the other misread or mistyped: never where that changes a figure."""
    if len(word) > 1 and _unread(word) == _unread(other) and not (word.isdigit() or other.isdigit()):
        return True
    if _digits(word) != _digits(other) and 2 * max(len(_digits(word)), len(_digits(other))) >= len(word):
        return False
    ratio = fuzz.ratio(word.casefold(), other.casefold())
    return ratio >= _SLIP or (word.islower() and other.islower() and Levenshtein.distance(word, other) <= 1)


def _unread(word: str) -> str:
    """A word with the figures in it that scanners take for letters: "U5" is "US"."""
    return word.casefold().translate(_CONFUSED)


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))
