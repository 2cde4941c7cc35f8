"""A file that cannot be read is an error that says why."""

import gzip
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from dedup.errors import InputError
from dedup.formats import blocks, find_files
from tests.formats.documents import read
from tests.support.inputs import (
    write_file,
)

ROWS = "id,text\n1,good\n"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"body": "x"}\n{"body": "y"}', "no field 'text', only 'body': .*text_field"),
        ("a.json", b'[{"body": "x"}]', "no field 'text'"),
        ("a.csv", b"id,body\n1,x\n", "no column 'text', only 'id', 'body'.*text_field"),
        ("a.parquet", pa.table({"body": ["x"]}), "no column 'text', only 'body'.*text_field"),
        ("a.parquet", pa.table({"text": [1]}), "holds int64, not strings"),
        ("a.parquet", b"PAR1 no", "not a valid Parquet file"),
        ("a.csv", b"id,t\xff\n1,x\n", "not UTF-8"),
        ("a.json", b'[{"text": "x"}, ', "line 1, column 17"),
        ("a.json", b'[{"text": "x"}\n {}]', "expecting ']' at line 2, column 2"),
        ("a.json", b'[{"text": "x"}] 1', "more data after the array"),
        ("a.json", b"[" * 5000, "never closed"),
        ("a.json", b'"text"', r"expecting '\['"),
        ("a.jsonl.gz", gzip.compress(os.urandom(500))[:-9], "truncated"),
        ("a.jsonl.gz", b"no gzip", "a damaged gz file"),
        ("a.jsonl.zst", zstandard.compress(os.urandom(500))[:-9], "truncated"),
        ("a.jsonl.zst", b"no zstd", "a damaged zst file"),
    ],
)
def test_a_broken_file_is_an_error(tmp_path, name, content, message):
    """A file that is broken or lacks the text field is an error that says so."""
    with pytest.raises(InputError, match=message):
        read(write_file(tmp_path, name, content))


def test_a_damaged_column_name_is_an_error(tmp_path):
    """Names in the footer of a Parquet file that are no UTF-8, for which Arrow has an error of its own."""
    target = pa.BufferOutputStream()
    pq.write_table(pa.table({"text": ["x"], "a_column": [1]}), target)
    path = write_file(
        tmp_path, "a.parquet", target.getvalue().to_pybytes().replace(b"a_column", b"a_c\xfflumn")
    )
    with pytest.raises(InputError, match=r"'a\.parquet' is not a valid Parquet file"):
        read(path)


def test_a_file_that_changed_or_vanished_is_an_error(tmp_path):
    """A file that vanished or changed since it was found is an error."""
    path = Path(write_file(tmp_path, "a.jsonl", b'{"text": "a"}\n'))
    files = find_files([str(path)])
    path.write_bytes(b'{"text": "abc"}\n')
    with pytest.raises(InputError, match="changed"):
        list(blocks(files))
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        list(blocks(files))
