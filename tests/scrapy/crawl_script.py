"""A real crawl, run as a script in a folder of its own: python crawl_script.py KIND SETTINGS.

KIND: what items are; SETTINGS: JSON, on top of what follows. Items go to items.jsonl, statistics to
stats.json, the log to standard error; a warning of Scrapy's, or of any other library, is an error.
"""

import json
import sys
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import attrs
import scrapy
from scrapy.crawler import CrawlerProcess

warnings.simplefilter("error")


class Article(scrapy.Item):
    url = scrapy.Field()
    text = scrapy.Field()
    duplicate_of = scrapy.Field()


@dataclass
class DataArticle:
    url: str
    text: str | list[str] | None
    duplicate_of: str | None = None


@attrs.define
class AttrsArticle:
    url: str
    text: str | list[str] | None
    duplicate_of: str | None = None


@dataclass(frozen=True)
class FrozenArticle:
    url: str
    text: str | list[str] | None


class Unnamed:
    """An id that cannot be written."""

    def __str__(self) -> str:
        raise ValueError("no name")


KINDS = {
    "dict": dict,
    "item": Article,
    "dataclass": DataArticle,
    "attrs": AttrsArticle,
    "frozen": FrozenArticle,
    "unnamed": partial(dict, id=Unnamed()),
    "dated": partial(dict, date="4 March 2024"),
}


class News(scrapy.Spider):
    """Follows the links of the first page, and makes an item of each article."""

    name = "news"

    def parse(self, response):
        for n, link in enumerate(response.css("nav a")):
            yield response.follow(link, self.parse_article, priority=-n)

    def parse_article(self, response):
        paragraphs = response.css("article p::text").getall()
        text = {"list": paragraphs, "none": None}.get(
            response.css("article::attr(class)").get(), "\n".join(paragraphs)
        )
        yield KINDS[self.kind](url=response.url, text=text)


def main() -> None:
    settings = {
        "CONCURRENT_REQUESTS": 1,  # so that pages come in the order of the links
        "FEEDS": {"items.jsonl": {"format": "jsonlines"}},
        "ITEM_PIPELINES": {"dedup.scrapy.DedupPipeline": 300},
        "TELNETCONSOLE_ENABLED": False,
        **json.loads(sys.argv[2]),
    }
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(News)
    process.crawl(crawler, kind=sys.argv[1], start_urls=[settings["SITE"]])
    process.start()
    Path("stats.json").write_text(json.dumps(crawler.stats.get_stats(), default=str))


if __name__ == "__main__":
    main()
