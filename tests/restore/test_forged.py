"""A ledger that somebody forged, with a checksum that fits: a sentence, and little memory."""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from dedup.cli.main import main

LINES = [{"id": 1, "text": "one two three"}, {"id": 2, "text": "one two three"}]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LINES))
    pq.write_table(pa.Table.from_pylist(LINES), "a.parquet")


def cleaned(form: str) -> list[dict[str, Any]]:
    """The lines of the ledger of a run."""
    assert main(["clean", f"a.{form}", "-o", f"o.{form}", "--ledger", "l.jsonl", "--quiet"]) == 0
    return [json.loads(line) for line in Path("l.jsonl").read_bytes().splitlines()]


def forge(lines: list[dict[str, Any]]) -> None:
    """Write a ledger whose last line fits."""
    data = [json.dumps(line).encode().replace(b'": ', b'":') + b"\n" for line in lines[:-1]]
    end = {**lines[-1], "dedup_end": len(data), "crc32": zlib.crc32(b"".join(data))}
    Path("f.jsonl").write_bytes(b"".join([*data, json.dumps(end).encode().replace(b'": ', b'":')]))


def packed(data: bytes) -> dict[str, str]:
    return {"zstd": base64.b64encode(data).decode()}


PACKED = {
    "no zstd": packed(b"nonsense"),
    "no base64": {"zstd": "!"},
    "cut off": packed(zstandard.compress(b"x" * 5000)[:-3]),
    "a frame that says 2^40": packed(b"\x28\xb5\x2f\xfd\xe0" + (2**40).to_bytes(8, "little") + b"\x01\0\0"),
    "a bomb": packed(zstandard.compress(bytes(1 << 26))),
    "no size": packed(zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 50)),
    "a number": 5,
}  # fmt: skip


@pytest.mark.parametrize("value", PACKED.values(), ids=PACKED)
def test_what_is_packed_is_checked(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Before it is decompressed: it is no more than the file had."""
    lines = cleaned("jsonl")
    undo = next(line["undo"] for line in lines if "undo" in line)
    undo[0][1] = value
    forge(lines)
    for command in (
        ["restore", "o.jsonl", "f.jsonl", "-o", "b.jsonl"],
        ["restore", "o.jsonl", "f.jsonl", "--id", "2"],
    ):
        assert main(command) == 1
        assert "'f.jsonl' is not a ledger that dedup wrote" in capsys.readouterr().err
    assert not Path("b.jsonl").exists()


@pytest.mark.parametrize(
    ("field", "value"), [("packing", "nonsense"), ("schema", ""), ("start", -5), ("size", -1)]
)
def test_lines_of_parquet_are_checked(field: str, value: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Compression, schema and numbers."""
    lines = cleaned("parquet")
    next(line for line in lines if "schema" in line)[field] = value
    forge(lines)
    assert main(["restore", "o.parquet", "f.jsonl", "-o", "b.parquet"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not Path("b.parquet").exists()


def test_a_line_without_an_end_is_not_held(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ledger has no line of a gigabyte."""
    for name in ("reader", "lookup"):
        monkeypatch.setattr(f"dedup.ledger.{name}.MOST", 1 << 20)
    Path("f.jsonl.zst").write_bytes(zstandard.compress(b" " * (1 << 26)))
    for command in (
        ["restore", "a.jsonl", "f.jsonl.zst", "-o", "b.jsonl"],
        ["report", "f.jsonl.zst"],
        ["why", "1", "f.jsonl.zst"],
    ):
        assert main(command) == 1
        assert "has a line of more than 1 MB" in capsys.readouterr().err


def test_why_notices_a_changed_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    """It says nothing that rests on a changed line."""
    cleaned("jsonl")
    data = Path("l.jsonl").read_bytes()
    assert main(["why", "2", "l.jsonl"]) == 0
    Path("l.jsonl").write_bytes(data.replace(b'"jaccard":1.0', b'"jaccard":0.9'))
    capsys.readouterr()
    assert main(["why", "2", "l.jsonl"]) == 1
    assert "was changed after it was written" in capsys.readouterr().err
