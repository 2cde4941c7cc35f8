"""No colour of a report vanishes, on a dark background or on a light one."""

import ast
import re
from pathlib import Path

import pytest
from rich.color import Color
from rich.errors import StyleSyntaxError
from rich.style import Style

import dedup
from dedup.api import clean
from tests.support.reporting import DOCUMENTS, full_summary, render, summary_of

REPORTS = sorted((Path(dedup.__file__).parent / "reports").rglob("*.py"))
LEAST = 3.0  # contrast that WCAG 2.1 asks of large text and of parts of an interface
XTERM = [
    *[(0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205)],
    *[(229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255)],
    *[(255, 0, 255), (0, 255, 255), (255, 255, 255)],
]  # what xterm draws of the sixteen colours


def luminance(colour):
    """Relative luminance (WCAG 2.1) of a colour of red, green and blue from 0 to 255."""
    parts = [part / 255 for part in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """From 1 (the same) to 21 (black on white)."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def colours(source):
    """The colours that the strings of a file name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 40:
            try:
                style = Style.parse(node.value)
            except StyleSyntaxError:
                continue
            assert style.bgcolor is None
            if style.color is not None and not style.color.is_default:
                yield style.color


def test_the_measure_finds_faint_colours():
    """Yellow on white and blue on black are too faint, so the next test can fail."""
    white, black = (255, 255, 255), (0, 0, 0)
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(XTERM[3], white) < LEAST
    assert contrast(XTERM[6], white) < LEAST
    assert contrast(XTERM[4], black) < LEAST
    assert [colour.number for colour in colours('a = "bold yellow"; b = "dim"; c = "kept"')] == [3]


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_colours_contrast_with_black_and_white(path):
    """Each colour that a report names is one of the sixteen, and stands out from both."""
    for colour in colours(path.read_text(encoding="utf-8")):
        assert colour.number is not None
        assert colour.number < len(XTERM)
        assert min(contrast(XTERM[colour.number], ground) for ground in ((0, 0, 0), (255, 255, 255))) >= LEAST


def test_a_report_uses_three_colours():
    """What is written to a terminal sets no background and no colour but red, magenta and bright blue."""
    result = clean(DOCUMENTS)
    shown = render(result, colour=True, report=full_summary(summary_of(result)))
    codes = {
        int(code) for codes in re.findall(r"\x1b\[([\d;]*)m", shown) for code in codes.split(";") if code
    }
    assert {31, 35} <= codes <= {0, 1, 2, 4, 9, 31, 35, 94, 39}
    assert Color.parse("bright_blue").number == 12
