"""Invented texts that break readers and reports: control characters, markup, odd values, other scripts."""

import random
from collections.abc import Iterator

ACTIVE = [
    # what a terminal obeys
    *(
        "\x1b[2J\x1b[31m",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x1b\\",
        "\x9b31m",
        "\x90q\x9c",
        "\r",
        "\x08" * 5,
    ),
    # direction, width and line breaks of Unicode
    *("\u202eevil\u202c", "\u2066x\u2069", "\u200b" * 40, "\ufeff", "e" + "\u0301" * 60, "\u2028", "\x85"),
    # markup of rich and HTML
    *("[red]", "[/]", "[link=file:///etc/passwd]x[/link]", ":boom:", "<script>alert(1)</script>", "&lt;b>"),
    *("</td><img src=x onerror=alert(1)>", "\x00", "\x00" * 9, "\x7f"),
    # formulas of spreadsheets
    *("=1+1", '=HYPERLINK("http://x")', "@SUM(A1)", "+1", "-1|cmd"),
    # paths, formats, escapes, quotes, separators
    *("../../etc/passwd", "%s%n{0}", "\\", "\\u0041", '"', "'", "\t", "\r\n", "\n\n", "\ufffd\uffff"),
]
"""Texts on which a terminal, a browser or a spreadsheet acts."""
_WORDS = (
    "ferry harbour council budget storm crews wait bridge repairs officials said on Monday that "
    "the of and to a in vote museum night 12,000 3.5 % €40 2026 été naïve Straße łódź 城市 议会 昨天 東京 "
    "ニュース ประชุม สภา новости городской совет العربية أخبار 🚢 👨\u200d👩\u200d👧 क्षेत्र"
)
WORDS = _WORDS.split()
_FIELDS = (
    "keeper decision dedup_file dedup_end dedup_ledger dedup_rows undo source position line "
    "reason raw start repeats jaccard coverage file end order"
)
FIELDS = [*_FIELDS.split(), "", "__class__", "a\x00b", "\x1b[31m", "url", "title"]
"""Field names, most of them dedup's own."""
JSON_FIELDS = [*FIELDS, "\ud800", "\udfff", "\ufffd"]
"""Names of fields in JSON, of which some are no UTF-8."""
VALUES = [
    *(
        "null",
        "true",
        "1e999",
        "NaN",
        "-Infinity",
        "1" * 400,
        "-0",
        '"\\ud800"',
        '"\\udc00\\ud800"',
        "[]",
        "{}",
    ),
    *('{"text":"inner"}', "[" * 40 + "]" * 40, '{"a":' * 1200 + "1" + "}" * 1200),
    *('"\\u0000"', "0.1e-400", "[[[]]]"),
]
"""JSON values that are odd, deep, huge, or not JSON."""


def value(choice: random.Random) -> str:
    """An odd JSON value: one of VALUES, a number of any size, or nested as deep as readers go, or deeper."""
    odd = choice.random()
    if odd < 0.1:
        return f"{choice.choice(['', '-'])}{choice.getrandbits(choice.choice([8, 54, 63, 64, 65, 2000]))}"
    if odd < 0.15:
        return repr(choice.uniform(-1, 1) * 10.0 ** choice.randint(-330, 308))
    if odd < 0.2:
        depth = choice.choice([64, 254, 499, 500, 990, 1000, 1023, 1024]) + choice.randint(-3, 3)
        opening, closing = choice.choice([("[", "]"), ('{"a":', "}")])
        return opening * depth + "1" + closing * depth
    return choice.choice(VALUES)


def sentence(choice: random.Random) -> str:
    """Some words, sometimes with something active among them."""
    words = choice.choices(WORDS, k=choice.randint(1, 14))
    if choice.random() < 0.3:
        words.insert(choice.randint(0, len(words)), choice.choice(ACTIVE))
    return " ".join(words)


def text(choice: random.Random) -> str:
    """An article with paragraphs, some of them repeated; or something odd."""
    odd = choice.random()
    if odd < 0.05:
        return choice.choice(["", " ", "\n", *ACTIVE])
    if odd < 0.07:
        return choice.choice(["a", "字", "\u0301", "\x00", "x ", "\u200b"]) * choice.choice([10, 1000, 5000])
    parts = [sentence(choice) for _ in range(choice.randint(1, 5))]
    if choice.random() < 0.4:
        parts += choice.choices(parts, k=choice.randint(1, len(parts)))
    if choice.random() < 0.1:
        parts = [*parts, *parts]
    return choice.choice(["\n", "\n\n", "\r\n", " "]).join(parts)


def texts(choice: random.Random, count: int) -> Iterator[str]:
    """Yield `count` texts. Some repeat an earlier one, some nearly."""
    before: list[str] = []
    for _ in range(count):
        article = text(choice)
        if before and choice.random() < 0.2:
            article = choice.choice(before) + choice.choice(["", "", f"\n{sentence(choice)}"])
        before.append(article)
        yield article
