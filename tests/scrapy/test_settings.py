"""Settings of the pipeline; a wrong one ends the crawl with a sentence."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dedup.index.index import Index
from tests.scrapy.crawls import FERRY, PAGES, crawl


@pytest.mark.slow
def test_the_pipeline_can_be_turned_off(tmp_path: Path, site: str) -> None:
    """With DEDUP_ENABLED = False items pass unchanged, and no index is made."""
    done = crawl(tmp_path, site, DEDUP_ENABLED=False)
    assert done.names == list(PAGES)
    assert done.stats == {}
    assert done.logged("dedup.scrapy") == []
    assert not (tmp_path / ".scrapy").exists()


@pytest.mark.slow
def test_options_and_fields_have_settings(tmp_path: Path, site: str) -> None:
    """Settings choose the options, as a dict or as JSON, and the path of the index."""
    options = '{"repeats": false, "contained": 1.0, "threshold": 0.97}'
    done = crawl(
        tmp_path, site, DEDUP_OPTIONS=options, DEDUP_INDEX=str(tmp_path / "a/b.index"), DEDUP_WAIT="3"
    )
    assert done.names == [name for name in PAGES if name != "ferry-again"]
    assert "cut" not in done.stats
    with Index(tmp_path / "a/b.index") as index:
        assert index.options.threshold == 0.97
        assert index.check({"id": "x", "text": "\n".join(FERRY)}).keeper["id"] == site + "ferry"


@pytest.mark.slow
def test_pages_that_are_never_dropped(tmp_path: Path, site: str) -> None:
    """An item whose id is in the file of `never_drop` is kept, though it matches one before it."""
    (tmp_path / "keep.txt").write_text(f"{site}ferry-again\n")
    done = crawl(tmp_path, site, DEDUP_OPTIONS=json.dumps({"never_drop": str(tmp_path / "keep.txt")}))
    assert "ferry-again" in done.names


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DEDUP_ACTION": "delete"}, "DEDUP_ACTION must be drop or tag, not 'delete'"),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                ({"DEDUP_UPDATES": "keep"}, "DEDUP_UPDATES must be pass or drop, not 'keep'"),
                ({"DEDUP_WAIT": "long"}, "DEDUP_WAIT must be a number of seconds"),
                ({"DEDUP_OPTIONS": "{"}, "DEDUP_OPTIONS must be a dict"),
                ({"DEDUP_OPTIONS": {"treshold": 1}}, "not 'treshold'"),
                ({"DEDUP_OPTIONS": {"keep": "longest"}}, "not 'keep'"),
                (
                    {"DEDUP_OPTIONS": {"threshold": 7}},
                    "DEDUP_OPTIONS: threshold must be above 0 and at most 1 (80% is 0.8), not 7",
                ),
                ({"DEDUP_OPTIONS": {"threshold": "high"}}, "DEDUP_OPTIONS: "),
                ({"DEDUP_OPTIONS": {"never_drop": "none.txt"}}, "DEDUP_OPTIONS: 'none.txt' cannot be read: "),
                (
                    {"DEDUP_FORGET": "soon"},
                    "DEDUP_FORGET: an age is a number with m, h, d, w or y, such as 90d; not 'soon'",
                ),
            )
        ),
    ],
)
def test_wrong_settings_end_the_crawl_at_its_start(
    tmp_path: Path, site: str, settings: dict[str, Any], sentence: str
) -> None:
    """One sentence says what is wrong, and no page is requested."""
    done = crawl(tmp_path, site, **settings)
    (line,) = done.logged("dedup.scrapy")
    assert line.startswith("ERROR: the crawl stops: ")
    assert sentence in line
    assert done.all_stats["finish_reason"] == "dedup_settings"
    assert "downloader/request_count" not in done.all_stats


@pytest.mark.parametrize(
    ("setting", "status"),
    [
        ("DEDUP_ACTION=delete", 1),
        pytest.param("DEDUP_ACTION=tag", 0, marks=pytest.mark.slow),
        pytest.param("DEDUP_OPTIONS={", 1, marks=pytest.mark.slow),
        pytest.param("DEDUP_INDEX=/dev/null/x", 1, marks=pytest.mark.slow),
    ],
)
def test_scrapy_crawl_ends_with_a_status(tmp_path: Path, site: str, setting: str, status: int) -> None:
    """`scrapy crawl` ends with status 1 if a setting is wrong or the index cannot be had, else 0; the log
    has no traceback.
    """
    project = {
        "scrapy.cfg": "[settings]\ndefault = news.settings\n",
        "news/__init__.py": "",
        "news/settings.py": "SPIDER_MODULES = ['news.spiders']\nTELNETCONSOLE_ENABLED = False\n"
        "ITEM_PIPELINES = {'dedup.scrapy.DedupPipeline': 300}\n",
        "news/spiders/__init__.py": "",
        "news/spiders/one.py": "import scrapy\n\n\nclass One(scrapy.Spider):\n    name = 'one'\n"
        f"    start_urls = ['{site}ferry']\n\n    def parse(self, response):\n"
        "        yield {'url': response.url, 'text': ' '.join(response.css('p::text').getall())}\n",
    }
    for name, text in project.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    command = [sys.executable, "-m", "scrapy", "crawl", "one", "-s", setting]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert ("ERROR: the crawl stops: " in done.stderr) == bool(status)
