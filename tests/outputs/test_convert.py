"""Documents written in another format."""

import csv
import io
import json
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.inputs import (
    FILES,
    clean_at_random,
    text_files,
    texts_of,
    write_file,
)


@pytest.mark.parametrize("target", ["jsonl", "json", "csv", "parquet"])
def test_a_conversion_has_the_kept_documents(target):
    """Files of every format, written into one file, give the kept documents in order."""

    @examples(15)
    @given(st.fixed_dictionaries({**FILES, "txt": text_files}), st.integers(1, 10**6))
    def check(contents, seed):
        with tempfile.TemporaryDirectory() as folder:
            for form, content in contents.items():
                write_file(Path(folder, "in"), f"a.{form}", content)
            output = f"{folder}/out.{target}"
            run = clean_at_random([f"{folder}/in"], output, seed=seed)
            expected = [document.text for document in run.expected]
            assert (texts_of(output) if expected else []) == expected

    check()


def test_json_is_converted_exactly(tmp_path):
    """From a JSON array to lines and back, numbers and strings stay as they were written."""
    element = (
        b'{"n": 1.50, "big": 123456789012345678901, "s": "\\u00e9",\n "text": "a", "deep": [{}, null, 1e400]}'
    )
    source = write_file(tmp_path, "a.json", b"[" + element + b"]")
    clean_at_random([source], str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_bytes() == element.replace(b"\n", b" ") + b"\n"
    clean_at_random([str(tmp_path / "out.jsonl")], str(tmp_path / "back.json"))
    assert (tmp_path / "back.json").read_bytes() == b"[\n" + element.replace(b"\n", b" ") + b"\n]\n"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_odd_fields_are_columns(tmp_path, form):
    """Names that are no UTF-8, that are equal then, or empty, and numbers of any size, are written."""
    lines = (
        rb'{"text": "a", "\ud800": 1, "\ufffd": 2, "": 3, "n": 1152921504606846977, "m": 1.5}'
        b"\n"
        rb'{"text": "b", "\udfff": 4, "n": 1.5, "m": 9007199254740993, "big": 1%b, "x": 1e999}' % (b"0" * 400)
    )
    source = write_file(tmp_path, "a.jsonl", lines)
    clean_at_random([source], str(tmp_path / f"o.{form}"))
    if form == "csv":
        names = next(csv.reader(io.StringIO((tmp_path / "o.csv").read_text(), newline="")))
    else:
        names = pq.read_table(tmp_path / "o.parquet").schema.names
    assert names == ["text", "\ufffd", "\ufffd_2", "", "n", "m", "\ufffd_3", "big", "x"]


def test_columns_of_converted_json(tmp_path):
    """In CSV and Parquet each field is a column; a value that does not fit a cell becomes JSON."""
    lines = [
        {"text": "a", "n": 1, "mixed": "x", "big": 2**70, "yes": True},
        {"id": "7", "text": 'b\n"', "n": 2.5, "mixed": [1, {"k": None}], "none": None},
    ]
    source = write_file(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines)).encode())
    clean_at_random([source], str(tmp_path / "o.csv"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "o.csv").read_text(), newline="")))
    assert rows[0] == {
        "text": "a",
        "n": "1",
        "mixed": "x",
        "big": str(2**70),
        "yes": "true",
        "id": "",
        "none": "",
    }
    assert rows[1]["mixed"] == '[1, {"k": null}]'
    clean_at_random([source], str(tmp_path / "o.parquet"))
    table = pq.read_table(tmp_path / "o.parquet")
    assert table.to_pylist()[0] == {**lines[0], "n": 1.0, "big": str(2**70), "id": None, "none": None}
    assert table.schema.field("n").type == pa.float64()
