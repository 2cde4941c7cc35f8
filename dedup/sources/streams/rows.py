"""Arrow batches as a table on disk, of which nothing is in memory until it is read."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from dedup.files.locations.temporary import TemporaryFolder

_FOLDERS: list[TemporaryFolder] = []
"""The folders of tables, which last as long as the process: nobody knows who still reads one."""


def mapped_table(batches: Iterator[pa.RecordBatch]) -> pa.Table:
    """A table of these batches, which are at least one."""
    folder = TemporaryFolder()
    _FOLDERS.append(folder)
    first = next(batches)
    path = str(folder.path / "rows.arrow")
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, first.schema) as writer:
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)
    with pa.memory_map(path) as file:
        return pa.ipc.open_file(file).read_all()
