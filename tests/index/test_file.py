"""The file of an index: its options, its format, and one process at a time."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dedup.errors import IndexFileError, InputError
from dedup.index.index import Index
from tests.index.articles import invented
from tests.support.paths import TOP


def test_an_index_is_complete_after_an_error(tmp_path: Path) -> None:
    """Something that is no document is an error; the documents before and after it are in the index."""
    one, other = invented(2, 1)
    with Index(tmp_path / "index") as index:
        index.add(one)
        with pytest.raises(InputError, match="no text"):
            index.add({"id": "x"})
        index.add(other)
    with Index(tmp_path / "index") as index:
        assert len(index) == 2


def test_other_options_and_other_formats_are_refused(tmp_path: Path) -> None:
    """Options that are not given come from the index, different ones are refused; so is a file that is no
    index.
    """
    path = tmp_path / "index"
    with Index(path, ngram=4, contained=None) as index:
        assert index.options.ngram == 4
    with Index(path, keep="first") as index:
        assert (index.options.ngram, index.options.contained, index.options.keep) == (4, None, "first")
    for changes, message in [
        ({"ngram": 3}, "ngram 4, not 3"),
        ({"contained": 0.8}, "contained None, not 0.8"),
    ]:
        with pytest.raises(IndexFileError, match=message):
            Index(path, **changes)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(IndexFileError, match="format 99"):
        Index(path)
    (tmp_path / "text").write_text("no database at all, and long enough to be looked at" * 20)
    with sqlite3.connect(tmp_path / "other") as connection:
        connection.execute("CREATE TABLE a (b)")
    for name in ("text", "other"):
        with pytest.raises(IndexFileError, match="not an index of dedup"):
            Index(tmp_path / name)
    with pytest.raises(IndexFileError, match="is a folder"):
        Index(tmp_path)
    with pytest.raises(IndexFileError, match="does not exist"):
        Index(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_file_in_use_is_refused_or_waited_for(tmp_path: Path) -> None:
    """A second process gets an error that names the first one, or waits."""
    hold = "import sys, time; from dedup import Index\nwith Index(sys.argv[1]): print(flush=True); "
    hold += "time.sleep(1.5)"
    with subprocess.Popen(
        [sys.executable, "-c", hold, tmp_path / "index"], stdout=subprocess.PIPE, cwd=TOP
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(IndexFileError, match=f"in use by process {holder.pid} on .* since"):
            Index(tmp_path / "index")
        with Index(tmp_path / "index", wait=60) as index:
            assert len(index) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


@pytest.mark.slow
def test_processes_wait_for_the_file_in_turn(tmp_path: Path) -> None:
    """Processes that open the index at the same moment all succeed, one after the other."""
    want = "import sys, time; from dedup import Index\nwhile time.time() < float(sys.argv[2]): pass\n"
    want += "with Index(sys.argv[1], wait=60): pass"
    at = str(time.time() + 2)
    several = [
        subprocess.Popen([sys.executable, "-c", want, tmp_path / "index", at], cwd=TOP) for _ in range(6)
    ]
    assert [process.wait(timeout=90) for process in several] == [0] * 6
