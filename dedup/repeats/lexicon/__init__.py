"""Words and patterns that tell menus, forums, code, tables and prices from an author's prose, in the
languages that crawls meet most. Each group has its words, its pattern and the function that applies it.

A pattern is run only where one of its *hints* occurs: a hint is a string without which the pattern cannot
match. Most texts have none, and looking for hints takes a hundredth of what the pattern takes.
"""

import json
import re
from functools import cache
from pathlib import Path

from dedup.native.repeats import Automaton, automaton

# --- words ---

WORD = re.compile(r"\w+")
"""A word as it is written: letters, digits and underscores. The words of two copies are compared in this
form, and those of a headline with those of the lines that contain it.

It is not the word of `native/words.py`, of which shingles, hashes and word counts are made: that one is
case-folded, and each character of a script without spaces is a word.
"""
_PLAIN_WORD = re.compile(r"[^\W_]+")
# `_PLAIN_WORD` for ASCII: each letter and digit in lower case, a space for every other character
_PLAIN_ASCII = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else ord(" ") for c in range(256))


def plain_text(text: str) -> str:
    """The letters and digits of a text, case-folded, with one space between words: what rapidfuzz compares.

    Unlike in WORD, an underscore separates words.
    """
    if text.isascii():  # the table takes a fourth of the time that the pattern takes
        words = text.encode().translate(_PLAIN_ASCII).decode().split()
    else:
        words = _PLAIN_WORD.findall(text.casefold())
    return " ".join(words)


# Runs of characters: a list of single characters takes seven times as long. Hangul has spaces between words.
_IDEOGRAPHS = r"[\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff]+"
_SYLLABLES = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"


@cache
def _unspaced() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Both, compiled where they are needed first: that takes 0.002 s, and few texts need it."""
    return re.compile(_IDEOGRAPHS), re.compile(_SYLLABLES)


def count_unspaced(text: str) -> tuple[int, int]:
    """How many characters of a text belong to scripts written without spaces: East Asian ones, and those of
    Thai, Lao, Burmese and Khmer.
    """
    ideographs, syllables = _unspaced()
    return sum(map(len, ideographs.findall(text))), sum(map(len, syllables.findall(text)))


def separate_unspaced(text: str) -> str:
    """A text with a space before and after each character of a script written without spaces."""
    for pattern in _unspaced():
        text = pattern.sub(lambda run: f" {' '.join(run[0])} ", text)
    return text


# --- menus and buttons ---

_HERE = Path(__file__).parent


@cache
def interface_words() -> frozenset[str]:
    """The words of menus and buttons in 45 languages, by how often they stand in short lines of many sites
    (`bench.languages.interface_words`).
    """
    return _words_in("interface_words.json")


@cache
def calendar_words() -> frozenset[str]:
    """The names of months and days in the same languages."""
    return _words_in("calendar_words.json")


def _words_in(name: str) -> frozenset[str]:
    by_language = json.loads((_HERE / name).read_bytes())
    return frozenset(word for words in by_language.values() for word in words)


# --- forums ---

FORUM_MARKERS = (  # case-folded; "forum" is not among them: news articles use the word
    " wrote:", "schrieb:", "a écrit", "escribió:", "написал", "originally posted", "posted by", "posts:",
    "joined:", "last edited", "reply", "replies", "quote:", "zitat:", "geschrieben von", "thread",
    "\nre: ", "сообщени",
)  # fmt: skip

_SAID = re.compile(
    r"\b(said|wrote|schrieb|a écrit|escribió|написал|posted|replied)\b[^.\n]{0,20}[:：]"
    r"|click to expand|originally posted|↑",
    re.IGNORECASE,
)
_SAID_HINTS = ("：", "lick to expand", "riginally posted", "↑")
_SPEAKS = (" said", " wrote", "schrieb", "écrit", "escrib", "писа")


def names_speaker(text: str) -> bool:
    """Whether a paragraph says who speaks or writes next, as a forum does above a quotation."""
    if ":" not in text and not any(hint in text for hint in _SAID_HINTS):
        return False
    if _SAID.search(text):
        return True
    return text.endswith((":", "：")) and len(text) < 60 and any(word in text.casefold() for word in _SPEAKS)


# --- quotations ---

QUOTED_LINE = re.compile(r"\s*>")
BYLINE = re.compile(r"^[>\s]*[—–―] ?\w", re.MULTILINE)
"""Who said a quotation: a line that begins with a dash."""

# --- sentences and lists ---

# Thai and Lao end a sentence with a space, so any line of theirs may be a complete sentence.
_SENTENCE_END = re.compile(r"[\u0e00-\u0eff]\s*$|[.!?…。！？।؟॥៕][\"'”’»)\]」』]*\s*$")
_STOPS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", "॥", "៕")
LIST_ITEM = re.compile(r"\s*([-*•·▪–—+#]|\d+[.)]|[a-zA-Z][.)])\s")


def indentation(text: str, at: int) -> int:
    """How many blanks come before a place in its line."""
    line = text.rfind("\n", 0, at) + 1
    return len(text[line:at]) - len(text[line:at].lstrip(" \t"))


def find_words(part: str, text: str) -> tuple[int, int] | None:
    """Where the words of a part follow each other in a text, whatever their case and what is between them:
    from the first character to behind the last; None where they do not.
    """
    wanted, words = WORD.findall(part.casefold()), [*WORD.finditer(text.casefold())]
    joined = f" {' '.join([word[0] for word in words])} "
    at = joined.find(f" {' '.join(wanted)} ")
    if at < 0 or not wanted or len(text.casefold()) != len(text):
        return None
    first = joined[:at].count(" ")
    return words[first].start(), words[first + len(wanted) - 1].end()


NAME_BREAK = re.compile(r"[>»›/|\\·•→:]|\s[-–—]\s")
"""What joins a headline to the name of its site, or to the sections above it."""


def begins_with_stop(text: str) -> bool:
    """Whether what follows a part of a text begins with the end of a sentence, or with marks of quotation
    that close it.
    """
    return text.lstrip("\"'”’»)]」』 ").startswith(_STOPS)


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    last = text[-1:]
    if last.isalnum() and last < "\u0e00":  # so most lines that are none end; it takes a fourth of the time
        return False
    return text.endswith(_STOPS) or _SENTENCE_END.search(text[-9:]) is not None


# --- figures, dates, quotations, unfinished sentences ---

DIGIT = re.compile(r"\d")
DATE = re.compile(r"\b(19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d年|\d월")
QUOTES = "\"“”„«»‘’'「『"
QUOTE = re.compile(r"[\"“”„«»「」『』]|(?<!\w)['‘]|['’](?!\w)")
ELLIPSIS = re.compile(r"(\.\.\.|…|\[\.\.\.\]|\[…\])\s*(\S+\s?){0,3}$")
"""An ellipsis that ends a text, with three words behind it at most, such as "Read more"."""
MORE = re.compile(
    r"(\bmore|\bmehr|weiter|lesen|\blire|\bsuite|\bleer|\bmás|\bmais|\baltro|\bmeer|\bmer|czytaj|\bwięcej|devamı"
    r"|читать|далее|детальніше|続き|더 ?보기|全文|阅读)\W*$",
    re.IGNORECASE,
)

# --- prices ---

_PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£¥₹]|\bEUR\b|\bUSD\b")
_PRICE_HINTS = ("$", "€", "£", "¥", "₹", "EUR", "USD")


def count_prices(text: str) -> int:
    """How many prices a text has."""
    return len(_PRICE.findall(text)) if any(hint in text for hint in _PRICE_HINTS) else 0


# --- links ---

# The address of a link, or its number in Markdown: the same words may link to another address.
LINK = re.compile(r"(?:https?://|mailto:|www\.)[^\s<>]*|(?<=\])\(\S*?\)|(?<=\])\[\d+\]|\(/\S*?\)")
_LINK_HINTS = ("://", "](", "][", "(/", "www.", "mailto:")
LINK_REFERENCE = re.compile(r"\s*\[[^\]]+\]:\s")
"""The start of a line of Markdown that gives the address of a numbered link."""


def remove_links(text: str) -> str:
    """A text without the addresses of its links."""
    return LINK.sub("", text) if any(hint in text for hint in _LINK_HINTS) else text


ADDRESS = re.compile(r"https?://|www\.|@\w|\w@\w")

# --- code and tables ---

_CODE = re.compile(r"[;{}][ \t]*$|=>|\(\)|==|::|</|/>", re.MULTILINE)
_CODE_HINTS = (";", "{", "}", "=>", "()", "==", "::", "</", "/>")
_CODE_LINE = re.compile(
    r"[ \t]*(def|class|return|import|from|if|for|else|var|let|const|function|public|private|type|input"
    r"|SELECT|INSERT|UPDATE|#include|//|/\*|\$ )\b"
)
_CELL_GAP = re.compile(r"\S(?: {3,}|\t+| ?\| ?)(?=\S)")
_CELL_HINTS = ("   ", "\t", "|")


def count_code(text: str) -> int:
    """How many signs of source code a text has: operators and braces anywhere, keywords that begin a line.

    One pattern for both would take ten times as long as two.
    """
    operators = len(_CODE.findall(text)) if any(hint in text for hint in _CODE_HINTS) else 0
    return operators + count_code_lines(text)


def count_code_lines(text: str) -> int:
    """How many lines of a text begin with a keyword or a comment of source code."""
    return sum(map(bool, map(_CODE_LINE.match, text.split("\n"))))


def count_cell_gaps(text: str) -> int:
    """How many gaps between two cells of a table a text has."""
    return len(_CELL_GAP.findall(text)) if any(hint in text for hint in _CELL_HINTS) else 0


# --- counted in one pass over the bytes ---


@cache
def marker_counter() -> Automaton:
    """The automaton that counts two groups in a text: FORUM_MARKERS, and the hints of links, code and tables.

    A text with no hint has no link, no cells, and no code but for keywords that begin a line.
    """
    return automaton((FORUM_MARKERS, (*_LINK_HINTS, *_CODE_HINTS, *_CELL_HINTS)))
