"""Articles for an index: invented ones and real ones."""

import gzip
import random
from functools import cache

import orjson
import pytest

from tests.support.paths import DATA


def invented(count: int, seed: int) -> list[str]:
    """Articles that share sentences; some are edited or shortened copies of others."""
    choice = random.Random(seed)
    pool = [" ".join(choice.choices(WORDS, k=choice.randint(6, 14))).capitalize() + "." for _ in range(400)]
    texts: list[str] = []
    for _ in range(count):
        if texts and choice.random() < 0.4:
            text = choice.choice(texts).split(" ")
            kind = choice.randrange(4)
            if kind == 0:
                text = text[: len(text) * 9 // 10]
            elif kind == 1:
                text[choice.randrange(len(text))] = "other"
            elif kind == 2:
                text = [*choice.choice(pool).split(" "), *text, *choice.choice(pool).split(" ")]
            texts.append(" ".join(text))
        else:
            texts.append("\n".join(" ".join(choice.sample(pool, 3)) for _ in range(choice.randint(1, 8))))
    return texts


WORDS = [
    f"{a}{b}" for a in ("ka", "to", "mi", "ren", "sol", "du", "vash") for b in ("la", "ne", "ri", "tum", "os")
]


@cache
def articles(name: str) -> list[str]:
    """The articles of a part of the data folder."""
    if not DATA.is_dir():
        pytest.skip(f"no articles in {DATA}: set DEDUP_DATA")
    texts = []
    for path in sorted((DATA / name).glob("*.jsonl.gz")):
        with gzip.open(path) as lines:
            texts += [orjson.loads(line).get("text") for line in lines]
    return [text for text in texts if isinstance(text, str)]


def real(name: str, count: int, seed: int) -> list[str]:
    """A random sample of the articles in a part of the data folder."""
    return random.Random(seed).sample(articles(name), count)
