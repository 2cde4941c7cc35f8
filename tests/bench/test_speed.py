"""The benches of speed run on small inputs, and count right. No rival runs, no time is asserted."""

import sys

import pytest

from tests.bench.running import COPIES, rows, run
from tests.support.paths import TOP

pytestmark = pytest.mark.slow

PAGES = [TOP / "docs/performance.md", TOP / "bench/speed/results.md"]


def test_a_comparison_accounts_for_all_copies() -> None:
    """dedup finds or misses each copy, the same with one worker and with two; the pages stay as they are."""
    before = [page.read_bytes() for page in PAGES]
    table = rows(run("speed.compare", "--documents", "120", "--rounds", "1", "--alone").splitlines())
    one, two = table["dedup, 1 worker"], table["dedup, 2 workers"]
    assert one[5:10] == two[5:10]
    assert int(one[6]) + int(one[7]) == COPIES
    assert one[5] == one[6]
    assert one[9] == "0"
    assert table["floor"][5:10] == [""] * 5
    assert table["rensa, full sets"][0] == "not measured"
    assert [page.read_bytes() for page in PAGES] == before


def test_signatures_equal_datasketchs() -> None:
    """The bench of signatures also compares them."""
    output = run("speed.signatures", "--corpus", "120", "--documents", "20", "--rounds", "1")
    assert output.startswith("20 of 20 signatures equal datasketch's")


def test_every_stage_has_a_row() -> None:
    """The profile has each stage of the report, and the imports."""
    output = run("speed.stages", "--documents", "120")
    for stage in ("read", "repeats", "signatures", "candidates", "matches", "write", "in no stage"):
        assert f"\n{stage}" in output
    assert "\nnumpy " in output


def test_startup_has_all_commands() -> None:
    """`dedup --help`, the cleaning of an article and of records, and `clean_text`."""
    from bench.speed import startup

    seconds = startup.later_seconds(sys.executable, 1)
    assert set(seconds) == {"help", "article", "clean_text", "records"}
    assert set(startup.first_seconds(sys.executable)) == {"first article", "first records"}


def test_a_command_is_measured() -> None:
    """The peak is the command's own, however much memory this process has; a failure carries its message."""
    from bench.harness.measure import FailedError, run

    ballast = b"x" * 300_000_000
    small = run([sys.executable, "-c", "pass"])
    large = run([sys.executable, "-c", "b'x' * 200_000_000"])
    assert small.peak < 100_000_000 < 200_000_000 < large.peak < len(ballast)
    with pytest.raises(FailedError, match="no such luck"):
        run([sys.executable, "-c", "raise SystemExit('no such luck')"])


def test_a_crawl_runs_without_the_pipeline_and_with_it() -> None:
    """Both crawl the same pages; the pipeline drops the copies among them."""
    table = rows(run("speed.crawl", "--pages", "120", "--rounds", "1").splitlines())
    assert table["without"][0] == "120"
    assert table["with the pipeline"][0] == str(120 - COPIES)
