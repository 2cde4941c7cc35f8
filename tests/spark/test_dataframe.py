"""DataFrames in, DataFrames out."""

import json
from typing import Any

import pytest
from pyspark.sql import SparkSession

import dedup
from dedup import spark as dedup_spark
from tests.spark.corpus import copied_texts, repeated_texts, template_texts

pytestmark = pytest.mark.slow


def test_a_dataframe_gets_the_decisions_of_a_list(session: SparkSession) -> None:
    """A DataFrame in any order gives the kept rows of a local run, and a ledger that names keepers by id."""
    texts = [*repeated_texts(), *template_texts(), *copied_texts()[:80]]
    rows: list[tuple[str, str | None, int]] = [(f"{i:04}", text, -i) for i, text in enumerate(texts)]
    table = session.createDataFrame([*rows, ("none", None, 5)], "id string, text string, `n.1` int")
    expected = dedup.clean([{"id": name, "text": text} for name, text, _ in rows])
    for given in (table, table.repartition(5, "text")):
        kept, ledger = dedup_spark.clean(given)
        rows_of_ledger = {row["id"]: row for row in ledger.collect()}
        assert rows_of_ledger.pop("none").decision == "rejected"
        assert {name: _without_locations(row.line) for name, row in rows_of_ledger.items()} == {
            line["id"]: _without_locations(json.dumps(line)) for line in expected.ledger()
        }
        assert {row["id"]: (row["text"], row["n.1"]) for row in kept.collect()} == {
            document["id"]: (document["text"], -int(document["id"])) for document in expected.kept
        }


def _without_locations(line: str) -> dict[str, Any]:
    """A ledger line with ids in place of locations, which rows of a DataFrame do not have."""
    values: dict[str, Any] = json.loads(line)
    values["keeper"] = values.get("keeper", {}).get("id")
    values["templates"] = [template["id"] for template in values.get("templates", [])]
    del values["source"], values["position"]
    return values


def test_the_session_of_the_caller_is_left_alone(session: SparkSession) -> None:
    """The caller's views and settings stay, and nothing stays cached."""
    session.range(3).createOrReplaceTempView("keys")
    before = session.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch")
    kept, _ = dedup_spark.clean(session.createDataFrame([("a", "b"), ("c", "d")], "id string, text string"))
    assert kept.count() == 2
    assert session.table("keys").count() == 3
    assert session.conf.get("spark.sql.execution.arrow.maxRecordsPerBatch") == before
    assert not session.sparkContext._jsc.sc().getPersistentRDDs().size()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ("id string, body string", 'there is no column \'text\', only "id" and "body"'),
        ("id string, text int", "'text' holds int, not strings"),
        ("text string, text string", "there are several columns 'text'"),
    ],
)
def test_a_dataframe_without_texts_is_refused(session: SparkSession, columns: str, complaint: str) -> None:
    """The error names the column that is missing, has another type, or occurs twice."""
    with pytest.raises(dedup.InputError, match=complaint.split(",", maxsplit=1)[0]):
        dedup_spark.clean(session.createDataFrame([], columns))
