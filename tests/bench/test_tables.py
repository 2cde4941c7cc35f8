"""Measured figures become tables and verdicts."""

from pathlib import Path

import pytest

from tests.bench.running import figures_of, rows, run
from tests.support.paths import TOP

pytestmark = pytest.mark.slow


@pytest.mark.slow
def test_figures_of_other_code_are_not_shown(monkeypatch: pytest.MonkeyPatch, build: Path) -> None:
    """Figures of other code of dedup count as not measured; the floor's figures stay."""
    from bench.harness import figures
    from bench.speed import compare

    run("speed.compare", "--documents", "120", "--rounds", "2", "--only", "floor")
    corpus = build / "corpus-120-1.jsonl"
    figures.save("corpus-120-1/dedup, 1 worker", figures_of(1.0, key=figures.code_digest()))
    assert compare.results(corpus)["dedup, 1 worker"]
    monkeypatch.setattr(compare, "code_digest", lambda: "another")
    results = compare.results(corpus)
    assert len(results["floor"]["runs"]) == 2
    assert results["dedup, 1 worker"] is None


def test_the_tables_compare_with_two_workers(build: Path) -> None:
    """Speeds are compared by MB/s, so a part of the file is enough; a rival that failed has its reason."""
    from bench.corpora.cache import make_corpus
    from bench.speed import tables

    corpus = make_corpus(120)
    size = corpus.stat().st_size
    results = {
        "dedup, 2 workers": figures_of(2.0, size=size),
        "a part": figures_of(1.0, size=size / 10),
        "broken": {"reason": "no wheel", "at": 0.0},
        "absent": None,
    }
    for table in (rows(tables.full(corpus, results)), rows(tables.short(corpus, results))):
        assert table["dedup, 2 workers"][-1] == ""
        assert table["a part, 10% of the file"][-1] == "5.00 times"
        assert table["broken"][0] == "did not run: no wheel"
        assert table["absent"][0] == "not measured"
        assert len({len(row) for row in table.values()}) == 1


def test_aims_are_judged() -> None:
    """An aim is met on the right side of its bound; without a figure there is no verdict."""
    from bench.speed import targets

    results = {
        "rensa, full sets": figures_of(8.0),
        "dedup, 1 worker": figures_of(1.5),
        "dedup, 2 workers": figures_of(1.0),
        "floor": figures_of(0.4),
    }
    table = rows([aim.row for aim in targets.speed_aims(results)])
    assert table["dedup, 2 workers, faster than rensa, full sets"] == ["at least 5 times", "8.00", "met"]
    assert table["dedup, 2 workers, faster than datatrove"][1:] == ["", "not measured"]
    assert table["dedup, 2 workers, time of the floor's"] == ["at most 1.25 times", "2.50", "missed"]
    assert table["two workers, faster than one"][1:] == ["1.50", "met"]
    assert [aim.verdict for aim in targets.signature_aims(None)] == ["not measured"] * 2


def test_growth_is_judged() -> None:
    """A million articles are compared with ten thousand, by all of the time and by that without start-up."""
    from bench.scale import growth
    from bench.speed import targets

    small, large = (
        growth.Row(n, 1, 1, 1 + n * seconds, 1.0, 10**9) for n, seconds in ((10**4, 1e-4), (10**6, 1.2e-4))
    )
    total, net, *two, peak = targets.growth_aims([small, large])
    assert total.measured == pytest.approx(100 * (121 / 200 - 1))
    assert net.measured == pytest.approx(20)
    assert [aim.verdict for aim in (total, net, peak)] == ["met", "missed", "met"]
    assert [aim.verdict for aim in two] == ["not measured"] * 2


def test_odd_pages_are_read() -> None:
    """Each line of odd_pages.py in seconds is a page; its last line, in microseconds, is none."""
    from bench.speed import targets

    output = "  0.88 s     894 repeats  20,000 paragraphs\n  5.20 s       0 repeats  one line\n"
    aims = targets.odd_page_aims(f"{output}   200 microseconds each  2 articles without a repeat\n")
    assert [(aim.name, aim.measured) for aim in aims] == [("20,000 paragraphs", 0.88), ("one line", 5.2)]


def test_the_shares_of_rapidfuzz_are_shown() -> None:
    """They are shares of all articles, and of the pairs that were worth comparing; a report may lack them."""
    from bench.speed.stages import comparison_shares

    compared = {"documents": 50, "pairs": 800, "fuzzy_documents": 20, "fuzzy_pairs": 100}
    assert comparison_shares({"totals": {"documents": 200}, "compared": compared}) == [
        "worth comparing: 50 of 200 articles, 25.00%",
        "compared by rapidfuzz: 20 of 200 articles, 10.00%",
        "compared by rapidfuzz: 100 of 800 pairs of paragraphs, 12.50%",
    ]
    assert comparison_shares({}) == []


def test_a_table_goes_between_its_markers(tmp_path: Path) -> None:
    """The rest of a page stays as it is; a page without the markers is refused."""
    from bench.harness.figures import write_table

    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: a -->\nold\n<!-- end of a -->\nafter\n")
    write_table(page, "a", ["new"])
    write_table(page, "a", ["newer"])
    assert page.read_text() == "before\n<!-- measured: a -->\n\nnewer\n\n<!-- end of a -->\nafter\n"
    with pytest.raises(ValueError, match="no markers"):
        write_table(page, "b", ["new"])


@pytest.mark.parametrize(
    ("program", "page"),
    [
        ("speed.tables", "bench/speed/results.md"),
        ("speed.tables", "docs/performance.md"),
        ("speed.targets", "bench/speed/results.md"),
        ("speed.crawl", "bench/speed/results.md"),
        ("scale.growth", "bench/scale/results.md"),
        ("scale.ten_million", "bench/scale/results.md"),
        ("scale.index", "bench/scale/results.md"),
        ("accuracy.compare", "bench/accuracy/results.md"),
    ],
)
def test_every_program_has_its_markers(program: str, page: str) -> None:
    """The page that a program writes its table into has the markers of that program."""
    from importlib import import_module

    name = import_module(f"bench.{program}").PROGRAM
    text = (TOP / page).read_text(encoding="utf-8")
    assert text.count(f"<!-- measured: {name} -->") == text.count(f"<!-- end of {name} -->") == 1


def test_the_pictures_of_the_report_are_of_this_code() -> None:
    """`make pictures` draws the very files that the README shows."""
    from tools import pictures

    for name, theme in pictures.PICTURES.items():
        shown = (TOP / "docs" / name).read_text(encoding="utf-8")
        assert pictures.draw(theme) == shown, f"docs/{name} is of another report: make pictures"
