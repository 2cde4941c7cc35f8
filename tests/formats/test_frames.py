"""Compressed files that are read again have copies of which any part can be read."""

import gzip
import shutil
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dedup.document import File
from dedup.errors import InputError
from dedup.formats import frames
from dedup.formats.frames import Copies
from tests.support.examples import examples

_DATA = bytes(range(256)) * 3 + b"x" * 100 + bytes(range(99))


def _file(folder: Path, compression: str) -> File:
    """A file with _DATA."""
    path = folder / f"a.jsonl.{compression}"
    path.write_bytes((gzip.compress if compression == "gz" else zstandard.compress)(_DATA))
    stat = path.stat()
    return File(path.name, path, "jsonl", compression, size=stat.st_size, mtime_ns=stat.st_mtime_ns)


@pytest.mark.parametrize("compression", ["gz", "zst"])
@given(st.lists(st.integers(0, len(_DATA)), max_size=9), st.sampled_from([1, 7, 64, 967, 5000]))
@examples(20)
def test_any_span_is_read(compression: str, borders: list[int], frame: int) -> None:
    """Spans of a file come as its bytes, whatever the size of a frame, each time they are asked for."""
    spans = [*pairwise(sorted({*borders}))][::2]
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "_FRAME", frame)
        patch.setattr(frames, "_AHEAD", 2)
        file, copies = _file(Path(folder), compression), Copies()
        for _ in range(2):
            read = copies.spans(0, file, starts, ends)
            assert list(read) == [_DATA[start:end] for start, end in spans]


def test_copies_are_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several files share one temporary file without a name; each is decompressed once."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    files, copies = [_file(tmp_path, name) for name in ("gz", "zst")], Copies()
    for number, file in enumerate(files):
        assert list(copies.spans(number, file, [3], [9])) == [_DATA[3:9]]
        file.path.write_bytes(b"")  # is not read again
    for number, file in enumerate(files):
        assert list(copies.spans(number, file, [700, 800], [750, 900])) == [_DATA[700:750], _DATA[800:900]]
    assert not list((tmp_path / "temporary").iterdir())


def test_without_room_there_is_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk a file is read from its beginning, and gives the same."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    assert list(Copies().spans(0, _file(tmp_path, "zst"), [3, 900], [9, 967])) == [_DATA[3:9], _DATA[900:967]]


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    """A file that changed since it was found is not copied."""
    file = _file(tmp_path, "zst")
    file.path.write_bytes(zstandard.compress(_DATA + b"more"))
    with pytest.raises(InputError, match="changed"):
        list(Copies().spans(0, file, [0], [1]))


@pytest.mark.parametrize("written", [None, 0])
def test_a_full_disk_only_takes_time(
    written: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for a whole copy spans are read from the file itself, and no copy is tried again."""
    tried = []

    def write(_: bytes) -> int:
        tried.append(1)
        if written is None:
            raise OSError(28, "No space left on device")
        return written

    disk = SimpleNamespace(seek=lambda *_: 0, write=write, close=lambda: None)
    monkeypatch.setattr(frames, "_temporary_file", lambda: disk)
    file, copies = _file(tmp_path, "gz"), Copies()
    for _ in range(2):
        assert list(copies.spans(0, file, [3, 700], [9, 750])) == [_DATA[3:9], _DATA[700:750]]
    assert len(tried) == 1
