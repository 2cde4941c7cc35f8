"""Writing ledgers and rejects files."""

from pathlib import Path

import pytest

from dedup.document import File
from dedup.files.staging import Staging
from dedup.ledger.format import LONG, NOT_IN_OUTPUT, Undo, raw_bytes
from dedup.ledger.record import Record
from dedup.ledger.writer import LedgerWriter
from tests.support.command import json_lines

FILE = File("a.jsonl", Path("a.jsonl"), "jsonl")


def reject_of(size):
    """A reject at position 3 of its file, from byte 10 on."""
    return Record(0, 3, 10, 10 + size, None, [], False, "bad")


@pytest.fixture
def paths(tmp_path):
    return tmp_path / "ledger.jsonl", tmp_path / "rejects.jsonl"


def test_an_undo_goes_with_the_next_line(paths):
    """The next line undoes what is replaced outside of documents, or in a document without a line."""
    with Staging() as staging:
        writer = LedgerWriter(staging.open(paths[0]), None, {})
        writer.note_undo(Undo(0, b"bom", 0))
        writer.document(None, [Undo(5, b"cut", 0)])
        writer.document(b'{"id":"1"}\n{"id":"2"}', [], documents=2)
        writer.note_undo(Undo(9, b"", 0))
        writer.document(b'{"id":"3"}', [])
        writer.note_undo(Undo(20, b"end", 1))
        writer.file(FILE, 30, 7, NOT_IN_OUTPUT)
    _, first, second, third, file = json_lines(paths[0])
    assert first == {"id": "1", "undo": [[0, "bom", 0], [5, "cut", 0]]}
    assert (second, third) == ({"id": "2"}, {"id": "3"})
    assert file == {
        "dedup_file": "a.jsonl",
        "size": 30,
        "crc32": 7,
        "output": None,
        "start": 0,
        "length": 0,
        "undo": [[20, "end", 1]],
    }


def test_a_long_reject_takes_several_lines(paths):
    """The parts of a long record are numbered, say where they begin, and are its bytes when joined."""
    raw = bytes(range(256)) * (3 * LONG // 256)
    parts = [raw[at : at + LONG // 2] for at in range(0, len(raw), LONG // 2)]
    with Staging() as staging:
        writer = LedgerWriter(staging.open(paths[0]), staging.open(paths[1]), {})
        writer.reject("a.jsonl", reject_of(len(raw)), parts)
    lines = json_lines(paths[1])
    assert [line["part"] for line in lines] == list(range(1, len(lines) + 1))
    assert {(line["source"], line["line"], line["reason"]) for line in lines} == {("a.jsonl", 3, "bad")}
    at = 10
    for line in lines:
        assert line["start"] == at
        at += len(raw_bytes(line))
    assert b"".join(map(raw_bytes, lines)) == raw
    assert len(lines) == 3
    assert len(json_lines(paths[0])) == 1


def test_without_a_rejects_file_the_ledger_has_the_rejects(paths):
    """The ledger has a line for the reject, whose undo puts it back."""
    with Staging() as staging:
        writer = LedgerWriter(staging.open(paths[0]), None, {})
        writer.reject("a.jsonl", reject_of(3), [b"bad"])
    assert json_lines(paths[0])[1] == {
        "source": "a.jsonl",
        "line": 3,
        "reason": "bad",
        "decision": "rejected",
        "undo": [[10, "bad", 0]],
    }


def test_a_rendered_reject_puts_nothing_back(paths):
    """A reject of a Parquet file is only shown: its line has no start, and no undo in a ledger."""
    with Staging() as staging:
        LedgerWriter(None, staging.open(paths[1]), {}).reject("a.parquet", reject_of(1), [b"{}"], exact=False)
        LedgerWriter(staging.open(paths[0]), None, {}).reject("a.parquet", reject_of(1), [b"{}"], exact=False)
    assert json_lines(paths[1]) == [{"source": "a.parquet", "line": 3, "reason": "bad", "raw": "{}"}]
    assert json_lines(paths[0])[1]["undo"] == []


def test_without_targets_nothing_is_written(tmp_path):
    """A run without ledger and rejects file writes neither."""
    writer = LedgerWriter(None, None, {})
    writer.document(b'{"id":"1"}', [Undo(0, b"cut", 0)])
    writer.reject("a.jsonl", reject_of(3), [b"bad"])
    writer.file(FILE, 30, 7, NOT_IN_OUTPUT)
    writer.summary({})
    writer.end([], folder=False)
    assert not list(tmp_path.iterdir())
