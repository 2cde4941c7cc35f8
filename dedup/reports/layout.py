"""What terminal reports are made of: headings, sentences, tables without lines."""

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


class Command(Text):
    """A command on a line of its own, which is never wrapped, so that it can be pasted."""

    def __init__(self, line: str, indent: int = 2) -> None:
        super().__init__(" " * indent + line, style="bold", no_wrap=True, overflow="ignore", end="\n")


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
