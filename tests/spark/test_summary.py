"""The summary of both engines."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pyspark.sql import SparkSession

from dedup.cli.main import main
from tests.spark.corpus import copied_texts, lines_of, note_texts, repeated_texts, site_pages, template_texts
from tests.support.paths import TOP

pytestmark = pytest.mark.slow


def test_both_engines_have_the_same_summary(
    session: SparkSession, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The summaries of both engines have the same counts and groups and one schema; both obey --fail-over."""
    lines = [
        json.loads(line)
        for line in lines_of([*repeated_texts(), *template_texts(), *note_texts(), *copied_texts()])
        if line.startswith('{"id')
    ]
    for i, line in enumerate(lines):
        line["url"] = f"https://www.host{i % 5}.example/{i}"
    lines += site_pages()
    (tmp_path / "in.jsonl").write_text("\n".join([*map(json.dumps, lines), "{"]))
    (tmp_path / "keep.txt").write_text("2\nnobody\n100\n")
    summaries, keep = [], ["--keep", "prefer:url=host1.example,prefer:date=soon,newest:date"]
    for engine in ("local", "spark"):
        out, report = str(tmp_path / f"{engine}.jsonl"), tmp_path / f"{engine}.json"
        arguments = [
            "clean",
            "--never-drop",
            str(tmp_path / "keep.txt"),
            str(tmp_path / "in.jsonl"),
            "-o",
            out,
            "--report",
            str(report),
        ]
        assert main([*arguments, "--engine", engine, "--fail-over", "5%", *keep]) == 4
        summaries.append(json.loads(report.read_bytes()))
        printed = capsys.readouterr()
        assert f"of {len(lines) + 1} articles" in printed.out
        assert "--fail-over 5%" in printed.err
    jsonschema.validate(summaries[1], json.loads((TOP / "dedup/summary/report.schema.json").read_bytes()))
    local, spark = map(_untitled, summaries)
    same = [
        "options",
        "totals",
        "shares",
        "repeats",
        "compared",
        "sites",
        "seen",
        "crowded",
        "common",
        "pinned",
        "rejects",
        "keep_field",
        "preferred",
    ]
    assert (spark["pinned"]["documents"], spark["pinned"]["first"]) == (2, ["nobody"])
    assert {name: spark[name] for name in same} == {name: local[name] for name in same}
    assert all(spark["keep_field"].values())
    assert all(count["documents"] for count in spark["preferred"])
    assert local["repeats"]["site"]["cut"] > 30
    of_sites = [[one for one in summary["examples"] if one["kind"] == "site"] for summary in (local, spark)]
    assert of_sites[0] == of_sites[1]
    assert of_sites[0]
    assert spark["unsure"]["count"] == local["unsure"]["count"]
    assert spark["templates"]["count"] == local["templates"]["count"]
    assert spark["templates"]["by"] == local["templates"]["by"]
    assert {"title", "numbers"} <= local["templates"]["by"].keys()
    assert spark["loss"] == {**local["loss"], "example": None}
    for name in ("keeper", "size", "lowest", "highest", "margin"):
        assert [group[name] for group in spark["groups"]["largest"]] == [
            group[name] for group in local["groups"]["largest"]
        ]
    assert spark["groups"]["least_alike"] == local["groups"]["least_alike"]


def _untitled(values: Any) -> Any:
    """Values of a summary without the titles of documents, which a run on Spark does not collect."""
    if isinstance(values, dict):
        is_document = "source" in values and "position" in values
        return {name: _untitled(of) for name, of in values.items() if name != "title" or not is_document}
    return [_untitled(one) for one in values] if isinstance(values, list) else values
