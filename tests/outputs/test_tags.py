"""A tag in the bytes of a record: JSON objects of any shape, rows of CSV however they are written."""

import csv
import io
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dedup.document import UNTAGGED, Tag
from dedup.formats.edits import apply_edits
from dedup.options import TAG_FIELDS
from dedup.outputs.csv_tags import TagColumns
from dedup.outputs.json_tags import tagged
from dedup.text.json_values import exact_value_of
from tests.support.examples import examples
from tests.support.inputs import A_TAG, objects

tags = st.sampled_from([A_TAG, UNTAGGED, Tag("7", 1.0)])


def as_text(value):
    """A value in a form that can be compared: NaN is not equal to itself."""
    return json.dumps(value, sort_keys=True)


@examples(300)
@given(objects(), tags)
def test_an_object_has_the_tag_and_its_other_fields(raw, tag):
    """A JSON object is parsed, tagged and compared: what was edited as bytes has the same values, and nothing
    is edited where nothing changes. A field that is written twice gets its value twice, since readers differ
    in which of the two they take.
    """
    wanted = exact_value_of(raw)
    for name, value in zip(TAG_FIELDS, tag, strict=True):
        if tag != UNTAGGED or name in wanted:
            wanted[name] = value
    edited = tagged(raw, tag)
    assert as_text(exact_value_of(edited)) == as_text(wanted)
    assert tagged(edited, tag) == edited
    names = [name for name, _ in json.loads(raw, object_pairs_hook=list) if name in TAG_FIELDS]
    if len(names) == len(set(names)):
        assert (edited == raw) == (as_text(wanted) == as_text(exact_value_of(raw)))


@pytest.mark.parametrize("tag", [A_TAG, UNTAGGED])
def test_a_field_that_is_written_twice_gets_its_value_twice(tag):
    """Whichever of the two a reader takes, it finds the same."""
    raw = b'{"duplicate\\u005Fof": {"a": ["a}", 1e3]},"duplicate_of":null,"text":""}'
    pairs = json.loads(tagged(raw, tag), object_pairs_hook=list)
    assert [value for name, value in pairs if name == "duplicate_of"] == [tag.duplicate_of] * 2


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
