"""How large the HTML report of many groups is, and how fast a browser opens it.

python -m bench.scale.html_page [--groups 10000] [--rounds 3]

Each group has an article of invented sentences, and a copy with one more sentence. In each round Chromium,
with an empty profile, opens the page, searches it for an article, and opens the group. Prints medians.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from bench.corpora.sentences import invented
from bench.harness import browser
from dedup.cli.clean import clean_files
from dedup.cli.job import Job
from dedup.options import Options
from dedup.outputs.targets import Targets

_SENTENCES = 6  # of an article
_LOADED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def articles(groups: int) -> Iterator[dict[str, Any]]:
    """Yield the two articles of each group: they differ by one sentence."""
    sentences = invented(1, groups * (_SENTENCES + 1))
    for group in range(groups):
        *paragraphs, last = islice(sentences, _SENTENCES + 1)
        for letter, more in (("a", []), ("b", [last])):
            text = "\n\n".join([*paragraphs, *more])
            yield {
                "id": f"{group}-{letter}",
                "title": paragraphs[0][:60],
                "date": f"2024-{group % 12 + 1:02}-{group % 28 + 1:02}",
                "url": f"https://site-{group % 50}.example/{group}",
                "text": text,
            }


def write_report(folder: Path, groups: int) -> tuple[Path, float]:
    """The HTML report of a run over this many groups, and the seconds of the run."""
    crawl, page = folder / "crawl.jsonl", folder / "report.html"
    crawl.write_bytes(b"".join(orjson.dumps(article) + b"\n" for article in articles(groups)))
    start = time.perf_counter()
    job = Job([str(crawl)], Targets(str(folder / "clean.jsonl"), report=str(page)), dry_run=False, quiet=True)
    assert clean_files(job, Options()) == 0
    return page, time.perf_counter() - start


def browse(path: Path, groups: int) -> tuple[float, float, float]:
    """Milliseconds until the page is loaded, until a search is answered, and until a group is open."""
    with browser.open_page(path) as (page, events):
        loaded = float(page.evaluate(_LOADED))
        assert page.locator("#groups-list .count").inner_text().startswith(f"{groups:,} groups")
        start = time.perf_counter()
        page.locator("#groups-list input").fill(f"{groups - 1}-a")
        page.locator("#groups-list .count", has_text="1 of").wait_for()
        searched = time.perf_counter()
        page.locator("#groups-list .entry > summary").click()
        page.locator("#groups-list .one").wait_for()
        opened = time.perf_counter()
        assert not events.messages
    return loaded, 1e3 * (searched - start), 1e3 * (opened - searched)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--groups", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        page, seconds = write_report(Path(folder), options.groups)
        size = page.stat().st_size / 1e6
        print(f"{options.groups:,} groups: run with the report {seconds:.1f} s, report {size:.1f} MB")
        times = [browse(page, options.groups) for _ in range(options.rounds)]
    load, search, opening = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"opens in {load:.0f} ms; answers a search in {search:.0f} ms; opens a group in {opening:.0f} ms")


if __name__ == "__main__":
    main()
