"""After a kill at any moment the files of a run are the old ones or the new ones, and two runs never mix."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dedup.errors import OutputError
from dedup.files.folders import matches, walk
from dedup.files.journal.journal import Journal
from dedup.files.journal.recovery import recover
from dedup.files.staging import Staging
from tests.outputs.records import listed
from tests.support.paths import TOP

NAMES = ("out/a.jsonl", "books/ledger.jsonl", "books/rejects.jsonl")
_KILLED = """
import os, signal, sys
from pathlib import Path
from dedup.files.journal.journal import Journal
from dedup.files.staging import Staging
replace, left = Path.replace, int(sys.argv[1])
def killed(*arguments):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return replace(*arguments)
Path.replace = killed
with Staging() as staging:
    staging.make_folder("out")
    for name in sys.argv[2:]:
        staging.open(name).write(b"new")
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def kill(folder: Path, moves: int) -> None:
    """Write the files of NAMES anew, and kill that after so many moves; -1: before they are complete."""
    for name in NAMES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"old")
    command = [sys.executable, "-c", _KILLED, str(moves), *NAMES]
    environment = os.environ | {"PYTHONPATH": str(TOP)}
    assert subprocess.run(command, cwd=folder, env=environment, check=False).returncode == -signal.SIGKILL


@pytest.mark.parametrize("seen", [*NAMES, "out", "books walked", "books/*"])
@pytest.mark.parametrize("moves", [-1, 0, 1, 2])
def test_whoever_looks_first_sees_the_old_files_or_the_new_ones(tmp_path, monkeypatch, moves, seen):
    """By whichever of its files a killed run is found: from the first move on all files are the new ones,
    before it the old ones, and no draft is left.
    """
    kill(tmp_path, moves)
    monkeypatch.chdir(tmp_path)
    if seen == "books/*":
        assert len(matches(seen, tmp_path / "books", str)) == 2
    elif seen == "books walked":
        assert len(walk(tmp_path / "books", str)) == 2
    else:
        recover(seen)
    assert {(tmp_path / name).read_bytes() for name in NAMES} == {b"old" if moves < 0 else b"new"}
    assert not [path for path in tmp_path.rglob(".*") if path.suffix == ".tmp"]
    with Journal.of(NAMES, 0.0):
        pass
    recover("out")
    assert not [*tmp_path.rglob(".*")]


def test_a_second_run_is_told_who_has_the_target_or_waits(tmp_path):
    """It says which process has it, and changes nothing; with time to wait it comes next."""
    first = Journal.of([str(tmp_path / "out.jsonl")], 0.0)
    with pytest.raises(OutputError, match=rf"out.jsonl' is being written by process {os.getpid()} on "):
        Journal.of([str(tmp_path / "ledger.jsonl"), str(tmp_path / "out.jsonl")], 0.0)
    assert listed(tmp_path) == [".out.jsonl.dedup"]
    threading.Timer(0.3, first.close).start()
    began = time.monotonic()
    with Journal.of([str(tmp_path / "out.jsonl")], 60.0):
        assert time.monotonic() - began < 30
    assert listed(tmp_path) == []


@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("out/", "out/x.jsonl"),
        ("out/", "out/in/x.jsonl"),
        ("out/x.jsonl", "out/"),
        ("out/in/x.jsonl", "out/"),
        ("out/", "out/in/"),
    ],
)
def test_a_folder_and_what_is_in_it_are_one_target(tmp_path, monkeypatch, first, second, is_there):
    """The second of two runs is told, whichever has the folder. One run may have both."""
    monkeypatch.chdir(tmp_path)
    if is_there or not first.endswith("/"):
        (tmp_path / "out" / "in").mkdir(parents=True)
    with Journal.of([first], 0.0):
        with pytest.raises(OutputError, match=rf"{second}' is being written by process {os.getpid()} on "):
            Journal.of([second], 0.0)
        with Journal.of(["beside.jsonl"], 0.0):
            pass
    with Journal.of([first, second], 0.0):
        pass
    with Journal.of([second], 0.0):
        pass
    assert not [*tmp_path.rglob(".*")]


def test_a_live_run_is_left_alone(tmp_path):
    """Who looks while a run writes sees the old files, and the run goes on."""
    (tmp_path / "out.jsonl").write_bytes(b"old")
    with Staging() as staging:
        staging.open(tmp_path / "out.jsonl").write(b"new")
        recover(tmp_path / "out.jsonl")
        assert (tmp_path / "out.jsonl").read_bytes() == b"old"
    assert (tmp_path / "out.jsonl").read_bytes() == b"new"


def test_a_move_that_fails_leaves_all_or_is_finished_later(tmp_path, monkeypatch):
    """Where the first file cannot be moved, nothing is. Where another one cannot, a sentence says so, and
    the next look moves it.
    """
    names, fails = ["a.jsonl", "b.jsonl"], list[str]()
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name in fails:
            raise PermissionError(1, "Operation not permitted")
        return replace(self, target)

    def write(failed: list[str]) -> None:
        for name in names:
            (tmp_path / name).write_bytes(b"old")
        fails[:] = failed
        with Staging() as staging:
            for name in names:
                staging.open(tmp_path / name).write(b"new")

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(
        OutputError, match=r"a.jsonl' cannot be written: Operation .*nothing there was changed"
    ):
        write(["a.jsonl"])
    assert listed(tmp_path) == names
    assert {(tmp_path / name).read_bytes() for name in names} == {b"old"}
    with pytest.raises(OutputError, match=r"b.jsonl' cannot be written: Operation not permitted; mend that"):
        write(["b.jsonl"])
    with pytest.raises(OutputError, match=r"b.jsonl' belongs to a result that is in place by half"):
        recover(tmp_path / "a.jsonl")
    fails.clear()
    recover(tmp_path / "b.jsonl")
    assert {(tmp_path / name).read_bytes() for name in names} == {b"new"}
    assert listed(tmp_path) == names


@pytest.mark.parametrize(
    "line",
    [
        {"target": "victim", "token": "../../stolen.0123456789abcdef"},
        {"target": "victim", "token": "0123456789abcdef0"},
        {"target": "../victim\0", "token": "0123456789abcdef0"},
        {"target": 5, "token": "0123456789abcdef0"},
        {"target": "", "token": "0123456789abcdef0"},
    ],
)
def test_a_journal_from_somebody_else_moves_and_removes_nothing(tmp_path, line):
    """Only a draft beside its target, under its name, is ever touched."""
    (tmp_path / "victim").write_bytes(b"mine")
    for complete in ([], [{"complete": 1}]):
        head = {"dedup_journal": 1, "holder": "\x1b[31m", "first": None}
        lines = [json.dumps(part) + "\n" for part in (head, line, *complete)]
        (tmp_path / ".out.jsonl.dedup").write_text("".join(lines))
        recover(tmp_path / "out.jsonl")
        assert (tmp_path / "victim").read_bytes() == b"mine"


@pytest.mark.parametrize("kind", ["file", "folder", "link", "pipe"])
def test_what_is_no_journal_is_neither_read_nor_overwritten(tmp_path, kind):
    """A file of another program in its place is left as it is, and a run says what is in its way."""
    place, other = tmp_path / ".out.jsonl.dedup", tmp_path / "other"
    other.write_bytes(b"mine")
    if kind == "file":
        place.write_bytes(b"mine")
    elif kind == "folder":
        place.mkdir()
    elif kind == "link":
        place.symlink_to(other)
    else:
        os.mkfifo(place)
    recover(tmp_path / "out.jsonl")
    with pytest.raises(OutputError):
        Journal.of([str(tmp_path / "out.jsonl")], 0.0)
    assert other.read_bytes() == b"mine"
    assert kind != "file" or place.read_bytes() == b"mine"


def test_where_there_are_no_locks_files_are_written_all_the_same(tmp_path, monkeypatch):
    """A file system without locks has no journals."""

    def take(handle: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("dedup.files.journal.lock._take", take)
    (tmp_path / "out.jsonl").write_bytes(b"old")
    with Staging() as staging:
        staging.open(tmp_path / "out.jsonl").write(b"new")
    assert (tmp_path / "out.jsonl").read_bytes() == b"new"
    assert listed(tmp_path) == ["out.jsonl"]


def test_long_names_have_drafts(tmp_path):
    """A name of 255 bytes, in whatever characters, can be written."""
    for name in ("漢" * 85, "x" * 255, "x" * 254 + "y"):
        with Staging() as staging:
            staging.open(tmp_path / name).write(b"new")
        assert (tmp_path / name).read_bytes() == b"new"
    with pytest.raises(OutputError, match="too long"), Staging() as staging:
        staging.open(tmp_path / ("x" * 256))
