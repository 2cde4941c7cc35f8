"""What a site prints on its pages, in crawls that see them one after the other."""

from pathlib import Path

import pytest

from tests.scrapy.crawls import crawl, served
from tests.sites.pages import Site

SITE = Site("daily.example")


@pytest.mark.slow
def test_a_crawl_is_clean_from_the_tenth_page_on(tmp_path: Path) -> None:
    """A second crawl is clean from the first page on."""
    printed = [*SITE.head, "Most read on", "Sign up for the daily", "All rights reserved"]
    lines = {f"{n:03}": page["text"].split("\n\n") for n, page in enumerate(SITE.pages(330))}
    pages = {name: lines[name] for name in [*lines][:300]}
    for site in served(pages):
        first = crawl(tmp_path, site)
        for name in [*pages]:
            del pages[name]
        pages |= {name: lines[name] for name in [*lines][300:]}
        second = crawl(tmp_path, site)
    assert (len(first.items), len(second.items)) == (300, 30)
    for item in (*first.items[9:], *second.items):
        assert not any(line in item["text"] for line in printed), item["url"]
    assert second.stats["cut"] == 30
