"""The recipes run: on what each tool writes, or on files in exactly that shape where it is not installed."""

import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from tests.files.locations.servers import BUCKET, serving_s3
from tests.support.command import json_lines
from tests.support.pages import PAGES, section
from tests.support.paths import ARTICLES, TOP

PAGE = "docs/recipes.md"
CRAWL: list[dict[str, Any]] = [orjson.loads(line) for line in ARTICLES.read_bytes().splitlines()]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("crawl.jsonl").write_bytes(ARTICLES.read_bytes())


def run_recipe(heading: str) -> str:
    """Run the commands or the code of a recipe as they are; what they print."""
    text = section(PAGE, f"## {heading}")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(TOP),
        "HF_HOME": str(Path("home").absolute()),
        "HF_HUB_OFFLINE": "1",
    }
    steps = [[sys.executable, "-c", code] for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        steps += [["bash", "-c", line.removeprefix("$ ")] for line in block.splitlines()]
    printed = ""
    assert steps
    for step in steps:
        done = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done.stderr
        printed += done.stdout
    return printed


def write_lines(path: str, records: list[dict[str, Any]]) -> None:
    """Write records as JSON Lines."""
    Path(path).write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def check(output: str, count: int = len(CRAWL)) -> None:
    """Fewer records than came in, but most of them, and a ledger that ends."""
    assert count // 2 < len(json_lines(Path(output))) < count
    (ledger,) = Path().glob("*ledger.jsonl")
    assert b'{"dedup_end":' in ledger.read_bytes().splitlines()[-1]


@pytest.mark.slow
def test_trafilatura() -> None:
    """The command itself extracts pages, and what it writes is cleaned."""
    Path("pages").mkdir()
    for number, article in enumerate(CRAWL[:10]):
        paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article["text"].split("\n\n"))
        page = f"<html><body><article>{paragraphs}</article></body></html>"
        Path(f"pages/{number}.html").write_text(page, encoding="utf-8")
    run_recipe("After trafilatura")
    assert 3 < len(json_lines(Path("articles.jsonl"))) < len([*Path("extracted").glob("*.json")])


def test_crawl4ai() -> None:
    """Results have the text and the title inside of objects."""
    results = [
        {
            "url": article["url"], "html": "<html></html>", "fit_html": None, "success": True,
            "cleaned_html": "<div></div>", "media": {"images": [], "videos": []}, "links": {"internal": []},
            "markdown": {"raw_markdown": article["text"], "markdown_with_citations": article["text"],
                         "references_markdown": "", "fit_markdown": None, "fit_html": None},
            "extracted_content": None, "metadata": {"title": article["title"], "description": None},
            "error_message": "", "status_code": 200, "session_id": None,
        }
        for article in CRAWL
    ]  # fmt: skip
    write_lines("pages.jsonl", results)
    run_recipe("After crawl4ai")
    check("pages.clean.jsonl")
    markdown = [line["markdown"] for line in json_lines(Path("pages.clean.jsonl"))]
    assert any(text["raw_markdown"] != text["markdown_with_citations"] for text in markdown)


def test_crawlee() -> None:
    """Each item is a file, and so are the data of the data set, which are no item."""
    folder = Path("storage/datasets/default")
    folder.mkdir(parents=True)
    for number, article in enumerate(CRAWL, 1):
        item = {"url": article["url"], "title": article["title"], "text": article["text"]}
        (folder / f"{number:09}.json").write_text(json.dumps(item, indent=2), encoding="utf-8")
    about = {"id": "x", "name": None, "accessed_at": "2026-12-01 00:00:00+00:00", "item_count": len(CRAWL)}
    (folder / "__metadata__.json").write_text(json.dumps(about, indent=2), encoding="utf-8")
    run_recipe("After Crawlee")
    check("items.jsonl")


def test_newspaper4k() -> None:
    """Articles have many fields besides the text; the newest version is kept."""
    names = (
        "read_more_link", "top_image", "meta_img", "images", "movies", "keywords", "keyword_scores",
        "meta_keywords", "tags", "authors", "summary", "meta_description", "meta_lang", "meta_favicon",
        "meta_site_name", "canonical_link",
    )  # fmt: skip
    articles = [
        {"url": article["url"], "language": "en", "title": article["title"], "text": article["text"],
         "publish_date": f"{article['date']} 00:00:00", **dict.fromkeys(names, "")}
        for article in CRAWL
    ]  # fmt: skip
    write_lines("news.jsonl", articles)
    run_recipe("After newspaper4k")
    check("news.clean.jsonl")


def test_common_crawl() -> None:
    """The conversions of a WET file are cleaned; its other records are no pages."""
    records = [("warcinfo", "", b"Software-Info: a test\r\n")]
    records += [("conversion", article["url"], article["text"].encode()) for article in CRAWL]
    with gzip.open("crawl.warc.wet.gz", "wb") as file:
        for kind, address, text in records:
            target = f"WARC-Target-URI: {address}\r\n" if address else ""
            head = f"WARC/1.0\r\nWARC-Type: {kind}\r\n{target}WARC-Date: 2026-01-01T00:00:00Z\r\n"
            head += f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
            file.write(head.encode() + text + b"\r\n\r\n")
    printed = run_recipe("Common Crawl")
    assert f"of {len(CRAWL)} articles" in printed
    assert 30 < len(re.findall(r"^https?://\S+ \d+$", printed, re.MULTILINE)) < len(CRAWL)


def test_sqlite() -> None:
    """A cleaned table is beside the one that was read."""
    with closing(sqlite3.connect("crawl.db")) as connection:
        connection.execute("CREATE TABLE articles (id TEXT PRIMARY KEY, url TEXT, date TEXT, text TEXT)")
        rows = [tuple(article[name] for name in ("id", "url", "date", "text")) for article in CRAWL]
        connection.executemany("INSERT INTO articles VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    run_recipe("SQLite")
    check("fresh.jsonl")
    with closing(sqlite3.connect("crawl.db")) as connection:
        assert connection.execute("SELECT * FROM articles").fetchall() == rows
        assert len(rows) // 2 < connection.execute("SELECT count(*) FROM clean").fetchone()[0] < len(rows)


def test_duckdb() -> None:
    """The kept rows are a relation, and the decisions a frame."""
    printed = run_recipe("DuckDB")
    assert len(CRAWL) // 2 < pq.read_metadata("clean.parquet").num_rows < len(CRAWL)
    assert all(decision in printed for decision in ("kept", "cut", "dropped"))


@pytest.mark.slow
def test_a_bucket() -> None:
    """Objects go in, and come out beside their ledger."""
    with serving_s3() as bucket:
        bucket.put("2026/a.jsonl", ARTICLES.read_bytes())
        assert "Dropped 9 near-duplicates" in run_recipe("A bucket")
        assert BUCKET in section(PAGE, "## A bucket")
        assert sorted(bucket.keys("clean/")) == ["clean/articles.jsonl", "clean/ledger.jsonl.gz"]


@pytest.mark.slow
def test_a_data_set() -> None:
    """A streamed data set comes back as one."""
    printed = run_recipe("Before an LLM data set")
    assert 0 < int(printed.splitlines()[-1]) < len(CRAWL)
    assert Path("report.html").exists()


def test_every_recipe_has_a_test() -> None:
    """Each heading of the page is run by a test of this file."""
    tests = Path(__file__).read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", PAGES[PAGE], re.MULTILINE)
    assert headings
    assert all(f'run_recipe("{heading}")' in tests for heading in headings)
