"""What writer and readers of a ledger agree on: whatever is put into JSON comes back."""

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from dedup.ledger.format import (
    LONG,
    ChangedRows,
    Undo,
    pack,
    pack_schema,
    raw_bytes,
    raw_fields,
    unpack,
    unpack_schema,
)
from tests.support.examples import examples
from tests.support.inputs import tables

LONG_TEXT, LONG_BYTES = b"a" * LONG, b"\xff" * LONG
data = st.binary(max_size=20) | st.sampled_from([LONG_TEXT, LONG_BYTES])


def through_json(value):
    """A value as it is after it was written and read."""
    return json.loads(json.dumps(value))


@given(data)
def test_packed_bytes_unpack(data):
    """Any bytes go through JSON and come back."""
    assert unpack(through_json(pack(data))) == data


@given(data)
def test_a_reject_has_its_bytes_in_one_field(data):
    """Text, other bytes and many bytes have a field each in a line of the rejects, and come back from it."""
    fields = raw_fields(data)
    assert len(fields) == 1
    assert set(fields) <= {"raw", "raw_base64", "raw_zstd"}
    assert raw_bytes({"source": "a", "line": 1, **through_json(fields)}) == data


@given(st.integers(0, 1 << 62), data, st.integers(0, 1 << 62))
def test_an_undo_comes_back(start, removed, length):
    """A replacement goes through JSON as a list of three and comes back."""
    undo = Undo(start, removed, length)
    assert len(undo.as_json()) == 3
    assert Undo.from_json(through_json(undo.as_json())) == undo


@examples(25)
@given(tables())
def test_changed_rows_and_their_schema_come_back(table):
    """Rows of any columns, and the schema with its metadata, go through JSON and come back."""
    numbers, lengths = list(range(len(table))), [1] * len(table)
    rows = ChangedRows.from_json(through_json(ChangedRows(table, numbers, lengths).as_json()))
    assert rows == (rows.rows, numbers, lengths)
    assert rows.rows.to_pylist() == table.to_pylist()
    assert unpack_schema(pack_schema(table.schema)).equals(table.schema, check_metadata=True)
    assert isinstance(rows.rows, pa.Table)
