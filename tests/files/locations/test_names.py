"""What locations are called."""

from pathlib import Path

import pytest

from dedup.cli.main import main
from dedup.errors import InputError
from dedup.files.locations.names import as_path, is_address, is_table, join, key_of, name_of, shown
from dedup.files.locations.names import without_secrets as clean_message


@pytest.mark.parametrize(
    ("address", "visible"),
    [
        ("https://me:pass@host/a.jsonl?sig=1#x", "https://host/a.jsonl"),
        ("HTTPS://me@host:8443/a.jsonl?page=2", "https://host:8443/a.jsonl"),
        ("s3://key:secret@bucket/a.jsonl", "s3://bucket/a.jsonl"),
        ("s3://bucket/a.jsonl?versionId=3", "s3://bucket/a.jsonl"),
        ("s3://bucket/part-?.jsonl", "s3://bucket/part-?.jsonl"),
        (
            "abfs://container@account.dfs.core.windows.net/a",
            "abfs://container@account.dfs.core.windows.net/a",
        ),
        ("crawl.db::articles?x=1", "crawl.db::articles?x=1"),
        ("folder/a.jsonl", "folder/a.jsonl"),
    ],
)
def test_what_is_shown_of_an_address(address: str, visible: str) -> None:
    """Of an address neither password nor query is shown; what is no address stays as it is."""
    assert shown(address) == visible
    if is_address(address):
        assert clean_message(f"cannot read {address!r}: 403") == f"cannot read {visible!r}: 403"


def test_spellings_of_one_object() -> None:
    """Addresses of one object have one key, and those of others another one."""
    same = ["s3://bucket/a.jsonl", "s3a://bucket/a.jsonl", "S3://bucket//a.jsonl"]
    assert len({key_of(address) for address in same}) == 1
    web = ["https://host/a?p=1", "https://HOST:443/a?p=1", "https://me:pass@host/a?p=1"]
    assert len({key_of(address) for address in web}) == 1
    others = ["https://host/a?p=2", "http://host/a?p=1", "https://host:8443/a?p=1", "https://host/b?p=1"]
    assert len({*map(key_of, others), key_of(web[0])}) == 5


def test_names_are_paths_below_a_folder() -> None:
    """An input has a place in a folder of outputs, here and in a store, and none that leads out of it."""
    assert as_path("s3://bucket/a/b.jsonl") == "s3/bucket/a/b.jsonl"
    assert as_path("http://host:80/a.jsonl") == "http/host_80/a.jsonl"
    assert join("out", "a/b.jsonl") == str(Path("out/a/b.jsonl"))
    assert join("s3://bucket/out/", "https://host/a.jsonl") == "s3://bucket/out/https/host/a.jsonl"
    for odd in ("s3://bucket/../a.jsonl", "s3://bucket/a//b.jsonl", "https://host/./a.jsonl"):
        with pytest.raises(InputError, match="which no file can have: copy it first"):
            name_of(odd)


def test_what_is_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with :: is a table, unless a file has that name."""
    monkeypatch.chdir(tmp_path)
    assert is_table("crawl.db::articles")
    assert not is_table("a::b/crawl.jsonl")
    assert not is_table("s3://bucket/crawl.db::articles")
    Path("odd::name.jsonl").write_text('{"text": "a text"}\n')
    assert not is_table("odd::name.jsonl")
    assert main(["clean", "odd::name.jsonl", "-o", "out.jsonl", "--quiet"]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["crawl.db::t", "-o", "x", "--engine", "spark"], "does not take tables of SQLite"),
        (["a.jsonl", "--never-drop", "s3://b/ids.txt"], "copy it here first"),
        (["-", "-o", "s3://b/out.jsonl", "--stream"], "no store and no table"),
        (["-", "-o", "out.db::t", "--stream"], "not out.db::t: name a .jsonl file"),
    ],
)
def test_where_only_files_are_taken(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Where an address or a table cannot be taken, a sentence says so."""
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text('{"text": "a text"}\n')
    assert main(["clean", *words]) in (1, 2)
    assert message in capsys.readouterr().err
