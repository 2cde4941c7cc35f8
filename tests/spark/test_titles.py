"""Titles and URLs travel with the texts that Spark compares."""

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from dedup.options import Options
from dedup.spark.records import of_rows, text_batch
from dedup.spark.run import _texts

ROWS = [("a", "One text.", "One", "https://a.example/1"), ("b", "Another.", None, None)]


def test_lines_have_titles_and_urls_in_them() -> None:
    """Of lines both are read from the JSON; what is no string is none."""
    lines = [
        b'{"text": "One text.", "head": "One", "link": "https://a.example/1"}',
        b'{"text": "Another.", "head": 5}',
    ]
    nothing = pa.nulls(2, pa.string())
    batch = pa.RecordBatch.from_arrays([pa.array(lines), nothing, nothing], ["record", "title", "url"])
    read = text_batch("lines", batch, Options(title_field="head", url_field="link"))
    assert list(zip(*(column.to_pylist() for column in read[1:]), strict=True)) == [row[1:] for row in ROWS]


@pytest.mark.slow
def test_rows_bring_titles_and_urls(session: SparkSession) -> None:
    """Of rows both are columns beside the text; a column of another type, or none, gives nulls."""
    table = session.createDataFrame(ROWS, "id string, text string, head string, link string")
    for options, expected in [
        (Options(title_field="head", url_field="link"), [row[1:] for row in ROWS]),
        (Options(title_field="none", url_field=""), [(row[1], None, None) for row in ROWS]),
    ]:
        records = of_rows(table, options)
        (batch,) = (
            records.table.coalesce(1)
            .select(*_texts(records, options))
            .toArrow()
            .combine_chunks()
            .to_batches()
        )
        columns = text_batch("rows", batch, options)[1:]
        assert list(zip(*(column.to_pylist() for column in columns), strict=True)) == expected
    numbers = session.createDataFrame([("x", 5)], "text string, title int")
    records = of_rows(numbers, Options())
    assert records.table.select(*_texts(records, Options())).collect()[0]["title"] is None
