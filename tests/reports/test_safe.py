"""Text from outside, made harmless: in one string, and in a whole report."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dedup.reports import safe
from tests.support.examples import examples
from tests.support.hostile import hostile_texts, with_documents, with_strings, without_codes
from tests.support.reporting import full_summary, render, summary_of


@examples(150)
@given(text=hostile_texts, width=st.integers(60, 200), colour=st.booleans(), cut=st.integers(0, 99))
def test_hostile_text_is_escaped_in_a_report(result, text, width, colour, cut):
    """Promise 6: whatever a text, an id, a path, a host or a reason holds, nothing of it is alive in the
    report, and no line of it but a command is wider than the terminal, however wide that is.
    """
    full = full_summary(summary_of(result))
    report = with_strings(full, text if text else "x" * cut)
    shown = without_codes(render(with_documents(result, text), width=width, colour=colour, report=report))
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]", shown
    )
    lines = [line for line in shown.split("\n") if not line.lstrip().startswith("dedup ")]  # not wrapped
    assert max(map(cell_len, lines)) <= width
    shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("\u202eevil", r"\u202eevil"),
        ("a\tb \n c\u00a0d\u3000e", "a b c d e"),
        ("z\u200b\u200b\u200bero\u00ad\ufeff", "zero"),
        ("name\ud800", r"name\ud800"),
        ("e" + "\u0301" * 40, "e" + "\u0301" * 4),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("a\u200db\u200cc\u200d\u200d", "abc"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("ไม่ใช่ที่นี่", "ไม่ใช่ที่นี่"),
        ("[bold]x[/bold] :boom:", "[bold]x[/bold] :boom:"),
    ],
)
def test_control_characters_are_shown_and_scripts_stay_readable(text, shown):
    """Escapes become visible, invisible floods go, and joiners and marks that a script needs stay."""
    assert safe.safe(text) == shown


def test_lines_of_a_text_stay_lines():
    """CRLF is a line end, a carriage return alone is not."""
    assert safe.safe_lines("a\r\nb\rc\td") == "a\nb\\rc    d"


@pytest.mark.parametrize("cells", [5, 8, 13])
@pytest.mark.parametrize("text", ["articles/of/a/long/path.jsonl:17", "字" * 30, "e\u0301" * 30])
def test_shortened_text_fits(text, cells):
    """A shortened text is no wider than asked, and says that something is missing."""
    for shown in (safe.short(text, cells), safe.middle(text, cells)):
        assert cell_len(shown) <= cells
        assert "…" in shown
