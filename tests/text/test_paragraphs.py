"""The paragraphs of texts."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.native import text as kernel
from dedup.native.text import lengths
from dedup.text.encoding import utf8
from dedup.text.paragraphs import split
from tests.support import reference
from tests.support.examples import examples

PROSE = """\
The harbour board met on Tuesday evening and agreed, after a debate that
lasted for nearly four hours, to close the old fish market at the end of
the year and to move what is left of its trade into the new hall beside
the railway. Nobody who spoke was happy with the price of the move.

Traders said that they had been asked too late, and that the hall is too
far from the boats for anyone who sells what was landed in the morning.
A petition with nine hundred names lay on the table while they spoke, but
the chair of the board did not mention it before the vote was taken.
"""

INDENTED = """\
   The harbour board met on Tuesday evening and agreed, after a debate that
lasted for nearly four hours, to close the old fish market at the end of
the year and to move what is left of its trade into the new hall beside
the railway. Nobody who spoke was happy with the price of the move.
   Traders said that they had been asked too late, and that the hall is too
far from the boats for anyone who sells what was landed in the morning.
A petition with nine hundred names lay on the table while they spoke, but
the chair of the board did not mention it before the vote was taken.
"""

POEM = """\
The tide went out at seven, and the lamps along the quay
Were lit by no one living, and they burned till it was day,
And every boat that left us had a woman at the oar
Who sang about a harbour that she had not seen before.

The tide came in at seven, and the gulls were at the door,
And nobody had answered, and there was no light ashore,
And every boat that found us had a stranger at the bow
Who asked us for the harbour that is far behind us now.
"""

LIST = """\
- two hundred grams of flour, sifted with the salt and the sugar
- one hundred grams of butter, cold and cut into very small dice
- four tablespoons of water from the tap, with a little ice in it
- three sour apples, peeled, cored and cut into even thin slices
- two tablespoons of breadcrumbs, toasted in the rest of the butter
- a teaspoon of cinnamon and half a teaspoon of grated nutmeg too
"""

TABLE = """\
Pos  Player                 Team             Plays   Points
1    Okafor, Amara          Northport Gulls     34     61
2    Lindqvist, Jonas       Harbour United      33     58
3    Teixeira, Rui          Northport Gulls     34     52
4    Baptiste, Elodie       Quayside Rovers     31     47
5    van der Meer, Pim      Lower Town FC       34     45
"""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of one text."""
    batch = split(pa.array([text], pa.large_string()))
    return [batch.data[a:b].tobytes().decode() for a, b in zip(batch.starts, batch.ends, strict=True)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    "text",
    [
        POEM,
        LIST,
        TABLE,
        "\n".join(_lines(PROSE)[:3]),
        PROSE.replace("\n", "\n\n"),
    ],
)
def test_short_lines_are_paragraphs_of_their_own(text: str) -> None:
    """Each verse, list item, table row, line of a short text and line between blank ones is a paragraph."""
    assert paragraphs(text) == _lines(text)


@pytest.mark.parametrize(
    "end",
    ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\n \t\n", "\u2028", "\u2029", "\x85", "\f", "\v", "\n\x00\n"],
)
@pytest.mark.parametrize("last", [True, False])
def test_every_line_break_separates_paragraphs(end: str, last: bool) -> None:
    """Every kind of line break parts paragraphs, whether or not the last line has one."""
    assert paragraphs(end.join(["One.", "two two", "Three"]) + end * last) == ["One.", "two two", "Three"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n", []),
        (" \t\r\n\x00 \u3000\xa0\u200b\ufeff\n", []),
        ("a", ["a"]),
        ("  a  b  ", ["a  b"]),
        ("\ta\n\t\tb", ["a", "b"]),
        ("\ufeffa\n", ["a"]),
        ("\u3000中文。\u3000\n\xa0é\xa0", ["中文。", "é"]),
        ("...\n—", ["...", "—"]),
        ("a\\nb", ["a\\nb"]),
        ("a\u200ab\u202fc", ["a\u200ab\u202fc"]),
        ("a\x1cb", ["a\x1cb"]),
        ("\U0001f600\n\U00020000", ["\U0001f600", "\U00020000"]),
    ],
)
def test_blanks_belong_to_no_paragraph(text: str, expected: list[str]) -> None:
    """Indentation, a byte-order mark and blanks at the end belong to no paragraph; those inside a line do."""
    assert paragraphs(text) == expected


def test_hard_wrapped_lines_are_joined() -> None:
    """Lines broken at a fixed width are joined up to the next blank line."""
    assert paragraphs(PROSE) == PROSE.strip().split("\n\n")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_hard_wrapped_lines_may_have_any_break(end: str) -> None:
    """Hard-wrapped prose is seen with any line break."""
    assert paragraphs(PROSE.replace("\n", end)) == [
        part.replace("\n", end) for part in PROSE.strip().split("\n\n")
    ]


def test_indentation_begins_a_paragraph() -> None:
    """In hard-wrapped prose a line that is indented more than the one before begins a paragraph."""
    first, second = paragraphs(INDENTED)
    assert first.startswith("The harbour")
    assert first.endswith("of the move.")
    assert second.startswith("Traders")
    assert second.endswith("was taken.")


def test_texts_of_a_batch_are_independent() -> None:
    """The paragraphs of a text do not depend on the other texts of its batch."""
    batch = split(pa.array([POEM, PROSE, "", POEM], pa.large_string()))
    assert np.diff(batch.offsets).tolist() == [8, 2, 0, 8]


_BREAKS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\x85", "\u2028", "\u2029", "\f"])
_INSIDE = st.sampled_from("ab cé\t.,\xa0中\u3000\u200b\ufeff\x00😀A-\x1c\u2007")
_LINES = st.lists(st.tuples(st.text(_INSIDE, max_size=12), _BREAKS)).map(
    lambda lines: "".join(a + b for a, b in lines)
)
_WRAPPED = st.lists(
    st.sampled_from(["word", "and", "harbour", "it", "été", "\n", "\n\n", "\n  "]), min_size=40, max_size=120
)
_ANY = st.one_of(
    _LINES,
    st.text(max_size=40),
    _WRAPPED.map(" ".join),
    st.sampled_from([PROSE, INDENTED, POEM, LIST, TABLE, POEM.replace("\n", " ") * 6]),
)


@given(st.lists(_LINES, max_size=4))
@examples(60)
def test_paragraphs_are_those_of_the_twin(texts: list[str]) -> None:
    """Lines too short to be wrapped are the paragraphs that the slow twin finds; characters are counted."""
    batch = split(pa.array(texts, pa.large_string()))
    assert lengths(batch.data, batch.text_offsets).tolist() == list(map(len, texts))
    lines = [batch.data[a:b].tobytes().decode() for a, b in zip(batch.starts, batch.ends, strict=True)]
    assert [lines[a:b] for a, b in zip(batch.offsets[:-1], batch.offsets[1:], strict=True)] == list(
        map(reference.paragraphs, texts)
    )


_STOPS = [". ", "! ", "? ", "… ", ".", "。", "」", "। ", "؟ ", ".) ", " ", "\u3000", "\n"]
_PHRASES = [
    "Mr. Okafor came at 3. p.m. to the U.S. pier",
    "ice",
    "“No.”",
    "港の朝は早い",
    "नाव",
    "هل",
    "it",
    "It is",
]
_SENTENCES = st.lists(st.sampled_from([*_PHRASES, *_STOPS]), max_size=60).map("".join)


@given(_SENTENCES, st.integers(0, 3))
@examples(100)
def test_the_sentences_of_a_long_line_are_those_of_the_twin(text: str, times: int) -> None:
    """A line of 2,000 bytes or more is taken by its sentences, as the slow twin takes it."""
    long = text + "The boats stayed in. " * (60 * times)
    assert paragraphs(long) == reference.paragraphs(long)


def test_a_page_in_one_line_is_split_into_sentences() -> None:
    """Abbreviations, figures and quotations end no sentence; stops of other scripts do."""
    sentences = [
        "Mr. Okafor came from the U.S. pier.",
        "He said: “The ice holds.”",
        "港の朝は早くて、船は出なかった。",
        "Nobody else had come back!",
    ]
    assert paragraphs(" ".join(sentences * 30)) == sentences * 30


@given(st.lists(_ANY, max_size=4))
@examples(60)
def test_spans_are_in_order_and_leave_out_only_blanks(texts: list[str]) -> None:
    """Spans are disjoint, in order and within their text; only blanks are left out, and all at their ends."""
    batch = split(pa.array(texts, pa.large_string()))
    blanks = set(
        "".join(chr(c) for c in range(33))
        + "\x85\xa0\u3000\u2028\u2029\ufeff"
        + "".join(map(chr, range(0x2000, 0x200C)))
    )
    for i, text in enumerate(texts):
        data, at = text.encode(), 0
        rows = slice(batch.offsets[i], batch.offsets[i + 1])
        for start, end in zip(
            batch.starts[rows] - batch.text_offsets[i], batch.ends[rows] - batch.text_offsets[i], strict=True
        ):
            assert at <= start < end <= len(data)
            paragraph = data[start:end].decode()
            assert not {paragraph[0], paragraph[-1]} & blanks
            assert set(data[at:start].decode()) <= blanks
            at = end
        assert set(data[at:].decode()) <= blanks


@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from([b"a" * 40, b"\n", b"\xd0", b"\xe2\x80", b"\xc2"]), max_size=20).map(b"".join)
)
@examples(60)
def test_any_bytes_are_safe(data: bytes) -> None:
    """Bytes that are no UTF-8 give spans within bounds and in order."""
    starts, ends, owned = kernel.split(
        np.frombuffer(data, np.uint8), np.array([0, len(data) // 2, len(data)], np.int64)
    )
    assert owned[-1] == len(starts) == len(ends)
    edges = np.stack([starts, ends], axis=1).reshape(-1)
    assert (np.diff(edges) >= 0).all()
    assert not edges.size or edges.min() >= 0
    assert not edges.size or edges.max() <= len(data)


@examples(200)
@given(st.lists(st.text("a\x00\x7f\x80é漢\uffff\U0001f600") | st.text(), max_size=6), st.integers(0, 3))
def test_lengths_count_characters(texts: list[str], first: int) -> None:
    """Each text has as many characters as Python says, also in a slice of a column."""
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    assert lengths(*utf8(pa.array(clean, pa.large_string())[first:])).tolist() == list(
        map(len, clean[first:])
    )
