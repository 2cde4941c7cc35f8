"""What terminal reports are made of: headings, tables without lines, numbers as text."""

from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Part = list[RenderableType]

ALARM, NAME, OTHER, DIM = "bold red", "magenta", "bright_blue", "dim"
"""Red, magenta and bright blue have a contrast of 3.5 and more with black and with white; yellow, green and
cyan vanish on white, blue on black.
"""


class Sentence:
    """A bold sentence in two halves, each on its own line if one line is too narrow for both."""

    def __init__(self, first: str, rest: str) -> None:
        self.first, self.rest = first, rest

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line, or two."""
        fits = cell_len(self.first) + 1 + cell_len(self.rest) <= options.max_width
        yield Text(self.first + (" " if fits else "\n") + self.rest, style="bold")


def heading(title: str, rest: str = "") -> Text:
    """The first line of a part: its title in bold, then the rest."""
    return Text(title, style="bold").append(rest, style="not bold")


def indented(part: RenderableType) -> Padding:
    """A part moved two columns to the right."""
    return Padding(part, (0, 0, 0, 2))


def grid(*columns: str, head: Iterable[str] = ()) -> Table:
    """A table without lines. `columns`: left, right, wide (takes the rest of the width; longer text ends in
    …) or folded (takes the rest of the width; longer text continues on the next line).
    """
    titles = list(head)
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        pad_edge=False,
        show_header=bool(titles),
        header_style="dim",
        expand="wide" in columns or "folded" in columns,
    )
    for kind, title in zip(columns, titles or [""] * len(columns), strict=True):
        table.add_column(
            Text(title),
            justify="right" if kind == "right" else "left",
            no_wrap=kind != "folded",
            overflow="fold" if kind == "folded" else "ellipsis",
            ratio=1 if kind in ("wide", "folded") else None,
        )
    return table


def number(count: int, noun: str) -> str:
    """A count with its noun: 1 group, 2,000 groups."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def percent(share: float) -> str:
    """A share (0 to 1) in per cent: 93.4%. Only 0 is 0.0%, and only 1 is 100.0%."""
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    return f"{100 * share:.1f}%"


def similarity(value: float) -> str:
    """A Jaccard (0 to 1) with three digits, rounded down: below a threshold it never looks equal to it."""
    return f"{int(value * 1000 + 1e-9) / 1000:.3f}"


def contained(value: float) -> str:
    """A coverage (0 to 1) in per cent with one digit, rounded down like a Jaccard."""
    return f"{int(value * 1000 + 1e-9) / 10:.1f}%"


def score(value: float) -> str:
    """How similar two paragraphs are (0 to 100) in whole per cent; only equal ones are 100%."""
    return f"{min(99, round(value)) if value < 100 else 100}%"


def chance(probability: float) -> str:
    """A probability (0 to 1) in whole per cent, rounded down, so never up to the caution."""
    return f"{int(probability * 100 + 1e-9)}%"


def rate(count: float, unit: str) -> str:
    """An amount per second: 1,234.5 MB/s; only nothing is 0."""
    return f"{count:,.1f} {unit}/s" if count >= 0.05 else f"<0.1 {unit}/s"
