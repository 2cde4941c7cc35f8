"""A crawl of local pages with the Scrapy pipeline and without it, in turns: how much longer it takes, and for how
long Scrapy's reactor stands still.

    python bench/crawl.py [--pages 2000] [--rounds 3] [--reactor select] [--latency 0.0]

The pages are articles of corpus.py in the HTML of a site, 15 % of them copies; they come from a process of its
own, and items go to a JSON Lines file, as in any crawl.
"""

import argparse
import html
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from corpora import made
from kept import code, keep, machine

REACTORS = {
    "asyncio": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "select": "twisted.internet.selectreactor.SelectReactor",
}
BEAT = float(__import__("os").environ.get("BEAT", "0.001"))  # seconds between two looks at the clock
MENU = "".join(f'<li><a href="/section/{n}">Section {n}, and what is in it</a></li>' for n in range(80))


def page(document: dict[str, Any]) -> bytes:
    """The article as a site shows it, 10 KB of menus around it."""
    paragraphs = "".join(f"<p>{html.escape(part)}</p>\n" for part in document["text"].split("\n") if part)
    title = f"<h1>{html.escape(document['title'])}</h1>"
    body = f"<nav><ul>{MENU}</ul></nav><article>{title}\n{paragraphs}</article><footer>{MENU}</footer>"
    return f"<!doctype html><meta charset=utf-8><title>News</title><body>{body}</body>".encode()


class Site(BaseHTTPRequestHandler):
    """Page N of the site at /N."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and page in one piece

    def __init__(self, pages: list[bytes], latency: float, *rest: Any) -> None:
        self.pages, self.latency = pages, latency
        super().__init__(*rest)

    def do_GET(self) -> None:  # noqa: N802 - its base calls it so
        time.sleep(self.latency)
        found = self.pages[int(self.path.strip("/"))]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


def serve(pages: int, latency: float) -> None:
    """Serve the pages until standard input ends; prints the port."""
    lines = made(pages).read_bytes().splitlines()
    site = partial(Site, [page(orjson.loads(line)) for line in lines], latency)
    with ThreadingHTTPServer(("127.0.0.1", 0), site) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()


@contextmanager
def served(pages: int, latency: float) -> Iterator[int]:
    """The port at which a process of its own serves them."""
    command = [sys.executable, __file__, "--serve", "--pages", str(pages), "--latency", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.communicate(timeout=10)


def crawl(port: int, pages: int, reactor: str, pipeline: bool) -> None:
    """Crawl them in this process; prints what Scrapy counted and the largest gap between two beats."""
    import scrapy
    from scrapy import signals
    from scrapy.crawler import CrawlerProcess

    class News(scrapy.Spider):
        name = "news"
        start_urls = [f"http://127.0.0.1:{port}/{n}" for n in range(pages)]

        def parse(self, response: Any) -> Iterator[dict[str, Any]]:
            text = "\n".join(response.css("article p::text").getall())
            yield {"url": response.url, "title": response.css("h1::text").get(), "text": text}

    settings = {
        "TWISTED_REACTOR": REACTORS[reactor],
        "FEEDS": {"items.jsonl": {"format": "jsonlines"}},
        "LOG_LEVEL": "ERROR",
        "ITEM_PIPELINES": {"dedup.scrapy.DedupPipeline": 300} if pipeline else {},
    }
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(News)
    beats = Beats()
    crawler.signals.connect(beats.start, signals.engine_started)
    crawler.signals.connect(beats.stop, signals.spider_closed)
    process.crawl(crawler)
    process.start()
    assert crawler.stats is not None
    print(json.dumps({"main": time.thread_time(), "cpu": time.process_time(), "gaps": beats.largest(), **crawler.stats.get_stats()}, default=str))


class Beats:
    """Looks at the clock as often as the reactor lets it."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.call: Any = None

    def start(self) -> None:
        from twisted.internet.task import LoopingCall

        self.call = LoopingCall(lambda: self.at.append(time.perf_counter()))
        self.call.start(BEAT)

    def stop(self) -> None:
        self.call.stop()

    def largest(self) -> list[float]:
        """The largest gaps between two beats, in milliseconds, and the median of all."""
        gaps = sorted(1000 * (after - at) for at, after in zip(self.at, self.at[1:], strict=False))
        return [round(gap, 2) for gap in (gaps[-1], gaps[-len(gaps) // 100], statistics.median(gaps))]


def measure(port: int, pages: int, reactor: str, pipeline: bool) -> dict[str, Any]:
    """One crawl in a new folder: its seconds, with start and end, and what it printed."""
    command = [sys.executable, __file__, "--crawl", str(port), "--pages", str(pages), "--reactor", reactor]
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = subprocess.run(
            [*command, *(["--pipeline"] if pipeline else [])],
            cwd=folder, stdout=subprocess.PIPE, check=True, text=True,
        )  # fmt: skip
        took = time.perf_counter() - began
    return {"seconds": took, **json.loads(done.stdout.splitlines()[-1])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each page takes the server")
    parser.add_argument("--reactor", choices=list(REACTORS), default="asyncio")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--crawl", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--pipeline", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.pages, asked.latency)
        return
    if asked.crawl:
        crawl(asked.crawl, asked.pages, asked.reactor, asked.pipeline)
        return
    made(asked.pages)
    with served(asked.pages, asked.latency) as port:
        runs: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
        for _ in range(asked.rounds):
            for pipeline in runs:
                runs[pipeline].append(measure(port, asked.pages, asked.reactor, pipeline))
                last = runs[pipeline][-1]
                print(pipeline, last["seconds"], last["elapsed_time_seconds"], last["gaps"], last["main"], last["cpu"], {k: v for k, v in last.items() if k.startswith("dedup") or k=="item_scraped_count"})


if __name__ == "__main__":
    main()
