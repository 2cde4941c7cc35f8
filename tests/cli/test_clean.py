"""dedup clean, run as a user runs it."""

import os
from pathlib import Path

import orjson
import pytest

from dedup.cli.main import main
from tests.support.command import json_lines, run
from tests.support.paths import ARTICLES, FIXTURES

LONG = "The ferry was held in port for a third day while crews waited for the wind to drop below gale force."


def test_restore_undoes_clean(tmp_path, capsys):
    """clean -o --ledger writes the cleaned articles; restore undoes it byte for byte."""
    out, ledger, back = tmp_path / "clean.jsonl", tmp_path / "ledger.jsonl", tmp_path / "back.jsonl"
    assert main(["clean", str(ARTICLES), "-o", str(out), "--ledger", str(ledger)]) == 0
    assert "Kept 39 of 48" in capsys.readouterr().out
    assert len(json_lines(out)) == 39
    assert main(["restore", str(out), str(ledger), "-o", str(back)]) == 0
    assert back.read_bytes() == ARTICLES.read_bytes()


def test_unchanged_lines_come_out_byte_for_byte(tmp_path):
    """A kept article that was not cut is one of the input's lines; a cut one differs in its text alone."""
    out = tmp_path / "clean.jsonl"
    assert main(["clean", str(ARTICLES), "-o", str(out), "--quiet"]) == 0
    given = {orjson.loads(line)["id"]: line for line in ARTICLES.read_bytes().splitlines()}
    decisions = {line["id"]: line["decision"] for line in json_lines(FIXTURES / "articles.answers.jsonl")}
    written = out.read_bytes().splitlines()
    for line in written:
        article = orjson.loads(line)
        if decisions[article["id"]] == "kept":
            assert line == given[article["id"]]
        else:
            assert orjson.loads(given[article["id"]]) | {"text": article["text"]} == article
    assert [orjson.loads(line)["id"] for line in written] == [
        name for name in given if decisions[name] != "dropped"
    ]


def test_workers_do_not_change_the_files(tmp_path):
    """Output and ledger are the same bytes with one worker, which writes itself, and with several, which
    use a thread.
    """
    names = ("clean.jsonl", "ledger.jsonl")
    written = []
    for workers in (1, 2, 5):
        folder = tmp_path / str(workers)
        folder.mkdir()
        out, ledger = (str(folder / name) for name in names)
        main(["clean", str(ARTICLES), "-o", out, "--ledger", ledger, "--quiet", "--workers", str(workers)])
        written.append([(folder / name).read_bytes() for name in names])
    assert written[0] == written[1] == written[2]


def test_in_a_pipe_the_report_goes_to_standard_error(tmp_path):
    """In a pipe the articles go to standard output and the report to standard error."""
    done = run("clean", "-", input=ARTICLES.read_bytes(), cwd=tmp_path)
    assert done.returncode == 0
    assert len([orjson.loads(line) for line in done.stdout.splitlines()]) == 39
    assert b"Kept 39 of 48" in done.stderr
    assert b"\x1b" not in done.stderr


def test_standard_input_leaves_no_temporary_file(tmp_path):
    """The temporary file with standard input is deleted when the process ends."""
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = run("clean", "-", "--quiet", input=ARTICLES.read_bytes(), env=environment)
    assert (done.returncode, list(tmp_path.iterdir())) == (0, [])


def test_one_text_file_gives_plain_text(tmp_path):
    """A single article comes out as text."""
    path = FIXTURES / "repeats" / "body-twice.txt"
    done = run("clean", path, "--quiet", cwd=tmp_path)
    assert done.stdout == path.with_suffix(".clean.txt").read_bytes()
    assert done.stderr == b""


def test_a_dry_run_writes_nothing(tmp_path, monkeypatch, capsys):
    """--dry-run reports and leaves the folder as it was."""
    monkeypatch.chdir(tmp_path)
    assert (
        main(
            [
                "clean",
                str(ARTICLES),
                "-o",
                "out.jsonl",
                "--ledger",
                "l.jsonl",
                "--report",
                "r.json",
                "--dry-run",
            ]
        )
        == 0
    )
    assert "Kept 39 of 48" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_json_report_has_the_counts(tmp_path):
    """--report writes the counts for machines."""
    report = tmp_path / "report.json"
    assert (
        main(["clean", str(ARTICLES), "-o", str(tmp_path / "out.jsonl"), "--report", str(report), "--quiet"])
        == 0
    )
    assert orjson.loads(report.read_bytes())["totals"]["dropped"] == 9


def test_bad_records_go_to_the_rejects(tmp_path, monkeypatch, capsys):
    """A broken line, a missing text and a text that is a number: status 3, each in the rejects with line and
    reason, and restore works.
    """
    monkeypatch.chdir(tmp_path)
    given = (
        b'{"id":1,"text":"one word after another"}\n{"id":2,"text":\n'
        b'{"id":3,"title":"no text"}\n\n{"id":4,"text":5}\n{"id":"\xff"}\n'
    )
    Path("in.jsonl").write_bytes(given)
    assert main(["clean", "in.jsonl", "-o", "out.jsonl", "--ledger", "ledger.jsonl"]) == 3
    shown = capsys.readouterr()
    assert "4 records could not be read" in shown.err
    assert "out.jsonl.rejects.jsonl" in shown.err
    rejects = json_lines(Path("out.jsonl.rejects.jsonl"))
    assert [reject["line"] for reject in rejects] == [2, 3, 5, 6]
    assert "title" in rejects[1]["reason"]
    assert (
        main(
            [
                "restore",
                "out.jsonl",
                "ledger.jsonl",
                "--rejects",
                "out.jsonl.rejects.jsonl",
                "-o",
                "back.jsonl",
            ]
        )
        == 0
    )
    assert Path("back.jsonl").read_bytes() == given


ODD_INPUTS = {
    "empty.jsonl": b"",
    "blank.jsonl": b"\n\n",
    "one.jsonl": b'{"text":"one"}',
    "empty text.jsonl": b'{"text":""}\n',
    "crlf.jsonl": b'{"text":"one two"}\r\n{"text":"three\\r\\nfour"}\r\n',
    "bom.jsonl": b'\xef\xbb\xbf{"text":"one two"}\n',
    "long.jsonl": b'{"text":"' + b"word " * 300_000 + b'"}\n',
    "empty.txt": b"",
    "crlf.txt": f"{LONG}\r\n\r\nThe crews wait.\r\n\r\nEnd.\r\n".encode(),
    "bom.txt": b"\xef\xbb\xbfone\n",
    "empty.json": b"[]",
    "empty.csv": b"id,text\r\n",
}


@pytest.mark.parametrize("name", ODD_INPUTS)
def test_odd_inputs_come_out_unchanged(name, tmp_path):
    """Empty files and texts, one document, a million characters in a line, CRLF, a byte-order mark, no
    newline at the end.
    """
    given, out = tmp_path / name, tmp_path / f"out{Path(name).suffix}"
    given.write_bytes(ODD_INPUTS[name])
    assert main(["clean", str(given), "-o", str(out), "--quiet"]) == 0
    assert out.read_bytes() == ODD_INPUTS[name]


def test_parquet_and_little_memory_work_in_a_new_process(tmp_path):
    """A process that keeps some modules from being imported reads Parquet, and DuckDB spills to disk."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    given, out = tmp_path / "given.parquet", tmp_path / "clean.parquet"
    texts = [f"{LONG} {LONG[::-1]} {'x' * number}" for number in range(40)]
    pq.write_table(pa.table({"id": list(map(str, range(40))), "text": texts}), given)
    done = run("clean", given, "-o", out, "--memory", "64M", "--quiet")
    assert (done.returncode, done.stderr) == (0, b"")
    assert 0 < pq.read_table(out).num_rows < 40
