"""Reading ledgers and rejects files."""

import pytest

from dedup.errors import LedgerError
from dedup.files.staging import Staging
from dedup.ledger.reader import check_ledger, parse_line
from dedup.ledger.writer import LedgerWriter


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
