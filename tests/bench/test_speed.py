"""The benches of speed run, in small, and count what they say; no rival is asked, and no time is asserted."""

import sys
from pathlib import Path

import pytest

from tests.bench.running import COPIES, rows, run
from tests.support.paths import TOP

PAGES = [TOP / "docs/performance.md", TOP / "bench/speed/results.md"]


def test_speed_runs_in_small() -> None:
    """dedup with one worker and with two, and the floor: all copies are accounted for; no page is written."""
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
    """The bench of signatures compares them, too."""
    printed = run("speed.signatures", "--corpus", "120", "--documents", "20", "--rounds", "1")
    assert printed.startswith("20 of 20 signatures equal datasketch's")


def test_every_stage_is_shown() -> None:
    """The profile has each stage of the report, and what is imported."""
    printed = run("speed.stages", "--documents", "120")
    for stage in ("read", "repeats", "signatures", "candidates", "matches", "write", "in no stage"):
        assert f"\n{stage}" in printed
    assert "\nnumba " in printed


def test_scale_cleans_up(build: Path) -> None:
    """A size has a row for one worker and for two; the corpus that was made for it is gone."""
    from bench.scale import growth as scale

    found = scale.measured(60, {1: 0.0, 2: 0.0}, keep_corpus=False)
    assert [(row.documents, row.workers) for row in found] == [(60, 1), (60, 2)]
    assert not list(build.glob("corpus-60-*"))
    assert len(rows(scale.table(found))) == 2


def test_the_start_is_measured() -> None:
    """Help and two files, with compiled code."""
    from bench.speed import startup as start

    assert set(start.cached(1)) == {"help", "two files"}


def test_a_command_is_measured() -> None:
    """The peak is the command's own, however much memory this process has; a failure tells why."""
    from bench.harness.measure import FailedError, run

    ballast = b"x" * 300_000_000
    small = run([sys.executable, "-c", "pass"])
    large = run([sys.executable, "-c", "b'x' * 200_000_000"])
    assert small.peak < 100_000_000 < 200_000_000 < large.peak < len(ballast)
    with pytest.raises(FailedError, match="no such luck"):
        run([sys.executable, "-c", "raise SystemExit('no such luck')"])


def test_crawl_runs_in_small() -> None:
    """The same pages are crawled without the pipeline and with it: the copies among them are dropped."""
    table = rows(run("speed.crawl", "--pages", "120", "--rounds", "1").splitlines())
    assert table["without"][0] == "120"
    assert table["with the pipeline"][0] == str(120 - COPIES)


def test_an_index_is_measured_in_small() -> None:
    """What the index of a small corpus holds, and that it answers."""
    table = rows(run("scale.index", "--documents", "200", "--new", "60", "--rounds", "1").splitlines())
    assert table["articles that came in, and that the index holds"][0].startswith("200, ")
    assert float(table["checking one, median of all"][0].split()[0]) > 0
