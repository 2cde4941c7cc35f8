"""The figures of the pages are those that the benches wrote."""

import re
from pathlib import Path

from tests.support.pages import rows, section
from tests.support.paths import TOP


def _measured(name: str) -> dict[str, list[str]]:
    """The rows of one set's table in bench/accuracy/results.md, by tool."""
    after = (TOP / "bench/accuracy/results.md").read_text(encoding="utf-8").split(f"### {name}:")[1]
    return {row[0]: row[1:] for row in rows(after.split("###")[0])}


def _speed(page: Path) -> dict[str, list[str]]:
    """The cells of the rows that the bench of speed wrote into a page, by the first one."""
    after = page.read_text(encoding="utf-8").split("<!-- measured: bench.speed.compare")[1]
    return {row[0]: row[1:] for row in rows(after.split("<!-- end")[0])}


def test_dedup_is_as_fast_as_was_measured() -> None:
    """The table of speed is the short form of bench/speed/results.md's: the same rows and figures."""
    full, short = _speed(TOP / "bench/speed/results.md"), _speed(TOP / "docs/performance.md")
    assert "dedup, 2 workers" in short
    assert short == {name: [cells[i] for i in (0, 2, 4, 7, 9, 10)] for name, cells in full.items()}


def test_dedup_compares_as_was_measured() -> None:
    """Each figure of the comparison is one that the benches wrote."""
    table = rows(section("docs/performance.md", "## Near-duplicates"))
    pages, edits = _measured("extractors"), _measured("edits")
    assert table[0][0] == "dedup"
    assert all(row[1:] == [*pages[row[0]][:2], *edits[row[0]][:2]] for row in table)
    curve = (TOP / "bench/repeats/results.md").read_text(encoding="utf-8")
    set_aside = curve.split("## Sites that are set aside")[1]
    precision, recall = re.search(r"\| all .*? \| ([\d.]+) \([^|]*\) \| ([\d.]+) \(", set_aside).groups()
    text = section("docs/performance.md", "## Repeats")
    assert f"{100 * float(precision):.0f}% are right" in " ".join(text.split())
    assert f"finds {100 * float(recall):.0f}%" in text


def test_dedup_compares_with_others_as_was_measured() -> None:
    """Each F1 of the comparison is one that the bench wrote."""
    sets = [_measured(name) for name in ("extractors", "edits", "bbc", "news", "reuters")]
    table = rows(section("docs/comparison.md", "## Near-duplicates in labelled collections"))
    assert table[0][0] == "dedup"
    assert table == [[tool, *(measured[tool][2] for measured in sets)] for tool, *_ in table]
