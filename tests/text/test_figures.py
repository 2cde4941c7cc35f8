"""Figures: their values and their spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.figures import WORD, figure_spans, figures
from dedup.text.numerals import normal_form
from tests.support.examples import examples


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("2,000", "2000"),
        ("2.000", "2000"),
        ("2000", "2000"),
        ("2'000", "2000"),
        ("2\u00a0000\u00a0000", "2000000"),
        ("12,34,567", "1234567"),
        ("1.5", "1.5"),
        ("1,50", "1.5"),
        ("15", "15"),
        ("0.125", "0.125"),
        ("1,234.50", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1.0", "1"),
        ("007", "7"),
        ("0", "0"),
        ("٢٬٠٠٠٫٥", "2000.5"),
        ("२,०००", "2000"),
        ("１５", "15"),
        ("6-3/16", "6 3/16"),
        ("6 3/16", "6 3/16"),
        ("3/16", "3/16"),
        ("５．４", "5.4"),
        ("2024-01-05", "2024-01-05"),
        ("10:30", "10:30"),
        ("1,2,3", "1,2,3"),
        ("-5", "-5"),
        ("\u22121,50", "-1.5"),
        ("-$2,000", "-2000"),
        ("½", "1/2"),
        ("5½", "5 1/2"),
        ("1,234 ¾", "1234 3/4"),
        ("-⅓", "-1/3"),
        ("10⁵", "10^5"),
        ("10⁻⁵", "10^-5"),
        ("2³²", "2^32"),
    ],
)
def test_a_value_is_a_number_whatever_its_digits(written: str, plain: str) -> None:
    """A figure has the value of its number, whatever its digits and separators."""
    assert normal_form(written) == plain
    assert [f"of {written} all"[start:end] for start, end in figure_spans(f"of {written} all")] == [written]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("at -5 and +5", ["-5", "5"]),
        ("(-5) \u22125 \u20135", ["-5", "\u22125", "\u20135"]),
        ("covid-19, --5, - 5, \u20145", ["19", "5", "5", "5"]),
        ("ट्वेंटी-20 코로나-19", ["20", "19"]),
        ("最低-20", ["-20"]),
        ("3-2, 3 \u2013 2, 3:2, 3 to 2", ["3", "-2", "3", "\u2013 2", "3", ":2", "3", "2"]),
        ("$5-$6 5%-6%", ["5", "-$6", "5", "-6"]),
        ("10\n- 5", ["10", "5"]),
        ("5½ cups, ½ cup, x½", ["5½", "½"]),
        ("10⁵, 340¹, 1.10²", ["10⁵", "340", "1.10"]),
    ],
)
def test_signs_and_exponents_are_part_of_a_figure(text: str, written: list[str]) -> None:
    """A minus is part of a figure, and so are the dash of a score, fractions, and exponents."""
    assert [text[start:end] for start, end in figure_spans(text)] == written


@given(st.text("0123456789٣५９.,:/-' \u00a0aTwo mMarch½¾⁵\u2013$%", max_size=40))
@examples(100)
def test_every_figure_has_its_span(text: str) -> None:
    """A text has as many spans of figures as it has figures."""
    assert len(figure_spans(text)) == int((figures([text]).kinds != WORD).sum())
