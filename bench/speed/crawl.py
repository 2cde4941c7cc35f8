"""A crawl of local pages without the Scrapy pipeline and with it: how much longer the pipeline makes it.

python -m bench.speed.crawl [--pages 2000] [--rounds 3] [--latency 0.0] [--write]

The pages are articles of a generated corpus, 15% of them copies, in the HTML of a site. A process of its own
serves them; items go to a JSON Lines file. Also measured: for how long the pipeline blocks the reactor.
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
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from bench.corpora.cache import make_corpus
from bench.harness.figures import commit, machine, write_table
from bench.paths import TOP

PROGRAM = "bench.speed.crawl --write"
BEAT = 0.002  # seconds between two readings of the clocks
COLUMNS = {
    "process": "process, s",
    "elapsed_time_seconds": "crawl, s",
    "cpu": "processor time of the reactor's thread, s",
    "gap": "largest gap of the reactor, ms",
    "busy": "of processor time, ms",
}
MENU = "".join(f'<li><a href="/section/{n}">Section {n}, and what is in it</a></li>' for n in range(80))


def render(document: dict[str, Any]) -> bytes:
    """The page of an article as a site would show it, with 10 KB of menus."""
    paragraphs = "".join(f"<p>{html.escape(part)}</p>\n" for part in document["text"].split("\n") if part)
    title = f"<h1>{html.escape(document['title'])}</h1>"
    body = f"<nav><ul>{MENU}</ul></nav><article>{title}\n{paragraphs}</article><footer>{MENU}</footer>"
    return f"<!doctype html><meta charset=utf-8><title>News</title><body>{body}</body>".encode()


class Site(BaseHTTPRequestHandler):
    """Answers /N with page N."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and page in one packet

    def __init__(self, pages: list[bytes], latency: float, *rest: Any) -> None:
        self.pages, self.latency = pages, latency
        super().__init__(*rest)

    def do_GET(self) -> None:
        time.sleep(self.latency)
        page = self.pages[int(self.path.strip("/"))]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Keep no log."""


def serve(pages: int, latency: float) -> None:
    """Serve the pages until standard input ends. Prints the port."""
    lines = make_corpus(pages).read_bytes().splitlines()
    site = partial(Site, [render(orjson.loads(line)) for line in lines], latency)
    with ThreadingHTTPServer(("127.0.0.1", 0), site) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()


@contextmanager
def serving(pages: int, latency: float) -> Iterator[int]:
    """The port at which a process of its own serves the pages."""
    command = _command("--serve", "--pages", str(pages), "--latency", str(latency))
    with subprocess.Popen(
        command, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.communicate(timeout=10)


def _command(*arguments: str) -> list[str]:
    """This program, to be run from the top folder."""
    return [sys.executable, "-m", "bench.speed.crawl", *arguments]


def crawl(port: int, pages: int, items: Path, pipeline: bool) -> None:
    """Crawl the pages in this process, and write the items to a file.

    Prints Scrapy's counts, the processor time of the reactor's thread, and its largest gaps.
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
        "FEEDS": {items.as_uri(): {"format": "jsonlines"}},
        "LOG_LEVEL": "ERROR",
        "ITEM_PIPELINES": {"dedup.scrapy.DedupPipeline": 300} if pipeline else {},
        "DEDUP_INDEX": str(items.with_name("seen.index")),  # of this crawl alone
    }
    process, heartbeat = CrawlerProcess(settings), Heartbeat()
    crawler = process.create_crawler(News)
    crawler.signals.connect(heartbeat.start, signals.engine_started)
    crawler.signals.connect(heartbeat.stop, signals.spider_closed)
    process.crawl(crawler)
    process.start()
    assert crawler.stats is not None
    print(json.dumps({**crawler.stats.get_stats(), **heartbeat.figures()}, default=str))


class Heartbeat:
    """Reads two clocks as often as the reactor lets it.

    They are the wall clock, and the processor time of the reactor's thread, which other programs do not
    disturb.
    """

    def __init__(self) -> None:
        self.readings: list[tuple[float, float]] = []
        self.call: Any = None

    def start(self) -> None:
        """Begin, as the crawl begins."""
        from twisted.internet.task import LoopingCall

        self.call = LoopingCall(lambda: self.readings.append((time.perf_counter(), time.thread_time())))
        self.call.start(BEAT)

    def stop(self) -> None:
        """End, as the crawl has ended."""
        self.call.stop()

    def figures(self) -> dict[str, float]:
        """The processor time in seconds, and the largest gap between two readings in ms, by both clocks."""
        walls, cpus = zip(
            *((later[0] - now[0], later[1] - now[1]) for now, later in pairwise(self.readings)), strict=True
        )
        cpu = self.readings[-1][1] - self.readings[0][1]
        return {"cpu": cpu, "gap": 1000 * max(walls), "busy": 1000 * max(cpus)}


def measure(port: int, pages: int, pipeline: bool) -> dict[str, Any]:
    """The figures of one crawl: the seconds of its process, and what it printed."""
    with TemporaryDirectory() as folder:
        command = _command("--crawl", str(port), "--pages", str(pages), "--items", f"{folder}/items.jsonl")
        start = time.perf_counter()
        done = subprocess.run(
            [*command, *(["--pipeline"] if pipeline else [])],
            cwd=TOP, stdout=subprocess.PIPE, check=True, text=True,
        )  # fmt: skip
        seconds = time.perf_counter() - start
    return {"process": seconds, **json.loads(done.stdout.splitlines()[-1])}


def compare(pages: int, rounds: int, latency: float) -> dict[bool, dict[str, float]]:
    """The median figures without the pipeline and with it (the keys), measured in turns."""
    make_corpus(pages)
    runs: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    with serving(pages, latency) as port:
        for _ in range(rounds):
            for pipeline, of_kind in runs.items():
                of_kind.append(measure(port, pages, pipeline))
    names = [*COLUMNS, "item_scraped_count"]
    return {
        pipeline: {name: statistics.median(run[name] for run in of_kind) for name in names}
        for pipeline, of_kind in runs.items()
    }


def table(medians: dict[bool, dict[str, float]], pages: int, rounds: int) -> list[str]:
    """The medians, and by how much the pipeline raises them."""
    without, with_ = medians[False], medians[True]
    more = [f"{100 * (with_[key] / without[key] - 1):+.1f}%" for key in COLUMNS]
    lines = [
        f"{pages:,} pages, medians of {rounds}; {machine()}; Scrapy {version('scrapy')}, dedup {commit()}.",
        "",
        f"| | items | {' | '.join(COLUMNS.values())} |",
        "|---|--:" + "|--:" * len(COLUMNS) + "|",
    ]
    for name, row in {"without": without, "with the pipeline": with_}.items():
        cells = " | ".join(f"{row[key]:.2f}" for key in COLUMNS)
        lines.append(f"| {name} | {row['item_scraped_count']:,.0f} | {cells} |")
    return [*lines, f"| more | | {' | '.join(more)} |"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that the server takes for a page")
    parser.add_argument("--write", action="store_true", help="put the table into bench/speed/results.md")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--crawl", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--items", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pipeline", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.pages, options.latency)
    elif options.crawl:
        crawl(options.crawl, options.pages, options.items, options.pipeline)
    else:
        medians = compare(options.pages, options.rounds, options.latency)
        lines = table(medians, options.pages, options.rounds)
        print("\n".join(lines))
        if options.write:
            write_table(TOP / "bench/speed/results.md", PROGRAM, lines)


if __name__ == "__main__":
    main()
