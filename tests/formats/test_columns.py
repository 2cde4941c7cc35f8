"""Texts, ids and sort keys, by the names of their fields."""

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.formats import Fields, blocks, find_files, parse
from dedup.formats.columns import sort_key
from tests.support.inputs import (
    write_file,
)


def test_fields_are_read_by_their_names(tmp_path):
    """Text, id and order are read from the fields that are named, in every format."""
    fields = Fields("body", "url", "date")
    write_file(tmp_path, "a.jsonl", b'{"body": "t", "url": "u", "date": 10}')
    write_file(tmp_path, "b.csv", b"url,body,date\nu,t,10\n")
    write_file(tmp_path, "c.parquet", pa.table({"date": [10], "body": ["t"], "url": ["u"], "more": [[1]]}))
    for number, fields_read in enumerate([None, fields]):
        files = find_files([str(tmp_path)])
        rows = [r for b in blocks(files, fields=fields_read) for r in parse(b, fields).documents.to_pylist()]
        assert [(r["text"], r["id"], r["order"]) for r in rows] == [("t", "u", sort_key(10))] * 3, number


@given(st.lists(st.integers(-(10**25), 10**25) | st.floats(allow_nan=False), min_size=2, max_size=2))
@example([2**62, 2**62 + 1])
@example([0.0, -0.0])
def test_numbers_sort_by_size(pair):
    """Numbers, also as text, sort by size: 9 before 10, and identifiers of 64 bits exactly."""
    low, high = sorted(pair)
    if low == high:
        return
    exact = all(isinstance(n, float) or abs(n) < 2**63 for n in pair)
    assert sort_key(low) < sort_key(high) or (not exact and float(low) == float(high))
    assert sort_key("9") < sort_key("10") < sort_key("2024-01-01") < sort_key("2024-01-02")
