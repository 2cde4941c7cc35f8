"""The index between crawls, and of several at once."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from dedup.index.index import Index
from tests.scrapy.crawls import FERRY, KEPT, PAGES, Crawl, crawl, served, start

pytestmark = pytest.mark.slow


def test_a_second_crawl_knows_the_first(tmp_path: Path, site: str) -> None:
    """A second crawl of the same pages drops them all, and the log names what each one matches."""
    first, second = crawl(tmp_path, site), crawl(tmp_path, site)
    assert first.names == KEPT
    assert second.names == []
    assert second.stats["dropped"] == second.stats["documents"] == len(PAGES)
    assert second.stats["known"] == 4
    today = time.strftime("%Y-%m-%d", time.gmtime())
    first_line, *dropped, last_line = second.logged("dedup.scrapy")
    assert first_line == "INFO: .scrapy/dedup/news.index has 4 documents; near-duplicates are dropped"
    assert last_line == "INFO: 7 documents, 7 dropped"
    assert len(dropped) == len(PAGES)
    match = f"near-duplicate of {site}ferry, crawled {today} (Jaccard 1.00, coverage 1.00)"
    assert dropped[0] == f"INFO: dropped {site}ferry: {match}"
    assert FERRY[0] not in second.log
    assert second.log.count("near-duplicate of") == len(PAGES)


def test_a_page_that_changed_is_an_update(tmp_path: Path) -> None:
    """In a second crawl a page with other words passes and is counted as an update; all others are dropped.
    With DEDUP_UPDATES = "drop" it is dropped, too.
    """
    pages = {name: PAGES[name] for name in ("ferry", "bridge")}
    for site in served(pages):
        crawl(tmp_path, site)
        pages["bridge"] = PAGES["bridge-edited"]
        dropping = crawl(tmp_path, site, DEDUP_UPDATES="drop")
        assert (dropping.names, dropping.stats["dropped"]) == ([], 2)
        second, third = crawl(tmp_path, site), crawl(tmp_path, site)
    assert (second.names, second.stats["updated"], second.stats["dropped"]) == (["bridge"], 1, 1)
    assert second.logged("dedup.scrapy")[-1] == "INFO: 2 documents, 1 kept, 1 dropped, 1 updated"
    assert (third.names, third.stats["dropped"]) == ([], 2)


@pytest.mark.slow
def test_a_file_that_is_no_index_ends_the_crawl(tmp_path: Path, site: str) -> None:
    """A DEDUP_INDEX that names a file that is no index ends the crawl, without an item."""
    (tmp_path / "other").write_text("not an index, but something that somebody needs\n" * 100)
    done = crawl(tmp_path, site, DEDUP_INDEX=str(tmp_path / "other"))
    assert "is not an index of dedup" in done.logged("dedup.scrapy")[0]
    assert done.all_stats["finish_reason"] == "dedup_index"
    assert done.items == []


@pytest.mark.slow
def test_an_index_in_use_ends_the_crawl_or_is_waited_for(tmp_path: Path, site: str) -> None:
    """An index in use ends the crawl with a line that names the process; with DEDUP_WAIT the crawl waits
    for it.
    """
    path = tmp_path / "seen.index"
    with Index(path):
        done = crawl(tmp_path / "one", site, DEDUP_INDEX=str(path), DEDUP_WAIT=0)
        (line,) = done.logged("dedup.scrapy")
        assert f"in use by process {os.getpid()} on " in line
        assert line.endswith("wait for it with DEDUP_WAIT = SECONDS.")
        assert done.all_stats["finish_reason"] == "dedup_index"
        patient = start(tmp_path / "two", site, DEDUP_INDEX=str(path), DEDUP_WAIT=60)
        time.sleep(2)
        assert patient.poll() is None
    _, log = patient.communicate(timeout=60)
    assert Crawl(tmp_path / "two", log).names == KEPT


@pytest.mark.slow
def test_crawls_that_share_an_index_take_turns(tmp_path: Path, site: str) -> None:
    """Of two crawls one waits for the other, and then drops what that one kept."""
    both = [start(tmp_path / n, site, DEDUP_INDEX=str(tmp_path / "seen.index"), DEDUP_WAIT=60) for n in "12"]
    logs = [process.communicate(timeout=120)[1] for process in both]
    names = [Crawl(tmp_path / n, log).names for n, log in zip("12", logs, strict=True)]
    assert sorted(names) == [[], KEPT]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_index_outlives_a_killed_crawl(tmp_path: Path, how: signal.Signals) -> None:
    """After a kill, SIGTERM or SIGINT the index has the decisions so far, and the next crawl can use it."""
    path = tmp_path / "seen.index"
    pages = {f"page-{n}": [f"{n * k} {text}" for k, text in enumerate(FERRY, 2)] for n in range(200)}
    for site in served({"ferry": FERRY, **pages}):
        with start(tmp_path, site, DEDUP_INDEX=str(path), DOWNLOAD_DELAY=0.05) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "Scraped from <200" in line or "dropped http" in line:
                    break
            process.send_signal(how)
            process.communicate(timeout=60)
    with Index(path, wait=10) as index:
        assert len(index) >= 1
        assert index.check("\n".join(FERRY)).dropped
