"""Standard input: JSON Lines or one JSON array, told by its first byte; and fields inside of objects."""

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

import dedup
from dedup.cli.main import main
from tests.support.command import json_lines
from tests.support.paths import ARTICLES

CRAWL: list[dict[str, Any]] = [orjson.loads(line) for line in ARTICLES.read_bytes().splitlines()]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes, *words: str) -> int:
    """Run a command with this standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    return main([*words])


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b" \n\t", b"\n" * 70_000])
def test_one_array_or_lines(monkeypatch: pytest.MonkeyPatch, before: bytes) -> None:
    """An array has the output of the same articles as lines, and comes back byte for byte."""
    array = before + json.dumps(CRAWL, indent=1).encode()
    lines = before + b"".join(orjson.dumps(article) + b"\n" for article in CRAWL)
    outputs = set()
    for data, name in ((array, "stdin.json"), (lines, "stdin.jsonl")):
        words = ["clean", "-", "-o", "out.jsonl", "--ledger", "ledger.jsonl", "--quiet"]
        assert pipe(monkeypatch, data, *words) == 0
        assert f'{{"dedup_file":"{name}"' in Path("ledger.jsonl").read_text()
        written = Path("out.jsonl").read_bytes().removeprefix(b"\xef\xbb\xbf")
        outputs.add(json.dumps([orjson.loads(line) for line in written.splitlines() if line.strip()]))
        assert main(["restore", "out.jsonl", "ledger.jsonl", "-o", "back"]) == 0
        assert Path("back").read_bytes() == data
    assert len(outputs) == 1


def test_an_array_beside_a_file_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input beside a file stdin.json has another name, so that both come back."""
    Path("stdin.json").write_bytes(orjson.dumps(CRAWL[:5]))
    words = ["clean", "-", "stdin.json", "-o", "out/", "--ledger", "ledger.jsonl", "--quiet"]
    assert pipe(monkeypatch, orjson.dumps(CRAWL[5:]), *words) == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["stdin.2.json", "stdin.json"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gzip.compress(b'{"text": "a"}', mtime=0), "standard input is compressed: unpack it first"),
        (b"\x28\xb5\x2f\xfd rest", "standard input is compressed"),
        (b'[{"text": "a"}', "'stdin.json' is not a valid JSON array"),
        (b'{"body": "a", "content": {"text": "b", "n": 1}}', "only 'body', 'content', 'content.text'"),
    ],
)
def test_what_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, message: str
) -> None:
    """What standard input cannot be is a sentence; of several fields with a text none is guessed."""
    assert pipe(monkeypatch, data, "clean", "-", "-o", "out.jsonl", "--strict") == 1
    assert message in capsys.readouterr().err


def nested(article: dict[str, Any]) -> dict[str, Any]:
    """An article whose fields are inside of objects."""
    return {
        "id": article["id"],
        "content": {"text": article["text"], "title": article["title"]},
        "meta": {"page": {"url": article["url"]}, "date": article["date"]},
    }


def test_fields_inside_of_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text, title, address and date inside of objects decide as they do outside; only texts are edited."""
    Path("flat.jsonl").write_bytes(b"\n".join(map(orjson.dumps, CRAWL)))
    Path("nested.jsonl").write_bytes(b"\n".join(orjson.dumps(nested(article)) for article in CRAWL))
    names = {"text": "content.text", "title": "content.title", "url": "meta.page.url"}
    fields = [word for name, path in names.items() for word in (f"--{name}-field", path)]
    options = ["--keep", "newest:date", "--quiet", "-o"]
    assert main(["clean", "flat.jsonl", *options, "flat.out.jsonl"]) == 0
    options[1] = "newest:meta.date"
    words = ["clean", "nested.jsonl", *fields, *options, "nested.out.jsonl", "--ledger", "l.jsonl"]
    assert main(words) == 0
    flat = json_lines(Path("flat.out.jsonl"))
    assert json_lines(Path("nested.out.jsonl")) == [*map(nested, flat)]
    assert main(["restore", "nested.out.jsonl", "l.jsonl", "-o", "back.jsonl"]) == 0
    assert Path("back.jsonl").read_bytes() == Path("nested.jsonl").read_bytes()
    options_of_library = {f"{name}_field": path for name, path in names.items()}
    kept = dedup.clean([*map(nested, CRAWL)], keep="newest:meta.date", **options_of_library).kept
    assert kept == [*map(nested, flat)]


def test_a_name_with_a_dot_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field whose own name has a dot is that field, not one inside of an object."""
    line = b'{"content.text": "the field itself", "content": {"text": 7}}\n'
    assert (
        pipe(monkeypatch, line, "clean", "-", "-o", "o.jsonl", "--text-field", "content.text", "--quiet") == 0
    )
    assert Path("o.jsonl").read_bytes() == line
