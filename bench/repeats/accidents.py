"""Scraping accidents injected by seed into real articles, with the exact answer.

The articles are those of DEDUP_DATA without a repeat of their own. Each accident copies a part of one,
exactly or with one or three characters in a hundred changed as by OCR.
"""

import random
import re
from collections.abc import Iterator
from typing import NamedTuple

from bench.corpora.data import read_documents
from bench.repeats.labelled import observe

FOLDERS = ("bbc/articles", "news/articles", "languages/articles")
_MANUALS = "electron_docs"  # ids; a manual's lists of parameters are no article
KINDS = ("block", "interleaved", "body", "headline", "teaser")
_OCR = {
    "e": "c",
    "l": "1",
    "o": "0",
    "i": "l",
    "s": "5",
    "n": "ri",
    "a": "o",
    "t": "f",
    "h": "b",
    "r": "n",
    "c": "e",
    "u": "v",
    "g": "q",
    "d": "cl",
}


class Accident(NamedTuple):
    """An article with an accident.

    `broken`: the text with the copy, at start:end. `clean`: the text without it. `noise`: the share of
    characters changed in the copy. `of`: the spans of what is copied, in `broken`.
    """

    broken: str
    clean: str
    start: int
    end: int
    kind: str
    noise: float
    of: tuple[tuple[int, int], ...] = ()


def articles(limit: int) -> list[list[str]]:
    """The paragraphs of real articles that have at least four, none similar to another."""
    chosen = []
    for document in (line for folder in FOLDERS for line in read_documents(folder)):
        if document["id"].startswith(_MANUALS):
            continue
        text = document["text"]
        paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
        plain = [re.sub(r"\W+", " ", paragraph.casefold()) for paragraph in paragraphs]
        fits = len(paragraphs) >= 4 and len(set(plain)) == len(plain) and max(map(len, paragraphs)) < 4000
        if fits and not observe("\n".join(paragraphs)):
            chosen.append(paragraphs)
    return random.Random(1).sample(chosen, min(limit, len(chosen)))


def noisy(text: str, share: float, rng: random.Random) -> str:
    """A text with a share of its characters changed, dropped or doubled as by OCR. Digits stay."""
    if not share:
        return text
    out = list(text)
    letters = [i for i, c in enumerate(text) if c.isalpha()]
    for i in rng.sample(letters, min(len(letters), max(1, round(share * len(text))))):
        out[i] = _OCR.get(out[i].lower(), rng.choice(("", out[i] * 2, ".")))
    return "".join(out)


def inject(paragraphs: list[str], kind: str, noise: float, rng: random.Random) -> Accident | None:
    """An article with one accident; None where the accident does not fit the article."""
    gap = rng.choice(("\n", "\n\n"))
    if kind == "block":
        return _block(paragraphs, gap, noise, rng)
    if kind == "interleaved":
        return None if noise else _interleaved(paragraphs, gap)
    if kind == "body":
        return _body(paragraphs, gap, noise, rng)
    if kind == "headline":
        return _headline(paragraphs, gap, noise, rng)
    return _teaser(paragraphs, gap, noise, rng)


def _body(paragraphs: list[str], gap: str, noise: float, rng: random.Random) -> Accident:
    """The article twice."""
    clean = gap.join(paragraphs)
    broken = clean + gap + gap.join(noisy(paragraph, noise, rng) for paragraph in paragraphs)
    return Accident(broken, clean, len(clean), len(broken), "body", noise, ((0, len(clean)),))


def _headline(paragraphs: list[str], gap: str, noise: float, rng: random.Random) -> Accident | None:
    """The headline twice."""
    head, clean = paragraphs[0], gap.join(paragraphs)
    if not 25 <= len(head) <= 120 or head.endswith((".", "。")):
        return None
    copy = gap + noisy(head, noise, rng)
    broken = head + copy + clean[len(head) :]
    return Accident(broken, clean, len(head), len(head + copy), "headline", noise, ((0, len(head)),))


def _block(paragraphs: list[str], gap: str, noise: float, rng: random.Random) -> Accident | None:
    """1 to 10 paragraphs of the body repeated, at a distance."""
    count = rng.randint(1, min(10, len(paragraphs) - 1))
    first = rng.randint(0, len(paragraphs) - count)
    chosen = paragraphs[first : first + count]
    if sum(map(len, chosen)) < 150:
        return None
    at = rng.randint(first + count, len(paragraphs))
    before, after = gap.join(paragraphs[:at]), paragraphs[at:]
    copy = gap + gap.join(noisy(paragraph, noise, rng) for paragraph in chosen)
    rest = gap + gap.join(after) if after else ""
    start = len(gap.join(paragraphs[:first])) + (len(gap) if first else 0)
    of = ((start, start + len(gap.join(chosen))),)
    return Accident(before + copy + rest, before + rest, len(before), len(before + copy), "block", noise, of)


def _interleaved(paragraphs: list[str], gap: str) -> Accident | None:
    """Each paragraph twice in a row: p1 p1 p2 p2 ..."""
    if min(map(len, paragraphs)) < 40:
        return None
    broken = gap.join(paragraph for paragraph in paragraphs for _ in (1, 2))
    return Accident(broken, gap.join(paragraphs), 0, len(broken), "interleaved", 0.0)


def _teaser(paragraphs: list[str], gap: str, noise: float, rng: random.Random) -> Accident | None:
    """The beginning of an early paragraph, cut off with an ellipsis, above the article."""
    body = next((paragraph for paragraph in paragraphs[1:3] if len(paragraph) >= 160), None)
    if body is None:
        return None
    part = noisy(body[: rng.randint(80, 140)].rsplit(" ", 1)[0], noise, rng)
    copy = part + rng.choice(("…", "...", " ... Read more")) + gap
    clean = gap.join(paragraphs)
    return Accident(copy + clean, clean, 0, len(copy), "teaser", noise)


def make(count: int, kinds: tuple[str, ...], noises: tuple[float, ...], seed: int) -> Iterator[Accident]:
    """Yield `count` accidents of these kinds and noises. The same seed makes the same ones."""
    rng = random.Random(seed)
    pool = articles(10_000)
    made = 0
    while made < count:
        accident = inject(rng.choice(pool), kinds[made % len(kinds)], rng.choice(noises), rng)
        if accident:
            made += 1
            yield accident
