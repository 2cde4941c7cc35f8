"""Long texts that differ in one figure: its sign, fraction or exponent, or the order of a score or range."""

import random

import pytest

import dedup

_RANDOM = random.Random(7)
_WORDS = ["".join(map(_RANDOM.choice, ["bdklmn", "aeiou"] * 3)) for _ in range(400)]
_BEFORE, _AFTER = " ".join(_WORDS[:200]), " ".join(_WORDS[200:])
CONTEXTS = {
    "in a sentence": f"{_BEFORE}. At night the value was {{}} on the quay, he said. {_AFTER}",
    "in brackets": f"{_BEFORE} on the quay ({{}}) where {_AFTER}",
    "in a line": f"{_BEFORE}\n\nharbour: {{}}\n\n{_AFTER}",
    "first": f"{{}} was the value on the quay. {_BEFORE} {_AFTER}",
    "last": f"{_BEFORE} {_AFTER} and the value was {{}}",
    "among clutter": f"{_BEFORE} the value was {{}} on the quay {_AFTER}\nMost read: {_WORDS[3]}",
}
DIFFERENT = [
    ("5", "6"),
    ("-5", "5"),
    ("-5", "+5"),
    ("+2.5%", "-2.5%"),
    ("\u22121,50", "1.5"),
    ("-11,700", "11,700"),
    ("3-2", "2-3"),
    ("3-2", "3.2"),
    ("3\u20132", "2:3"),
    ("3 - 2", "2 - 3"),
    ("3-5", "3-6"),
    ("$3-$5", "$3-$6"),
    ("½", "12"),
    ("½", "¼"),
    ("½", "¾"),
    ("5½", "512"),
    ("5½", "5"),
    ("1/2", "12"),
    ("10⁵", "105"),
    ("10⁵", "10⁶"),
    ("10⁵", "10⁻⁵"),
    ("2³²", "2⁶⁴"),
]
SAME = [
    ("5", "5.0"),
    ("+5", "5"),
    ("-5", "\u22125"),
    ("-5", "\u20135"),
    ("-1.50", "\u22121,5"),
    ("3\u20135", "3-5"),
    ("3-5", "3 to 5"),
    ("3-5", "3 \u2013 5"),
    ("3-5", "3\u20145"),
    ("3-5", "3~5"),
    ("3-2", "3:2"),
    ("5%-6%", "5-6%"),
    ("$5-$6", "$5-6"),
    ("½", "1/2"),
    ("5½", "5 1/2"),
    ("5-½", "5 ½"),
    ("a 5-year", "a 5 year"),
    ("covid-19", "covid\u201019"),
    ("covid-19", "covid 19"),
    ("\u2022 5", "- 5"),
    ("\u2022 5", "5"),
    ("2024-05-01", "2024/05/01"),
    ("1998-99", "1998/99"),
    ("10:30-11:30", "10:30 \u2013 11:30"),
    ("340¹", "340²"),
    ("340¹", "340"),
    ("10⁵", "10⁵."),
]


def _kept(context: str, pair: tuple[str, str]) -> int:
    return len(dedup.clean([CONTEXTS[context].format(written) for written in pair]).kept)


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_figure_that_says_something_else_parts_articles(context: str) -> None:
    """A sign, a fraction, an exponent, and the order of a score or range change what an article says."""
    assert [pair for pair in DIFFERENT if _kept(context, pair) != 2] == []


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_figure_written_another_way_parts_no_articles(context: str) -> None:
    """Other dashes, blanks, bullets and footnotes leave a figure what it is."""
    assert [pair for pair in SAME if _kept(context, pair) != 1] == []


def test_the_reason_shows_the_sign() -> None:
    """Numbers that differ in their signs are shown with them."""
    documents = [{"id": i, "text": CONTEXTS["in a line"].format(i)} for i in ("-5", "5")]
    (call,) = dedup.clean(documents).summary()["templates"]["examples"]
    assert call["figures"] == [["-5", "5"]]
