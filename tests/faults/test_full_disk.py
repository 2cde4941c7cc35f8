"""A full disk or a read-only folder leaves the old outputs, and one sentence says what happened."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.faults.runs import FILES, articles, error_of, files_in, output_options, run, write_old_outputs
from tests.support.paths import ARTICLES


@pytest.mark.parametrize("index", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_leaves_the_old_outputs(disk: Path, tmp_path: Path, index: bool, workers: int) -> None:
    """A full disk: status 1, one sentence, the old outputs and no other files; the index has no new
    documents.
    """
    (tmp_path / "in.jsonl").write_bytes(articles(4000))
    before = write_old_outputs(disk)
    memory = ["--index", tmp_path / "seen.index"] if index else []
    command = ["clean", tmp_path / "in.jsonl", *output_options(disk), *memory, "--workers", workers]
    assert "No space left" in error_of(run(*command), 1)
    assert files_in(disk) == before
    if index:
        info = run("index", "info", tmp_path / "seen.index", "--json")
        assert json.loads(info.stdout)["documents"] == 0


def test_a_full_disk_for_the_index(disk: Path, tmp_path: Path) -> None:
    """A full disk for the index: status 1, one sentence; neither the outputs nor the index change."""
    (tmp_path / "in.jsonl").write_bytes(articles(6000))
    (tmp_path / "first.jsonl").write_bytes(articles(20, seed=2))
    (tmp_path / "to").mkdir()
    before = write_old_outputs(tmp_path / "to")
    assert run("index", "add", disk / "seen.index", tmp_path / "first.jsonl", "--quiet").returncode == 3
    command = [
        "clean",
        tmp_path / "in.jsonl",
        *output_options(tmp_path / "to"),
        "--index",
        disk / "seen.index",
    ]
    assert "full" in (sentence := error_of(run(*command), 1)) or "space" in sentence
    assert files_in(tmp_path / "to") == before
    info = run("index", "info", disk / "seen.index", "--json")
    assert json.loads(info.stdout)["documents"] == 20


def test_a_full_disk_for_restore(disk: Path, tmp_path: Path) -> None:
    """A full disk for what is restored: status 1, one sentence, the old file."""
    (tmp_path / "in.jsonl").write_bytes(articles(4000))
    (tmp_path / "to").mkdir()
    assert run("clean", tmp_path / "in.jsonl", *output_options(tmp_path / "to")).returncode == 3
    (disk / "back.jsonl").write_bytes(b"old")
    files = [tmp_path / "to" / name for name in FILES[:3]]
    done = run("restore", *files[:2], "--rejects", files[2], "-o", disk / "back.jsonl")
    assert "No space left" in error_of(done, 1)
    assert files_in(disk) == {"back.jsonl": b"old"}


def test_a_folder_that_cannot_be_written(disk: Path, tmp_path: Path) -> None:
    """A read-only folder: status 1, one sentence, the old files; a dry run still works."""
    before = write_old_outputs(disk)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert "Read-only" in error_of(run("clean", ARTICLES, *output_options(disk)), 1)
    assert "cannot" in error_of(
        run("clean", ARTICLES, "--index", disk / "seen.index", "--dry-run", "--quiet"), 1
    )
    assert files_in(disk) == before
    assert run("clean", ARTICLES, "--dry-run", "--quiet").returncode == 0


def test_no_room_for_standard_input(disk: Path, tmp_path: Path) -> None:
    """`dedup clean -` stores its input in a temporary file; a full disk for that is one sentence."""
    done = run(
        "clean", "-", "-o", tmp_path / "out.jsonl", "--quiet",
        input=articles(4000).decode(), env=os.environ | {"TMPDIR": str(disk)},
    )  # fmt: skip
    assert "No space left" in error_of(done, 1)
    assert files_in(tmp_path) == {}
    assert files_in(disk) == {}
