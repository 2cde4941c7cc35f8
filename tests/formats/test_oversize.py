"""Records longer than --max-document are rejected in every format, are never in memory at once, and are not
lost.
"""

import csv
import gzip
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from dedup.cli.main import main
from dedup.formats import Fields, blocks, find_files, parse
from tests.support.examples import examples
from tests.support.inputs import array_files, csv_files, jsonl_files, text_files, unchecked, write_file

pytestmark = pytest.mark.usefixtures("fast_disk")
MEGA = 1 << 20
GOOD = {"id": "good", "text": "The ferry waits in the harbour tonight."}
LAST = {"id": "last", "text": "Crews look at the bridge on Monday morning."}
LONG = {"id": "long", "text": "a storm \x1b[2J \u202e é " * (9 * MEGA // 20)}


def _csv(delimiter: str) -> bytes:
    data = io.StringIO(newline="")
    rows = csv.DictWriter(data, ["id", "text"], delimiter=delimiter, lineterminator="\r\n")
    rows.writeheader()
    rows.writerows([GOOD, {**LONG, "text": LONG["text"] + '"\n'}, LAST])
    return data.getvalue().encode()


def _jsonl() -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in (GOOD, LONG, LAST))


FILES = {
    "a.jsonl": _jsonl,
    "a.jsonl.gz": lambda: gzip.compress(_jsonl(), 1),
    "a.jsonl.zst": lambda: zstandard.compress(_jsonl()),
    "a.csv": lambda: _csv(","),
    "a.tsv.gz": lambda: gzip.compress(_csv("\t"), 1),
    "a.json": lambda: json.dumps([GOOD, {**LONG, "text": LONG["text"][: 3 * MEGA]}, LAST]).encode(),
}


def _unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _cleaned(folder: Path, name: str, data: bytes, output: str) -> list[dict]:
    """Clean a file with --max-document 2M and restore it; returns the lines of the rejects."""
    given = Path(write_file(folder, name, data))
    out, rejects = str(folder / output), folder / "rejects.jsonl"
    command = ["clean", str(given), "-o", out, "--ledger", str(folder / "l.jsonl"), "--rejects", str(rejects)]
    assert main([*command, "--max-document", "2M", "--quiet"]) == 3
    back = str(folder / "back" / name)
    restoring = ["restore", out, str(folder / "l.jsonl"), "--rejects", str(rejects), "-o", back]
    (folder / "back").mkdir()
    assert main(restoring) == 0
    assert _unpacked(Path(back)) == _unpacked(given)
    return [json.loads(line) for line in rejects.read_bytes().splitlines()]


@pytest.mark.parametrize("output", ["out.jsonl", "out.csv"])
@pytest.mark.parametrize("name", FILES)
def test_a_long_record_is_a_reject_and_comes_back(name: str, output: str, tmp_path: Path) -> None:
    """A long record goes to the rejects, in parts; its neighbours are kept; restore gives the file back."""
    rejects = _cleaned(tmp_path, name, FILES[name](), output)
    assert {line["reason"] for line in rejects} == {"longer than 2,097,152 bytes (--max-document)"}
    assert {line["line"] for line in rejects} == {3 if "sv" in name else 2}  # after the header
    assert [line["part"] for line in rejects] == list(range(1, len(rejects) + 1))
    assert [line["start"] for line in rejects] == sorted(line["start"] for line in rejects)
    kept = (tmp_path / output).read_bytes()
    assert kept.count(b"ferry waits") == kept.count(b"Monday morning") == 1
    assert b"storm" not in kept


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"word " * MEGA),
        ("a.json", json.dumps(LONG).encode()),
        ("a.json.gz", gzip.compress(b"[" + b"1," * (5 * MEGA) + b"1]", 1, mtime=0)),
        ("a.json", b'{"text":"' + b"x" * (3 * MEGA)),
        ("a.md.gz", gzip.compress(b"\0" * (40 * MEGA), 9, mtime=0)),
        ("a.jsonl.zst", zstandard.compress(b"\0" * (40 * MEGA))),
        ("a.jsonl", b"[" * (40 * MEGA)),
        ("a.csv", b'text\n"' + b"x,\n" * (4 * MEGA)),
        ("a.jsonl", b" " * (12 * MEGA)),
    ],
)
def test_a_file_that_is_one_long_record(name: str, data: bytes, tmp_path: Path) -> None:
    """A text, an object, an array of more than four times the limit or an endless line is one reject."""
    rejects = _cleaned(tmp_path, name, data, "out.jsonl")
    assert len({line["start"] for line in rejects}) == len(rejects)
    assert len({line["line"] for line in rejects}) == 1
    size = sum((tmp_path / name).stat().st_size for name in ("rejects.jsonl", "l.jsonl"))
    assert size < 3 * len(data) + MEGA  # what little was compressed to stays little


def test_rows_of_parquet_are_measured_by_their_text(tmp_path: Path) -> None:
    """A row whose text is too long is a reject; restore gives the table back."""
    table = pa.Table.from_pylist([GOOD, LONG, LAST, {"id": "null", "text": None}])
    pq.write_table(table, tmp_path / "a.parquet")
    out, ledger, rejects = (str(tmp_path / name) for name in ("o.parquet", "l.jsonl", "r.jsonl"))
    command = ["clean", str(tmp_path / "a.parquet"), "-o", out, "--ledger", ledger, "--rejects", rejects]
    assert main([*command, "--max-document", "2M", "--quiet"]) == 3
    assert pq.read_table(out).column("id").to_pylist() == ["good", "last"]
    reasons = [json.loads(line)["reason"] for line in Path(rejects).read_bytes().splitlines()]
    assert [reason.split(" (")[0] for reason in reasons] == [
        "longer than 2,097,152 bytes",
        "the field 'text' is null, not a string",
    ]
    back = str(tmp_path / "back.parquet")
    assert main(["restore", out, ledger, "--rejects", rejects, "-o", back]) == 0
    assert pq.read_table(back).equals(table)


def test_without_a_limit_any_record_is_taken(tmp_path: Path) -> None:
    """With --max-document off a record may have any size."""
    given, out = write_file(tmp_path, "a.jsonl", _jsonl()), tmp_path / "out.jsonl"
    assert main(["clean", given, "-o", str(out), "--max-document", "off", "--no-repeats", "--quiet"]) == 0
    assert out.read_bytes() == _jsonl()


@pytest.mark.parametrize("size", ["12", "1X", "-4M"])
def test_a_wrong_limit_is_refused(size: str, tmp_path: Path, capsys) -> None:
    """A limit below a kilobyte, or one that is not a size, is wrong usage."""
    given = write_file(tmp_path, "a.jsonl", b'{"text":"a"}\n')
    assert main(["clean", given, f"--max-document={size}"]) == 2
    assert "--max-document" in capsys.readouterr().err


def test_an_oversize_header_is_refused(tmp_path: Path, capsys) -> None:
    """A CSV file whose header is too long is refused in one sentence."""
    given = write_file(tmp_path, "a.csv", b'id,"' + b"x" * (8 * MEGA))
    assert main(["clean", given, "-o", str(tmp_path / "o.csv"), "--max-document", "2M"]) == 1
    error = capsys.readouterr().err
    assert "first row" in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "o.csv").exists()


def test_a_long_row_does_not_hide_that_the_column_is_missing(tmp_path: Path, capsys) -> None:
    """A CSV file without the text field is refused even if its only row is too long."""
    given = write_file(tmp_path, "a.csv", b"id,words\n1," + b"x" * (8 * MEGA))
    assert main(["clean", given, "-o", str(tmp_path / "o.csv"), "--max-document", "2M"]) == 1
    assert "no column 'text'" in capsys.readouterr().err


def _documents_and_rejects(path: str, size: int, limit: int) -> tuple[list, list]:
    """The documents and rejects of a file that is read in blocks of this size."""
    fields = Fields(limit=limit)
    documents, rejects = [], []
    for block in blocks(find_files([path], limit), size, fields):
        batch = parse(block if size > 999 else unchecked(block), fields)
        documents += batch.documents.to_pylist()
        rejects += batch.rejects
    return sorted(map(str, documents)), sorted(rejects)


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "tsv", "txt"])
def test_the_limit_does_not_depend_on_blocks(form: str, tmp_path: Path, monkeypatch) -> None:
    """However a file is cut into blocks, and whether a long record was skipped or read: the documents, the
    rejects and their spans are the same.
    """
    made = {
        "jsonl": jsonl_files(),
        "json": array_files(),
        "csv": csv_files(),
        "tsv": csv_files("\t"),
        "txt": text_files,
    }[form]

    @examples(60)
    @given(made, st.sampled_from([1, 7, 60]), st.sampled_from([1, 5, 64]), st.integers(20, 90))
    def check(content, size, chunk, limit):
        path = write_file(tmp_path, f"a.{form}", content)
        monkeypatch.setattr("dedup.files.reading.CHUNK", MEGA)
        at_once = _documents_and_rejects(path, 8 * MEGA, limit)
        monkeypatch.setattr("dedup.files.reading.CHUNK", chunk)
        assert _documents_and_rejects(path, size, limit) == at_once

    check()


def test_a_stream_rejects_a_long_line(tmp_path: Path) -> None:
    """A stream rejects a long line and answers those after it; restore gives all of them back."""
    given = _jsonl()
    names = ("out.jsonl", "r.jsonl", "l.jsonl")
    out, rejects, ledger = (str(tmp_path / name) for name in names)
    command = ["clean", "-", "--stream", "-o", out, "--rejects", rejects, "--ledger", ledger]
    done = subprocess.run(
        [sys.executable, "-m", "dedup", *command, "--max-document", "2M"],
        input=given, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert [json.loads(line)["id"] for line in Path(out).read_bytes().splitlines()] == ["good", "last"]
    back = tmp_path / "back.jsonl"
    assert main(["restore", out, ledger, "--rejects", rejects, "-o", str(back)]) == 0
    assert back.read_bytes() == given


def test_records_around_the_limit_are_counted(tmp_path: Path) -> None:
    """Of records around the limit, in random order, exactly the longer ones are rejected, byte for byte."""
    choice = random.Random(7)
    lines = [
        json.dumps({"id": i, "text": choice.choice("abc") * choice.choice([9, 900, 1100, 3000])}).encode()
        for i in range(500)
    ]
    given = write_file(tmp_path, "a.jsonl", b"\n".join(lines))
    out, rejects = tmp_path / "out.jsonl", tmp_path / "r.jsonl"
    command = [
        "clean",
        given,
        "-o",
        str(out),
        "--rejects",
        str(rejects),
        "--max-document",
        "1K",
        "--no-duplicates",
    ]
    assert main([*command, "--quiet"]) == 3
    long = [line for line in lines if len(line) + 1 > 1024]
    assert out.read_bytes().splitlines() == [line for line in lines if len(line) + 1 <= 1024]
    assert [json.loads(line)["raw"].strip().encode() for line in rejects.read_bytes().splitlines()] == long
    assert os.path.getsize(given) == sum(map(len, lines)) + len(lines) - 1  # noqa: PTH202 - the input is unchanged
