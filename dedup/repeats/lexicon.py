"""Words and marks by which one tells interface texts, forums, code and prices from an author's prose, in the
languages that crawls meet most.
"""

import re
from functools import cache

from dedup.kernels.occurrences import Automaton, automaton

INTERFACE = frozenset(
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
FORUM = (  # case-folded, counted as they stand. News speak of "a forum".
    " wrote:", "schrieb:", "a écrit", "escribió:", "написал", "originally posted", "posted by", "posts:",
    "joined:", "last edited", "reply", "replies", "quote:", "zitat:", "geschrieben von", "thread",
    "\nre: ", "сообщени",
)  # fmt: skip
# Thai and Lao end a sentence with a space: any line of theirs may be whole.
_SENTENCE_END = re.compile(r"[\u0e00-\u0eff]\s*$|[.!?…。！？।؟॥៕][\"'”’»)\]」』]*\s*$")
_STOPS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", "॥", "៕")
ITEM = re.compile(r"\s*([-*•·▪–—+#]|\d+[.)]|[a-zA-Z][.)])\s")
PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£¥₹]|\bEUR\b|\bUSD\b")
_CODE = re.compile(r"[;{}][ \t]*$|=>|\(\)|==|::|</|/>", re.MULTILINE)
_CODED = (";", "{", "}", "=>", "()", "==", "::", "</", "/>")
_CODE_LINE = re.compile(
    r"[ \t]*(def|class|return|import|from|if|for|else|var|let|const|function|public|private|type|input"
    r"|SELECT|INSERT|UPDATE|#include|//|/\*|\$ )\b"
)
_CELL = re.compile(r"\S(?: {3,}|\t+| ?\| ?)(?=\S)")
_CELLED = ("   ", "\t", "|")
WORD = re.compile(r"\w+")
# What a link leads to, and the number that Markdown gives it: the same words may stand with other ones.
LINK = re.compile(r"(?:https?://|mailto:|www\.)[^\s<>]*|(?<=\])\(\S*?\)|(?<=\])\[\d+\]|\(/\S*?\)")
_LINKED = ("://", "](", "][", "(/", "www.", "mailto:")
_PRICED = ("$", "€", "£", "¥", "₹", "EUR", "USD")
REFERENCE = re.compile(r"\s*\[[^\]]+\]:\s")
BYLINE = re.compile(r"^[>\s]*[—–―] ?\w", re.MULTILINE)
QUOTED = re.compile(r"\s*>")
# Runs of them: a list of single characters takes seven times as long.
_IDEOGRAPHS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_SYLLABLES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")


def unlinked(text: str) -> str:
    """A text without what its links lead to. Most have none, and looking for marks takes a hundredth of what
    the pattern takes.
    """
    return LINK.sub("", text) if any(mark in text for mark in _LINKED) else text


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return text.endswith(_STOPS) or _SENTENCE_END.search(text[-9:]) is not None


def wide(text: str) -> tuple[int, int]:
    """How many characters of scripts without spaces stand in a text: ideographs, and others."""
    return sum(map(len, _IDEOGRAPHS.findall(text))), sum(map(len, _SYLLABLES.findall(text)))


def prices(text: str) -> int:
    """How many prices stand in a text."""
    return len(PRICE.findall(text)) if any(mark in text for mark in _PRICED) else 0


def code(text: str) -> int:
    """How often something stands in a text that code has. One pattern for a line's start and for what stands
    anywhere would take ten times as long.
    """
    inside = len(_CODE.findall(text)) if any(mark in text for mark in _CODED) else 0
    return inside + code_lines(text)


def code_lines(text: str) -> int:
    """How many lines of a text begin as those of code do."""
    return sum(map(bool, map(_CODE_LINE.match, text.split("\n"))))


def cells(text: str) -> int:
    """How many gaps between cells of a table stand in a text."""
    return len(_CELL.findall(text)) if any(mark in text for mark in _CELLED) else 0


@cache
def marks() -> Automaton:
    """What counts how often something stands in a text that forums have around their posts; and something
    without which a text has no links, no cells, and code at most in the first words of its lines.
    """
    return automaton((FORUM, (*_LINKED, *_CODED, *_CELLED)))
