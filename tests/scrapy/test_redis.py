"""Crawls that share an index on a Redis server, at the same time."""

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.redis.crawlers import articles
from bench.redis.server import MISSING, SERVER, RedisServer, served
from tests.scrapy import crawls
from tests.scrapy.crawls import KEPT, Crawl, crawl, start


def pages_of(count: int, seed: int) -> dict[str, list[str]]:
    """Pages in random order; one in ten is a near copy of another one of its group."""
    made = {one["id"]: [one["text"]] for one in articles(count, seed)}
    names = [*made]
    random.Random(seed).shuffle(names)
    return {name: made[name] for name in names}


def groups(*done: Crawl) -> list[str]:
    """The groups of the items of these crawls."""
    return sorted(name.partition(".")[0] for one in done for name in one.names)


def at_once(folder: Path, pages: list[str], address: str) -> list[Crawl]:
    """Crawls at the same time, each from one of these pages."""
    settings: dict[str, Any] = {"DEDUP_INDEX": address, "LOG_LEVEL": "INFO", "CONCURRENT_REQUESTS": 16}
    folder.mkdir()
    processes = [start(folder / str(n), page, **settings) for n, page in enumerate(pages)]
    logs = [process.communicate(timeout=500)[1] for process in processes]
    for process, log in zip(processes, logs, strict=True):
        assert process.returncode == 0, log
        assert "Traceback" not in log, log
    return [Crawl(folder / str(n), log) for n, log in enumerate(logs)]


@pytest.mark.slow
def test_two_crawls_of_a_site_drop_what_one_drops(tmp_path: Path, address: str) -> None:
    """Of 1,000 pages, one in ten a copy, as many and of the same groups."""
    pages = pages_of(1000, 1)
    for site in crawls.served(pages):
        (alone,) = at_once(tmp_path / "one", [site], f"{address}-alone")
        both = at_once(tmp_path / "two", [f"{site}part-{n}" for n in range(2)], address)
    assert groups(*both) == groups(alone) == sorted({name.partition(".")[0] for name in pages})
    assert sum(one.stats["dropped"] for one in both) == alone.stats["dropped"] == 100


@pytest.mark.slow
def test_a_server_that_is_killed_in_the_middle(tmp_path: Path) -> None:
    """Started again it has what it had: nothing is kept twice, nothing lost, the log says what happened."""
    if SERVER is None:
        pytest.skip(MISSING)
    pages = pages_of(200, 2)
    with served(tmp_path) as server:
        for site in crawls.served(pages):
            settings = {"DEDUP_INDEX": server.address("a"), "DEDUP_WAIT": 60, "DOWNLOAD_DELAY": 0.03}
            scraped, log = 0, ""
            with start(tmp_path / "crawl", site, **settings) as process:
                assert process.stderr is not None
                for line in process.stderr:
                    log += line
                    scraped += "Scraped from" in line
                    if scraped == 50 and "Scraped from" in line:
                        server.kill()
                        time.sleep(1)
                        server.start()
        done = Crawl(tmp_path / "crawl", log)
    assert Counter(groups(done)).most_common(1)[0][1] == 1
    assert groups(done) == sorted({name.partition(".")[0] for name in pages})
    assert "undecided" not in done.stats
    lines = done.logged("dedup.scrapy")
    assert any("does not answer" in line and line.startswith("WARNING") for line in lines)
    assert any("answers again, after" in line for line in lines)


@pytest.mark.slow
def test_a_server_that_does_not_come_back(tmp_path: Path) -> None:
    """Items pass, and are marked; the log names the setting."""
    if SERVER is None:
        pytest.skip(MISSING)
    with served(tmp_path) as server:
        for site in crawls.served(pages_of(40, 3)):
            settings: dict[str, Any] = {"DEDUP_INDEX": server.address("a"), "DEDUP_WAIT": 0.5}
            settings |= {"DEDUP_UNDECIDED_FIELD": "undecided", "DOWNLOAD_DELAY": 0.05}
            log = ""
            with start(tmp_path / "crawl", site, **settings) as process:
                assert process.stderr is not None
                for line in process.stderr:
                    log += line
                    if "Scraped from" in line and server.process.poll() is None:
                        server.kill()
    done = Crawl(tmp_path / "crawl", log)
    assert done.stats["undecided"] == sum(item.get("undecided", False) for item in done.items) > 0
    assert any("wait for it with DEDUP_WAIT = SECONDS" in line for line in done.logged("dedup.scrapy"))


def test_a_crawl_takes_an_address(tmp_path: Path, site: str, server: RedisServer) -> None:
    """With the name of the spider in it; the log shows no password."""
    address = server.address("%(name)s").replace("//", "//:@")
    done = crawl(tmp_path, site, DEDUP_INDEX=address)
    assert done.names == KEPT
    assert f"redis://127.0.0.1:{server.port}/0?name=news has 0 documents" in done.logged("dedup.scrapy")[0]


@pytest.mark.slow
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, site: str) -> None:
    """It ends the crawl before its first request."""
    done = crawl(tmp_path, site, DEDUP_INDEX="redis://h", DEDUP_UNDECIDED="drop")
    assert "DEDUP_UNDECIDED must be pass or wait, not 'drop'" in done.logged("dedup.scrapy")[0]
