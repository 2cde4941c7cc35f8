"""The articles of a generated corpus, and their near copies, exact copies and echoes (repeated blocks).

Article n depends only on the seed and n. So a copy makes its source again, and no article is kept in memory.
"""

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bench.corpora.sentences import SPACELESS, Pool

NOT_ENGLISH = 0.03  # share of the articles
TEXT_BYTES = 3820  # mean size of a text; with all fields and echoes, a line of the corpus has about 4.3 KB
SPREAD = 0.6  # sigma of the lognormal lengths
OUTLETS = ("Morning Courier", "The Harbour Post", "Newswire", "Evening Ledger", "Northern Star")
NAMES = ("Ana Reyes", "Tom Okafor", "Li Wei", "Sara Lindqvist", "Omar Haddad", "Priya Nair")
TOWNS = ("LONDON", "NAIROBI", "LIMA", "OSLO", "MANILA")


class Article(NamedTuple):
    """An article: its language, headline and paragraphs, and the separator between paragraphs."""

    lang: str
    title: str
    paragraphs: list[str]
    separator: str

    @property
    def text(self) -> str:
        return self.separator.join(self.paragraphs)


def article(n: int, seed: int, languages: list[Pool]) -> Article:
    """Article `n`: at least six sentences and six paragraphs in one language."""
    rng = random.Random(f"{seed}/article/{n}")
    pool = _choose_pool(rng, languages)
    size = TEXT_BYTES * rng.lognormvariate(-SPREAD * SPREAD / 2, SPREAD)
    count = min(max(6, round(size / pool.mean)), len(pool.sentences) - 1)
    title, *chosen = rng.sample(pool.sentences, count + 1)
    glue = "" if pool.lang[:2] in ("zh", "ja") else " "
    paragraphs = list(_paragraphs(rng, chosen, glue))
    return Article(pool.lang, " ".join(title.split()[:9])[:90], paragraphs, rng.choice(("\n\n", "\n")))


def _choose_pool(rng: random.Random, languages: list[Pool]) -> Pool:
    if len(languages) == 1 or rng.random() >= NOT_ENGLISH:
        return languages[0]
    sizes = [len(pool.sentences) * pool.mean for pool in languages[1:]]
    return rng.choices(languages[1:], weights=sizes)[0]


def _paragraphs(rng: random.Random, sentences: list[str], glue: str) -> Iterator[str]:
    most = min(5, len(sentences) // 6)
    start = 0
    while start < len(sentences):
        size = rng.randint(1, most)
        yield glue.join(sentences[start : start + size])
        start += size


def near(rng: random.Random, source: Article, languages: list[Pool]) -> tuple[str, str]:
    """A near copy of `source`: the name of the edit, and the text."""
    pool = next(pool for pool in languages if pool.lang == source.lang)
    edit = rng.choice(list(EDITS))
    text = EDITS[edit](rng, source, pool)
    if text == source.text:  # there was no quote to change
        edit, text = "dateline", _dateline(rng, source, pool)
    return edit, text


def _dateline(rng: random.Random, source: Article, pool: Pool) -> str:
    return f"{rng.choice(TOWNS)}, {rng.randint(1, 28)} March ({rng.choice(OUTLETS)}) - {source.text}"


def _credit(rng: random.Random, source: Article, pool: Pool) -> str:
    return f"{source.text}{source.separator}Reporting by {rng.choice(NAMES)}, {rng.choice(OUTLETS)}"


def _last_cut(rng: random.Random, source: Article, pool: Pool) -> str:
    return source.separator.join(source.paragraphs[:-1])


def _one_in_100(rng: random.Random, source: Article, pool: Pool) -> str:
    return change_words(rng, source, pool, 100)


def _one_in_33(rng: random.Random, source: Article, pool: Pool) -> str:
    return change_words(rng, source, pool, 33)


def _other_quotes(rng: random.Random, source: Article, pool: Pool) -> str:
    """Make typographic quotes plain; where there are none, make plain quotes typographic."""
    text = source.text
    plain = re.sub("[“”]", '"', re.sub("[‘’]", "'", text))
    if plain != text:
        return plain

    return re.sub(r'"([^"\n]*)"', r"“\1”", text).replace("'", "’").replace('"', "”")


def change_words(rng: random.Random, source: Article, pool: Pool, rate: int) -> str:
    """Replace one word in `rate` by another of the language; where words have no spaces, one character."""
    spaceless = source.lang[:2] in SPACELESS
    parts = list(source.text) if spaceless else re.split(r"(\s+)", source.text)
    words = [i for i, part in enumerate(parts) if part.strip()]
    for i in rng.sample(words, max(1, round(len(words) / rate))):
        parts[i] = _another(rng, parts[i], pool, spaceless)
    return "".join(parts)


def _another(rng: random.Random, word: str, pool: Pool, spaceless: bool) -> str:
    while True:
        sentence = rng.choice(pool.sentences)
        other = rng.choice(sentence.replace(" ", "") if spaceless else sentence.split())
        if re.sub(r"\W", "", other).casefold() not in ("", re.sub(r"\W", "", word).casefold()):
            return other


EDITS: dict[str, Callable[[random.Random, Article, Pool], str]] = {
    "dateline": _dateline,
    "credit": _credit,
    "1 word in 100": _one_in_100,
    "1 word in 33": _one_in_33,
    "last paragraph cut": _last_cut,
    "quotes": _other_quotes,
}


def exact(rng: random.Random, source: Article) -> tuple[str | None, str]:
    """An exact copy of `source`: the edit, if any, and the text. Some differ in capitals or spacing."""
    edit = rng.choice((None, None, "case", "spacing"))
    if edit == "case":
        return edit, source.separator.join([source.paragraphs[0].upper(), *source.paragraphs[1:]])
    if edit == "spacing":
        return edit, source.text.replace(". ", ".  ").replace("\n", " \n") + "\n"
    return edit, source.text


def echo(rng: random.Random, source: Article) -> tuple[str, str, dict[str, int]]:
    """`source` with a block of 2 to 5 paragraphs repeated: where the copy is, the text, and the spans."""
    paragraphs = source.paragraphs
    size = rng.randint(2, min(5, len(paragraphs) - 2))
    first = rng.randint(0, len(paragraphs) - size - 1)
    at_end = rng.random() < 0.5
    at = len(paragraphs) if at_end else rng.randint(first + size + 1, len(paragraphs))
    block = paragraphs[first : first + size]
    text = source.separator.join([*paragraphs[:at], *block, *paragraphs[at:]])
    length = len(source.separator.join(block))
    start, of_start = (sum(len(p) + len(source.separator) for p in paragraphs[:n]) for n in (at, first))
    return "at the end" if at == len(paragraphs) else "at a distance", text, _span(start, of_start, length)


def _span(start: int, of_start: int, length: int) -> dict[str, int]:
    return {"start": start, "end": start + length, "of_start": of_start, "of_end": of_start + length}
