"""Draw the report of the fixtures as the README shows it.

    python -m tools.pictures docs/

Writes report.svg for dark backgrounds and report-light.svg for light ones: 96 columns, in colour, without
times. The same code draws the same files. Where there is Chromium, page_pictures.py also writes report.png
and report-phone.png, the HTML report with a group opened; these differ a little between machines, as fonts
do.
"""

import argparse
import shutil
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME, TerminalTheme
from rich.text import Text

from bench.paths import FIXTURES
from dedup.cli.clean import with_timings
from dedup.cli.job import Job
from dedup.options import Options
from dedup.outputs.targets import Targets
from dedup.pipeline.run import run
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal.short.report import short_report
from dedup.sources.files import Files
from dedup.summary.highlights import Highlights
from dedup.summary.summary import summarize

COMMAND = "dedup clean articles.jsonl -o clean.jsonl --ledger ledger.jsonl"
WIDTH = 96
DATE = "2026-12-01T09:00:00Z"
PICTURES = {"report.svg": SVG_EXPORT_THEME, "report-light.svg": DEFAULT_TERMINAL_THEME}


def draw(theme: TerminalTheme) -> str:
    """The report in the terminal, as SVG."""
    outcome = run(Files([str(FIXTURES)], Options()), Options())
    job = Job([FIXTURES.name], Targets("clean.jsonl", "ledger.jsonl"), date=DATE)
    summary = with_timings(summarize(Highlights(outcome)), job, outcome) | {"elapsed": 0.0}
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
    terminal.write(short_report(summary, WIDTH), console)
    return console.export_svg(title="dedup", theme=theme, unique_id="report")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the pictures go")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, theme in PICTURES.items():
        (folder / name).write_text(draw(theme), encoding="utf-8")
    if shutil.which("chromium") and find_spec("playwright"):
        from tools import page_pictures  # late: it needs playwright

        page_pictures.for_docs(folder)


if __name__ == "__main__":
    main()
