"""The command, run as a user runs it."""

import gzip
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

from dedup.cli.main import main

FIXTURES = Path(__file__).parents[2] / "fixtures"
ARTICLES = FIXTURES / "articles.jsonl"
LONG = "The ferry was held in port for a third day while crews waited for the wind to drop below gale force."


def lines(path: Path) -> list[dict]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def run(*arguments: object, **options) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "dedup", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)


def test_clean_and_restore_give_the_input_back(tmp_path, capsys):
    """clean -o --ledger writes the cleaned articles; restore undoes it byte for byte."""
    out, ledger, back = tmp_path / "clean.jsonl", tmp_path / "ledger.jsonl", tmp_path / "back.jsonl"
    assert main(["clean", str(ARTICLES), "-o", str(out), "--ledger", str(ledger)]) == 0
    assert "39 out" in capsys.readouterr().out
    assert len(lines(out)) == 39
    assert main(["restore", str(out), str(ledger), "-o", str(back)]) == 0
    assert back.read_bytes() == ARTICLES.read_bytes()


def test_unchanged_lines_come_out_byte_for_byte_and_in_order(tmp_path):
    """A kept article that was not cut is one of the input's lines; a cut one differs in its text alone."""
    out = tmp_path / "clean.jsonl"
    assert main(["clean", str(ARTICLES), "-o", str(out), "--quiet"]) == 0
    given = {orjson.loads(line)["id"]: line for line in ARTICLES.read_bytes().splitlines()}
    decisions = {line["id"]: line["decision"] for line in lines(FIXTURES / "articles.answers.jsonl")}
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


def test_the_files_are_the_same_for_any_number_of_workers(tmp_path):
    """Output and ledger, byte for byte; one worker writes by itself, several have a thread for it."""
    names = ("clean.jsonl", "ledger.jsonl")
    written = []
    for workers in (1, 2, 5):
        folder = tmp_path / str(workers)
        folder.mkdir()
        out, ledger = (str(folder / name) for name in names)
        main(["clean", str(ARTICLES), "-o", out, "--ledger", ledger, "--quiet", "--workers", str(workers)])
        written.append([(folder / name).read_bytes() for name in names])
    assert written[0] == written[1] == written[2]


def test_standard_input_to_standard_output_keeps_the_report_apart(tmp_path):
    """In a pipe the articles go to standard output and the report to standard error."""
    done = run("clean", "-", input=ARTICLES.read_bytes(), cwd=tmp_path)
    assert done.returncode == 0
    assert len([orjson.loads(line) for line in done.stdout.splitlines()]) == 39
    assert b"39 out" in done.stderr
    assert b"\x1b" not in done.stderr


def test_nothing_of_standard_input_is_left(tmp_path):
    """The file that holds it while it is read goes with the process."""
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
    assert "39 out" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_the_report_as_json(tmp_path):
    """--report writes the counts for machines."""
    report = tmp_path / "report.json"
    assert (
        main(["clean", str(ARTICLES), "-o", str(tmp_path / "out.jsonl"), "--report", str(report), "--quiet"])
        == 0
    )
    assert orjson.loads(report.read_bytes())["totals"]["dropped"] == 9


def test_bad_records_go_to_the_rejects_and_the_run_goes_on(tmp_path, monkeypatch, capsys):
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
    rejects = lines(Path("out.jsonl.rejects.jsonl"))
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


SENTENCES = {
    "missing": (["nowhere.jsonl"], 1, "nowhere.jsonl"),
    "empty folder": (["empty/"], 1, "empty"),
    "unknown format": (["a.docx"], 1, "a.docx"),
    "no text field": (["titles.jsonl"], 1, "title"),
    "cut off": (["cut.jsonl.gz"], 1, "cut.jsonl.gz"),
    "no such folder": (["ok.jsonl", "-o", "none/out.jsonl"], 1, "none"),
    "bad threshold": (["ok.jsonl", "--threshold", "7"], 2, "--threshold"),
    "bad kind": (["ok.jsonl", "--cut", "block,song"], 2, "song"),
    "bad size": (["ok.jsonl", "--memory", "4X"], 2, "--memory"),
    "little memory": (["ok.jsonl", "--memory", "1M"], 2, "--memory"),
    "bad policy": (["ok.jsonl", "--keep", "newest"], 2, "--keep"),
    "report over the output": (["ok.jsonl", "-o", "x.jsonl", "--report", "x.jsonl"], 2, "x.jsonl"),
    "ledger over the input": (["ok.jsonl", "-o", "x.jsonl", "--ledger", "ok.jsonl"], 2, "ok.jsonl"),
    "report over the input": (["ok.jsonl", "--report", "ok.jsonl"], 2, "ok.jsonl"),
    "impossible recall": (["ok.jsonl", "--num-perm", "16", "--threshold", "0.1"], 2, "--num-perm"),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_what_is_wrong_is_told_in_one_sentence(name, tmp_path, monkeypatch, capsys):
    """A bad file, folder, field or option: one line that names it, the right status, nothing written, no
    traceback.
    """
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("a.docx").write_bytes(b"x")
    Path("ok.jsonl").write_bytes(b'{"text":"a b c"}\n')
    Path("titles.jsonl").write_bytes(b'{"title":"a","url":"b"}\n' * 3)
    Path("cut.jsonl.gz").write_bytes(gzip.compress(os.urandom(4000))[:2000])
    before = sorted(tmp_path.rglob("*"))
    arguments, status, named = SENTENCES[name]
    assert main(["clean", *arguments, "--quiet"]) == status
    shown = capsys.readouterr()
    assert shown.out == ""
    assert named in shown.err
    assert len(shown.err.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


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
def test_odd_inputs_are_fine_and_kept_as_they_were(name, tmp_path):
    """Empty files and texts, one document, a million characters in a line, CRLF, a byte-order mark, no
    newline at the end.
    """
    given, out = tmp_path / name, tmp_path / f"out{Path(name).suffix}"
    given.write_bytes(ODD_INPUTS[name])
    assert main(["clean", str(given), "-o", str(out), "--quiet"]) == 0
    assert out.read_bytes() == ODD_INPUTS[name]


def test_an_interrupted_run_says_so_and_leaves_the_old_output(tmp_path):
    """Ctrl-C while it reads: one sentence, status 130, the old output as it was, no drafts."""
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"old")
    command = [sys.executable, "-m", "dedup", "clean", "-", "-o", str(out), "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(b'{"text":"a b c"}\n' * 1000)
        process.stdin.flush()
        time.sleep(2.5)
        process.send_signal(signal.SIGINT)
        stderr = process.stderr.read()
        process.wait(timeout=30)
    assert process.returncode == 130
    assert stderr.decode().splitlines() == ["dedup: interrupted; nothing was written"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
    assert out.read_bytes() == b"old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told_in_one_sentence(tmp_path):
    """No room for the output: status 1 and a sentence that names it."""
    done = run("clean", ARTICLES, "-o", "/dev/full", "--quiet")
    assert done.returncode == 1
    assert len(done.stderr.decode().splitlines()) == 1
    assert b"/dev/full" in done.stderr


def test_a_reader_that_goes_away_is_no_error_message(tmp_path):
    """`dedup clean ... | head -1` ends quietly."""
    many = tmp_path / "many.jsonl"
    many.write_bytes(b"".join(b'{"text":"%d %s"}\n' % (i, b"word " * 50) for i in range(20_000)))
    command = f"{sys.executable} -m dedup clean {many} --no-duplicates --quiet | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120, check=False)
    assert done.stdout.startswith(b'{"text":"0 word')
    assert done.stderr == b""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_error(closed, tmp_path):
    """A command may be started without standard output or standard error."""
    out = tmp_path / "clean.jsonl"
    command = f"{sys.executable} -m dedup clean {ARTICLES} -o {out} {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr.replace(b"\n", b"")[:200]) == (0, b"")
    assert len(lines(out)) == 39


def test_parquet_and_little_memory_in_a_process_of_its_own(tmp_path):
    """What the process keeps from being imported is not missed: not for Parquet, nor by DuckDB."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    given, out = tmp_path / "given.parquet", tmp_path / "clean.parquet"
    texts = [f"{LONG} {LONG[::-1]} {'x' * number}" for number in range(40)]
    pq.write_table(pa.table({"id": list(map(str, range(40))), "text": texts}), given)
    done = run("clean", given, "-o", out, "--memory", "64M", "--quiet")
    assert (done.returncode, done.stderr) == (0, b"")
    assert 0 < pq.read_table(out).num_rows < 40


def test_repeats_of_one_document_are_shown_in_place(capsys):
    """repeats --id: that article alone, its repeat between marks with kind and score, its row."""
    assert main(["repeats", str(ARTICLES), "--id", "fx-015"]) == 0
    shown = capsys.readouterr().out
    assert "fx-015  1 repeat, 1 cut\n[=1 Otters return" in shown
    assert "[1 block 100 % cut] [-Otters return" in shown
    assert re.search(r"1  block  cut  100 %      0\.\d\d  lines 1 to 9\n", shown)
    assert "fx-016" not in shown


def test_repeats_of_many_documents_are_of_those_that_have_any(capsys):
    """Without --id articles without repeats are left out, and the last line counts; nothing is written."""
    assert main(["repeats", str(ARTICLES)]) == 0
    shown = capsys.readouterr().out
    assert "fx-017  4 repeats, 4 cut" in shown
    assert "fx-001" not in shown
    assert re.search(r"\n\d+ of 48 articles shown: \d+ repeats cut, \d+ left\.\n$", shown)


def test_repeats_takes_what_clean_takes(tmp_path):
    """A text file, standard input, --cut, --caution; piped output is plain."""
    text = FIXTURES / "repeats" / "body-twice.txt"
    assert b" cut] [-" in run("repeats", text).stdout
    assert b" left] [_" in run("repeats", text, "--cut", "title").stdout
    assert b"pattern" in run("repeats", text, "--caution", "1").stdout
    piped = run("repeats", "-", "--text-field", "body", "--id-field", "url", "--id", "u")
    assert piped.returncode == 1
    line = orjson.dumps({"url": "u", "body": text.read_text()})
    piped = run("repeats", "-", "--text-field", "body", "--id-field", "url", "--id", "u", input=line)
    assert piped.stdout.startswith(b"Marks: ")
    assert b"\nu  1 repeat, 1 cut\n" in piped.stdout
    assert b"\x1b" not in piped.stdout


def test_repeats_says_what_it_cannot_show(tmp_path, capsys):
    """No article, no repeats, an unknown id, an unreadable record: a sentence and the right status."""
    path = tmp_path / "in.jsonl"
    for given, arguments, status, words in (
        (b"", [], 0, "There was no article in the input."),
        (b'{"text":"a"}\n', [], 0, "1 article, no repeats."),
        (b'{"text":"a"}\n', ["--id", "in.jsonl:1"], 0, "in.jsonl:1  no repeats\na\n"),
        (b'{"id":7,"text":"a"}\n', ["--id", "8"], 1, 'no document is called "8"'),
        (b'{"text":"a"}\n{"text":\n', [], 3, "could not be read and are not shown: 1"),
    ):
        path.write_bytes(given)
        assert main(["repeats", str(path), *arguments]) == status
        shown = capsys.readouterr()
        assert words in shown.out + shown.err


def test_help_names_every_option():
    """clean --help lists the whole interface."""
    done = run("clean", "--help")
    options = (
        "output ledger rejects report text-field id-field threshold contained max-loss ngram num-perm "
        "recall keep cut caution no-repeats no-duplicates workers dry-run quiet index forget wait stream "
        "url-field fail-over"
    )
    assert all(f"--{option}".encode() in done.stdout for option in options.split())


@pytest.mark.parametrize(
    "command",
    [
        "clean",
        "repeats",
        "compare",
        "tune",
        "restore",
        "report",
        "index",
        *(f"index {a}" for a in ("add", "check", "info", "drop")),
    ],
)
def test_every_command_has_help(command, capsys):
    """Each command's --help says what it does and ends with status 0."""
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert f"dedup {command}" in capsys.readouterr().out
