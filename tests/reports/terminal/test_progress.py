"""Progress while a run goes on."""

import gzip
from io import StringIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rich.progress
import zstandard
from rich.console import Console

from dedup.document import File
from dedup.reports import bars
from dedup.reports.terminal import progress


def test_progress_is_silent_without_a_terminal(capsys):
    """In a log no bar is drawn."""
    for quiet in (False, True):
        with progress.shown([], quiet) as show_progress:
            show_progress("read", 10)
        assert capsys.readouterr() == ("", "")


def test_progress_draws_a_bar_a_stage(tmp_path):
    """On a terminal each stage has a bar with its rate, and bytes have a total where it is known."""
    files = [
        File("a", tmp_path / "a", "jsonl", size=4_000_000),
        File("b", tmp_path / "b", "jsonl", size=2_000_000),
    ]
    console = Console(file=StringIO(), force_terminal=True, width=100)
    with rich.progress.Progress(*bars.bar_columns(), console=console) as display:
        show_progress = bars.Bars(display, {"read": progress.total_bytes(files)})
        for stage, done in (("read", 3_000_000), ("matches", 70), ("matches", 7)):
            show_progress(stage, done, 100 if stage == "matches" else None)
        assert [(task.description, task.completed, task.total) for task in display.tasks] == [
            ("read", 3_000_000, 6_000_000),
            ("matches", 77, 100),
        ]
    assert "77 of 100 articles" in console.file.getvalue()


def test_the_total_counts_unpacked_bytes(tmp_path):
    """Of compressed files it is estimated from how they begin, of Parquet files it is in their metadata; None
    where it is not known.
    """
    text = "".join(f"{number} words of a line\n" for number in range(200_000)).encode()
    packed = gzip.compress(text)
    zstd = zstandard.compress(text)
    (tmp_path / "a.gz").write_bytes(packed)
    (tmp_path / "a.zst").write_bytes(zstd)
    pq.write_table(pa.table({"text": ["ab" * 50_000] * 2, "other": [1, 2]}), tmp_path / "a.parquet")
    files = {
        "gz": File("a", tmp_path / "a.gz", "jsonl", "gz", size=len(packed)),
        "zst": File("b", tmp_path / "a.zst", "jsonl", "zst", size=len(zstd)),
        "parquet": File("c", tmp_path / "a.parquet", "parquet", size=3),
    }
    assert progress.total_bytes([File("d", tmp_path / "d", "jsonl", size=4)]) == 4
    for name in ("gz", "zst"):
        assert progress.total_bytes([files[name]]) == pytest.approx(len(text), rel=0.2)
    assert 100_000 < progress.total_bytes([files["parquet"]], ["text"]) < 400_000
    assert progress.total_bytes([*files.values(), File("-", tmp_path / "-", "jsonl", size=-1)]) is None
    (tmp_path / "a.gz").write_bytes(b"no gzip")
    assert progress.total_bytes([files["gz"]]) is None


def test_a_log_gets_a_line_now_and_then(capsys):
    """Off a terminal a long run prints how far it is every half minute, with the time that is left."""
    now = [0.0]
    log = progress.Log(lambda: 400_000_000, lambda: now[0])
    for seconds in (10, 20, 31, 40):
        now[0] = seconds
        log("read", 25_000_000)
    for seconds in (50, 70):
        now[0] = seconds
        log("matches", 500, 2_000)
    assert capsys.readouterr().err.splitlines() == [
        "dedup: read: 75 of 400 MB (18.8%), 1 min 31 s left",
        "dedup: matches: 1,000 of 2,000 articles (50.0%), 20 s left",
    ]
