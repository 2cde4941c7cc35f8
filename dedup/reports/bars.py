"""What a progress bar is and how it moves. Loaded where one is drawn."""

from rich import progress as rich_progress
from rich.text import Text

from dedup.reports.numbers import unit_of


def bar_columns() -> tuple[rich_progress.ProgressColumn, ...]:
    """What a line shows: the stage, its bar, how much is done of how much and how fast, the time left."""
    return (
        rich_progress.TextColumn("{task.description:<8}", markup=False),
        rich_progress.BarColumn(),
        AmountDone(),
        rich_progress.TimeRemainingColumn(compact=True),
    )


class Bars:
    """A bar for each stage, from its first progress on. `totals`: how much there is to do, where that is
    known before.
    """

    def __init__(self, display: rich_progress.Progress, totals: dict[str, int | None]) -> None:
        self._display, self._totals = display, totals
        self._tasks: dict[str, rich_progress.TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None = None) -> None:
        if stage not in self._tasks:
            unit, size = unit_of(stage)
            known = self._totals.get(stage)
            self._tasks[stage] = self._display.add_task(stage, total=known, unit=unit, size=size)
        self._display.update(self._tasks[stage], advance=done, total=total)


class AmountDone(rich_progress.ProgressColumn):
    """How much is done, of how much, and how much per second."""

    def render(self, task: rich_progress.Task) -> Text:
        unit, size = task.fields["unit"], task.fields["size"]
        rate = f", {task.speed / size:,.0f} {unit}/s" if task.speed else ""
        total = f" of {max(task.total, task.completed) / size:,.0f}" if task.total else ""
        return Text(f"{task.completed / size:,.0f}{total} {unit}{rate}")
