"""The benches of faults run, in small, and find nothing."""

from pathlib import Path

import pytest

from tests.bench.running import run


def test_kills_leave_output_and_index_whole() -> None:
    """Six random kills and six aimed ones: what is there afterwards is that before the run or that after it,
    and the next run gives the same.
    """
    said = run("faults.kills", "--count", "12", "--documents", "120")
    assert said.startswith("12 kills: ")
    assert "DAMAGED" not in said
    assert "0 another result of the next run" in said


def test_bad_inputs_are_counted_and_restored() -> None:
    """Some thousand bad inputs: all are accounted for, and come back."""
    said = run("faults.bad_inputs", "--count", "1500", "--restore")
    assert "no crash, no traceback" in said
    assert "inputs in " in said.splitlines()[-1]


def test_what_is_not_accounted_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record more than there is, or a file that comes back otherwise, ends a run of bad inputs."""
    from bench.faults import bad_inputs, hostile

    made = hostile.folder_of(3, 20)
    monkeypatch.setattr(hostile, "folder_of", lambda *_: [made[0]._replace(records=made[0].records + 1)])
    with pytest.raises(bad_inputs.WrongError, match="came in"):
        bad_inputs.one(3, False)
    monkeypatch.setattr(hostile, "folder_of", lambda *_: made)
    monkeypatch.setattr(bad_inputs, "same", lambda *_: False)
    with pytest.raises(bad_inputs.WrongError, match="differs"):
        bad_inputs.one(3, True)


def test_files_of_a_folder_are_restored(tmp_path: Path) -> None:
    """Lines, tables and texts of a folder are cleaned and come back."""
    (tmp_path / "a.jsonl").write_bytes(b'{"page":"1","text":"one two three"}\n')
    (tmp_path / "b.tsv").write_bytes(b"left\tright\na\tb\n")
    (tmp_path / "c.md").write_bytes(b"one\n\none\n")
    said = run("faults.restore_all", "--data", str(tmp_path), "--generated", "200")
    assert "3 of 3 files restored byte for byte" in said
    assert said.splitlines()[-1].endswith("files restored byte for byte")


def test_fuzzing_finds_nothing() -> None:
    """Each target takes inputs for a moment."""
    said = run("faults.fuzz", "--seconds", "5", "--tool", "hypothesis").splitlines()
    assert [line.split(": ")[1] for line in said] == ["readers", "tokeniser", "repeats", "ledger", "restore"]
    assert all(line.endswith("nothing found") for line in said)
