"""The benches of faults run on small inputs, and find nothing."""

import random
from pathlib import Path

import pytest

from bench.paths import DATA
from tests.bench.running import run

pytestmark = pytest.mark.slow


def test_kills_leave_output_and_index_complete() -> None:
    """After six random kills and six aimed ones the files are those before the run or those after it, all of
    them, and the next run gives the same.
    """
    output = run("faults.kills", "--count", "12", "--documents", "120")
    assert output.startswith("12 kills: ")
    assert "0 of both runs, 0 DAMAGED, 0 another result of the next run" in output


def test_bad_inputs_are_counted_and_restored() -> None:
    """1,500 bad inputs are all accounted for, and come back."""
    output = run("faults.bad_inputs", "--count", "1500", "--first", "1", "--restore")
    assert "no crash, no traceback" in output
    assert "inputs in " in output.splitlines()[-1]


def test_bad_inputs_that_nobody_has_seen() -> None:
    """Half a minute of inputs from a number that is another one each time, and that a failure prints."""
    output = run("faults.bad_inputs", "--seconds", "30", "--restore")
    assert "no crash, no traceback" in output, output


def test_damaged_indexes_and_ledgers_end_in_sentences() -> None:
    """Flipped bytes and forged values: right answers or sentences."""
    output = run("faults.damage", "--count", "100", "--seconds", "40")
    assert output.startswith("seed ")
    assert output.count(" 0 faults") == 2


def test_a_wrong_count_or_file_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """One record too many, or a file that comes back different, raises WrongError."""
    from bench.faults import bad_inputs, hostile

    files = hostile.folder_of(3, 20)
    monkeypatch.setattr(hostile, "folder_of", lambda *_: [files[0]._replace(records=files[0].records + 1)])
    with pytest.raises(bad_inputs.WrongError, match="came in"):
        bad_inputs.clean_number(3, False)
    monkeypatch.setattr(hostile, "folder_of", lambda *_: files)
    monkeypatch.setattr(bad_inputs, "same_content", lambda *_: False)
    with pytest.raises(bad_inputs.WrongError, match="differs"):
        bad_inputs.clean_number(3, True)


def test_bad_inputs_depend_only_on_the_seed() -> None:
    """The same number makes the same bytes, also of compressed files."""
    from bench.faults import hostile

    for number in range(4):
        assert hostile.folder_of(number, 100) == hostile.folder_of(number, 100)
        assert hostile.spoilt(number) == hostile.spoilt(number)


def test_all_that_is_odd_in_a_folder_is_made(tmp_path: Path) -> None:
    """Each is refused, or passed over: pipes, sockets, links, empty folders, long names, odd names."""
    from bench.faults import bad_inputs, odd_places

    for number, make in enumerate((*odd_places.REFUSED, *odd_places.HARMLESS)):
        folder, choice = tmp_path / str(number), random.Random(number)
        (folder / "in").mkdir(parents=True)
        (folder / "in" / "first.jsonl").write_bytes(odd_places.RECORD)
        more = make(choice, folder / "in")
        ended = bad_inputs.run_dedup(["clean", str(folder / "in"), "-o", f"{folder}/out.jsonl", "--quiet"])
        assert (ended.status, ended.errors.count("\n")) == ((1, 1) if more is None else (0, 0)), make
        assert more is None or (folder / "out.jsonl").read_bytes() == odd_places.RECORD


def test_files_of_a_folder_are_restored(tmp_path: Path) -> None:
    """Lines, tables and texts of a folder are cleaned and come back."""
    (tmp_path / "a.jsonl").write_bytes(b'{"page":"1","text":"one two three"}\n')
    (tmp_path / "b.tsv").write_bytes(b"left\tright\na\tb\n")
    (tmp_path / "c.md").write_bytes(b"one\n\none\n")
    output = run("faults.restore_all", "--data", str(tmp_path), "--generated", "200")
    assert "3 of 3 files restored byte for byte" in output
    assert output.splitlines()[-1].endswith("files restored byte for byte")


def test_fuzzing_finds_nothing() -> None:
    """Each target takes inputs for a moment."""
    output = run("faults.fuzz", "--seconds", "5", "--tool", "hypothesis").splitlines()
    targets = ["readers", "tokeniser", "repeats", "ledger", "restore"]
    assert [line.split(": ")[1] for line in output] == targets
    assert all(line.endswith("nothing found") for line in output)


def test_slow_inputs_stay_within_their_bounds() -> None:
    """At a fiftieth of their size, inputs that are made to be slow are cleaned in a time that says that
    nothing explodes; the bench has the bounds.
    """
    output = run("limits.slow_inputs", "--scale", "0.02", "--slack", "10")
    assert "EXCEEDED" not in output


def test_different_words_have_different_hashes() -> None:
    """Among 200,000 words, those of articles in 29 languages first, there is no collision."""
    output = run("limits.word_hashes", "--most", "200000", "--data", str(DATA / "languages"))
    assert ": 0 collide" in output
