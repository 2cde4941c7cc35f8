"""Tallies that tasks count, as rows that Spark adds up by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the name that Spark's own documentation gives it

from dedup.native.arrays import Int64s
from dedup.sites.tally import Tally
from dedup.spark.engine import Batches, Spark


@dataclass(frozen=True)
class TallyRows:
    """How several tallies are rows of one table: `tally` int, which one; `code` bigint; as many `sum...` and
    `bits...` bigint as the widest has, null where a tally has fewer. `shapes`: how many sums, and how many
    columns of bits, each tally has.
    """

    shapes: Sequence[tuple[int, int]]

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        sums, bits = map(max, zip(*self.shapes, strict=True))
        return ["tally", "code", *(f"sum{i}" for i in range(sums)), *(f"bits{i}" for i in range(bits))]

    @property
    def schema(self) -> str:
        """The columns with their types."""
        return ", ".join(f"{name} {'int' if name == 'tally' else 'bigint'}" for name in self.columns)

    def batches(self, tallies: Sequence[Tally]) -> Batches:
        """The rows of these tallies."""
        for number, tally in enumerate(tallies):
            columns = {"tally": np.full(len(tally.codes), number, np.int32), "code": _signed(tally.codes)}
            columns |= {f"sum{i}": sums for i, sums in enumerate(tally.sums.T)}
            columns |= {f"bits{i}": _signed(bits) for i, bits in enumerate(tally.bits.T)}
            missing = pa.nulls(len(tally.codes), pa.int64())
            arrays = [pa.array(columns.get(name, missing)) for name in self.columns]
            yield pa.RecordBatch.from_arrays(arrays, self.columns)

    def collect(self, engine: Spark, rows: DataFrame, wanted: str = "true") -> list[Tally]:
        """The tallies that these rows add up to. `wanted`: the condition that a row meets by then. They come
        as bytes, piece after piece: a million of Spark's own rows would take a gigabyte.
        """
        added = rows.groupBy("tally", "code").agg(
            *(
                F.expr(f"{'sum' if name.startswith('sum') else 'bit_or'}({name})").alias(name)
                for name in self.columns[2:]
            )
        )
        pieces = engine.map(_packed, added.where(wanted), "rows binary").toLocalIterator()
        blobs = [np.zeros(0, np.int64), *(np.frombuffer(piece["rows"], np.int64) for piece in pieces)]
        numbers = np.concatenate(blobs).reshape(-1, len(self.columns))
        return [self._tally(numbers, number) for number in range(len(self.shapes))]

    def _tally(self, numbers: Int64s, number: int) -> Tally:
        """One of the tallies, out of the rows of all: int64 (rows, columns)."""
        sums, bits = self.shapes[number]
        rows = numbers[numbers[:, 0] == number, 1:]
        first_bits = self.columns.index("bits0") - 1 if bits else 0
        return Tally.of(
            rows[:, 0].astype(np.uint64),
            rows[:, 1 : 1 + sums],
            rows[:, first_bits : first_bits + bits].astype(np.uint64),
        )


def _signed(codes: Any) -> Int64s:
    """The same 64 bits as Spark's numbers."""
    return np.ascontiguousarray(codes).view(np.int64)


def _packed(batches: Batches) -> Batches:
    """The rows of each batch as the bytes of one: int64 (rows, columns), 0 for null."""
    for batch in batches:
        columns = [column.cast(pa.int64()).fill_null(0).to_numpy() for column in batch.columns]
        rows = np.stack(columns, 1).tobytes()
        yield pa.RecordBatch.from_pydict({"rows": pa.array([rows], pa.binary())})
