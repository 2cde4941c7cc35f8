"""The benches of scale run on small inputs."""

from pathlib import Path

import orjson
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


def test_a_corpus_of_variants_is_measured(build: Path) -> None:
    """The table has what was read; the file is gone afterwards."""
    from bench.scale import ten_million

    figures = ten_million.measure(250, base=100, keep=False)
    assert rows(figures.lines)["250"][0] == "0.0"
    assert figures.size > figures.packed > 0
    assert not list(build.glob("variants-*"))


def test_variants_are_apart() -> None:
    """Each variant is JSON with texts of its own, as long as before; the first one has them as they are."""
    from bench.corpora import variants

    article = {
        "id": "a1",
        "url": "https://www.example-7.com/1",
        "title": "Böse \u201eFälle\u201c",
        "date": "",
    }
    line = orjson.dumps({**article, "text": "A tab\tand caf\u00e9, \u65b0\u805e", "lang": "en"}) + b"\n"
    varied = [orjson.loads(variants._varied(line, variants._exchanged(n), b"%d-" % n)) for n in range(9)]
    assert varied[0]["text"] == "A tab\tand caf\u00e9, \u65b0\u805e"
    assert len({article["text"] for article in varied}) == len({article["id"] for article in varied}) == 9
    assert {len(article["text"]) for article in varied} == {len(varied[0]["text"])}


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


def test_pages_are_measured(tmp_path: Path) -> None:
    """HTML has a line for each way of extracting it, with its ratio; WET has its speed."""
    from bench.scale import web

    folder = tmp_path / "pages"
    folder.mkdir()
    for number, page in enumerate(web.pages(2)):
        (folder / f"{number}.html").write_bytes(page)
    lines = [*web.html_lines(folder, 1)]
    assert [line.split("  ")[0] for line in lines] == [
        "trafilatura alone, all cores",
        "dedup, reading",
        "dedup clean",
    ]
    assert "time x1.00" in lines[0]
    size = web.write_wet(tmp_path / "a.wet.gz", 3)
    assert all("MB/s" in line for line in web.archive_lines(tmp_path / "a.wet.gz", size, 1))
