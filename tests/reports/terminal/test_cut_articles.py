"""Articles with their repeats marked: the marks are where they should be, and nothing in a text acts."""

import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from dedup.explain.repeats import InspectedDocument, ReadCounts
from dedup.repeats.find import Repeat
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal import cut_articles
from dedup.reports.terminal.views import repeats
from tests.support.examples import examples
from tests.support.hostile import hostile_texts, without_codes
from tests.support.reporting import render

WEIGHED = {
    "accident": [0.714, 0.91],
    "bias": [1.0, 0.6],
    "interface_near_first": [0.031, 0.41],
    "words": [12.0, -0.2],
    "others": [151.0, 0.1],
}


def repeat(start, end, of_start, of_end, kind="near", score=99.7, cut=True):
    return Repeat(start, end, of_start, of_end, kind, score, cut, WEIGHED)


def shown(text, found_repeats, width=80, colour=False, identity=None):
    """The output for one document, as a string."""
    document = InspectedDocument(identity or {"id": "a", "source": "s", "position": 1}, text, found_repeats)
    file = StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    terminal.write(repeats.report([document], lambda: ReadCounts(1), colour, weights=True), console)
    return file.getvalue()


def in_words_only(text, found_repeats):
    """The lines for one document without the weights, as one string without blanks at the ends."""
    document = InspectedDocument({"id": "a", "source": "s", "position": 1}, text, found_repeats)
    file = StringIO()
    terminal.stream(lambda colour: repeats.report([document], lambda: ReadCounts(1), colour), file)
    return file.getvalue()


def body(text, found_repeats):
    """The marked text alone, without colours."""
    part = repeats.article(InspectedDocument({"id": "a"}, text, found_repeats), colour=False)
    return part[1].plain


@pytest.mark.parametrize(
    ("text", "found_repeats", "marked"),
    [
        ("one\n\none\n", [], "one\n\none"),
        ("one\n\none", [repeat(5, 8, 0, 3)], "[=1 one =1]\n\n[1 near 99% cut] [-one-]"),
        ("one\n  one", [repeat(4, 9, 0, 3, cut=False)], "[=1 one =1]\n  [1 near 99% left] [_one_]"),
        (
            "one\none\none",
            [repeat(4, 7, 0, 3, "exact", 100), repeat(8, 11, 0, 3, "exact", 100)],
            "[=1,2 one =1,2]\n[1 exact 100% cut] [-one-]\n[2 exact 100% cut] [-one-]",
        ),
        (
            "a b\na b c",
            [repeat(0, 3, 4, 9, "excerpt", 100, False)],
            "[1 excerpt 100% left] [_a b_]\n[=1 a b c =1]",
        ),
        (
            "abcd",
            [repeat(1, 3, 0, 2), repeat(2, 4, 0, 1)],
            "[=1 [=2 a =2][1 near 99% cut] [-b =1][2 near 99% cut] [-c-]d-]",
        ),
    ],
)
def test_marks_surround_repeats(text, found_repeats, marked):
    """A label, the copy between its signs, what it repeats under the same number; blanks stay outside."""
    assert body(text, found_repeats) == marked


def test_colours_distinguish_cut_from_left():
    """In colour a cut is struck out and what is left underlined, without brackets around them."""
    text = "one\n\none\n\none"
    report = shown(text, [repeat(5, 8, 0, 3), repeat(10, 13, 0, 3, cut=False)], colour=True)
    assert re.search(r"\[1 near 99% cut\] \x1b\[0m\x1b\[9;31mone\x1b", report)
    assert re.search(r"\[2 near 99% left\] \x1b\[0m\x1b\[2;4mone\x1b", report)
    assert "[-" not in report
    assert "[_" not in report


def test_the_table_has_the_evidence():
    """Each repeat has a row: kind, cut or left, how similar, probability, other copy, evidence."""
    report = shown("one\n\none", [repeat(5, 8, 0, 3)], width=140)
    assert re.search(
        r"1  near  cut      99%           71%  line 1 *\n"
        r" +3% of the words near the original are typical of buttons and menus \(\+0\.41\)",
        report,
    )
    assert "has 12 words (-0.20)" in report
    assert "has 12 words\n" in in_words_only("one\n\none", [repeat(5, 8, 0, 3)])
    assert "begins with this" not in report
    assert "other observations" not in report
    assert "characters 0 to 3" in shown("one one", [repeat(4, 7, 0, 3)])
    bare = repeat(5, 8, 0, 3)._replace(evidence={"words": [8.0, 0.0]})
    assert re.search(r"99% +-  line 1 *\n +has 8 words *\n", shown("one\n\none", [bare]))


def test_names_of_earlier_versions_are_shown_as_they_are():
    """A ledger may have names that no observation has: a rule, a feature. They act on no terminal."""
    evidence = {
        "accident": [0.99, 4.6],
        "rule_echo": [1.0, 4.6],
        "words_added": [3.0, 0.0],
        "\x1b[1m": [1.0, -1.0],
    }
    report = shown("one\n\none", [repeat(5, 8, 0, 3)._replace(evidence=evidence)])
    assert re.search(r"line 1 *\n +rule_echo 1 \(\+4\.60\) *\n +words_added 3 *\n", report)
    assert "\x1b" not in report


@pytest.mark.parametrize("width", [60, 80, 120])
def test_output_fits_and_is_plain(width):
    """No line is wider than the terminal; without colours there is no code in it."""
    report = shown("word " * 90 + "\n\n" + "word " * 90, [repeat(452, 901, 0, 449)], width)
    assert max(map(cell_len, report.split("\n"))) <= width
    assert "\x1b" not in report


def test_a_very_long_article_is_shown_around_its_marks():
    """A million characters do not fill the terminal, and no mark is lost."""
    text = f"one\n\n{'word ' * 200_000}\n\none"
    report = body(text, [repeat(len(text) - 3, len(text), 0, 3)])
    assert len(report) < 2_200
    assert report.endswith("[1 near 99% cut] [-one-]")
    assert "998,004 characters are not shown" in report


def test_the_table_has_the_first_of_many_repeats():
    """Thousands of repeats do not fill the terminal with rows."""
    found_repeats = [repeat(at, at + 1, 0, 1) for at in range(2, 1400, 2)]
    report = shown("a\n" * 700, found_repeats)
    assert "and 199 more repeats" in report
    assert "[=1,2,3,4,5,6,… a" in report


@examples(100)
@given(text=hostile_texts, width=st.sampled_from([60, 80, 120]))
def test_control_characters_are_escaped(text, width):
    """Promise 6: whatever a text or an id holds, nothing of it is alive in the output."""
    size = len(text)
    found_repeats = [repeat(size, 2 * size, 0, size), repeat(size // 2, size, 0, size // 2, cut=False)]
    identity = {"id": text, "source": text, "position": 1}
    plain, coloured = (shown(text * 2, found_repeats, width, colour, identity) for colour in (False, True))
    for report in (plain, without_codes(coloured)):
        assert not re.search(
            r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]", report
        )
        assert max(map(cell_len, report.split("\n"))) <= width
        report.encode()


def test_few_cuts_are_struck_out_in_place(result):
    """What was cut is shown in its place: between [- and -] without colour, struck out with it."""
    plain, coloured = render(result), render(result, colour=True)
    assert plain.count("[-The ferry to the outer") == 3  # the echo, and how the two dropped ones begin
    assert re.search(r"since then\. *\n *\n\[-The ferry", plain)
    assert "near  dropped for first\n[-The ferry" in plain
    assert "[-" not in coloured
    assert re.search(r"\x1b\[9;31mThe ferry to the outer", coloured)


def test_cut_of_blanks_alone_is_not_marked():
    """Nothing is marked where nothing that can be seen was cut."""
    assert cut_articles.strike_out("a \n b", [(1, 4)], colour=False).plain == "a \n b"


def test_long_articles_are_not_shown_in_full():
    """A million characters do not fill the terminal."""
    shown = cut_articles.strike_out("word " * 200_000, [(30_000, 30_010)], colour=False).plain
    assert len(shown) < 21_000
    assert shown.endswith("… the rest is not shown")
