"""What `dedup clean` was asked to do: the files that it writes, and the statuses that it ends with."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.cli.exit_status import of_unreadable
from dedup.cli.job import IndexSettings, Job, run_name
from dedup.document import File
from dedup.outputs.targets import Targets
from dedup.reports.numbers import number
from tests.support.paths import FIXTURES, TOP

JOB = Job(["in.jsonl"], Targets("out.jsonl", "ledger.jsonl", report="report.html"))
NOTHING = {"articles": None, "ledger": None, "rejects": None}


@pytest.mark.parametrize(
    ("job", "rejected", "files"),
    [
        (JOB, False, {"articles": "out.jsonl", "rejects": None}),
        (JOB, True, {"articles": "out.jsonl", "rejects": "out.jsonl.rejects.jsonl"}),
        (Job(["in.jsonl"], Targets()), True, {"articles": "-", "rejects": "dedup.rejects.jsonl"}),
        (JOB._replace(dry_run=True), True, {**NOTHING, "report": None, "dry_run": True}),
        (JOB._replace(report_only=True), True, {**NOTHING, "report": "report.html", "dry_run": False}),
    ],
)
def test_the_files_that_a_job_writes(job: Job, rejected: bool, files: dict[str, object]) -> None:
    """Rejects have a file only if there are any; a dry run writes nothing, a report alone only the report."""
    assert files.items() <= job.written_files(rejected).items()


@pytest.mark.parametrize(
    ("fail_over", "rejected", "touched", "status", "sentence"),
    [
        (None, 0, 100, 0, ""),
        (0.1, 0, 10, 0, ""),
        (0.1, 1, 10, 3, "dedup: 1 record could not be read; out.jsonl.rejects.jsonl has each"),
        (0.1, 0, 11, 4, "dedup: 11 of 100 records (11.00%) were dropped, tagged, cut or unreadable"),
        (0.0, 2, 2, 4, "dedup: 2 records could not be read"),
    ],
)
def test_the_status_of_a_job(
    fail_over: float | None,
    rejected: int,
    touched: int,
    status: int,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """More than --fail-over is status 4, whatever could not be read; a share that is equal to it is not."""
    assert JOB._replace(fail_over=fail_over).status(rejected, touched, 100) == status
    assert capsys.readouterr().err.startswith(sentence)


def test_records_are_counted_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """One is singular, none and many are plural; without unreadable records there is no sentence."""
    assert [number(n, "record") for n in (0, 1, 2000)] == ["0 records", "1 record", "2,000 records"]
    assert of_unreadable(0, "never seen") == 0
    assert capsys.readouterr().err == ""


def test_a_run_is_named_by_its_unchanged_inputs_and_its_output(tmp_path: Path) -> None:
    """Another output, another size or another time of change is another name; a pipe has none."""
    file = File("in.jsonl", tmp_path / "in.jsonl", "jsonl", size=5, mtime_ns=7)
    name = run_name(["in.jsonl"], "out.jsonl", [file])
    assert run_name(["in.jsonl"], "./out.jsonl", [file]) == name
    others = [
        run_name(["in.jsonl"], "other.jsonl", [file]),
        run_name(["in.jsonl"], None, [file]),
        run_name(["in.jsonl"], "out.jsonl", [File("in.jsonl", file.path, "jsonl", size=6, mtime_ns=7)]),
        run_name(["in.jsonl"], "out.jsonl", [File("in.jsonl", file.path, "jsonl", size=5, mtime_ns=8)]),
    ]
    assert len({name, *others}) == 5
    assert run_name(["-"], "out.jsonl", [file]) == ""


def test_an_index_is_neither_waited_for_nor_aged_by_default() -> None:
    """A stream's temporary index needs its path alone."""
    assert IndexSettings("seen.index") == ("seen.index", 0.0, None, False)


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_at_a_terminal_the_report_is_in_place_of_the_articles(tmp_path: Path) -> None:
    """Without -o, where standard output is a terminal: a report, no JSON Lines or text, and no file."""
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "dedup", "clean", str(FIXTURES / "articles.jsonl")]
    environment = os.environ | {"PYTHONPATH": str(TOP), "TERM": "dumb", "NO_COLOR": "1"}
    with subprocess.Popen(command, cwd=tmp_path, stdout=theirs, env=environment) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    assert process.returncode == 0
    assert b"Kept 39 of 48 articles" in shown
    assert b'{"id"' not in shown
    assert list(tmp_path.iterdir()) == []
