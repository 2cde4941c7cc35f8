"""Cuts of characters become edits of bytes that change the text alone."""

import csv
import io
import json
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.formats.csv import row_edits
from dedup.text.ranges import without
from tests.formats.documents import applied, lenient, object_edits
from tests.support.examples import examples
from tests.support.inputs import (
    objects,
    random_cuts,
    texts,
)


@examples(150)
@given(st.data())
def test_cutting_json_changes_the_text_alone(data):
    """Cutting a document removes these characters; the other fields stay byte for byte."""
    text = data.draw(texts)
    raw = data.draw(objects(text))
    cuts = random_cuts(random.Random(data.draw(st.integers())), len(text))
    edits = object_edits(raw, cuts)
    value, after = lenient(raw), lenient(applied(raw, edits))
    assert after.pop("text") == without(value.pop("text"), cuts)
    assert json.dumps(after) == json.dumps(value)
    assert all(not edit.new for edit in edits)


@examples(150)
@given(st.lists(texts, min_size=3, max_size=3), st.integers(), st.booleans(), st.integers(0, 2))
@example(['ab"c', "", ""], 0, False, 0)
def test_cutting_csv_changes_the_text_alone(row, seed, quoted, column):
    """Cutting a row removes these characters from its cell; the other cells stay as they are."""
    raw = io.StringIO()
    csv.writer(raw, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerow(row)
    cuts = random_cuts(random.Random(seed), len(row[column]))
    edits = row_edits(raw.getvalue().encode(), column, "csv", cuts)
    after = applied(raw.getvalue().encode(), edits).decode()
    expected = [*row[:column], without(row[column], cuts), *row[column + 1 :]]
    assert list(csv.reader(io.StringIO(after, newline=""))) == [expected]
    assert after.endswith("\r\n")
    assert not quoted or all(not edit.new for edit in edits)


@pytest.mark.parametrize(
    ("raw", "cuts", "expected"),
    [
        (b'1,a"bc,x\n', [(0, 1)], b'1,"""bc",x\n'),  # what is left would open a quote
        (b'1,"ab"cd,x\r\n', [(0, 1)], b"1,bcd,x\r\n"),
        (b"1,ab,x", [(0, 2)], b"1,,x"),
        (b'1,"a""b",x\n', [(1, 2)], b'1,"ab",x\n'),
        ("1,é漢b,x\n".encode(), [(1, 2)], "1,éb,x\n".encode()),
    ],
)
def test_odd_rows_are_cut_safely(raw, cuts, expected):
    """Where cutting in place would change the row's meaning, the row is written anew."""
    assert applied(raw, row_edits(raw, 1, "csv", cuts)) == expected
