"""What options say, as text."""

import pytest

from dedup.errors import OptionsError
from dedup.options import size


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
def test_sizes(text: str, expected: int) -> None:
    """Bytes, or so many of a unit, in either case."""
    assert size(text) == expected


@pytest.mark.parametrize("text", ["", "G", "4X", "-1G", "1e9", "4 G B", "0x10", "nan", "1.5.2G", "٤G"])
def test_no_sizes(text: str) -> None:
    """All else is refused with one sentence that shows how to write it."""
    with pytest.raises(OptionsError, match="--memory must be a size like 512M or 4G, not") as caught:
        size(text)
    assert "\n" not in str(caught.value)
