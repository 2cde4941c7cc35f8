"""A tag in the bytes of a record: JSON objects of any shape, rows of CSV however they are written."""

import csv
import io
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.document import UNTAGGED, Tag
from dedup.formats.edits import apply_edits
from dedup.formats.json_objects import lenient_loads
from dedup.options import TAG_FIELDS
from dedup.outputs.csv_tags import TagColumns
from dedup.outputs.json_tags import tagged
from tests.support.examples import examples
from tests.support.inputs import A_TAG, objects

tags = st.sampled_from([A_TAG, UNTAGGED, Tag("7", 1.0)])


def as_text(value):
    """A value in a form that can be compared: NaN is not equal to itself."""
    return json.dumps(value, sort_keys=True)


@examples(300)
@given(objects(), tags)
def test_an_object_has_the_tag_and_its_other_fields(raw, tag):
    """A JSON object is parsed, tagged and compared: what was edited as bytes has the same values."""
    wanted = lenient_loads(raw.decode())
    for name, value in zip(TAG_FIELDS, tag, strict=True):
        if tag != UNTAGGED or name in wanted:
            wanted[name] = value
    edited = tagged(raw, tag)
    assert as_text(lenient_loads(edited.decode())) == as_text(wanted)
    assert tagged(edited, tag) == edited
    assert (edited == raw) == (as_text(wanted) == as_text(lenient_loads(raw.decode())))


@pytest.mark.parametrize(
    "value", ["[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, '["]", "}\\""]']
)
def test_depth_does_not_matter(value):
    """A value that is nested deeper than a parser goes is passed over."""
    raw = b'{"deep":%b,"text":"a"}' % value.encode()
    assert tagged(raw, Tag("x", 0.5)) == raw[:-1] + b',"duplicate_of":"x","similarity":0.5}'


HEADERS = [
    b"id,text\n",
    b'"id","text"\r\n',
    b"duplicate_of,text\n",
    b"text,similarity\r",
    b'"a""b",duplicate_of',
]


CELLS = ["", "a", '""', '"a"', '"a,b"', '"a""b"', '"a"b', 'a"b', '"a\r\nb\n"', '"a\n', " a "]
texts = st.builds(
    lambda one, other, end: f"{one},{other}{end}",
    st.sampled_from(CELLS),
    st.sampled_from(CELLS),
    st.sampled_from(["", "\n", "\r\n", "\r"]),
)


@examples(300)
@given(texts, tags, st.sampled_from(HEADERS))
def test_a_row_has_the_cells_of_the_tag(text, tag, header):
    """Whatever a row looks like, the edited one has the same cells, those of the tag in their columns, and
    its terminator.
    """
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    assume(len(rows) == 1 and len(rows[0]) == 2)  # a quote that is not closed takes in what follows
    names, columns = next(csv.reader([header.decode()])), TagColumns(header, "csv")
    values = ["" if value is None else str(value) for value in tag]
    wanted = dict(zip(names, rows[0], strict=True)) | dict(zip(TAG_FIELDS, values, strict=True))
    edited = apply_edits(text.encode(), columns.row_edits(text.encode(), [], tag)).decode()
    assert [row for row in csv.reader(io.StringIO(edited, newline="")) if row] == [[*wanted.values()]]
    edited_header = apply_edits(header, columns.header_edits(header)).decode()
    assert next(csv.reader(io.StringIO(edited_header, newline=""))) == [*wanted]
    assert (
        edited_header[len(edited_header.rstrip("\r\n")) :] == header.decode()[len(header.rstrip(b"\r\n")) :]
    )
