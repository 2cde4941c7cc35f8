"""Options: sizes as text, and values that are refused."""

from typing import Any

import pytest

import dedup
from dedup.errors import OptionsError
from dedup.options import parse_size
from tests.support.articles import SENTENCE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("67108864", 64 << 20),
        ("65536k", 64 << 20),
        ("512M", 512 << 20),
        ("512MB", 512 << 20),
        (" 4g ", 4 << 30),
        ("1.5G", 3 << 29),
        ("2T", 2 << 40),
    ],
)
def test_sizes_have_units(text: str, expected: int) -> None:
    """A size is a number of bytes, or a number with a unit in either case."""
    assert parse_size(text) == expected


@pytest.mark.parametrize("text", ["", "G", "4X", "-1G", "1e9", "4 G B", "0x10", "nan", "1.5.2G", "٤G"])
def test_a_wrong_size_is_refused(text: str) -> None:
    """What is no size is refused in one sentence that shows how to write one."""
    with pytest.raises(OptionsError, match="memory must be a size like 512M or 4G, not") as caught:
        parse_size(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threshold", 0),
        ("threshold", 1.01),
        ("threshold", float("nan")),
        ("contained", 0),
        ("contained", 1.5),
        ("contained", float("nan")),
        ("max_loss", -0.1),
        ("max_loss", 1.1),
        ("recall", 0),
        ("recall", 1),
        ("caution", -0.1),
        ("caution", 1.1),
        ("ngram", 0),
        ("ngram", 65),
        ("num_perm", 15),
        ("num_perm", 5000),
        ("workers", -1),
        ("memory", -1),
        ("memory", (64 << 20) - 1),
        ("cut", ("exact", "some")),
        ("keep", "shortest"),
        ("updates", "keep"),
        ("keep", "newest"),
        ("keep", "newest:"),
        ("keep", "longest:date"),
        ("keep", ""),
    ],
)
def test_values_out_of_range_are_refused(name: str, value: Any) -> None:
    """A value out of range is an OptionsError, which is a ValueError, and names the option."""
    with pytest.raises(OptionsError, match=name) as caught:
        dedup.clean([SENTENCE], **{name: value})
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


def test_options_that_contradict_each_other_are_refused() -> None:
    """A recall that so few permutations cannot reach is refused before anything is read."""
    with pytest.raises(OptionsError, match="16 permutations"):
        dedup.clean([SENTENCE], threshold=0.1, num_perm=16)


def test_unknown_options_are_refused() -> None:
    """An option that does not exist is refused by name."""
    with pytest.raises(TypeError, match="thresold"):
        dedup.clean([SENTENCE], thresold=0.8)
