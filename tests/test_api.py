"""The result of the library, and its errors."""

import gzip
import inspect
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import jsonschema
import orjson
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dedup
from dedup.cli.main import main
from dedup.errors import DedupError
from dedup.options import OptionChanges, Options
from tests.support.paths import ARTICLES, TOP

SCHEMA = TOP / "dedup/summary/report.schema.json"
DOCUMENTS: list[dict[str, Any]] = [orjson.loads(line) for line in ARTICLES.read_bytes().splitlines()]
DOCUMENTS.insert(3, {**DOCUMENTS[0], "id": "no text", "text": None})


@pytest.fixture(scope="module")
def result() -> dedup.Result:
    """The documents cleaned, from a frame of pandas with an index of names."""
    return dedup.clean(pd.DataFrame(DOCUMENTS, index=[f"row {i}" for i in range(len(DOCUMENTS))]))


def test_decisions_join_to_a_frame_of_pandas(result: dedup.Result) -> None:
    """Each row of the frame gets its decision, rejects with their reason; the ledger says the same."""
    joined = pd.DataFrame(DOCUMENTS, index=[f"row {i}" for i in range(len(DOCUMENTS))]).join(
        result.to_frame()
    )
    assert len(joined) == len(DOCUMENTS)
    assert joined.loc["row 3", "decision"] == "rejected"
    assert "missing" in joined.loc["row 3", "reason"]
    by_id = dict(zip(joined["id"], joined.to_dict("records"), strict=True))
    for line in result.ledger():
        row = by_id[line["id"]]
        assert row["decision"] == line["decision"]
        if line["decision"] == "dropped":
            assert row["duplicate_of"] == line["keeper"]["id"]
            assert row["jaccard"] == line["jaccard"]
        else:
            assert pd.isna(row["duplicate_of"])
    counts = joined["decision"].value_counts()
    assert counts["dropped"] == result.totals.dropped
    assert counts["cut"] == result.totals.cut
    assert joined["cut_characters"].sum() == result.totals.cut_characters


def test_decisions_join_to_every_input(result: dedup.Result, tmp_path: Path) -> None:
    """Frames, tables, streams, lists and files get the same decisions, in the library that they came in."""
    expected = result.to_frame()["decision"].tolist()
    chunks = (pd.DataFrame(DOCUMENTS[first : first + 9]) for first in range(0, len(DOCUMENTS), 9))
    frames = {
        pl.DataFrame: [pl.DataFrame(DOCUMENTS), pl.DataFrame(DOCUMENTS).lazy()],
        pa.Table: [pa.Table.from_pylist(DOCUMENTS), pa.Table.from_pylist(DOCUMENTS).to_reader(9)],
        pd.DataFrame: [DOCUMENTS, iter(DOCUMENTS), chunks],
    }
    for kind, inputs in frames.items():
        for documents in inputs:
            frame = dedup.clean(documents).to_frame()
            assert isinstance(frame, kind)
            column = frame["decision"]
            assert (column.to_pylist() if kind is pa.Table else list(column)) == expected
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, DOCUMENTS)))
    frame = dedup.clean(str(path)).to_frame()
    assert frame["decision"].tolist() == expected
    assert frame["source"].unique().tolist() == ["crawl.jsonl"]
    assert frame["position"].tolist() == [*range(1, len(DOCUMENTS) + 1)]


def test_the_report_of_a_result_is_written(result: dedup.Result, tmp_path: Path) -> None:
    """A result writes its report as a page or as JSON, compressed as its name says; never over an input."""
    result.write_report(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    result.write_report(str(tmp_path / "report.json.gz"))
    written = orjson.loads(gzip.decompress((tmp_path / "report.json.gz").read_bytes()))
    jsonschema.validate(written, orjson.loads(SCHEMA.read_bytes()))
    assert written["totals"] == orjson.loads(orjson.dumps(result.summary()["totals"]))
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(ARTICLES.read_bytes())
    with pytest.raises(dedup.OptionsError, match="which is an input"):
        dedup.clean(path).write_report(path)
    with pytest.raises(dedup.OutputError, match="cannot be written"):
        result.write_report(tmp_path / "no" / "report.html")
    assert path.read_bytes() == ARTICLES.read_bytes()


def test_a_result_describes_itself_in_few_lines(result: dedup.Result) -> None:
    """The representation of a result has its counts, and no article."""
    lines = repr(result).splitlines()
    assert len(lines) == 3
    assert all(len(line) < 100 for line in lines)
    assert f"{len(DOCUMENTS)} in" in lines[0]
    assert "unreadable: 1" in lines[1]


def test_keyword_arguments_are_the_options() -> None:
    """Each option is a keyword argument with a type, which editors complete."""
    hints = get_type_hints(OptionChanges)
    of_options = get_type_hints(Options)
    assert [*hints] == [field.name for field in fields(Options)]
    assert all(hints[name] == of_options[name] for name in hints)
    for function in (dedup.clean, dedup.Index.__init__):
        changes = inspect.signature(function).parameters["changes"]
        assert "OptionChanges" in str(changes.annotation)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"threshold": 5}, "threshold must be above 0"),
        ({"contained": 0.1}, "contained 0.1 is below threshold"),
        ({"cut": ("none",)}, "cut takes block"),
        ({"max_document": 3}, "max_document must be"),
        ({"num_perm": 1}, "num_perm must be"),
        ({"action": "tag", "text_field": "similarity"}, 'action="tag" writes the fields'),
        ({"text_field": "nothing"}, "name the right one with text_field"),
        ({"keep": "newest:nothing"}, r"no article has a value in 'nothing' \(keep\)"),
        ({"never_drop": "missing.txt"}, "missing.txt"),
    ],
)
def test_errors_name_arguments_and_the_command_names_options(
    changes: dict[str, Any],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An error of the library names the argument; the same error of the command names its option."""
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(ARTICLES.read_bytes())
    with pytest.raises(DedupError, match=message) as caught:
        dedup.clean(path, **changes)
    assert not re.search(r"--[a-z]", str(caught.value))
    words = [
        word
        for name, value in changes.items()
        for word in (f"--{name.replace('_', '-')}", ",".join(value) if name == "cut" else str(value))
    ]
    monkeypatch.chdir(tmp_path)
    assert main(["clean", str(path), *words, "--quiet"]) in (1, 2)
    assert capsys.readouterr().err.removeprefix("dedup: ").strip() == caught.value.message
