"""Figures: their values and their spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.figures import WORD, figure_spans, figures, normal_form
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
    ],
)
def test_a_value_is_a_number_whatever_its_digits(written: str, plain: str) -> None:
    """A figure has the value of its number, whatever its digits and separators."""
    assert normal_form(written) == plain
    assert [f"of {written} all"[start:end] for start, end in figure_spans(f"of {written} all")] == [written]


@given(st.text("0123456789٣५９.,:/-' \u00a0aTwo mMarch", max_size=40))
@examples(100)
def test_every_figure_has_its_span(text: str) -> None:
    """A text has as many spans of figures as it has figures."""
    assert len(figure_spans(text)) == int((figures([text]).kinds != WORD).sum())
