"""What a run wrote, in one shape for both engines."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

from dedup.cli.main import main


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def as_lines(path: Path) -> bytes:
    """A file as it is restored: no BOM, blank lines empty, each line with a newline."""
    lines = unpacked(path).removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n").split(b"\n")
    return b"".join((line if line.strip() else b"") + b"\n" for line in lines)


def compare_engines(
    tmp_path: Path, inputs: list[str], options: list[str], spark: list[str] | None = None
) -> None:
    """Clean with both engines, and compare all that is written."""
    for engine in ("local", "spark"):
        if not (tmp_path / engine).exists():
            (tmp_path / engine).mkdir()
            more = spark or [] if engine == "spark" else []
            files = ["-o", "out.jsonl", "--ledger", "ledger", "--rejects", "rejects"]
            paths = [word if word.startswith("-") else str(tmp_path / engine / word) for word in files]
            assert main(["clean", *inputs, *paths, "--engine", engine, "--quiet", *options, *more]) in (0, 3)
    assert kept_lines(tmp_path / "spark") == kept_lines(tmp_path / "local")
    assert ledger_lines(tmp_path / "spark") == ledger_lines(tmp_path / "local")
    assert reject_lines(tmp_path / "spark") == reject_lines(tmp_path / "local")


def read_lines(path: Path) -> list[bytes]:
    """The lines of a file, or of the parts of a complete folder."""
    if path.is_dir():
        assert (path / "_SUCCESS").exists()
    parts = sorted(path.glob("part-*")) if path.is_dir() else [path]
    read = b"".join(part.read_bytes() for part in parts).removeprefix(b"\xef\xbb\xbf")
    return [line.rstrip(b"\r") for line in read.split(b"\n") if line.strip()]


def kept_lines(folder: Path) -> list[bytes]:
    return read_lines(folder / "out.jsonl")


def ledger_lines(folder: Path) -> list[dict[str, Any]]:
    """The ledger line of each document without its undo, which each engine counts from another start."""
    lines = [json.loads(line) for line in read_lines(folder / "ledger")]
    documents = [line for line in lines if line.get("decision") in ("kept", "cut", "dropped", "tagged")]
    return [{name: value for name, value in line.items() if name != "undo"} for line in documents]


def reject_lines(folder: Path) -> list[tuple[Any, ...]]:
    lines = [json.loads(line) for line in read_lines(folder / "rejects")]
    return [(line["source"], line["line"], line["reason"], raw_bytes(line)) for line in lines]


def raw_bytes(line: dict[str, Any]) -> bytes:
    """The bytes of a reject, without white space around them."""
    raw = line["raw"].encode() if "raw" in line else base64.b64decode(line["raw_base64"])
    return raw.strip()
