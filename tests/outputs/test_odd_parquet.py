"""Parquet with values that Python has none for is cleaned into every format, and restored."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dedup
from dedup.cli.main import main
from tests.text.test_arrow_values import MARS, raw

pytestmark = pytest.mark.usefixtures("fast_disk")
TEXT = pa.array(
    [" ".join(f"w{i}" for i in range(99)), None, " ".join(f"w{i}" for i in range(98)), "twice\n\ntwice"]
)
COLUMNS = {
    "nanoseconds": pa.array([1, 1700000000123456789, None, 5], pa.timestamp("ns")),
    "time_of_day": pa.array([1, 2001, None, 5], pa.time64("ns")),
    "duration": pa.array([1, 2**62, None, 5], pa.duration("ns")),
    "long_duration": pa.array([1, 2**62, None, 5], pa.duration("s")),
    "far_date": pa.array([1, 2**40, None, -(2**50)], pa.timestamp("s")),
    "far_day": pa.array([1, 2**31 - 1, None, 5], pa.int32()).cast(pa.date32()),
    "zone": pa.array([1, 2, None, 4], MARS),
    "latin1": raw(b"\xe9", b"b", b"", b"\xff"),
    "view": pa.array(["a", "b", None, "d"], pa.string_view()),
    "views": pa.array([["a"], ["b"], None, []], pa.list_view(pa.string_view())),
    "inside": pa.array([{"a": [2**40]}] * 4, pa.struct({"a": pa.list_(pa.timestamp("s"))})),
}


def round_trip(folder, table, *options, output="jsonl"):
    """Clean a table in a file, and restore it. Returns the exit status."""
    pq.write_table(table, folder / "in.parquet")
    paths = [str(folder / name) for name in ("in.parquet", f"out.{output}", "l.jsonl", "r.jsonl")]
    files = ["-o", paths[1], "--ledger", paths[2], "--rejects", paths[3]]
    status = main(["clean", paths[0], *files, "--quiet", *options])
    assert main(["restore", *paths[1:3], "--rejects", paths[3], "-o", str(folder / "back.parquet")]) == 0
    assert pq.read_table(folder / "back.parquet").equals(pq.read_table(folder / "in.parquet"))
    return status


@pytest.mark.parametrize("output", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("name", COLUMNS)
def test_an_odd_column_is_written_and_restored(tmp_path, name, output):
    """A reject, a dropped and a cut row have an odd value, and no run ends by it."""
    assert round_trip(tmp_path, pa.table({"text": TEXT, name: COLUMNS[name]}), output=output) == 3


@pytest.mark.parametrize("field", ["id", "url", "title", "site", "date"])
@pytest.mark.parametrize("name", COLUMNS)
def test_an_odd_column_may_be_any_field(tmp_path, name, field):
    """Any odd column may be the id, the address, the title, the site, or what articles are ordered by."""
    options = {"site": ["--site-field", "site"], "date": ["--keep", "prefer:date=a,newest:date"]}
    table = pa.table({"text": TEXT, field: COLUMNS[name]})
    assert round_trip(tmp_path, table, *options.get(field, [])) == 3


@pytest.mark.parametrize("name", COLUMNS)
def test_an_odd_column_in_memory(name):
    """A table of the caller may have odd values, too."""
    table = pa.table({"text": TEXT, "id": COLUMNS[name], "date": COLUMNS[name]})
    result = dedup.clean(table, keep="newest:date")
    assert len(result.kept) == 2
    assert len(list(result.ledger())) == 3


def test_texts_that_are_no_utf8_are_rejects(tmp_path):
    """A text in Latin-1 is a reject with the reason; a text in a view is a document."""
    pq.write_table(pa.table({"text": raw(b"caf\xe9", b"good", b"\xff")}), tmp_path / "a.parquet")
    result = dedup.clean(tmp_path / "a.parquet")
    assert [document["text"] for document in result.kept] == ["good"]
    assert {(r.position, r.reason) for r in result.corpus.rejects} == {
        (1, "invalid UTF-8"),
        (3, "invalid UTF-8"),
    }
    views = pa.array(["a b c\n\na b c", None, "d e f"], pa.string_view())
    assert round_trip(tmp_path, pa.table({"text": views}), "--cut", "exact", output="parquet") == 3
    assert np.all(pq.read_table(tmp_path / "out.parquet").column("text").is_valid())
