"""The folders of a run on Spark give the input back, line by line, without Spark."""

import json

import pytest

from dedup.errors import LedgerError
from dedup.ledger.format import LONG, Undo, raw_fields, reject_fields
from dedup.restore import restore
from dedup.restore.records import restore_records

LONG_REJECT = b"[" + b"1," * LONG + b"1]"


def folder_of(path, lines, parts=1, complete=True):
    """A folder of files of lines, as Spark writes one."""
    path.mkdir(parents=True)
    size = -(-len(lines) // parts)
    for part in range(parts):
        chosen = lines[part * size : (part + 1) * size]
        (path / f"part-{part:05}.jsonl").write_bytes(b"".join(line + b"\n" for line in chosen))
    if complete:
        (path / "_SUCCESS").touch()
    return str(path)


def document(source, position, decision, *undo):
    """The ledger line of a document."""
    fields = {"id": None, "source": source, "position": position, "decision": decision}
    return json.dumps({**fields, "undo": [replacement.as_json() for replacement in undo]}).encode()


def reject(source, position, raw):
    return json.dumps({**reject_fields(source, position, "bad"), **raw_fields(raw)}).encode()


@pytest.fixture
def run(tmp_path):
    """The folders of a run over three files: kept, cut, dropped and rejected lines, and a blank one."""
    output = folder_of(tmp_path / "out", [b'{"text": "kept"}', b'{"text": "ab"}', b'{"text": "c"}'], parts=2)
    ledger = folder_of(
        tmp_path / "ledger",
        [
            document("a.jsonl", 1, "kept"),
            document("a.jsonl", 2, "dropped", Undo(0, b'{"text": "dropped"}', 0)),
            document("a.jsonl", 4, "cut", Undo(11, b" one ", 0), Undo(17, b" \xff two", 0)),
            document("c.jsonl", 1, "kept"),
        ],
        parts=2,
    )
    rejects = folder_of(
        tmp_path / "rejects",
        [reject("a.jsonl", 5, LONG_REJECT), reject("b.jsonl", 1, b"\xff"), reject("c.jsonl", 2, b"{")],
    )
    return output, ledger, rejects


def test_lines_come_back_in_order(run, tmp_path):
    """Kept, cut, dropped and rejected lines come back at their positions; a blank line comes back empty."""
    paths = restore(*run, str(tmp_path / "again"))
    assert paths == [str(tmp_path / "again" / name) for name in ("a.jsonl", "b.jsonl", "c.jsonl")]
    assert (tmp_path / "again/a.jsonl").read_bytes().split(b"\n") == [
        b'{"text": "kept"}',
        b'{"text": "dropped"}',
        b"",
        b'{"text": "a one b \xff two"}',
        LONG_REJECT,
        b"",
    ]
    assert (tmp_path / "again/b.jsonl").read_bytes() == b"\xff\n"
    assert (tmp_path / "again/c.jsonl").read_bytes() == b'{"text": "c"}\n{\n'


def test_single_articles_come_back(run, tmp_path):
    """Kept, cut and dropped lines come back alone, into one file or a file of each input."""
    one = tmp_path / "one.jsonl"
    assert restore_records(*run, str(one), ["c.jsonl:1", "a.jsonl:4", "a.jsonl:2"]) == 3
    lines = [b'{"text": "dropped"}\n', b'{"text": "a one b \xff two"}\n', b'{"text": "c"}\n']
    assert one.read_bytes() == b"".join(lines)
    assert restore_records(*run, str(tmp_path / "again") + "/", ["c.jsonl:1", "a.jsonl:2"]) == 2
    assert (tmp_path / "again/a.jsonl").read_bytes() == lines[0]
    assert (tmp_path / "again/c.jsonl").read_bytes() == lines[2]


@pytest.mark.parametrize(("lines", "message"), [(2, "fewer articles"), (4, "more articles")])
def test_an_output_of_another_run_is_refused(run, tmp_path, lines, message):
    """An output with more or fewer lines than the ledger keeps is refused, and nothing is written."""
    output = folder_of(tmp_path / "other", [b"{}"] * lines)
    with pytest.raises(LedgerError, match=message):
        restore(output, *run[1:], str(tmp_path / "again"))
    assert not (tmp_path / "again").exists()


def test_a_folder_that_was_not_completed_is_refused(run, tmp_path):
    """A folder without _SUCCESS is one that a run did not complete."""
    output = folder_of(tmp_path / "other", [b"{}"] * 3, complete=False)
    with pytest.raises(LedgerError, match="not a complete folder"):
        restore(output, *run[1:], str(tmp_path / "again"))


def test_other_formats_are_refused(run, tmp_path):
    """From a folder of another format than JSON Lines nothing is restored."""
    output = tmp_path / "table"
    folder_of(output, [])
    (output / "part-00000.jsonl").rename(output / "part-00000.snappy.parquet")
    with pytest.raises(LedgerError, match="no JSON Lines"):
        restore(str(output), *run[1:], str(tmp_path / "again"))


def test_a_ledger_cannot_write_elsewhere(run, tmp_path):
    """A file name that leads out of the target folder is refused."""
    ledger = folder_of(tmp_path / "other", [document("../a.jsonl", n, "kept") for n in (1, 2, 3)])
    with pytest.raises(LedgerError, match="outside"):
        restore(run[0], ledger, None, str(tmp_path / "again") + "/")
    assert not (tmp_path / "a.jsonl").exists()
