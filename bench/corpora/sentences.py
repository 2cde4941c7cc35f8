"""Pools of sentences, by language, from which `generate.py` builds articles.

The sentences are those of the articles in DEDUP_DATA. Where that folder is missing, English-like sentences
are invented.
"""

import random
import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from bench.corpora.data import data_path, read_documents

ENGLISH = ("bbc/articles", "news/articles", "reuters/articles")
OTHER_LANGUAGES = "languages/articles"
SPACELESS = ("zh", "ja", "th")
SMALLEST_POOL = 300  # sentences; with fewer, two articles of one language would share too many

_PARAGRAPH_END = re.compile(r"\n\s*\n|\n {3,}")  # Reuters indents a new paragraph and wraps its lines

_SENTENCE_END = re.compile(r"(?<=[.!?؟।።])\s+|(?<=[.!?][\"'”’])\s+|(?<=[。！？])")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_DIGIT = re.compile(r"\d")


class Pool(NamedTuple):
    """The distinct sentences of one language, and their mean size in UTF-8 bytes."""

    lang: str
    sentences: list[str]
    mean: float


def pools(data: Path, seed: int) -> list[Pool]:
    """The pools, English first: real sentences if `data` has articles, otherwise invented ones."""
    english = [name for name in ENGLISH if data_path(name, data).exists()]
    if not english:
        return [_pool("en", invented(seed))]
    texts = (document["text"] for name in english for document in read_documents(name, data))
    others = [_pool(lang, sentences) for lang, sentences in _other_languages(data)]
    return [
        _pool("en", (sentence for text in texts for sentence in split(text, "en"))),
        *(pool for pool in others if len(pool.sentences) >= SMALLEST_POOL),
    ]


def split(text: str, lang: str) -> Iterator[str]:
    """Yield the plain sentences of a text: those of 40 to 800 bytes with few digits."""
    end = re.compile(r"\s+") if lang == "th" else _SENTENCE_END  # in Thai only spaces separate sentences
    for paragraph in _PARAGRAPH_END.split(text):
        for piece in end.split(paragraph):
            sentence = " ".join(piece.split())
            if 40 <= len(sentence.encode()) <= 800 and len(_DIGIT.findall(sentence)) * 12 < len(sentence):
                yield sentence


def invented(seed: int, count: int = 150_000) -> Iterator[str]:
    """Yield sentences of invented words whose frequencies fall as those of real words do."""
    rng = random.Random(f"{seed}/sentences")
    syllables = [a + b + c for a in "bcdfglmnprst" for b in "aeiou" for c in ("", "n", "r", "s", "l")]
    words = ["".join(rng.choices(syllables, k=rng.choice((1, 2, 2, 3)))) for _ in range(30_000)]
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(words))))
    for _ in range(count):
        sentence = " ".join(rng.choices(words, cum_weights=weights, k=rng.randint(8, 30)))
        yield sentence.capitalize() + "."


def _pool(lang: str, sentences: Iterator[str]) -> Pool:
    """A pool with one of the sentences that differ only in case, digits and punctuation."""
    distinct = list({_NO_LETTERS.sub("", sentence).casefold(): sentence for sentence in sentences}.values())
    return Pool(lang, distinct, sum(len(s.encode()) for s in distinct) / max(1, len(distinct)))


def _other_languages(data: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield each language but English with its sentences, in the order of their codes."""
    if not data_path(OTHER_LANGUAGES, data).exists():
        return
    texts: dict[str, list[str]] = {}
    for document in read_documents(OTHER_LANGUAGES, data):
        if not document["lang"].startswith("en"):
            texts.setdefault(document["lang"], []).append(document["text"])
    for lang, of_lang in sorted(texts.items()):
        yield lang, (sentence for text in of_lang for sentence in split(text, lang[:2]))
