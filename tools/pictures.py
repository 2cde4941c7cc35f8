"""Draw the report of the fixtures as the README shows it, on a dark background and on a light one, and the
page with a group opened, where there is Chromium.

    python -m tools.pictures docs/

96 columns, in colour, without the times: the same fixtures and code give the same pictures; of the page
nearly, as fonts differ.
"""

import shutil
import sys
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME, TerminalTheme
from rich.text import Text

from bench.paths import FIXTURES
from dedup.cli.clean import clean_files, with_timings
from dedup.cli.job import Job
from dedup.options import Options
from dedup.outputs.targets import Targets
from dedup.pipeline.run import run
from dedup.reports.terminal import console as terminal
from dedup.sources.files import Files
from dedup.summary.highlights import Highlights
from dedup.summary.summary import summarize

COMMAND = "dedup clean articles.jsonl -o clean.jsonl --ledger ledger.jsonl"
WIDTH = 96
OPENED = "fx-007"  # the group that the picture of the page shows
PICTURES = {"report.svg": SVG_EXPORT_THEME, "report-light.svg": DEFAULT_TERMINAL_THEME}


def draw(theme: TerminalTheme) -> str:
    """The picture as SVG."""
    result = run(Files([str(FIXTURES)], Options()), Options())
    job = Job([FIXTURES.name], Targets("clean.jsonl", "ledger.jsonl"), dry_run=False, quiet=False)
    parts = terminal.sections(with_timings(summarize(Highlights(result)), job, result))
    console = Console(
        file=StringIO(),
        record=True,
        width=WIDTH,
        color_system="truecolor",
        force_terminal=True,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    console.print(Text(f"$ {COMMAND}\n", style="dim"))
    terminal.write([part for name, part in parts.items() if name != "time"], console)
    return console.export_svg(title="dedup", theme=theme, unique_id="report")


def photograph(folder: Path) -> None:
    """The page in a browser, a group opened, as report.png."""
    from bench.harness import browser

    with TemporaryDirectory() as place:
        page, out = Path(place, "report.html"), str(Path(place, "clean.jsonl"))
        job = Job([str(FIXTURES)], Targets(out, report=str(page)), dry_run=False, quiet=True)
        clean_files(job, Options())
        with browser.open_page(page, width=1100, height=1080) as (shown, _):
            shown.locator("#groups-list .entry > summary", has_text=OPENED).click()
            shown.locator("#groups-list .side-by-side").wait_for()
            shown.locator("#groups .charts").evaluate("(charts) => charts.scrollIntoView()")
            shown.screenshot(path=folder / "report.png")


def main() -> int:
    """Write the pictures to the folder given."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, theme in PICTURES.items():
        (folder / name).write_text(draw(theme), encoding="utf-8")
    if shutil.which("chromium") and find_spec("playwright"):
        photograph(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
