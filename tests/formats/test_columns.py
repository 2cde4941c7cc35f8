"""Texts, ids and sort keys, by the names of their fields."""

import json

import pandas as pd
import pyarrow as pa
import pytest

import dedup
from dedup.formats import Fields, blocks, find_files, parse
from dedup.text.fields.sort_keys import comparable, sort_key, sort_keys
from tests.support.articles import SENTENCE
from tests.support.inputs import write_file
from tests.support.paths import TOP


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


_FIELDS = [
    case["field"]
    for case in map(json.loads, (TOP / "fixtures/dates.jsonl").read_text("utf-8").splitlines())
    if "field" in case
]


@pytest.mark.parametrize("values", _FIELDS, ids=str)
def test_dates_are_the_same_from_every_source(tmp_path, values):
    """A field of dates is read from JSON Lines, CSV, a list and a frame as its values are."""
    documents = [{"text": SENTENCE, "date": value} for value in values]
    lines = "".join(json.dumps(document) + "\n" for document in documents).encode()
    cells = "".join(f'"{SENTENCE}","{"" if value is None else value}"\n' for value in values)
    frame = pd.DataFrame({"text": SENTENCE, "date": pd.Series(values, dtype=object)})
    expected = comparable(sort_keys(values)).to_pylist()
    for source in (
        write_file(tmp_path, "a.jsonl", lines),
        write_file(tmp_path, "b.csv", f"text,date\n{cells}".encode()),
        documents,
        frame,
    ):
        table = dedup.clean(source, keep="newest:date", workers=1).table
        assert comparable(table.column("order")).to_pylist() == expected
