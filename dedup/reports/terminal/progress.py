"""Bars on standard error while a run goes on. The run knows nothing of them: it tells a callable."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from dedup.document import File
from dedup.kernels import cache

Told = Callable[[str, int], None]

_UNITS = {"read": ("MB", 1e6), "matches": ("articles", 1.0)}


@contextmanager
def shown(files: Sequence[File], quiet: bool) -> Iterator[Told]:
    """Give what a run tells its progress: stage, how much more of it is done. Bars only on a terminal."""
    tell_compiling(quiet)
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if quiet or not console.is_terminal:
        yield lambda *_: None
        return
    with Progress(*columns(), console=console, transient=True) as progress:
        yield Bars(progress, {"read": total(files)})


def tell_compiling(quiet: bool) -> None:
    """Say why a first run begins late."""
    if not quiet and not cache.is_compiled():
        print("dedup: compiling its kernels for this machine, once; this takes some seconds", file=sys.stderr)


def columns() -> tuple[ProgressColumn, ...]:
    """What a line shows: the stage, its bar, how much is done and how fast, the time that remains."""
    return (
        TextColumn("{task.description:<8}", markup=False),
        BarColumn(),
        Done(),
        TimeRemainingColumn(compact=True),
    )


class Bars:
    """A bar for each stage, from the first time that it is heard of."""

    def __init__(self, progress: Progress, totals: dict[str, int | None]) -> None:
        self._progress, self._totals = progress, totals
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int) -> None:
        if stage not in self._tasks:
            unit, size = _UNITS.get(stage, ("", 1.0))
            whole = self._totals.get(stage)
            self._tasks[stage] = self._progress.add_task(stage, total=whole, unit=unit, size=size)
        self._progress.update(self._tasks[stage], advance=done)


class Done(ProgressColumn):
    """How much is done, and how much in a second."""

    def render(self, task: Task) -> Text:
        unit, size = task.fields["unit"], task.fields["size"]
        rate = f", {task.speed / size:,.0f} {unit}/s" if task.speed else ""
        return Text(f"{task.completed / size:,.0f} {unit}{rate}")


def total(files: Sequence[File]) -> int | None:
    """Bytes to read; None where nobody knows: compressed files, Parquet (of which some columns are read)."""
    if any(file.compression or file.format == "parquet" or file.size < 0 for file in files):
        return None
    return sum(file.size for file in files)
