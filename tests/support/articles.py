"""Articles in variants, as several sites would publish them, and what a run decides on them."""

import random
from typing import Any

from hypothesis import strategies as st

from dedup import Result

_LETTERS = ["ba", "ke", "lo", "mi", "nu", "pra", "sto", "ver", "gha", "été"]
_IDEOGRAPHS = "海港委员会在周二晚上开会经过四个小时的辩论同意关闭旧鱼市场并把它剩下的生意搬进铁路旁边新大厅"


def words(seed: int, count: int) -> str:
    """A text of `count` words that occur in the texts of no other seed."""
    return " ".join(f"w{seed}x{i}" for i in range(count))


def paragraph(rng: random.Random, ideographs: bool) -> str:
    """A paragraph of 12 to 40 words, or of twice as many ideographs."""
    size = rng.randint(12, 40)
    if ideographs:
        return "".join(rng.choices(_IDEOGRAPHS, k=2 * size)) + "。"
    words = ["".join(rng.choices(_LETTERS, k=rng.randint(1, 3))) for _ in range(size)]
    return " ".join(words).capitalize() + "."


def edit(paragraph: str, rng: random.Random, amount: int) -> str:
    """A paragraph with `amount` of its words changed; ideographs get some more."""
    words = paragraph.split(" ")
    for _ in range(amount):
        words[rng.randrange(len(words))] += rng.choice(["x", "海", "-x", " xx"])
    return " ".join(words)


def reformat(text: str) -> str:
    """A text with other case, punctuation, spacing and line breaks, but the same words."""
    return "“" + text.upper().replace(".", " …").replace("\n", "\r\n\r\n").replace(" ", "  ") + "” \n"


def variant(article: list[str], kind: str, rng: random.Random, amount: int) -> str:
    """The text of an article as another site might publish it: one of KINDS, changed by `amount`."""
    if kind == "edited":
        position = rng.randrange(len(article))
        article = [*article[:position], edit(article[position], rng, amount), *article[position + 1 :]]
    if kind == "echoed":
        article = [*article, *article[: 1 + amount % 2]]
    if kind == "truncated":
        article = article[:-1]
    text = "\n".join(article)
    return reformat(text) if kind == "reformatted" else text


KINDS = ["same", "reformatted", "edited", "edited", "echoed", "truncated"]


@st.composite
def articles(draw: st.DrawFn, most: int = 20) -> list[str]:
    """Up to `most` variants of four articles, and up to three texts of few words or none."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    originals = [[paragraph(rng, i == 2) for _ in range(rng.randint(2, 5))] for i in range(4)]
    choices = st.tuples(st.integers(0, 3), st.sampled_from(KINDS), st.integers(0, 3))
    texts = [
        variant(originals[i], kind, rng, n)
        for i, kind, n in draw(st.lists(choices, min_size=1, max_size=most))
    ]
    return [*texts, *draw(st.lists(st.sampled_from(["", "...", "word", "two words"]), max_size=3))]


def cleaned(result: Result) -> list[str]:
    """The text of every document after its cuts."""
    texts = result.texts(list(range(result.totals.documents)))
    return [result.findings.cleaned(row, text) for row, text in texts.items()]


def decisions(result: Result) -> list[int]:
    """The row of each document's keeper, or -1 where the document is kept."""
    return [int(keeper) for keeper in result.keepers.keeper]


SENTENCE = "It's late, he said, and the boats are not in yet."


def two_copies() -> list[dict[str, Any]]:
    """Two documents with the same text, and other fields that a policy may go by."""
    return [
        {"id": "a", "text": SENTENCE, "n": 1, "date": "2024-01-02"},
        {"id": "b", "text": SENTENCE, "n": 2, "date": "2024-03-01"},
    ]
