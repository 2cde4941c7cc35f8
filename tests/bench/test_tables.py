"""Figures that were measured become tables and verdicts."""

from pathlib import Path

import pytest

from tests.bench.running import rows, run, took
from tests.support.paths import TOP


def test_figures_of_other_code_are_not_shown(monkeypatch: pytest.MonkeyPatch, build: Path) -> None:
    """What was measured with other code of dedup counts as not measured; the floor's figures stay."""
    from bench.harness import results as kept
    from bench.speed import compare as speed

    run("speed.compare", "--documents", "120", "--rounds", "2", "--only", "floor")
    corpus = build / "corpus-120-1.jsonl"
    kept.keep("corpus-120-1/dedup, 1 worker", took(1.0, key=kept.code()))
    assert speed.results(corpus)["dedup, 1 worker"]
    monkeypatch.setattr(speed, "code", lambda: "another")
    found = speed.results(corpus)
    assert len(found["floor"]["runs"]) == 2
    assert found["dedup, 1 worker"] is None


def test_the_tables_compare_with_two_workers(build: Path) -> None:
    """Who is slower by how much is a ratio of MB/s, so that a part of the file will do; who did not run is
    named with the reason.
    """
    from bench.corpora import cache as corpora
    from bench.speed import tables

    corpus = corpora.make_corpus(120)
    size = corpus.stat().st_size
    found = {
        "dedup, 2 workers": took(2.0, size=size),
        "a part": took(1.0, size=size / 10),
        "broken": {"reason": "no wheel", "at": 0.0},
        "absent": None,
    }
    for table in (rows(tables.full(corpus, found)), rows(tables.short(corpus, found))):
        assert table["dedup, 2 workers"][-1] == ""
        assert table["a part, 10 % of the file"][-1] == "5.00 times"
        assert table["broken"][0] == "did not run: no wheel"
        assert table["absent"][0] == "not measured"
        assert len({len(row) for row in table.values()}) == 1


def test_aims_are_judged() -> None:
    """An aim that is reached is met, on its side of the bound; without a figure there is no verdict."""
    from bench.speed import targets

    given = {"rensa, full sets": took(8.0), "dedup, 1 worker": took(1.5), "dedup, 2 workers": took(1.0)}
    table = rows([aim.row for aim in targets.of_speed({**given, "floor": took(0.4)})])
    assert table["dedup, 2 workers, faster than rensa, full sets"] == ["at least 8 times", "8.00", "met"]
    assert table["dedup, 2 workers, faster than datatrove"][1:] == ["", "not measured"]
    assert table["dedup, 2 workers, time of the floor's"] == ["at most 2 times", "2.50", "missed"]
    assert table["two workers, faster than one"][1:] == ["1.50", "missed"]
    assert [aim.verdict for aim in targets.of_signing(None)] == ["not measured"] * 2


def test_growth_is_judged() -> None:
    """A million articles against ten thousand, by the whole time and by that beyond the start."""
    from bench.scale import growth as scale
    from bench.speed import targets

    small, large = (
        scale.Row(n, 1, 1, 1 + n * each, 1.0, 10**9) for n, each in ((10**4, 1e-4), (10**6, 1.2e-4))
    )
    whole, beyond, *two, peak = targets.of_scale([small, large])
    assert whole.measured == pytest.approx(100 * (121 / 200 - 1))
    assert beyond.measured == pytest.approx(20)
    assert [aim.verdict for aim in (whole, beyond, *two, peak)] == [
        "met",
        "missed",
        *["not measured"] * 2,
        "met",
    ]


def test_odd_pages_are_read() -> None:
    """What odd.py prints, a page a line; the microseconds of real articles are no page."""
    from bench.speed import targets

    printed = "  0.88 s     894 repeats  20,000 paragraphs\n  5.20 s       0 repeats  one line\n"
    aims = targets.of_odd(f"{printed}   200 microseconds each  2 articles without a repeat\n")
    assert [(aim.says, aim.measured) for aim in aims] == [("20,000 paragraphs", 0.88), ("one line", 5.2)]


def test_the_shares_of_rapidfuzz_are_shown() -> None:
    """Articles of all articles, pairs of all pairs that were worth comparing; a report may lack them."""
    from bench.speed.stages import counts

    compared = {"documents": 50, "pairs": 800, "fuzzy_documents": 20, "fuzzy_pairs": 100}
    assert counts({"totals": {"documents": 200}, "compared": compared}) == [
        "worth comparing: 50 of 200 articles, 25.00 %",
        "by rapidfuzz: 20 of 200 articles, 10.00 %",
        "by rapidfuzz: 100 of 800 pairs of paragraphs, 12.50 %",
    ]
    assert counts({}) == []


def test_a_table_goes_between_its_markers(tmp_path: Path) -> None:
    """All else of a page stays as it is; a page without these markers is refused."""
    from bench.harness.results import write

    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: a -->\nold\n<!-- end of a -->\nafter\n")
    write(page, "a", ["new"])
    write(page, "a", ["newer"])
    assert page.read_text() == "before\n<!-- measured: a -->\n\nnewer\n\n<!-- end of a -->\nafter\n"
    with pytest.raises(ValueError, match="no markers"):
        write(page, "b", ["new"])


def test_the_pictures_of_the_report_are_of_this_code() -> None:
    """`make pictures` gives the very files that the README shows."""
    from tools import pictures as picture

    for name, theme in picture.PICTURES.items():
        drawn = (TOP / "docs" / name).read_text(encoding="utf-8")
        assert picture.draw(theme) == drawn, f"docs/{name} is of another report: make pictures"
