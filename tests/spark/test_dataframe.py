"""DataFrames in, DataFrames out."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

import dedup
from dedup import spark as dedup_spark
from dedup.errors import InputError
from tests.spark.cluster import executors_killed, needs_proc
from tests.spark.corpus import copied_texts, note_texts, repeated_texts, site_pages, template_texts

pytestmark = pytest.mark.slow


COLUMNS = "id string, text string, `n.1` int, title string, url string"
NAMES = ("id", "text", "n.1", "title", "url")
Listed = list[dict[str, Any]]


@pytest.fixture(scope="module")
def listed() -> Listed:
    """Articles of most kinds, in the order of their ids."""
    texts = [*repeated_texts(), *template_texts(), *note_texts(), *copied_texts()[:80]]
    titles = [f"{name} sets quarterly" for name in ("Harlow", "Brightwater")]
    pages = [{"text": text, "title": titles[i % 2]} for i, text in enumerate(texts)] + site_pages()
    numbered = (page | {"id": f"{i:04}", "n.1": -i} for i, page in enumerate(pages))
    return [{name: page.get(name) for name in NAMES} for page in numbered]


@pytest.fixture(scope="module")
def expected(listed: Listed) -> dedup.Result:
    """What becomes of them in a local run."""
    result = dedup.clean(listed)
    assert result.summary()["templates"]["by"]["title"]
    assert result.summary()["repeats"]["site"]["cut"]
    return result


def _rows(session: SparkSession, listed: Listed) -> DataFrame:
    """The articles in reverse, and one without a text."""
    rows = [tuple(row.values()) for row in reversed(listed)]
    return session.createDataFrame([("none", None, 5, None, None), *rows], COLUMNS)


def _check(kept: DataFrame, ledger: DataFrame, expected: dedup.Result) -> None:
    """Both results for `_rows` are those of the local run, each row once."""
    rows = sorted(ledger.collect(), key=lambda row: row["id"])
    assert rows.pop().decision == "rejected"
    assert [_without_locations(row.line) for row in rows] == [
        _without_locations(json.dumps(line)) for line in expected.ledger()
    ]
    assert sorted((row["id"], row["text"], row["n.1"]) for row in kept.collect()) == [
        (document["id"], document["text"], -int(document["id"])) for document in expected.kept
    ]


def test_a_dataframe_gets_the_decisions_of_a_list(
    session: SparkSession, listed: Listed, expected: dedup.Result
) -> None:
    """A DataFrame in any order gives the kept rows of a local run, and a ledger that names keepers by id, and
    close calls that are equally close in the order of their ids.
    """
    _check(*dedup_spark.clean(_rows(session, listed)), expected)


@needs_proc
def test_rows_are_read_once(
    session: SparkSession, listed: Listed, expected: dedup.Result, tmp_path: Path
) -> None:
    """Rows that come in another order each time they are read, as Spark's shuffles give them, are not mixed
    up if an executor dies, and what it had read is lost.
    """
    anywhere = F.expr("reflect('java.util.UUID', 'randomUUID')")
    table = _rows(session, listed).sortWithinPartitions(anywhere)
    assert table.collect() != table.collect()
    with executors_killed(tmp_path, "order") as killed:
        results = dedup_spark.clean(table, work=f"file:{tmp_path}")
    assert killed
    _check(*results, expected)


_DATES = {
    "text": ["9-MAR-1987", "March 10, 1987", "1987-03-11T00:00:00+02:00", None, "soon"],
    "timestamp_ntz": ["1987-03-09", "1987-03-10 10:00:00", "1987-03-11", None, "1987-03-08"],
    "bigint": ["9", "10", "11", None, "2"],
    "decimal(20,3)": ["1704276000.125", "1704276000.250", "1704276001", None, "-1"],
}


@pytest.mark.parametrize(("policy", "kind"), [*(("newest", kind) for kind in _DATES), ("oldest", "text")])
def test_columns_of_dates_are_in_order(session: SparkSession, kind: str, policy: str) -> None:
    """Of equal texts the newest and the oldest are kept, whatever the type of the column."""
    rows = [(f"{i}", "alpha beta gamma delta", value) for i, value in enumerate(_DATES[kind])]
    table = session.createDataFrame(rows, "id string, text string, day string")
    table = table.withColumn("day", table["day"].cast("string" if kind == "text" else kind))
    kept, _ = dedup_spark.clean(table.repartition(3), keep=f"{policy}:day")
    local = dedup.clean(table.toArrow(), keep=f"{policy}:day").kept["id"].to_pylist()
    oldest = "0" if kind in ("text", "decimal(20,3)") else "4"
    assert [row["id"] for row in kept.collect()] == local == ["2" if policy == "newest" else oldest]


def test_preferred_rows_are_kept(session: SparkSession) -> None:
    """Of equal texts the one with the preferred value is kept, whatever the type of its column."""
    text, url = "alpha beta gamma delta", "https://www.a.example/1"
    rows = [
        ("0", text, "2024-01-03", 1, None),
        ("1", text, "2024-01-01", 2, url),
        ("2", text, "2024-01-02", 2, "b"),
    ]
    table = session.createDataFrame(rows, "id string, text string, date string, n int, url string")
    for keep, expected in {
        "prefer:n=2,newest:date": "2",
        "prefer:url=a.example,newest:date": "1",
        "prefer:url=b,prefer:n=1": "2",
        "prefer:n=3,newest:date": "0",
    }.items():
        kept, _ = dedup_spark.clean(table, keep=keep)
        assert [row["id"] for row in kept.collect()] == [expected], keep
    with pytest.raises(dedup.InputError, match="no article has a value in 'site'"):
        dedup_spark.clean(table, keep="prefer:n=2,prefer:site=a")


def test_a_field_that_no_row_has_is_refused(session: SparkSession) -> None:
    """The error names the fields there are, also if a column is empty."""
    table = session.createDataFrame([("a", "b", None)], "id string, text string, day string")
    for field in ("day", "date"):
        with pytest.raises(dedup.InputError, match=f"no article has a value in '{field}'.*'id', 'text'"):
            dedup_spark.clean(table, keep=f"newest:{field}")


def test_a_dataframe_is_tagged_as_a_list_is(session: SparkSession) -> None:
    """Each row is kept, and has the tag that a local run gives it; a DataFrame without ids, or with a column
    of a tag, is refused.
    """
    texts = [*repeated_texts(), *template_texts()]
    rows = [(f"{i:04}", text) for i, text in enumerate(texts)]
    table = session.createDataFrame(rows, "id string, text string")
    expected = dedup.clean([{"id": name, "text": text} for name, text in rows], action="tag")
    kept, ledger = dedup_spark.clean(table.repartition(3, "text"), action="tag")
    assert kept.columns == ["id", "text", "duplicate_of", "similarity"]
    tags = {row["id"]: (row["text"], row["duplicate_of"], row["similarity"]) for row in kept.collect()}
    assert tags == {
        one["id"]: (one["text"], one.get("duplicate_of"), one.get("similarity")) for one in expected.kept
    }
    assert ledger.where("decision = 'tagged'").count() == expected.totals.tagged > 0
    with pytest.raises(InputError, match="names rows by their ids, and there is no column 'id'"):
        dedup_spark.clean(table.drop("id"), action="tag")
    with pytest.raises(InputError, match="adds the column 'similarity', which is there already"):
        dedup_spark.clean(table.withColumnRenamed("id", "similarity"), action="tag")


def _without_locations(line: str) -> dict[str, Any]:
    """A ledger line with ids in place of locations, which rows of a DataFrame do not have."""
    values: dict[str, Any] = json.loads(line)
    values["keeper"] = values.get("keeper", {}).get("id")
    values["templates"] = [(call["id"], call["by"], call["reason"]) for call in values.get("templates", [])]
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
