"""Both engines decide the same: kept set, keepers, cleaned texts, ledger, rejects; whatever the partitions, and
also where an executor dies. Two executors, each a process of its own.
"""

import gzip
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup
from dedup.cli import main

pyspark = pytest.importorskip("pyspark", reason="there is no pyspark here: pip install '.[spark]'")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("there is no Java here, which Spark needs", allow_module_level=True)

from pyspark.sql import SparkSession  # noqa: E402 - only where it can be

FIXTURES = Path(__file__).parent.parent / "fixtures/articles.jsonl"


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """A cluster of two executors."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    made = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "OFF")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    yield made
    made.stop()


def words(seed: int, count: int) -> str:
    """So many words of their own for each seed."""
    return " ".join(f"w{seed}x{i}" for i in range(count))


def _chain() -> list[str]:
    said = words(0, 1200).split()
    return [" ".join(said[5 * i : 5 * i + 100]) for i in range(200)]


def _crowd() -> list[str]:
    template = words(0, 300)
    return [f"{template} {words(i % 50 + 1, 60)} {words(1000 + i, 4)}" for i in range(300)]


def _wrapped() -> list[str]:
    article = words(0, 400)
    wrapped = [f"{words(i + 1, 90)} {article}" for i in range(150)]
    return [
        *wrapped,
        f"{words(901, 600)} {article} {words(902, 600)}",
        words(0, 300),
        words(0, 20),
        *["", " .", "-"],
    ]


def _copies() -> list[str]:
    said = [words(i % 40, 50 + i % 7) for i in range(160)]
    return [*said, *(f"{text} one more" for text in said[:30])]


def _notes() -> list[str]:
    note = (
        "Rainfall at the harbour gauge reached {} millimetres by noon while the upper valley saw {} and winds off the "
        "breakwater touched {} knots; the ferry company expects {} sailings tomorrow, and the water board put the "
        "level of the lower reservoir at {} percent, a figure that its engineer called ordinary for the season."
    )
    return [note.format(*(random.Random(i).randint(2, 99) for _ in range(5))) for i in range(12)]


def _repeats() -> list[str]:
    fixtures = [json.loads(line)["text"] for line in FIXTURES.read_text("utf-8").splitlines()]
    return [
        *fixtures,
        *(f"{text}\n\n{text}" for text in fixtures[:12]),
        *(f"{words(i, 9)}\n\n{t}" for i, t in enumerate(fixtures)),
    ]


class Case(NamedTuple):
    """Texts, and options of the command."""

    texts: list[str]
    options: list[str]


CASES = {
    "chain": Case(_chain(), ["--keep", "first", "--no-repeats"]),
    "crowd": Case(_crowd(), ["--threshold", "0.9", "--contained", "0.95"]),
    "wrapped": Case(_wrapped(), []),
    "copies": Case(_copies(), ["--contained", "off", "--keep", "newest:date"]),
    "notes": Case(_notes(), ["--keep", "oldest:date", "--max-loss", "0.4"]),
    "repeats": Case(_repeats(), ["--cut", "block,exact,near,title,excerpt", "--ngram", "2"]),
    "off": Case(_copies(), ["--no-duplicates"]),
}


def _lines(texts: list[str]) -> list[str]:
    """The texts as lines, some of them without an id or a date, some broken, some blank."""
    lines = []
    for i, text in enumerate(texts):
        fields: dict[str, Any] = {"id": i, "text": text, "date": f"2026-{i * 7 % 12 + 1:02}"}
        for name in ("id", "date") if i % 11 == 3 else ():
            del fields[name]
        lines.append(json.dumps(fields, ensure_ascii=i % 2 == 0))
        lines += {5: [""], 8: ['{"text": 5}'], 13: ["{"], 21: [" "]}.get(i, [])
    return lines


def _write(folder: Path, texts: list[str]) -> list[str]:
    """Files of all sorts with these texts: the inputs."""
    lines = _lines(texts)
    a, b, c = lines[::3], lines[1::3], lines[2::3]
    (folder / "in put/sub").mkdir(parents=True)
    (folder / "in put/b+%20 [1].jsonl").write_bytes("\r\n".join(a).encode())
    (folder / "in put/a.jsonl").write_bytes(b"\xef\xbb\xbf" + "\n".join(b).encode() + b"\n")
    (folder / "in put/sub/0.jsonl.gz").write_bytes(gzip.compress("\n".join(c).encode() + b"\n\xff\n"))
    return [str(folder / "in put")]


def _both(tmp_path: Path, inputs: list[str], options: list[str], spark: list[str] | None = None) -> None:
    """Clean with both engines, and compare all that is written."""
    for engine in ("local", "spark"):
        if not (tmp_path / engine).exists():
            (tmp_path / engine).mkdir()
            more = spark or [] if engine == "spark" else []
            files = ["-o", "out.jsonl", "--ledger", "ledger", "--rejects", "rejects"]
            paths = [word if word.startswith("-") else str(tmp_path / engine / word) for word in files]
            assert main(["clean", *inputs, *paths, "--engine", engine, "--quiet", *options, *more]) in (0, 3)
    assert _kept(tmp_path / "spark") == _kept(tmp_path / "local")
    assert _ledger(tmp_path / "spark") == _ledger(tmp_path / "local")
    assert _rejects(tmp_path / "spark") == _rejects(tmp_path / "local")


def _read(path: Path) -> list[bytes]:
    """The lines of a file, or of the parts of a folder that is whole."""
    if path.is_dir():
        assert (path / "_SUCCESS").exists()
    parts = sorted(path.glob("part-*")) if path.is_dir() else [path]
    return [line.rstrip(b"\r") for part in parts for line in part.read_bytes().split(b"\n") if line.strip()]


def _kept(folder: Path) -> list[bytes]:
    return [line.removeprefix(b"\xef\xbb\xbf") for line in _read(folder / "out.jsonl")]


def _ledger(folder: Path) -> list[dict[str, Any]]:
    """What is said of each document; what undoes it aside, which is told by the engine's own measure."""
    lines = [json.loads(line) for line in _read(folder / "ledger")]
    said = [line for line in lines if line.get("decision") in ("kept", "cut", "dropped")]
    return [{name: value for name, value in line.items() if name != "undo"} for line in said]


def _rejects(folder: Path) -> list[tuple[Any, ...]]:
    lines = [json.loads(line) for line in _read(folder / "rejects")]
    raw = [line.get("raw", line.get("raw_base64")) for line in lines]
    return [(line["source"], line["line"], line["reason"]) for line in lines] + [len(raw)]


@pytest.mark.parametrize("case", CASES)
def test_engines_decide_alike(session: SparkSession, tmp_path: Path, case: str) -> None:
    """Chains, crowds, pages around an article, copies, templates, repeats: in files of all sorts."""
    _both(tmp_path, _write(tmp_path, CASES[case].texts), CASES[case].options)
    assert len(_ledger(tmp_path / "spark")) == len(CASES[case].texts)
