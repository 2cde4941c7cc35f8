"""Targets appear together or not at all, and have the bytes that were written."""

import gzip
import io
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from dedup.errors import OutputError
from dedup.files.staging import Staging
from tests.outputs.records import listed
from tests.support.paths import TOP


def test_targets_appear_together_or_not_at_all(tmp_path):
    """After an exception old targets are as they were and nothing new is left, folders included."""
    (tmp_path / "old").write_bytes(b"old")

    with pytest.raises(RuntimeError), Staging() as staging:  # noqa: PT012 - the body is what fails
        staging.open(tmp_path / "old").write(b"new")
        staging.make_folder(tmp_path / "a")
        staging.open(tmp_path / "a" / "b" / "new").write(b"new")
        raise RuntimeError
    assert listed(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"
    with Staging() as staging:
        staging.open(tmp_path / "old").write(b"new")
        staging.make_folder(tmp_path / "a")
        staging.open(tmp_path / "a" / "new").write(b"new")
        assert (tmp_path / "old").read_bytes() == b"old"
    assert (tmp_path / "old").read_bytes() == (tmp_path / "a" / "new").read_bytes() == b"new"
    assert listed(tmp_path) == ["a", "old"]


def test_a_killed_writer_leaves_the_old_output(tmp_path):
    """A process that is killed while it writes leaves the old output as it was."""
    (tmp_path / "out.jsonl").write_bytes(b"old")
    program = (
        "import os, signal, sys\nfrom dedup.files.staging import Staging\nwith Staging() as staging:\n"
        "    staging.open(sys.argv[1]).write(b'new' * 100000)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "out.jsonl")]
    done = subprocess.run(command, cwd=TOP, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "out.jsonl").read_bytes() == b"old"


def test_modes_and_links_stay(tmp_path):
    """A target that is replaced keeps its permissions, and a link to it stays a link."""
    (tmp_path / "real.jsonl").write_bytes(b"old")
    (tmp_path / "real.jsonl").chmod(0o640)
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    with Staging() as staging:
        staging.open(tmp_path / "link.jsonl").write(b"new")
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_bytes() == b"new"
    assert (tmp_path / "real.jsonl").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("path", ["none/out.jsonl", "file/out.jsonl", "folder"])
def test_targets_that_cannot_be_written(tmp_path, path):
    """A target in a folder that does not exist, or that is a folder itself, is an error."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OutputError), Staging() as staging:
        staging.open(tmp_path / path)


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_target_has_the_bytes_that_were_written(tmp_path, name, behind):
    """Written by a thread or not, compressed or not: all parts are there, with their size and CRC-32."""
    parts = [bytes([i]) * size for i, size in enumerate([1, 3 << 20, 5, 1 << 19, 1 << 20] * 8)]
    with Staging(behind=behind) as staging:
        target = staging.open(tmp_path / name)
        for part in parts:
            target.write(memoryview(part))
        assert (target.size, target.crc) == (sum(map(len, parts)), zlib.crc32(b"".join(parts)))
    written = (tmp_path / name).read_bytes()
    assert (gzip.decompress(written) if name.endswith("gz") else written) == b"".join(parts)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_write_that_fails_in_the_thread_is_an_error(tmp_path):
    """A disk that is full for the thread that writes is an OutputError, and nothing is left behind."""
    with pytest.raises(OutputError, match="No space left"), Staging(behind=True) as staging:  # noqa: PT012 - likewise
        staging.open(tmp_path / "a.txt").write(b"a")
        target = staging.open("/dev/full")
        for _ in range(20):
            target.write(b"a" * (1 << 20))
    assert listed(tmp_path) == []


def test_a_notebook_has_no_binary_standard_output(tmp_path, monkeypatch):
    """Where standard output takes text alone, files are written all the same."""
    monkeypatch.setattr("sys.stdout", io.StringIO())
    with Staging() as staging:
        staging.open(tmp_path / "a.txt").write(b"a")
    assert (tmp_path / "a.txt").read_bytes() == b"a"
