"""The JSON of a record is read in one way, whoever asks."""

import pytest

from dedup.text.json_values import DEEPEST, NotJSONError, exact_value_of, value_of


@pytest.mark.parametrize("read", [value_of, exact_value_of])
@pytest.mark.parametrize(
    ("line", "value"),
    [
        (b'{"id":1.0,"text":"a"}\x0c\n', {"id": 1.0, "text": "a"}),
        (b'{"a":"\\ud800"}', {"a": "\ud800"}),
        (b'{"a":"' + b"[" * 2000 + b'"}', {"a": "[" * 2000}),
        (b'[{"\\"[":1}' + b",[]" * 2000 + b"]", [{'"[': 1}] + [[]] * 2000),
        (b'{"a":1' + b"0" * 400 + b"}", {"a": 10**400}),
    ],
)  # fmt: skip
def test_what_is_read(read, line, value):
    """Blanks of any kind may follow; brackets in strings and side by side are not nested."""
    assert read(line) == value


@pytest.mark.parametrize("read", [value_of, exact_value_of])
@pytest.mark.parametrize("depth", [DEEPEST + 1, 990, 1023, 1024, 100_000])
def test_deep_nesting_is_refused(read, depth):
    """At no depth does one of the two libraries read what the other one does not."""
    with pytest.raises(NotJSONError, match="nested more than 500 deep"):
        read(b'{"x":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}")
    with pytest.raises(NotJSONError):
        read(b"[" * depth)


def test_the_deepest_that_is_read():
    """A record of the greatest depth is read by both."""
    line = b"[" * DEEPEST + b"]" * DEEPEST
    assert value_of(line) == exact_value_of(line)
