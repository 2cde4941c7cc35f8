"""How large the HTML report of many groups is, and how long a browser takes to open it.

python -m bench.speed.html_page [--groups 10000] [--rounds 3]

Each group is an article of invented sentences and a copy with a sentence more. Chromium opens the page with
an empty profile each time: until it is parsed and its lists stand; then a word is looked for, and a group
opened. Medians.
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
from dedup.cli.clean import Job, clean_files
from dedup.options import Options
from dedup.outputs.targets import Targets

_SENTENCES = 6  # of an article
_OPENED = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def articles(groups: int) -> Iterator[dict[str, Any]]:
    """Pairs of articles that say the same but for a sentence."""
    said = invented(1, groups * (_SENTENCES + 1))
    for number in range(groups):
        *paragraphs, last = islice(said, _SENTENCES + 1)
        for letter, more in (("a", []), ("b", [last])):
            text = "\n\n".join([*paragraphs, *more])
            yield {
                "id": f"{number}-{letter}",
                "url": f"https://site-{number % 50}.example/{number}",
                "text": text,
            }


def write(folder: Path, groups: int) -> tuple[Path, float]:
    """The page of a run over so many groups, and the seconds of the run."""
    crawl, page = folder / "crawl.jsonl", folder / "report.html"
    crawl.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in articles(groups)))
    began = time.perf_counter()
    job = Job([str(crawl)], Targets(str(folder / "clean.jsonl"), report=str(page)), dry_run=False, quiet=True)
    assert clean_files(job, Options()) == 0
    return page, time.perf_counter() - began


def opened(path: Path, groups: int) -> tuple[float, float, float]:
    """Milliseconds until the page stands, until the groups with a word are listed, until a group is open."""
    with browser.shown(path) as (page, seen):
        stands = float(page.evaluate(_OPENED))
        assert page.locator("#groups-list .count").inner_text() == f"{groups:,} groups"
        began = time.perf_counter()
        page.locator("#groups-list input").fill(f"{groups - 1}-a")
        page.locator("#groups-list .count", has_text="1 of").wait_for()
        found = time.perf_counter()
        page.locator("#groups-list .entry > summary").click()
        page.locator("#groups-list .one").wait_for()
        shown = time.perf_counter()
        assert not seen.messages
    return stands, 1e3 * (found - began), 1e3 * (shown - found)


def main() -> None:
    """Print what is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        page, seconds = write(Path(folder), asked.groups)
        size = page.stat().st_size / 1e6
        print(f"{asked.groups:,} groups: run with the page {seconds:.1f} s, page {size:.1f} MB")
        times = [opened(page, asked.groups) for _ in range(asked.rounds)]
    stands, found, shown = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"opens in {stands:.0f} ms; finds one in {found:.0f} ms; opens a group in {shown:.0f} ms")


if __name__ == "__main__":
    main()
