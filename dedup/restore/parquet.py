"""A Parquet file restored: the rows of the output, and the changed rows as the ledger keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from dedup.document import File
from dedup.errors import LedgerError
from dedup.files.target import Target
from dedup.formats.parquet import open_table, row_batches
from dedup.ledger.format import ChangedRows, ParquetFileLine, unpack_schema
from dedup.outputs.parquet_rows import BATCH, RowSink, fit

_UNCHANGED = 1024  # unchanged rows at the end that are written at once


def restore(
    file: ParquetFileLine, changes: Iterable[ChangedRows], output: File | None, target: Target
) -> None:
    """Write a Parquet file again, whose table equals the original. `file`: the ledger line that ends it;
    `changes`: its changed rows, in order; `output`: where its other rows are, if it has an output. Raises
    LedgerError.
    """
    if file["start"] < 0:
        raise ValueError("an output has no rows before its first")
    sink = RowSink(target)
    try:
        sink.begin(unpack_schema(file["schema"]), file["packing"])
        for batches in rows_of(file, changes, output):
            sink.write(batches)
        sink.close()
    except pa.ArrowException as error:  # most, but not all, are ValueErrors
        raise ValueError("no table that dedup writes") from error
    if sink.rows != file["size"]:
        raise LedgerError(
            f"{file['dedup_file']!r} cannot be restored: it would have {sink.rows} rows, not {file['size']}. "
            "Use output, ledger and rejects of the same run."
        )


def rows_of(
    file: ParquetFileLine, changes: Iterable[ChangedRows], output: File | None
) -> Iterator[list[pa.RecordBatch]]:
    """The rows of a file as they were, in order, in lists of batches; see `restore`. Rows of the output come
    without the columns that the run added.
    """
    kept, schema = _RowReader(output, file["start"]), unpack_schema(file["schema"])
    restored = 0
    for rows, numbers, lengths in changes:
        batches = []
        for i, (number, length) in enumerate(zip(numbers, lengths, strict=True)):
            batches += [fit(batch, schema) for batch in kept.take(number - restored)]
            batches += rows.slice(i, 1).to_batches()
            kept.take(length)
            restored = number + 1
        yield batches
    for start in range(restored, file["size"], _UNCHANGED):
        yield [fit(batch, schema) for batch in kept.take(min(_UNCHANGED, file["size"] - start))]


class _RowReader:
    """Reads the rows of an output forward, from row `start` on. `output` None: there are no rows."""

    def __init__(self, output: File | None, start: int) -> None:
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._rest: pa.RecordBatch | None = None
        """The rows of the last batch that were not taken yet."""
        if output:
            self._batches = row_batches(open_table(output), output, BATCH)
        self.take(start)

    def take(self, count: int) -> list[pa.RecordBatch]:
        """The next `count` rows. Raises LedgerError if there are fewer."""
        batches = []
        while count > 0:
            if not self._rest:
                self._rest = next(self._batches, None)
                if self._rest is None:
                    raise LedgerError(
                        "The ledger does not fit the output, which has too few rows. "
                        "Use output and ledger of the same run."
                    )
            batches.append(self._rest.slice(0, count))
            self._rest = self._rest.slice(len(batches[-1]))
            count -= len(batches[-1])
        return batches
