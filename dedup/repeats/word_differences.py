"""The words in which two copies differ: slips of whoever typed or scanned one of them, or other facts."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from dedup.repeats import lexicon
from dedup.repeats.article import Article, ParagraphPair

# least ratio (0 to 100) of two words of which one may be a slip: "reciept" and "receipt", not "Tom" and "Tim"
_SLIP = 70.0
_LEAST_TORN = 5  # letters of a word that may be torn in two
_MAX_PARTS = 20  # differing words of a copy up to which pairs of them are tried as parts of a torn word
# digits, and the letter i, to the letters that scanners confuse them with
_CONFUSED = str.maketrans("01589i", "olsbgl")
# least letters and ratio of a word that may be another with two letters misread: "hiqbly" and "highly"
_LEAST_GARBLED, _GARBLED = 5, 60.0
# where a teaser breaks off, and the words of its link: "… Read more"
_CUT_OFF = re.compile(r"(?:…|\.\.\.)\W*(?:\w+\W*){0,5}$")
_MAX_COMPARED = 50  # differing words of a paragraph that are compared; of the rest none counts as a slip


class WordDifferences(NamedTuple):
    """How many words only one of two copies has: `figures` contain digits, `slips` are explained by a letter
    or two, `others` are the rest.
    """

    figures: int = 0
    slips: int = 0
    others: int = 0


def word_differences(article: Article, pairs: Iterable[ParagraphPair]) -> WordDifferences:
    """The differences between the two paragraphs of each pair, added up. Addresses of links are ignored."""
    total, hashes = WordDifferences(), article.hashes
    for a, b in pairs:
        if hashes[a] != hashes[b]:
            left, right = (Counter(_words(article, paragraph)) for paragraph in (a, b))
            only_left, only_right = list((left - right).elements()), list((right - left).elements())
            total = WordDifferences(*map(sum, zip(total, _count(only_left, only_right), strict=True)))
    return total


def has_other_words(article: Article, part: int, whole: int) -> bool:
    """Whether a paragraph has a word or a number that a longer one lacks, which a cut would lose.

    A misread letter or two make no other word, and for every two such words a third one may be misread beyond
    recognition. A single letter is no word: "A" is added to many teasers. The words of a link behind the mark
    where a teaser breaks off do not count. Each character of a script without spaces is a word.
    """
    texts = [article.remove_links(article.paragraph(paragraph)) for paragraph in (part, whole)]
    counts = [Counter(_single_words(text)) for text in (_CUT_OFF.sub("", texts[0]), texts[1])]
    only_part, only_whole = list((counts[0] - counts[1]).elements()), list((counts[1] - counts[0]).elements())
    if any(word.isdigit() for word in only_part):
        return True
    _take_torn(only_part, only_whole)
    _take_torn(only_whole, only_part)
    others = [word for word in only_part if len(word) > 1 or lexicon.count_unspaced(word) != (0, 0)]
    if len(others) > _MAX_COMPARED:
        return True
    unlike = len(list(_without_slips(others, only_whole)))
    return unlike > (len(others) - unlike) / 2


def _single_words(text: str) -> list[str]:
    """The words of a text, case-folded; each character of a script without spaces is one."""
    return lexicon.separate_unspaced(" ".join(lexicon.WORD.findall(text.casefold()))).split()


def _without_slips(words: list[str], others: list[str]) -> Iterator[str]:
    """The words that are no slip of one of the others; each of these explains one word."""
    rest = list(others)
    for word in words:
        match = process.extractOne(word, rest, scorer=fuzz.ratio)
        if match and (_is_slip(word, match[0]) or (len(word) >= _LEAST_GARBLED and match[1] >= _GARBLED)):
            del rest[match[2]]
        else:
            yield word


def _words(article: Article, paragraph: int) -> list[str]:
    words: list[str] = lexicon.WORD.findall(article.remove_links(article.paragraph(paragraph)))
    return words


def _count(left: list[str], right: list[str]) -> WordDifferences:
    """The kinds of these words, each compared with the most similar one of the other copy."""
    slips = 2 * (_take_torn(left, right) + _take_torn(right, left))
    others, rest = left[_MAX_COMPARED:] + right[_MAX_COMPARED:], right[:_MAX_COMPARED]
    for word in left[:_MAX_COMPARED]:
        match = process.extractOne(word, rest, scorer=fuzz.ratio)
        if match and _is_slip(word, match[0]):
            rest.remove(match[0])
            slips += 2 * (word.casefold() != match[0].casefold())
        else:
            others.append(word)
    others += rest
    figures = sum(_digits(word) != "" for word in others)
    return WordDifferences(figures, slips, len(others) - figures)


def _take_torn(words: list[str], parts: list[str]) -> int:
    """How many of these words are torn in two in the other copy, with at most one letter lost ("awards" as
    "a.ards"). Removes them from `words`, and their parts from `parts`.
    """
    torn = 0
    if len(parts) > _MAX_PARTS:
        return torn
    for word in [word for word in words if len(word) >= _LEAST_TORN and not _digits(word)]:
        for start, end in permutations(parts, 2):
            fits = word.startswith(start) and word.endswith(end)
            if fits and 0 <= len(word) - len(start) - len(end) <= 1:
                words.remove(word)
                parts.remove(start)
                parts.remove(end)
                torn += 1
                break
    return torn


def _is_slip(word: str, other: str) -> bool:
    """Whether one word may be the other misread or mistyped. It is no slip if that changes a number."""
    if len(word) > 1 and _misread(word) == _misread(other) and not (word.isdigit() or other.isdigit()):
        return True
    if _digits(word) != _digits(other) and 2 * max(len(_digits(word)), len(_digits(other))) >= len(word):
        return False
    ratio = fuzz.ratio(word.casefold(), other.casefold())
    return ratio >= _SLIP or (word.islower() and other.islower() and Levenshtein.distance(word, other) <= 1)


def _misread(word: str) -> str:
    """A word, case-folded, with one letter for the characters that scanners confuse: "U5" becomes "us"."""
    return word.casefold().translate(_CONFUSED)


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))
