"""Parquet out: rows copied, left out or with another text; the ledger keeps the rows that changed, whole."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from dedup.document import File
from dedup.errors import LedgerError
from dedup.files.staging import Target
from dedup.formats.parquet import open_table, row_batches
from dedup.outputs.parquet_rows import SIZE, RowSink


def restore(
    file: dict[str, Any],
    entries: Iterable[tuple[bytes, list[int], list[int]]],
    output: File | None,
    target: Target,
) -> None:
    """Write a Parquet file again whose table equals the original."""
    schema = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(file["schema"])))
    sink = RowSink(target)
    sink.begin(schema, file["packing"])
    kept = _Rows(output, file["start"])
    at = 0
    for data, places, lengths in entries:
        with pa.ipc.open_stream(data) as stream:
            rows = stream.read_all()
        parts = []
        for i, (place, length) in enumerate(zip(places, lengths, strict=True)):
            parts += kept.take(place - at)
            parts += rows.slice(i, 1).to_batches()
            kept.take(length)
            at = place + 1
        sink.write(parts)
    for start in range(at, file["size"], 1024):
        sink.write(kept.take(min(1024, file["size"] - start)))
    sink.close()
    if sink.rows != file["size"]:
        raise LedgerError(f"{file['dedup_file']!r} does not come out as it was: it has {sink.rows} rows.")


class _Rows:
    """The rows of an output, read forward."""

    def __init__(self, output: File | None, start: int) -> None:
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._held: pa.RecordBatch | None = None
        if output:
            self._batches = row_batches(open_table(output), output, SIZE)
        self.take(start)

    def take(self, count: int) -> list[pa.RecordBatch]:
        """The next rows, exactly so many. Raises LedgerError."""
        parts = []
        while count > 0:
            if not self._held:
                self._held = next(self._batches, None)
                if self._held is None:
                    raise LedgerError("The ledger does not fit the output: it has too few rows.")
            parts.append(self._held.slice(0, count))
            self._held = self._held.slice(len(parts[-1]))
            count -= len(parts[-1])
        return parts
