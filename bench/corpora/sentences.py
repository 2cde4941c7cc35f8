"""Pools of sentences, by language, from which `corpus.py` builds articles.

Real ones are read from the folder that DEDUP_DATA names; where it is absent, English-like ones are invented.
"""

import random
import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from bench.corpora.data import data_path, read_documents

ENGLISH = ("bbc/articles", "news/articles", "reuters/articles")
FOREIGN = "languages/articles"
SPACELESS = ("zh", "ja", "th")
SMALLEST_POOL = 300  # sentences; below that, two articles of one language would share too many

_PARAGRAPH_END = re.compile(r"\n\s*\n|\n {3,}")  # Reuters indents a new paragraph and wraps its lines

_SENTENCE_END = re.compile(r"(?<=[.!?؟।።])\s+|(?<=[.!?][\"'”’])\s+|(?<=[。！？])")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_DIGIT = re.compile(r"\d")


class Pool(NamedTuple):
    """The sentences of one language, each once, and their mean size in UTF-8 bytes."""

    lang: str
    sentences: list[str]
    mean: float


def pools(data: Path, seed: int) -> list[Pool]:
    """Return the pools, English first: real sentences if `data` holds them, invented ones otherwise."""
    english = [name for name in ENGLISH if data_path(name, data).exists()]
    if not english:
        return [_pool("en", invented(seed))]
    texts = (line["text"] for name in english for line in read_documents(name, data))
    found = [_pool("en", (sentence for text in texts for sentence in split(text, "en")))]
    found += (_pool(lang, sentences) for lang, sentences in _foreign(data))
    return found[:1] + [pool for pool in found[1:] if len(pool.sentences) >= SMALLEST_POOL]


def split(text: str, lang: str) -> Iterator[str]:
    """Yield the plain sentences of `text`: 40 to 800 bytes long and no row of figures."""
    end = re.compile(r"\s+") if lang == "th" else _SENTENCE_END  # Thai parts its sentences by spaces alone
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
    """Keep one of the sentences that differ in case, figures and punctuation alone."""
    distinct = list({_NO_LETTERS.sub("", sentence).casefold(): sentence for sentence in sentences}.values())
    return Pool(lang, distinct, sum(len(s.encode()) for s in distinct) / max(1, len(distinct)))


def _foreign(data: Path) -> Iterator[tuple[str, Iterator[str]]]:
    texts: dict[str, list[str]] = {}
    for line in read_documents(FOREIGN, data) if data_path(FOREIGN, data).exists() else ():
        if not line["lang"].startswith("en"):
            texts.setdefault(line["lang"], []).append(line["text"])
    for lang, of_lang in sorted(texts.items()):
        yield lang, (sentence for text in of_lang for sentence in split(text, lang[:2]))
