"""How far a run is, on standard error: bars on a terminal, a line now and then in a log. The run knows of
neither: it calls a function.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from dedup.document import File
from dedup.files.compression import unpacked_size
from dedup.pipeline.progress import Progress, silent
from dedup.reports.numbers import duration, percent, unit_of

EVERY = 30.0  # seconds between two lines of a log


@contextmanager
def shown(files: Sequence[File], quiet: bool, columns: Sequence[str] = ()) -> Iterator[Progress]:
    """A function to call with a stage, how much more of it is done, in bytes or documents, and how much there
    is in all, where that is known. It draws bars on a terminal; elsewhere it prints a line every half minute.
    `columns`: those of Parquet files that are read.
    """
    if quiet:
        yield silent
        return
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        yield Log(lambda: total_bytes(files, columns))
        return
    from rich import progress as rich_progress  # late: 0.01 s, which a run in the background need not pay

    from dedup.reports.bars import Bars, bar_columns

    with rich_progress.Progress(*bar_columns(), console=console, transient=True) as display:
        yield Bars(display, {"read": total_bytes(files, columns)})


def total_bytes(files: Sequence[File], columns: Sequence[str] = ()) -> int | None:
    """The bytes to read, unpacked; about, where a file is compressed. None where unknown: standard input,
    pages.
    """
    sizes = [_size(file, columns) for file in files]
    return None if None in sizes else sum(size or 0 for size in sizes)


def _size(file: File, columns: Sequence[str]) -> int | None:
    if file.size < 0 or file.lines:
        return None
    try:
        if file.format == "parquet":
            from pyarrow import parquet  # late: 0.02 s

            groups = parquet.read_metadata(file.path)
            of_rows = [groups.row_group(number) for number in range(groups.num_row_groups)]
            parts = [group.column(number) for group in of_rows for number in range(group.num_columns)]
            sizes = (part.total_uncompressed_size for part in parts if part.path_in_schema in columns)
            return int(sum(sizes))
        return unpacked_size(file.path, file.compression, file.size)
    except (OSError, ValueError):
        return None


@dataclass
class Log:
    """Prints a line every half minute: the stage, how much of it is done, and how long the rest may take.
    `bytes_to_read`: called once, if a line is printed.
    """

    bytes_to_read: Callable[[], int | None]
    clock: Callable[[], float] = time.monotonic
    _stage: str = ""
    _began: float = 0.0
    _printed: float = 0.0
    _done: int = 0
    _totals: dict[str, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._printed = self.clock()

    def __call__(self, stage: str, done: int, total: int | None = None) -> None:
        now = self.clock()
        if stage != self._stage:
            self._stage, self._began, self._done = stage, now, 0
        self._done += done
        if total is not None:
            self._totals[stage] = total
        if now - self._printed >= EVERY:
            self._printed = now
            print(self._line(now - self._began), file=sys.stderr, flush=True)

    def _line(self, seconds: float) -> str:
        """How far the stage is, `seconds` after it began."""
        if self._stage == "read" and "read" not in self._totals:
            self._totals["read"] = self.bytes_to_read()
        unit, size = unit_of(self._stage)
        total = self._totals.get(self._stage)
        if not total or not self._done:
            return f"dedup: {self._stage}: {self._done / size:,.0f} {unit}"
        share = min(1.0, self._done / total)
        left = duration(seconds * (1 - share) / share)
        of_all = f"{self._done / size:,.0f} of {max(total, self._done) / size:,.0f} {unit}"
        return f"dedup: {self._stage}: {of_all} ({percent(share)}), {left} left"
