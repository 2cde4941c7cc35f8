"""Parquet and CSV come out as tables."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from dedup.cli.main import main
from tests.spark.corpus import repeated_texts, template_texts
from tests.spark.outputs import ledger_lines, read_lines

pytestmark = pytest.mark.slow


def _table(form: str, texts: list[str | None]) -> pa.Table:
    """Rows with an id, a text, and other columns."""
    count = len(texts)
    columns = {
        "n": pa.array(range(count)),
        "text": pa.array(texts),
        "id": pa.array([f"r{i}" for i in range(count)]),
    }
    if form == "parquet":
        columns["tags"] = pa.array([["a", str(i)] if i % 3 else None for i in range(count)])
        columns["when"] = pa.array(
            [i * 10**9 if i % 4 else None for i in range(count)], pa.timestamp("us", "UTC")
        )
    return pa.table(columns)


@pytest.mark.parametrize(("form", "action"), [("parquet", "drop"), ("csv", "tag")])
def test_tables_come_out_as_tables(session: SparkSession, tmp_path: Path, form: str, action: str) -> None:
    """Rows keep their other columns, and get those of a tag with --action tag; a line that is no row, and a
    row without a text, are rejected.
    """
    texts: list[str | None] = [
        *repeated_texts()[:60],
        "",
        'he said "so", and left;\tquickly',
        *template_texts(),
    ]
    (tmp_path / "in").mkdir()
    for number in range(2):
        table = _table(form, [*texts[number::2], *([None] if form == "parquet" else [])])
        path = tmp_path / f"in/{number}.{form}"
        if form == "parquet":
            pq.write_table(table, path)
        else:
            rows = [table.column_names, *zip(*(column.to_pylist() for column in table.columns), strict=True)]
            with path.open("w", newline="") as file:
                csv.writer(file, delimiter="," if form == "csv" else "\t").writerows(rows)
                file.write("1\n")
    for engine in ("local", "spark"):
        out, ledger, bad = (str(tmp_path / engine / name) for name in ("out", "ledger", "rejects"))
        (tmp_path / engine).mkdir()
        arguments = [
            "clean",
            str(tmp_path / "in"),
            "-o",
            out,
            "--ledger",
            ledger,
            "--rejects",
            bad,
            "--quiet",
            "--action",
            action,
        ]
        assert main([*arguments, "--engine", engine]) == 3
    ledgers = [ledger_lines(tmp_path / engine) for engine in ("local", "spark")]
    if form != "parquet":  # Spark counts rows, and not the lines that they take
        ledgers = [
            json.loads(re.sub('"position": [0-9]+', '"position": 0', json.dumps(lines))) for lines in ledgers
        ]
    assert ledgers[0] == ledgers[1]
    assert len(read_lines(tmp_path / "spark/rejects")) == 2
    local, spark = (_rows(tmp_path / engine / "out", form) for engine in ("local", "spark"))
    assert local == spark
    assert 40 < len(spark) <= len(texts) - (action == "drop")


def _rows(folder: Path, form: str) -> list[dict[str, Any]]:
    """The rows of a folder, in the order of its files."""
    if form == "parquet":
        return [row for path in sorted(folder.glob("*.parquet")) for row in pq.read_table(path).to_pylist()]
    rows = []
    for path in sorted(folder.glob(f"*.{form}") if [*folder.glob(f"*.{form}")] else folder.glob("part-*")):
        with path.open(newline="") as file:
            rows += [*csv.DictReader(file, delimiter="," if form == "csv" else "\t")]
    return rows
