"""Both engines leave out the same files of a folder, and neither writes over an input."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from dedup.cli.main import main
from tests.faults.layouts import build, contents
from tests.spark.outputs import compare_engines

pytestmark = pytest.mark.slow


def test_both_engines_leave_out_what_dedup_wrote(session: SparkSession, tmp_path: Path) -> None:
    """A ledger, rejects, a report and the output of a run beside its input are not read, and neither are the
    parts of a ledger that Spark wrote.
    """
    build(tmp_path, {"files": {"data/crawl.jsonl": "a a b !", "data/sub/more.jsonl": "b c"}})
    data = tmp_path / "data"
    first = ["-o", str(data / "clean.jsonl"), "--ledger", str(data / "ledger.jsonl")]
    assert main(["clean", str(data), *first, "--quiet"]) == 3
    report = ["--report", str(data / "report.json")]
    compare_engines(tmp_path, [str(data)], [])
    more = ["-o", str(data / "spark"), "--ledger", str(data / "spark.ledger"), *report]
    assert main(["clean", str(data / "crawl.jsonl"), *more, "--engine", "spark", "--quiet"]) == 3
    again = ["-o", str(tmp_path / "third"), "--report", str(tmp_path / "third.json")]
    assert main(["clean", str(data), *again, "--engine", "spark", "--quiet"]) == 3
    third = json.loads((tmp_path / "third.json").read_bytes())
    skipped = {file["name"].split("/")[0]: file["what"] for file in third["files"]["skipped"]}
    assert skipped == {
        "clean.jsonl": "the output of ledger.jsonl",
        "clean.jsonl.rejects.jsonl": "rejects",
        "ledger.jsonl": "a ledger",
        "report.json": "a report",
        "spark.ledger": "a ledger",
        "spark.rejects.jsonl": "rejects",
    }


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["-o", "out", "--ledger", "out/ledger"], "--ledger names"),
        (["-o", "out", "--ledger", "out/"], "--output names"),
        (["-o", "out", "--report", "in/same.json"], "--report names"),
        (["{}/in/ledger.jsonl", "-o", "out"], "is a ledger of dedup"),
    ],
)
def test_a_run_on_spark_that_would_write_over_something(
    session: SparkSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    complaint: str,
) -> None:
    """One sentence, and nothing is written: a target in another one, a report that is an input."""
    monkeypatch.chdir(tmp_path)
    build(tmp_path, {"files": {"in/a.jsonl": "a b"}})
    Path("in/same.json").hardlink_to("in/a.jsonl")
    Path("in/ledger.jsonl").write_text('{"dedup_ledger":1}\n')
    before = contents(tmp_path)
    words = [word.format(tmp_path) for word in words]
    assert main(["clean", f"{tmp_path}/in/a.jsonl", *words, "--engine", "spark", "--quiet"]) in (1, 2)
    assert complaint in capsys.readouterr().err
    assert contents(tmp_path) == before
