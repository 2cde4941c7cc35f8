"""Take pictures of the HTML report of a run: wide and narrow, light and dark, each part of it.

    python -m tools.page_pictures FOLDER [INPUT ...]

Without inputs, it is the report of the fixtures. Needs Chromium (`make browser`). Fonts differ between
machines, and so do the pictures.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from bench.harness import browser
from bench.paths import FIXTURES
from dedup.cli.clean import clean_files
from dedup.cli.job import Job
from dedup.options import Options
from dedup.outputs.targets import Targets

SIZES = {"wide": (1280, 1000), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@contextmanager
def report_of(inputs: Sequence[str]) -> Iterator[Path]:
    """The page of a run over these inputs."""
    with TemporaryDirectory() as outputs:
        report, out = Path(outputs, "report.html"), str(Path(outputs, "clean.jsonl"))
        job = Job(inputs, Targets(out, report=str(report)), dry_run=False, quiet=True)
        clean_files(job, Options())
        yield report


def _open_first(page: Any, key: str) -> None:
    """Open the first entry of a list, and put the list at the top."""
    entry = page.locator(f"#{key}-list .entry > summary").first
    if entry.count():
        entry.click()
        page.locator(f"#{key}").evaluate("(part) => part.scrollIntoView()")


def _tick(page: Any) -> None:
    """Open the first group, tick its first box, and put the group at the top."""
    _open_first(page, "groups")
    page.locator("#groups-list .keep input").first.check()
    page.locator("#groups-list .entry").first.evaluate("(group) => group.scrollIntoView()")


PARTS: dict[str, Callable[[Any], None]] = {
    "top": lambda _: None,
    "groups": lambda page: page.locator("#groups").evaluate("(part) => part.scrollIntoView()"),
    "group": _tick,
    "articles": lambda page: _open_first(page, "articles"),
    "calls": lambda page: _open_first(page, "calls"),
    "run": lambda page: page.locator("#run").evaluate("(part) => part.scrollIntoView()"),
}
"""By name, what is done before a picture is taken."""


def photograph(report: Path, folder: Path) -> None:
    """Take pictures of all parts of a page."""
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            with browser.open_page(report, width, height, scheme) as (page, _):
                for part, prepare in PARTS.items():
                    if part in ("top", "run") or page.locator(f"#{part.removesuffix('s')}s-list").count():
                        prepare(page)
                        page.wait_for_timeout(200)
                        page.screenshot(path=folder / f"{size}-{scheme}-{part}.png")


def for_docs(folder: Path) -> None:
    """Write report.png and report-phone.png: the page of the fixtures as docs/ shows it."""
    with report_of([str(FIXTURES)]) as report:
        with browser.open_page(report, width=1100, height=1120) as (page, _):
            page.locator("#groups-list .entry > summary").first.click()
            page.locator("#groups-list .side-by-side").first.wait_for()
            page.locator("#groups .charts").evaluate("(charts) => charts.scrollIntoView()")
            page.screenshot(path=folder / "report.png")
        with browser.open_page(report, 390, 780, "dark") as (page, _):
            _tick(page)
            page.wait_for_timeout(200)
            page.screenshot(path=folder / "report-phone.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("inputs", nargs="*", default=[str(FIXTURES)], help="inputs of the run")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with report_of(options.inputs) as report:
        photograph(report, options.folder)


if __name__ == "__main__":
    main()
