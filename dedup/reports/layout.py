"""The few shapes that the terminal report is made of: a heading, a table without lines, numbers in words."""

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
    """A bold sentence of two halves, each on its own line where both together are too wide for one."""

    def __init__(self, first: str, rest: str) -> None:
        self.first, self.rest = first, rest

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line, or two."""
        fits = cell_len(self.first) + 1 + cell_len(self.rest) <= options.max_width
        yield Text(self.first + (" " if fits else "\n") + self.rest, style="bold")


def heading(title: str, rest: str = "") -> Text:
    """A part's first line."""
    return Text(title, style="bold").append(rest, style="not bold")


def indented(part: RenderableType) -> Padding:
    """`part` two columns further to the right."""
    return Padding(part, (0, 0, 0, 2))


def grid(*columns: str, head: Iterable[str] = ()) -> Table:
    """A table without lines. `columns`: left, right, wide (takes the width that is left, ends in …), or
    folded (the same, but goes on in the next line).
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


def number(count: int, one: str) -> str:
    """`count` of something: 1 group, 2,000 groups."""
    return f"{count:,} {one if count == 1 else one + 's'}"


def percent(share: float) -> str:
    """A share (0 to 1) in per cent; never as 0 or 100 what is not."""
    if 0 < share < 0.0005:
        return "<0.1 %"
    if 0.9995 <= share < 1:
        return ">99.9 %"
    return f"{100 * share:.1f} %"


def similarity(value: float) -> str:
    """Jaccard or coverage (0 to 1) in three digits, never rounded up: what reads 1.000 or the threshold is
    it.
    """
    return f"{int(value * 1000 + 1e-9) / 1000:.3f}"


def alike(score: float) -> str:
    """A score (0 to 100) in whole per cent, never 100 for what differs."""
    return f"{min(99, round(score)) if score < 100 else 100} %"


def rate(count: float, unit: str) -> str:
    """So much a second: 1,234.5 MB/s; never 0 of what is something."""
    return f"{count:,.1f} {unit}/s" if count >= 0.05 else f"<0.1 {unit}/s"
