"""Inputs become files: names, formats, order."""

import gzip
import inspect
import io
import sys

import pytest

from dedup.errors import InputError
from dedup.formats import find_files, format_of
from tests.formats.documents import read
from tests.support.inputs import (
    write_file,
)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("none.jsonl", "does not exist"), ("*.jsonl", "matches no file"), ("empty", "has no file with"),
        ("a.xyz", "unknown extension"), ("b.parquet.gz", "unknown extension"), ("plain", "unknown extension"),
    ],
)  # fmt: skip
def test_inputs_that_name_nothing(tmp_path, entry, message):
    """An input without a file that can be read is an error."""
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    for name in ("a.xyz", "b.parquet.gz", "plain", "empty/.hidden/a.jsonl", "empty/.b.jsonl", "empty/c.log"):
        (tmp_path / name).touch()
    with pytest.raises(InputError, match=message):
        find_files([str(tmp_path / entry)])


def test_files_are_sorted_and_named_below_their_common_folder(tmp_path, monkeypatch):
    """Files are sorted within a folder, named below what the inputs share, and each is taken once."""
    for name in ("x/b.jsonl", "x/a.TXT", "x/sub/c.csv.gz", "y/b.jsonl", "y/[1].md", "z.json"):
        write_file(tmp_path, name, gzip.compress(b"") if name.endswith("gz") else b"")
    monkeypatch.chdir(tmp_path)
    assert [f.name for f in find_files(["x"])] == ["a.TXT", "b.jsonl", "sub/c.csv.gz"]
    assert [f.name for f in find_files(["y/b.jsonl", "x/b.jsonl", "y/b.jsonl"])] == ["y/b.jsonl", "x/b.jsonl"]
    assert [f.name for f in find_files(["x/b.jsonl"])] == ["b.jsonl"]
    assert [f.name for f in find_files(["*/*.jsonl"])] == ["x/b.jsonl", "y/b.jsonl"]
    assert [f.name for f in find_files(["y/[1].md"])] == ["[1].md"]
    formats = {f.name: (f.format, f.compression) for f in find_files(["."])}
    assert formats["x/sub/c.csv.gz"] == ("csv", "gz")


def test_folders_may_be_deeper_than_calls(tmp_path):
    """A chain of folders is no chain of calls, of which Python allows 1,000."""
    deep = tmp_path.joinpath(*["d"] * 300)
    folder = tmp_path
    for name in deep.relative_to(tmp_path).parts:
        folder /= name
        folder.mkdir()
    write_file(deep, "a.jsonl", b"")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 120)
    try:
        files = find_files([str(tmp_path)])
    finally:
        sys.setrecursionlimit(before)
    assert [file.path for file in files] == [deep / "a.jsonl"]


def test_a_dash_is_standard_input(monkeypatch, capsys):
    """A dash is JSON Lines from standard input."""

    class Stdin:
        buffer = io.BytesIO(b'{"text": "a"}\n')

    monkeypatch.setattr("sys.stdin", Stdin)
    (file,) = find_files(["-"])
    assert (file.name, file.format) == ("stdin.jsonl", "jsonl")
    assert [d["text"] for d in read(file.path)[0]] == ["a"]


@pytest.mark.parametrize(
    ("content", "form", "count"),
    [
        (b'{"text": "a"}\n{"text": "b"}', "jsonl", 2), (b'{"text": "a"}\n', "json", 1),
        (b'\xef\xbb\xbf \n{"text":\n "a"}', "json", 1), (b'[{"text": "a"}]', "json", 1),
        (b"", "json", 0), (b" \n", "json", 0), (b"[]", "json", 0), (b"[ ]\n", "json", 0),
    ],
)  # fmt: skip
def test_the_start_of_a_json_file_decides_its_format(tmp_path, content, form, count):
    """A .json file is an array, one object, or JSON Lines, by its start."""
    path = write_file(tmp_path, "a.json", content)
    assert find_files([path])[0].format == form
    assert len(read(path)[0]) == count


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.JSONL", "jsonl"),
        ("a.jsonl.GZ", "jsonl"),
        ("a.b.csv", "csv"),
        ("a.gz", None),
        ("a", None),
        (".csv", None),
    ],
)
def test_formats_by_name(name, form):
    """The extension says the format; one of a compression may follow it."""
    assert format_of(name) == form
