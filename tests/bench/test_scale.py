"""The benches of scale run on small inputs."""

from pathlib import Path

import pytest

from tests.bench.running import rows, run

pytestmark = pytest.mark.slow


def test_growth_deletes_the_corpus_it_made(build: Path) -> None:
    """A size has a row for one worker and a row for two; its corpus is gone afterwards."""
    from bench.scale import growth

    measured = growth.measure(60, {1: 0.0, 2: 0.0}, keep_corpus=False)
    assert [(row.documents, row.workers) for row in measured] == [(60, 1), (60, 2)]
    assert not list(build.glob("corpus-60-*"))
    assert len(rows(growth.table(measured))) == 2


def test_an_index_is_measured() -> None:
    """The table has what the index of a small corpus holds, and how long a check takes."""
    table = rows(run("scale.index", "--documents", "200", "--new", "60", "--rounds", "1").splitlines())
    assert table["articles read; documents in the index"][0].startswith("200; ")
    assert float(table["checking one article, median"][0].split()[0]) > 0


def test_the_tables_of_spark_count_per_document() -> None:
    """Rows and bytes of a stage are divided by the documents, and projected to a billion of them."""
    from bench.scale import spark_tables

    measured = spark_tables.Row(100, "local[2]", 7, 10**6, 1.0, 4.0, 90, 0, {"read": [100, 5000, 36.0]})
    assert rows(spark_tables.engines([measured]))["100"][2:] == ["0", "1.0", "4.0", "4.0", "36"]
    assert rows(spark_tables.stages([measured]))["read"][1:] == ["1.00", "50", "0.05"]
    assert rows(spark_tables.clusters([measured]))["100"][:2] == ["`local[2]`", "7"]
    assert rows(spark_tables.cost([measured]))["dedup on Spark, as at 100"][2] == "100,000"
