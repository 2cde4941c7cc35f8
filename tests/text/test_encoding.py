"""Lone surrogates become U+FFFD, one for one. Offsets of characters and bytes are inverse to each other."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dedup
from dedup.text.encoding import characters_before, replace_surrogates, string_array
from dedup.text.ranges import trim, without

characters = st.characters() | st.sampled_from("\ud800\udfff\ufffdé漢😀")


@given(st.text(characters))
def test_a_lone_surrogate_becomes_one_character(text: str) -> None:
    """What UTF-8 cannot hold becomes U+FFFD, all else stays where it is."""
    replaced = replace_surrogates(text)
    assert [a if a == b else (a, b) for a, b in zip(text, replaced, strict=True)] == [
        (one, "\ufffd") if "\ud800" <= one <= "\udfff" else one for one in text
    ]
    assert string_array([text, None], pa.large_string()).to_pylist() == [replaced, None]


@given(st.text("a\x00\x7f\x80é漢\uffff\U0001f600"))
def test_characters_before_bytes(text: str) -> None:
    """How many characters are before the first byte of each, and before the end."""
    data = np.frombuffer(text.encode(), np.uint8)
    starts = [len(text[:i].encode()) for i in range(len(text) + 1)]
    assert characters_before(data)[starts].tolist() == list(range(len(text) + 1))


def test_documents_in_memory_are_as_those_in_files(tmp_path) -> None:
    """Texts and ids with lone surrogates, from memory and from a file: the ledger lines differ in the source
    alone, and the texts are equal.
    """
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"id":"\\ud800","text":"a b \\udfff c"}\n{"id":"y","text":"d"}\n')
    given_ = [{"id": "\ud800", "text": "a b \udfff c"}, {"id": "y", "text": "d"}]
    results = [dedup.clean(documents, workers=1) for documents in (given_, path)]
    lines = [[{**line, "source": ""} for line in result.ledger()] for result in results]
    assert lines[0] == lines[1]
    assert lines[0][0]["id"] == "\ufffd"
    assert [result.texts([0]) for result in results] == [{0: "a b \ufffd c"}] * 2


@pytest.mark.parametrize(
    ("ranges", "left"),
    [([], "ab cd"), ([(0, 5)], ""), ([(0, 1), (4, 5)], "b c"), ([(1, 1), (2, 3)], "abcd")],
)
def test_a_text_without_ranges(ranges: list[tuple[int, int]], left: str) -> None:
    """What is in no range stays, in order."""
    assert without("ab cd", ranges) == left


@pytest.mark.parametrize(
    ("start", "end", "trimmed"), [(0, 6, (1, 5)), (1, 5, (1, 5)), (0, 1, (1, 0)), (3, 3, (3, 3))]
)
def test_a_range_without_blanks_at_its_ends(start: int, end: int, trimmed: tuple[int, int]) -> None:
    """A range of blanks alone has no characters left."""
    assert trim(" ab c ", start, end) == trimmed
