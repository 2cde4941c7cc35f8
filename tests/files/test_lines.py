"""The lines of a file."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.files.lines import read_lines
from tests.support.examples import examples


@examples(100)
@given(data=st.binary() | st.text("a\n").map(str.encode), chunk=st.integers(2, 6), compressed=st.booleans())
def test_lines_do_not_depend_on_chunks(tmp_path_factory, data, chunk, compressed):
    """However a file is read in chunks, compressed or not, its lines are those between newlines."""
    path = tmp_path_factory.mktemp("lines") / ("a.jsonl.gz" if compressed else "a.jsonl")
    path.write_bytes(gzip.compress(data) if compressed else data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dedup.files.reading.CHUNK", chunk)
        lines = list(read_lines(str(path)))
    assert b"".join(lines) == data
    assert all(line.endswith(b"\n") for line in lines[:-1])
    assert all(line.count(b"\n") <= 1 for line in lines)
