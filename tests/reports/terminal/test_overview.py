"""The report of a run: its parts in their order, that it fits, and where it is printed."""

import re
from io import StringIO

import pytest
from rich.cells import cell_len

from dedup.api import clean
from dedup.reports.terminal import console as terminal
from tests.support.reporting import DOCUMENTS, JOB, STORY, full_summary, job_with, render, summary_of


def test_parts_are_in_order(result):
    """The report goes from the sentence that sums up to the command that undoes it."""
    titles = list(terminal.sections(summary_of(result)))
    assert titles == ["headline", "check", "totals", "groups", "repeats", "rejects", "time", "files"]
    assert list(terminal.sections(full_summary(summary_of(result)))) == [
        *titles[:3],
        "sites",
        *titles[3:5],
        "templates",
        *titles[5:],
    ]


def test_the_headline_has_all_counts(result):
    """One sentence: in, out, dropped, cleaned, unreadable; in = out + dropped + unreadable."""
    halves = ["7 articles in, 3 out:", "2 near-duplicates dropped, 1 cleaned of repeats, 2 unreadable"]
    assert terminal.plain(result.summary(), 100, verbose=True).startswith(" ".join(halves))
    assert terminal.plain(result.summary(), 70, verbose=True).startswith("\n".join(halves))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_report_fits_the_terminal(result, width):
    """No line but a command is wider than the terminal, and none ends in blanks."""
    for verbose in (False, True):
        report = terminal.plain(full_summary(summary_of(result)), width, verbose)
        lines = [line for line in report.split("\n") if not line.lstrip().startswith("dedup ")]
        assert max(map(cell_len, lines)) <= width
        assert not re.search(r"[^\S\n]$", report, re.MULTILINE)


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (JOB, "dedup restore out.jsonl ledger.jsonl --rejects out.jsonl.rejects.jsonl -o restored/"),
        (
            job_with(ledger=None),
            "Without a ledger this run cannot be undone. Add --ledger FILE to be able to.",
        ),
        (
            job_with(output="my out.jsonl", rejects="r"),
            "dedup restore 'my out.jsonl' ledger.jsonl --rejects r",
        ),
        (job_with(output=None), "articles  to standard output"),
        (JOB._replace(dry_run=True), "Dry run: nothing was written."),
    ],
)
def test_the_report_ends_with_the_undo_command(result, job, words):
    """The last part names the files, and the command that gives the input back or what it needs."""
    assert words in render(result, job, width=120)


def test_a_run_without_output_says_that_nothing_was_written(result):
    """Where a terminal alone shows the articles, the report says that nothing was written."""
    shown = render(result, job_with(output=None)._replace(report_only=True))
    assert "nothing was written. To write the cleaned articles, add -o OUTPUT." in " ".join(shown.split())
    assert "To undo" not in shown


def test_a_log_has_no_colour(result, monkeypatch):
    """Outside a terminal, and with NO_COLOR, there are no codes; a log has 80 columns."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    forced = StringIO()
    terminal.show(summary_of(result), forced)
    monkeypatch.delenv("FORCE_COLOR")
    log = StringIO()
    terminal.show(summary_of(result), log)
    assert "\x1b" not in forced.getvalue() + log.getvalue()
    lines = [line for line in log.getvalue().split("\n") if not line.lstrip().startswith("dedup ")]
    assert max(map(len, lines)) <= 80


def test_characters_that_an_encoding_lacks_are_escaped(tmp_path):
    """A log in ASCII gets escapes."""
    with (tmp_path / "log").open("w", encoding="ascii") as log:
        terminal.show(summary_of(clean([{"id": "字", "text": f"{STORY}\n\n{STORY}"}])), log)
    assert r"\u5b57" in (tmp_path / "log").read_text("ascii")


@pytest.mark.parametrize("count", [3, 4])
def test_up_to_three_articles_are_shown_on_a_terminal(count):
    """Three articles that go nowhere else are shown in full, four are not."""
    file, shown = StringIO(), clean(DOCUMENTS[:1] * count, duplicates=False)
    terminal.show(summary_of(shown), file, shown)
    assert ("[-The ferry" in file.getvalue()) == (count == 3)
