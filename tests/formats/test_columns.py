"""Texts, ids and sort keys, by the names of their fields."""

import pyarrow as pa

from dedup.formats import Fields, blocks, find_files, parse
from dedup.text.sort_keys import sort_key
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
