"""Draw the report of the fixtures as the README shows it, on a dark background and on a light one.

    python bench/picture.py docs/

96 columns, in colour, without the times: the same fixtures and code give the same pictures.
"""

import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, SVG_EXPORT_THEME, TerminalTheme
from rich.text import Text

from dedup.job import Job, finished
from dedup.options import Options
from dedup.pipeline import run
from dedup.reports import terminal
from dedup.sources import Files

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "articles.jsonl"
COMMAND = "dedup clean articles.jsonl -o clean.jsonl --ledger ledger.jsonl"
WIDTH = 96
PICTURES = {"report.svg": SVG_EXPORT_THEME, "report-light.svg": DEFAULT_TERMINAL_THEME}


def draw(theme: TerminalTheme) -> str:
    """The picture as SVG."""
    result = run(Files([str(FIXTURES)], Options()), Options())
    job = Job([FIXTURES.name], "clean.jsonl", "ledger.jsonl", None, None, dry_run=False, quiet=False)
    parts = terminal.sections(finished(result.summary(), job, result))
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


def main() -> int:
    """Write the pictures to the folder given."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, theme in PICTURES.items():
        (folder / name).write_text(draw(theme), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
