"""Progress while a run goes on."""

from io import StringIO

import rich.progress
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
    with rich.progress.Progress(*bars.columns(), console=console) as display:
        show_progress = bars.Bars(display, {"read": progress.total_bytes(files)})
        for stage, done in (("read", 3_000_000), ("matches", 70), ("matches", 7)):
            show_progress(stage, done)
        assert [(task.description, task.completed, task.total) for task in display.tasks] == [
            ("read", 3_000_000, 6_000_000),
            ("matches", 77, None),
        ]
    assert "77 articles" in console.file.getvalue()


def test_total_is_unknown_for_what_is_compressed(tmp_path):
    """For compressed files and Parquet it is unknown how many bytes will be read."""
    plain = File("a", tmp_path / "a", "jsonl", size=4)
    assert progress.total_bytes([plain]) == 4
    for other in (
        File("b", tmp_path / "b", "jsonl", "gz", size=3),
        File("c", tmp_path / "c", "parquet", size=3),
    ):
        assert progress.total_bytes([plain, other]) is None
