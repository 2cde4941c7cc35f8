"""A crawl of local pages without the Scrapy pipeline and with it, in turns: how much longer it takes, and for
how long the reactor stands still.

python -m bench.speed.crawl [--pages 2000] [--rounds 3] [--latency 0.0] [--write]

The pages are articles of corpus.py, 15 % of them copies, in the HTML of a site; a process of its own serves
them, and items go to a JSON Lines file.
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
from importlib.metadata import version
from itertools import pairwise
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from bench.corpora.cache import make_corpus
from bench.harness.results import commit, machine, write
from bench.paths import TOP

SCRIPT = "bench.speed.crawl --write"
BEAT = 0.002  # seconds between two looks at the clocks
COLUMNS = {
    "process": "process, s",
    "elapsed_time_seconds": "crawl, s",
    "cpu": "processor time of the reactor's thread, s",
    "gap": "largest gap of the reactor, ms",
    "busy": "of processor time, ms",
}
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

    def do_GET(self) -> None:
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
    lines = make_corpus(pages).read_bytes().splitlines()
    site = partial(Site, [page(orjson.loads(line)) for line in lines], latency)
    with ThreadingHTTPServer(("127.0.0.1", 0), site) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()


@contextmanager
def served(pages: int, latency: float) -> Iterator[int]:
    """The port at which a process of its own serves them."""
    command = [
        sys.executable,
        "-m",
        "bench.speed.crawl",
        "--serve",
        "--pages",
        str(pages),
        "--latency",
        str(latency),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.communicate(timeout=10)


def crawl(port: int, pages: int, pipeline: bool) -> None:
    """Crawl them in this process; prints what Scrapy counted, the processor time of the reactor's thread, and
    its largest gaps.
    """
    import scrapy
    from scrapy import signals
    from scrapy.crawler import CrawlerProcess

    class News(scrapy.Spider):
        name = "news"
        start_urls = [f"http://127.0.0.1:{port}/{n}" for n in range(pages)]  # noqa: RUF012 - Scrapy's way

        def parse(self, response: Any) -> Iterator[dict[str, Any]]:
            text = "\n".join(response.css("article p::text").getall())
            yield {"url": response.url, "title": response.css("h1::text").get(), "text": text}

    settings = {
        "FEEDS": {"items.jsonl": {"format": "jsonlines"}},
        "LOG_LEVEL": "ERROR",
        "ITEM_PIPELINES": {"dedup.scrapy.DedupPipeline": 300} if pipeline else {},
    }
    process, beats = CrawlerProcess(settings), Beats()
    crawler = process.create_crawler(News)
    crawler.signals.connect(beats.start, signals.engine_started)
    crawler.signals.connect(beats.stop, signals.spider_closed)
    process.crawl(crawler)
    process.start()
    assert crawler.stats is not None
    print(json.dumps({**crawler.stats.get_stats(), **beats.found()}, default=str))


class Beats:
    """Looks at the clocks as often as the reactor lets it: at the wall's, and at the processor time of the
    reactor's thread, which other programs do not disturb.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[float, float]] = []
        self.call: Any = None

    def start(self) -> None:
        """The crawl begins."""
        from twisted.internet.task import LoopingCall

        self.call = LoopingCall(lambda: self.seen.append((time.perf_counter(), time.thread_time())))
        self.call.start(BEAT)

    def stop(self) -> None:
        """The crawl has ended."""
        self.call.stop()

    def found(self) -> dict[str, float]:
        """The processor time in seconds, and the largest gap between two looks in ms, by both clocks."""
        gaps = zip(*((after[0] - at[0], after[1] - at[1]) for at, after in pairwise(self.seen)), strict=True)
        gap, busy = (1000 * max(some) for some in gaps)
        return {"cpu": self.seen[-1][1] - self.seen[0][1], "gap": gap, "busy": busy}


def measure(port: int, pages: int, pipeline: bool) -> dict[str, Any]:
    """One crawl in a folder of its own: the seconds of the whole process, and what it printed."""
    command = [sys.executable, "-m", "bench.speed.crawl", "--crawl", str(port), "--pages", str(pages)]
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        given = [*command, *(["--pipeline"] if pipeline else [])]
        done = subprocess.run(given, cwd=folder, stdout=subprocess.PIPE, check=True, text=True)
        took = time.perf_counter() - began
    return {"process": took, **json.loads(done.stdout.splitlines()[-1])}


def compare(pages: int, rounds: int, latency: float) -> dict[bool, dict[str, float]]:
    """The medians of what was measured without the pipeline and with it."""
    make_corpus(pages)
    runs: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    with served(pages, latency) as port:
        for _ in range(rounds):
            for pipeline, done in runs.items():
                done.append(measure(port, pages, pipeline))
    keys = [*COLUMNS, "item_scraped_count"]
    return {
        key: {name: statistics.median(run[name] for run in done) for name in keys}
        for key, done in runs.items()
    }


def table(found: dict[bool, dict[str, float]], pages: int, rounds: int) -> list[str]:
    """The medians, and by how much the pipeline raises them."""
    without, with_ = found[False], found[True]
    more = [f"{100 * (with_[key] / without[key] - 1):+.1f} %" for key in COLUMNS]
    rows = {"without": without, "with the pipeline": with_}
    lines = [
        f"{pages:,} pages, medians of {rounds}; {machine()}; Scrapy {version('scrapy')}, dedup {commit()}.",
        "",
    ]
    lines += [f"| | items | {' | '.join(COLUMNS.values())} |", "|---|--:" + "|--:" * len(COLUMNS) + "|"]
    for name, row in rows.items():
        cells = " | ".join(f"{row[key]:.2f}" for key in COLUMNS)
        lines.append(f"| {name} | {row['item_scraped_count']:,.0f} | {cells} |")
    return [*lines, f"| more | | {' | '.join(more)} |"]


def main() -> None:
    """Read the arguments, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each page takes the server")
    parser.add_argument("--write", action="store_true", help="write the table into bench/speed/results.md")
    for name, kind in {"--serve": None, "--pipeline": None, "--crawl": int}.items():
        how: dict[str, Any] = {"type": kind} if kind else {"action": "store_true"}
        parser.add_argument(name, help=argparse.SUPPRESS, **how)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.pages, asked.latency)
    elif asked.crawl:
        crawl(asked.crawl, asked.pages, asked.pipeline)
    else:
        lines = table(compare(asked.pages, asked.rounds, asked.latency), asked.pages, asked.rounds)
        print("\n".join(lines))
        if asked.write:
            write(TOP / "bench/speed/results.md", SCRIPT, lines)


if __name__ == "__main__":
    main()
