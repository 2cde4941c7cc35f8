"""Made articles in variants, as several sites would have them, and what a run decides on them."""

import random

from hypothesis import strategies as st

from dedup import Result

_LETTERS = ["ba", "ke", "lo", "mi", "nu", "pra", "sto", "ver", "gha", "été"]
_IDEOGRAPHS = "海港委员会在周二晚上开会经过四个小时的辩论同意关闭旧鱼市场并把它剩下的生意搬进铁路旁边新大厅"


def paragraph(rng: random.Random, ideographs: bool) -> str:
    """One paragraph of 12 to 40 words, or of as many ideographs and more."""
    size = rng.randint(12, 40)
    if ideographs:
        return "".join(rng.choices(_IDEOGRAPHS, k=2 * size)) + "。"
    said = ["".join(rng.choices(_LETTERS, k=rng.randint(1, 3))) for _ in range(size)]
    return " ".join(said).capitalize() + "."


def edit(paragraph: str, rng: random.Random, amount: int) -> str:
    """A few words changed (of ideographs: a few added)."""
    said = paragraph.split(" ")
    for _ in range(amount):
        said[rng.randrange(len(said))] += rng.choice(["x", "海", "-x", " xx"])
    return " ".join(said)


def reformat(text: str) -> str:
    """The same words in other case, punctuation, spacing and line breaks."""
    return "“" + text.upper().replace(".", " …").replace("\n", "\r\n\r\n").replace(" ", "  ") + "” \n"


def variant(article: list[str], kind: str, rng: random.Random, amount: int) -> str:
    """An article as another site has it."""
    if kind == "edited":
        place = rng.randrange(len(article))
        article = [*article[:place], edit(article[place], rng, amount), *article[place + 1 :]]
    if kind == "echoed":
        article = [*article, *article[: 1 + amount % 2]]
    if kind == "truncated":
        article = article[:-1]
    text = "\n".join(article)
    return reformat(text) if kind == "otherwise" else text


KINDS = ["same", "otherwise", "edited", "edited", "echoed", "truncated"]


@st.composite
def articles(draw: st.DrawFn, most: int = 20) -> list[str]:
    """Up to `most` texts: a few articles in variants, and now and then a text without words."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    originals = [[paragraph(rng, i == 2) for _ in range(rng.randint(2, 5))] for i in range(4)]
    choices = st.tuples(st.integers(0, 3), st.sampled_from(KINDS), st.integers(0, 3))
    texts = [
        variant(originals[i], kind, rng, n)
        for i, kind, n in draw(st.lists(choices, min_size=1, max_size=most))
    ]
    return [*texts, *draw(st.lists(st.sampled_from(["", "...", "word", "two words"]), max_size=3))]


def cleaned(result: Result) -> list[str]:
    """The texts of all documents without what is cut of them."""
    texts = result.texts(list(range(result.totals.documents)))
    return [result.findings.cleaned(row, text) for row, text in texts.items()]


def decisions(result: Result) -> list[int]:
    """Each document's keeper, or -1."""
    return [int(keeper) for keeper in result.keepers.keeper]


SENTENCE = "It's late, he said, and the boats are not in yet."
