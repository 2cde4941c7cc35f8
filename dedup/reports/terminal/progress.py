"""Progress bars on standard error. The run knows nothing of them: it calls a function."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich import progress as rich_progress
from rich.console import Console
from rich.text import Text

from dedup.document import File
from dedup.kernels import cache
from dedup.pipeline.progress import Progress

_UNITS = {"read": ("MB", 1e6), "matches": ("articles", 1.0)}


@contextmanager
def shown(files: Sequence[File], quiet: bool) -> Iterator[Progress]:
    """A function to call with a stage and how much more of it is done, in bytes or documents. It draws bars
    on a terminal, and does nothing elsewhere.
    """
    announce_compilation(quiet)
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if quiet or not console.is_terminal:
        yield lambda *_: None
        return
    with rich_progress.Progress(*columns(), console=console, transient=True) as display:
        yield Bars(display, {"read": total_bytes(files)})


def announce_compilation(quiet: bool) -> None:
    """Say why the first run on a machine starts late."""
    if not quiet and not cache.is_compiled():
        print("dedup: compiling once for this machine; this takes a few seconds", file=sys.stderr)


def columns() -> tuple[rich_progress.ProgressColumn, ...]:
    """What a line shows: the stage, its bar, how much is done and how fast, the time that remains."""
    return (
        rich_progress.TextColumn("{task.description:<8}", markup=False),
        rich_progress.BarColumn(),
        AmountDone(),
        rich_progress.TimeRemainingColumn(compact=True),
    )


class Bars:
    """A bar for each stage, from its first progress on. `totals`: how much there is to do, where known."""

    def __init__(self, display: rich_progress.Progress, totals: dict[str, int | None]) -> None:
        self._display, self._totals = display, totals
        self._tasks: dict[str, rich_progress.TaskID] = {}

    def __call__(self, stage: str, done: int) -> None:
        if stage not in self._tasks:
            unit, size = _UNITS.get(stage, ("", 1.0))
            total = self._totals.get(stage)
            self._tasks[stage] = self._display.add_task(stage, total=total, unit=unit, size=size)
        self._display.update(self._tasks[stage], advance=done)


class AmountDone(rich_progress.ProgressColumn):
    """How much is done, and how much per second."""

    def render(self, task: rich_progress.Task) -> Text:
        unit, size = task.fields["unit"], task.fields["size"]
        rate = f", {task.speed / size:,.0f} {unit}/s" if task.speed else ""
        return Text(f"{task.completed / size:,.0f} {unit}{rate}")


def total_bytes(files: Sequence[File]) -> int | None:
    """The bytes to read; None where unknown: compressed files, Parquet (only some columns are read)."""
    if any(file.compression or file.format == "parquet" or file.size < 0 for file in files):
        return None
    return sum(file.size for file in files)
