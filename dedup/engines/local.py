"""This machine as an engine: threads for batch functions (kernels, rapidfuzz and readers release the
interpreter lock), kernels for joins, and DuckDB for joins that exceed the memory.
"""

import ctypes
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pyarrow as pa

from dedup.engines.joins import IN_MEMORY, rows_of
from dedup.errors import OptionsError
from dedup.native.joins import Keys

SQL = Path(__file__).with_name("sql")
_MANY = 1 << 17  # documents: with fewer there is little to return, and memory that takes its place costs time
In = TypeVar("In")
Out = TypeVar("Out")


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def half_of_memory() -> int:
    """Half of the memory that this process may use, in bytes: the machine's, or that of its container; 2 GB
    where the machine does not say, as on Windows.
    """
    if not hasattr(os, "sysconf"):
        return 2 << 30
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *memory_limits(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))]) // 2


def memory_limits(own: Path, groups: Path) -> list[int]:
    """The limits of the control groups (version 2) that a process is in, in bytes; none where there are none.
    `own`: the file that names the group; `groups`: the folder of all groups.
    """
    try:
        name = next(line[3:] for line in own.read_text("utf-8").splitlines() if line.startswith("0::"))
        group = groups / name.strip("/")
        files = [folder / "memory.max" for folder in (group, *group.parents) if folder.is_relative_to(groups)]
        texts = [file.read_text("ascii").strip() for file in files if file.exists()]
    except (OSError, ValueError, StopIteration):
        return []
    return [int(text) for text in texts if text.isdecimal()]


class Local:
    """Runs stages with `workers` threads (0: one for each core that this process may use) and joins in up to
    `memory` bytes (0: half of what this process may use).
    """

    def __init__(self, workers: int = 0, memory: int = 0) -> None:
        self.workers = workers or cores()
        self.memory = memory or half_of_memory()

    def map(self, function: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """function(item) for each item, in order. At most two items a worker are computed ahead."""
        if self.workers == 1:
            yield from map(function, items)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            waiting: deque[Future[Out]] = deque()
            try:
                for item in items:
                    waiting.append(pool.submit(function, item))
                    if len(waiting) > 2 * self.workers:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def trim(self, documents: int) -> None:
        """Return free memory to the machine, in a run over so many documents, if they are many. glibc keeps
        it, 0.5 GB at a million documents, in pieces too small for what comes next.
        """
        if documents < _MANY or sys.platform != "linux":
            return
        if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
            trim(0)

    def query(self, statement: str, keys: Keys, **tables: pa.Table) -> pa.Table:
        """The rows that sql/STATEMENT.sql selects from these keys and tables: compiled, which takes as much
        memory again, if that fits; else by DuckDB.
        """
        if 2 * (keys.nbytes + sum(table.nbytes for table in tables.values())) <= self.memory:
            return IN_MEMORY[statement](keys, **tables)
        return self.spill(statement, keys=rows_of(keys), **tables)

    def spill(self, statement: str, **tables: pa.Table) -> pa.Table:
        """The rows that `query` gives, by DuckDB, which spills to disk what exceeds the memory. Raises
        OptionsError if the memory is too small even for that.
        """
        try:
            import duckdb  # takes 0.1 s; few runs need it
        except ModuleNotFoundError as error:
            raise OptionsError(
                f"--memory {self.memory >> 20}M is too small to compare so many documents in memory: raise "
                "it, or run `pip install 'dedup-articles[spill]'` to compare them on disk"
            ) from error

        with TemporaryDirectory(prefix="dedup-") as folder:
            config: dict[str, str | bool | int | float | list[str]] = {
                "threads": self.workers,
                "memory_limit": f"{self.memory}B",
                "temp_directory": folder,
                "preserve_insertion_order": False,  # takes several times the memory
            }
            try:
                with duckdb.connect(":memory:", config=config) as connection:
                    for name, table in tables.items():
                        connection.register(name, table)
                    relation = connection.sql((SQL / f"{statement}.sql").read_text(encoding="utf-8"))
                    rows: pa.Table = relation.to_arrow_table()
                    return rows
            except duckdb.OutOfMemoryException as error:
                raise OptionsError(
                    f"--memory {self.memory >> 20}M is too small to compare so many documents: raise it"
                ) from error
