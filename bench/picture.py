"""Draw the report of the fixtures as the README shows it.

    python bench/picture.py docs/report.svg

96 columns, in colour, without the times: the same fixtures and code give the same picture.
"""

import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from dedup.job import Job, finished
from dedup.options import Options
from dedup.pipeline import run
from dedup.reports import terminal
from dedup.sources import Files

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "articles.jsonl"
COMMAND = "dedup clean articles.jsonl -o clean.jsonl --ledger ledger.jsonl"
WIDTH = 96


def draw() -> str:
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
    return console.export_svg(title="dedup", unique_id="report")


def main() -> int:
    """Write the picture to the path given."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(draw(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
