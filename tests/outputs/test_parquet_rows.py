"""Rows of Parquet files, copied as rows or written as JSON."""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.formats import find_files
from dedup.outputs.parquet_rows import row_as_json, shared_schema
from tests.support.inputs import clean_at_random


def test_parquet_keeps_schema_and_compression(tmp_path):
    """A cleaned Parquet file has the schema, metadata and compression of the original."""
    fields = [pa.field("text", pa.string(), nullable=False, metadata={"k": "v"}), pa.field("n", pa.int8())]
    table = pa.table([["a", "b"] * 50, list(range(100))], pa.schema(fields, metadata={"made": "here"}))
    pq.write_table(table, tmp_path / "a.parquet", compression="zstd")
    clean_at_random([str(tmp_path / "a.parquet")], str(tmp_path / "o.parquet"), seed=5)
    before, after = (pq.ParquetFile(tmp_path / name) for name in ("a.parquet", "o.parquet"))
    assert after.schema_arrow.equals(before.schema_arrow, check_metadata=True)
    assert after.metadata.row_group(0).column(0).compression == "ZSTD"
    assert 0 < after.metadata.num_rows < 100


def test_a_shared_schema_has_all_columns(tmp_path):
    """Files with other or narrower columns share a schema; files whose columns clash do not."""
    tables = {
        "a": pa.table({"text": ["a"], "n": pa.array([1], pa.int16())}),
        "b": pa.table({"text": ["b"], "n": pa.array([1], pa.int64()), "more": [True]}),
        "c": pa.table({"text": ["c"], "n": [["list"]]}),
    }
    for name, table in tables.items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    first, second, third = find_files([str(tmp_path)])
    assert shared_schema([first, second]).equals(
        pa.schema([("text", pa.string()), ("n", pa.int64()), ("more", pa.bool_())])
    )
    assert shared_schema([first, third]) is None


def test_rows_become_json():
    """Dates become ISO 8601, binary becomes text or base64, and NaN becomes null."""
    row = {
        "day": date(2026, 1, 2),
        "text": b"a",
        "raw": b"\xff",
        "share": float("nan"),
        "keys": {1: Decimal("2.50")},
    }
    assert (
        row_as_json(row) == b'{"day":"2026-01-02","text":"a","raw":"/w==","share":null,"keys":{"1":"2.50"}}'
    )
