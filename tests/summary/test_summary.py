"""What a summary counts."""

from collections import Counter
from copy import copy
from dataclasses import replace

import pytest

from dedup.document import Reject
from dedup.summary.totals import reasons


def test_the_summary_has_the_counts_of_the_report(result):
    """The summary has these keys, and the counts of the terminal report."""
    summary = result.summary()
    keys = (
        "dedup options alarms totals shares repeats examples compared unsure sites groups seen loss "
        "templates crowded common pinned rejects passed_over keep_field preferred seconds elapsed "
        "bytes files run"
    )
    assert list(summary) == keys.split()
    assert summary["totals"]["documents"] == 5
    assert summary["shares"]["dropped"] == pytest.approx(2 / 7, abs=1e-6)
    assert summary["repeats"] == {"block": {"found": 1, "cut": 1}}
    assert summary["compared"] == result.findings.comparisons._asdict()
    assert summary["unsure"] == {"count": 0, "examples": []}
    assert summary["seen"] == 0
    assert summary["groups"]["count"] == 1
    assert summary["groups"]["largest"][0]["keeper"] == {"id": "first", "source": "memory", "position": 1}
    assert summary["groups"]["largest"][0]["size"] == 3
    assert summary["rejects"][0]["first"] == [{"source": "memory", "position": 6}]


def test_shares_add_up(result):
    """The shares of kept, dropped and rejected records add up to 1; so do those of characters."""
    shares = result.totals.shares
    assert shares["kept"] + shares["dropped"] + shares["rejected"] == pytest.approx(1)
    assert sum(shares[f"{name}_characters"] for name in ("kept", "cut", "dropped")) == pytest.approx(1)


def test_reasons_are_counted_and_placed(result):
    """Rejects are grouped by reason, the most frequent first, each with its first locations."""
    many = replace(result, corpus=copy(result.corpus))
    many.corpus.rejects = [
        Reject(0, line, line, line + 1, "odd" if line % 2 else "even") for line in range(1, 20)
    ]
    assert Counter({reason.text: reason.records for reason in reasons(many)}) == {"odd": 10, "even": 9}
    assert reasons(many)[0].first == [("memory", line) for line in (1, 3, 5, 7, 9)]


def test_reporting_changes_no_result(result):
    """Printing a result leaves its table as it was."""
    before = result.table
    str(result)
    assert result.table.equals(before)
