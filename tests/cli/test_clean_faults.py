"""dedup clean where something is wrong: a sentence, a status, and nothing else."""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.cli.main import main
from tests.support.command import json_lines, run
from tests.support.paths import ARTICLES

SENTENCES = {
    "missing": (["nowhere.jsonl"], 1, "nowhere.jsonl"),
    "empty folder": (["empty/"], 1, "empty"),
    "unknown format": (["a.docx"], 1, "a.docx"),
    "no text field": (["titles.jsonl"], 1, "title"),
    "cut off": (["cut.jsonl.gz", "--strict"], 1, "cut.jsonl.gz"),
    "no such folder": (["ok.jsonl", "-o", "none/out.jsonl"], 1, "none"),
    "bad threshold": (["ok.jsonl", "--threshold", "7"], 2, "--threshold"),
    "bad kind": (["ok.jsonl", "--cut", "block,song"], 2, "song"),
    "bad size": (["ok.jsonl", "--memory", "4X"], 2, "--memory"),
    "little memory": (["ok.jsonl", "--memory", "1M"], 2, "--memory"),
    "bad policy": (["ok.jsonl", "--keep", "newest"], 2, "--keep"),
    "no such field": (
        ["ok.jsonl", "--keep", "newest:day"],
        1,
        "no article has a value in 'day' (--keep); articles have 'text'",
    ),
    "no such preference": (
        ["ok.jsonl", "--keep", "prefer:text=a b c,prefer:site=b,first"],
        1,
        "no article has a value in 'site' (--keep)",
    ),
    "no such column": (["ok.csv", "-o", "x.csv", "--keep", "oldest:day"], 1, "articles have 'text', 'when':"),
    "empty column": (["ok.csv", "--keep", "oldest:when"], 1, "articles have 'text': name another field"),
    "no field of a table": (["ok.parquet", "--keep", "newest:day"], 1, "articles have 'text', 'n':"),
    "no field of an array": (["ok.json", "--keep", "newest:day"], 1, "articles have 'text', 'a', 'b':"),
    "no field of a text": (["ok.txt", "--keep", "newest:day"], 1, "articles have no fields at all"),
    "report over the output": (["ok.jsonl", "-o", "x.jsonl", "--report", "x.jsonl"], 2, "x.jsonl"),
    "ledger over the input": (["ok.jsonl", "-o", "x.jsonl", "--ledger", "ok.jsonl"], 2, "ok.jsonl"),
    "report over the input": (["ok.jsonl", "--report", "ok.jsonl"], 2, "ok.jsonl"),
    "impossible recall": (["ok.jsonl", "--num-perm", "16", "--threshold", "0.1"], 2, "--num-perm"),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_wrong_usage_and_bad_input_are_one_sentence(name, tmp_path, monkeypatch, capsys):
    """A wrong file, folder, field or option: one line that names it, the right status, no traceback, no
    file written.
    """
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("a.docx").write_bytes(b"x")
    Path("ok.jsonl").write_bytes(b'{"text":"a b c"}\n')
    Path("ok.csv").write_bytes(b"text,when\na b c,\n")
    Path("ok.txt").write_bytes(b"a b c")
    Path("ok.json").write_bytes(b'[{"text": "a",\n"a": 1}, {"text": "b", "b": 2}]')
    pq.write_table(pa.table({"text": ["a b c"], "n": [None]}), "ok.parquet")
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


@pytest.fixture
def interruptible():
    """Processes started now do not ignore SIGINT, as those of a background job do."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_run_leaves_the_old_output(tmp_path):
    """Ctrl-C while reading: one sentence, status 130, the old output, no temporary file."""
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


@pytest.mark.parametrize("index", [False, True])
def test_the_default_rejects_file_spares_inputs_and_index(index, tmp_path, monkeypatch, capsys):
    """OUTPUT.rejects.jsonl is checked as if it had been named: it is never an input or the index."""
    monkeypatch.chdir(tmp_path)
    rejects = Path("clean.jsonl.rejects.jsonl")
    rejects.write_bytes(b'{"id":"a","text":"alpha beta"}\nbad\n')
    before = rejects.read_bytes()
    Path("in.jsonl").write_bytes(before)
    named = ["in.jsonl", "--index", str(rejects)] if index else [str(rejects)]
    assert main(["clean", *named, "-o", "clean.jsonl", "--quiet"]) == 2
    assert f"--rejects names {rejects}" in capsys.readouterr().err or index
    assert rejects.read_bytes() == before
    assert not Path("clean.jsonl").exists()


@pytest.mark.parametrize("output", ["in/a.jsonl", "link.jsonl", "in/"])
def test_an_output_replaces_its_input_only_with_a_ledger(output, tmp_path, monkeypatch, capsys):
    """Without a ledger nothing could undo the run, so it is refused; with one, the input can be restored."""
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    source = Path("in/a.jsonl")
    before = b"".join(b'{"id":"%s","text":"alpha beta gamma"}\n' % name for name in (b"a", b"b"))
    source.write_bytes(before)
    Path("link.jsonl").symlink_to(source)
    assert main(["clean", "in/a.jsonl", "-o", output, "--quiet"]) == 2
    assert "would overwrite the input" in capsys.readouterr().err
    assert source.read_bytes() == before
    assert main(["clean", "in/a.jsonl", "-o", output, "--quiet", "--dry-run"]) == 0
    assert main(["clean", "in/a.jsonl", "-o", output, "--ledger", "ledger.jsonl", "--quiet"]) == 0
    written = Path("in/a.jsonl" if output == "in/" else output)
    assert written.read_bytes() != before
    target = "back/" if output == "in/" else "back.jsonl"
    assert main(["restore", output, "ledger.jsonl", "-o", target]) == 0
    assert Path("back/a.jsonl" if output == "in/" else target).read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_one_sentence(tmp_path):
    """A full disk: status 1 and one sentence that names the output."""
    done = run("clean", ARTICLES, "-o", "/dev/full", "--quiet")
    assert done.returncode == 1
    assert len(done.stderr.decode().splitlines()) == 1
    assert b"/dev/full" in done.stderr


def test_a_reader_that_stops_reading_causes_no_message(tmp_path):
    """`dedup clean ... | head -1` ends quietly."""
    many = tmp_path / "many.jsonl"
    many.write_bytes(b"".join(b'{"text":"%d %s"}\n' % (i, b"word " * 50) for i in range(20_000)))
    command = f"{sys.executable} -m dedup clean {many} --no-duplicates --quiet | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120, check=False)
    assert done.stdout.startswith(b'{"text":"0 word')
    assert done.stderr == b""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_standard_streams_may_be_closed(closed, tmp_path):
    """A command may be started without standard output or standard error."""
    out = tmp_path / "clean.jsonl"
    command = f"{sys.executable} -m dedup clean {ARTICLES} -o {out} {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr.replace(b"\n", b"")[:200]) == (0, b"")
    assert len(json_lines(out)) == 39
