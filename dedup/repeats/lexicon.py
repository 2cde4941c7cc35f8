"""Words and patterns that tell menus, forums, code, tables and prices from an author's prose, in the
languages that crawls meet most. Each group has its words, its pattern and the function that applies it.

A pattern is run only where one of its *hints* occurs: a hint is a string without which the pattern cannot
match. Most texts have none, and looking for hints takes a hundredth of what the pattern takes.
"""

import re
from functools import cache

from dedup.kernels.occurrences import Automaton, automaton

# --- words ---

WORD = re.compile(r"\w+")
"""A word as it is written: letters, digits and underscores. The words of two copies are compared in this
form, and those of a headline with those of the lines that contain it.

It is not the word of `kernels/words.py`, of which shingles, hashes and word counts are made: that one is
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


# Runs of characters: a list of single characters takes seven times as long. Hangul (ac00 to d7af) is among
# the ideographs although Korean has spaces, so the words of a Korean text are counted too low, even below 0.
_IDEOGRAPHS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_SYLLABLES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")


def count_unspaced(text: str) -> tuple[int, int]:
    """How many characters of a text belong to scripts written without spaces: East Asian ones, and those of
    Thai, Lao, Burmese and Khmer.
    """
    return sum(map(len, _IDEOGRAPHS.findall(text))), sum(map(len, _SYLLABLES.findall(text)))


# --- menus and buttons ---

INTERFACE_WORDS = frozenset(
    """
    abonnement abonnez abonnieren about accept account ad ads advertisement advertising agree alert
    alerts allow also anmelden anzeige app apps article articles artikel assine author autor back blog
    boletin browser browsers button buy call cart checkout click close comentarios comment commentaires
    comments compartir consent contact contacto contents continue cookie cookies copyright coupon
    datenschutz deal deals demo discount donate download e einloggen email enable facebook feed feedback
    filed folgen follow form foto fotos free galerie gallery get google hidden hide home image images
    impressum inbox info inscription inscrivez instagram javascript join kommentar kommentare
    kommentieren kontakt language latest learn lesen link linkedin links lire list load loading log
    login logout mail main mehr member members menu message more most nav navigation newsletter
    newsletters next now offer offers online open order page partager password photo photos pinterest
    play player plus policy popular post posts previous price print privacy profile promo publicidad
    publicidade quantity rate rating read recommended register registrieren related reply report request
    reserved review reviews rights rss sale save schedule search see send sennik services settings share
    shares sharing shipping shop shopping sign signup site sitemap skip social solution sponsored start
    store stories story submit subscribe subscribed subscriber subscribers subscription suche suchen
    suivez support switch tag tags teil teilen terms thema themen thread today toggle top topic topics
    trending trial try tweet twitter update updates upgrade user video videos view visit watch weiter
    weitere weiterlesen werbung whatsapp yes your youtube boletín datenschutzerklärung menü publicité
    zurück войти комментарии комментарий меню поделиться подписаться подписывайтесь подпишитесь поиск
    реклама также читайте читать إعلان اشترك اقرأ المزيد تابعنا تعليقات مشاركة टिप्पणी पढ़ें विज्ञापन
    शेयर シェア ログイン 下载 全文 关注 分享 広告
    推荐 更多 注册 登录 登録 相关 続きを読む 記事 订阅 评论 赞 関連 阅读
    """.split()
)

# --- forums ---

FORUM_MARKERS = (  # case-folded; "forum" is not among them: news articles use the word
    " wrote:", "schrieb:", "a écrit", "escribió:", "написал", "originally posted", "posted by", "posts:",
    "joined:", "last edited", "reply", "replies", "quote:", "zitat:", "geschrieben von", "thread",
    "\nre: ", "сообщени",
)  # fmt: skip

# --- quotations ---

QUOTED_LINE = re.compile(r"\s*>")
BYLINE = re.compile(r"^[>\s]*[—–―] ?\w", re.MULTILINE)
"""Who said a quotation: a line that begins with a dash."""

# --- sentences and lists ---

# Thai and Lao end a sentence with a space, so any line of theirs may be a complete sentence.
_SENTENCE_END = re.compile(r"[\u0e00-\u0eff]\s*$|[.!?…。！？।؟॥៕][\"'”’»)\]」』]*\s*$")
_STOPS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", "॥", "៕")
LIST_ITEM = re.compile(r"\s*([-*•·▪–—+#]|\d+[.)]|[a-zA-Z][.)])\s")


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return text.endswith(_STOPS) or _SENTENCE_END.search(text[-9:]) is not None


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
