"""Progress bars on standard error. The run knows nothing of them: it calls a function."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console

from dedup.document import File
from dedup.pipeline.progress import Progress


@contextmanager
def shown(files: Sequence[File], quiet: bool) -> Iterator[Progress]:
    """A function to call with a stage and how much more of it is done, in bytes or documents. It draws bars
    on a terminal, and does nothing elsewhere.
    """
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if quiet or not console.is_terminal:
        yield lambda *_: None
        return
    from rich import progress as rich_progress  # late: 0.01 s, which a run in the background need not pay

    from dedup.reports.bars import Bars, columns

    with rich_progress.Progress(*columns(), console=console, transient=True) as display:
        yield Bars(display, {"read": total_bytes(files)})


def total_bytes(files: Sequence[File]) -> int | None:
    """The bytes to read; None where unknown: compressed files, pages, Parquet (some columns are read)."""
    if any(file.compression or file.lines or file.format == "parquet" or file.size < 0 for file in files):
        return None
    return sum(file.size for file in files)
