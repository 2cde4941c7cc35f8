"""Folders are written completely or not at all."""

from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

import dedup
from dedup.cli.main import main
from dedup.spark import write
from tests.support.paths import ARTICLES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("late", [False, True])
def test_folders_of_another_run_stay(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """A folder that exists when a run begins to write is not touched, even if an earlier check missed it."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/part-0.jsonl").write_text("theirs")
    lines = session.range(3).selectExpr("CAST(id AS string) AS line")
    outputs = [write.FolderToWrite(str(tmp_path / name), lines, "jsonl") for name in ("ledger", "out")]
    if late:
        monkeypatch.setattr(write.Folders, "check_new", lambda *_: None)
    with pytest.raises(dedup.OutputError, match="out"):
        write.Folders(session).write(outputs)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out/part-0.jsonl").read_text() == "theirs"


REFUSED = {
    "no output": ([str(ARTICLES)], "add -o OUTPUT"),
    "no such file": (["/nowhere/*.jsonl", "-o", "{out}"], "/nowhere"),
    "an index": ([str(ARTICLES), "-o", "{out}", "--index", "seen.index"], "does not take --index"),
    "standard input": (["-", "-o", "{out}"], "does not take -:"),
    "there already": ([str(ARTICLES), "-o", "{there}"], "exists already"),
    "no such field": (
        [str(ARTICLES), "-o", "{out}", "--keep", "newest:day"],
        "no article has a value in 'day'",
    ),
    "a setting": ([str(ARTICLES), "-o", "{out}", "--spark-conf", "x=1"], "spark.NAME=VALUE"),
    "a format": (["{array}", "-o", "{out}"], "does not read .json"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_impossible_options_are_one_sentence(
    session: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    """One sentence, status 1 or 2, and no file is left."""
    words, complaint = REFUSED[case]
    (tmp_path / "there").mkdir()
    (tmp_path / "a.json").write_text("[]")
    paths = {"out": tmp_path / "out", "there": tmp_path / "there", "array": tmp_path / "a.json"}
    assert main(["clean", *(word.format(**paths) for word in words), "--engine", "spark"]) in (1, 2)
    message = capsys.readouterr().err.strip()
    assert complaint in message
    assert message.startswith("dedup: ")
    assert "\n" not in message
    assert {path.name for path in tmp_path.iterdir()} == {"there", "a.json"}


def test_a_run_that_fails_leaves_nothing(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the complete ledger nor the files between the stages are left."""
    real = write._write

    def broken(path: str, table: DataFrame, form: str) -> None:
        real(
            path, table.selectExpr("raise_error('the disk is full')") if path.endswith("out") else table, form
        )

    monkeypatch.setattr(write, "_write", broken)
    arguments = ["clean", str(ARTICLES), "-o", str(tmp_path / "out"), "--ledger", str(tmp_path / "ledger")]
    assert main([*arguments, "--engine", "spark", "--quiet", "--no-duplicates"]) == 1
    assert not [*tmp_path.iterdir()]
