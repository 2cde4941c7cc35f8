"""Reading ledgers and rejects files."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import LedgerError
from dedup.files.staging import Staging
from dedup.ledger.reader import check_ledger, parse_line, read_lines
from dedup.ledger.writer import LedgerWriter
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


@pytest.mark.parametrize(("line", "message"), [(b"{", "not JSON"), (b"[]", "not a JSON object")])
def test_a_line_that_is_no_object_is_refused(line, message):
    """A line of a ledger is a JSON object; the error names the file."""
    with pytest.raises(LedgerError, match=f"'a.jsonl'.*{message}"):
        parse_line(line, "a.jsonl")


def test_a_checked_ledger_has_all_lines_but_those_of_documents(tmp_path):
    """The header, the line of each file, the summary and the end are returned as they were written."""
    path = str(tmp_path / "ledger.jsonl")
    with Staging() as staging:
        writer = LedgerWriter(staging.open(path), None, {"dedup": "9"})
        writer.document(b'{"id":"1"}\n{"id":"2"}', [], documents=2)
        writer.summary({"totals": {}})
        writer.end([], folder=True)
    checked = check_ledger(path)
    assert checked.header == {"dedup_ledger": 1, "dedup": "9"}
    assert (checked.files, checked.summary) == ([], {"totals": {}})
    assert (checked.end["dedup_end"], checked.end["folder"], checked.end["rejects"]) == (4, True, None)
