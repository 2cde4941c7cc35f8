"""The format of a ledger: whatever is put into JSON comes back."""

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
    unpack_in_parts,
    unpack_schema,
)
from tests.support.examples import examples
from tests.support.inputs import tables

LONG_TEXT, LONG_BYTES = b"a" * LONG, b"\xff" * LONG
data = st.binary(max_size=20) | st.sampled_from([LONG_TEXT, LONG_BYTES])


def through_json(value):
    """The value, after it was written as JSON and read again."""
    return json.loads(json.dumps(value))


@given(data)
def test_packed_bytes_unpack(data):
    """Any bytes come back from JSON."""
    assert unpack(through_json(pack(data))) == data


@given(data)
def test_a_reject_has_its_bytes_in_one_field(data):
    """A line of the rejects has its bytes in one field: text, other bytes or many, they come back."""
    fields = raw_fields(data)
    assert len(fields) == 1
    assert set(fields) <= {"raw", "raw_base64", "raw_zstd"}
    assert raw_bytes({"source": "a", "line": 1, **through_json(fields)}) == data


@given(st.integers(0, 1 << 62), data, st.integers(0, 1 << 62))
def test_an_undo_comes_back(start, removed, length):
    """An undo is a list of three in JSON, and comes back from it."""
    undo = Undo(start, removed, length)
    assert len(undo.as_json()) == 3
    assert Undo.from_json(through_json(undo.as_json())) == undo


@examples(25)
@given(tables())
def test_changed_rows_and_their_schema_come_back(table):
    """Rows of any columns, and their schema with its metadata, come back from JSON."""
    numbers, lengths = list(range(len(table))), [1] * len(table)
    rows = ChangedRows.from_json(through_json(ChangedRows(table, numbers, lengths).as_json()))
    assert rows == (rows.rows, numbers, lengths)
    assert rows.rows.to_pylist() == table.to_pylist()
    assert unpack_schema(pack_schema(table.schema)).equals(table.schema, check_metadata=True)
    assert isinstance(rows.rows, pa.Table)


def test_many_bytes_are_unpacked_in_parts() -> None:
    """No part has more than a megabyte, whatever a forged ledger says that a file had."""
    data = bytes(1 << 24)
    size, parts = unpack_in_parts(through_json(pack(data)), 1 << 40)
    sizes = [len(part) for part in parts]
    assert size == sum(sizes) == len(data)
    assert max(sizes) <= LONG
