"""Pages on Spark: the same documents, rejects and decisions as on this machine."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from dedup.cli.main import main
from tests.formats.web.made import crawl, page, response, write_pages, write_records
from tests.spark.outputs import compare_engines, kept_lines, reject_lines

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["pages", "crawl"])
def test_pages_are_those_of_the_local_run(session: SparkSession, tmp_path: Path, kind: str) -> None:
    """Output, decisions and rejects are equal, line by line, and all lines come back."""
    folder = tmp_path / "in"
    if kind == "pages":
        write_pages(folder, range(9))
        (folder / "z.html").write_bytes(page(3))
        (folder / "no.html").write_bytes(b"%PDF-1.7")
    else:
        folder.mkdir()
        write_records(folder / "a.warc.gz", [*crawl(range(6)), b"garbage\r\n\r\n"])
        write_records(folder / "b.warc.gz", [*crawl([3, 7]), response(page(8))[:-200]])
    compare_engines(tmp_path, [str(folder / ("*.html" if kind == "pages" else "*.warc.gz"))], [])
    assert len(kept_lines(tmp_path / "local")) == (9 if kind == "pages" else 7)
    assert reject_lines(tmp_path / "local")
    spark = tmp_path / "spark"
    back = [str(spark / "out.jsonl"), str(spark / "ledger"), "--rejects", str(spark / "rejects")]
    assert main(["restore", *back, "-o", str(tmp_path / "back")]) == 0
    first = "00000.html.jsonl" if kind == "pages" else "a.warc.jsonl.gz"
    assert (tmp_path / "back" / first).exists()
