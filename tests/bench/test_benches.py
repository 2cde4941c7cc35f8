"""The benches run, in small, and count what they say. No rival is asked, and no time is asserted."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

TOP = Path(__file__).parents[2]
PAGES = [TOP / "README.md", TOP / "bench/speed/results.md"]
COPIES = 18  # of 120 documents


@pytest.fixture(autouse=True, scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that benches build in."""
    folder = tmp_path_factory.mktemp("build")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEDUP_BUILD", str(folder))
        yield folder


def run(program: str, *arguments: str) -> str:
    """What a bench prints; it has to end well."""
    command = [sys.executable, "-m", f"bench.{program}", *arguments]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(lines: list[str]) -> dict[str, list[str]]:
    """The cells of a table's rows, by the first one."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ")]
    return {row[0]: row[1:] for row in cells}


def took(seconds: float, **changes: Any) -> dict[str, Any]:
    """Figures as speed.py keeps them."""
    run = {"seconds": seconds, "cpu": 2.0, "peak": 2**20}
    return {"version": "tool 1", "size": 4_000_000, "runs": [run], "at": 0.0, "found": None, **changes}


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


@pytest.fixture
def known(tmp_path: Path) -> Any:
    """Five documents: 1 copies 0 word by word, 2 copies 0 by a part of it, 4 copies 3."""
    from bench.speed.copies import Known

    words = " ".join(f"word{i}" for i in range(40))
    texts = [words, words, words[:100], words.upper()[::-1], words.upper()[::-1]]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(b"".join(orjson.dumps({"text": text}) + b"\n" for text in texts))
    of = [None, "a", "a", None, "d"]
    lines = [{"id": name, "of": source} for name, source in zip("abcde", of, strict=True)]
    corpus.with_suffix(".truth.jsonl").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return Known(corpus)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([0, 0, 0, 3, 3], (3, 3, 0, 0, 0)),
        ([0, 1, 2, 3, 4], (0, 0, 3, 2, 0)),  # missed: two whole copies and one part, which is less alike
        ([0, 0, 2, 3, 3], (2, 2, 1, 0, 0)),
        ([0, 0, 0, 0, 0], (4, 3, 0, 0, 1)),  # of two articles one stays
        ([0, 1, 0, 1, 4], (2, 1, 2, 2, 1)),
    ],
)
def test_copies_are_counted(known: Any, groups: list[int], expected: tuple[int, ...]) -> None:
    """Dropped, found, missed, of these alike, wrong."""
    assert known.found(groups) == expected


def test_answers_become_groups(known: Any) -> None:
    """Pairs that share a document are one group; groups stay as they are."""
    pairs = [{"pair": ["a", "c"]}, {"pair": ["c", "b"]}]
    groups = [{"id": name, "group": group} for name, group in zip("abcde", "xxxyz", strict=True)]
    assert known.groups(pairs) == known.groups(groups) == [0, 0, 0, 3, 4]


def test_a_part_of_a_corpus_is_known(build: Path) -> None:
    """The first tenth has its own truth, in which each copy stands behind what it copies."""
    from bench.corpora import cache as corpora
    from bench.speed.compare import part
    from bench.speed.copies import Known

    some = part(corpora.make_corpus(120), 0.5)
    assert len(some.read_bytes().splitlines()) == len(Known(some).ids) == 60
    assert all(source < row for row, source in Known(some).copies())


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


def test_kills_leave_output_and_index_whole() -> None:
    """Six random kills and six aimed ones: what is there afterwards is that before the run or that after it,
    and the next run gives the same.
    """
    said = run("faults.kills", "--count", "12", "--documents", "120")
    assert said.startswith("12 kills: ")
    assert "DAMAGED" not in said
    assert "0 another result of the next run" in said


def test_the_pictures_of_the_report_are_of_this_code() -> None:
    """`make pictures` gives the very files that the README shows."""
    from tools import pictures as picture

    for name, theme in picture.PICTURES.items():
        drawn = (TOP / "docs" / name).read_text(encoding="utf-8")
        assert picture.draw(theme) == drawn, f"docs/{name} is of another report: make pictures"


def test_bad_inputs_are_counted_and_restored() -> None:
    """Some thousand bad inputs: all are accounted for, and come back."""
    said = run("faults.bad_inputs", "--count", "1500", "--restore")
    assert "no crash, no traceback" in said
    assert "inputs in " in said.splitlines()[-1]


def test_what_is_not_accounted_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record more than there is, or a file that comes back otherwise, ends a run of bad inputs."""
    from bench.faults import bad_inputs, hostile

    made = hostile.folder_of(3, 20)
    monkeypatch.setattr(hostile, "folder_of", lambda *_: [made[0]._replace(records=made[0].records + 1)])
    with pytest.raises(bad_inputs.WrongError, match="came in"):
        bad_inputs.one(3, False)
    monkeypatch.setattr(hostile, "folder_of", lambda *_: made)
    monkeypatch.setattr(bad_inputs, "same", lambda *_: False)
    with pytest.raises(bad_inputs.WrongError, match="differs"):
        bad_inputs.one(3, True)


def test_files_of_a_folder_are_restored(tmp_path: Path) -> None:
    """Lines, tables and texts of a folder are cleaned and come back."""
    (tmp_path / "a.jsonl").write_bytes(b'{"page":"1","text":"one two three"}\n')
    (tmp_path / "b.tsv").write_bytes(b"left\tright\na\tb\n")
    (tmp_path / "c.md").write_bytes(b"one\n\none\n")
    said = run("faults.restore_all", "--data", str(tmp_path), "--generated", "200")
    assert "3 of 3 files restored byte for byte" in said
    assert said.splitlines()[-1].endswith("files restored byte for byte")


def test_fuzzing_finds_nothing() -> None:
    """Each target takes inputs for a moment."""
    said = run("faults.fuzz", "--seconds", "5", "--tool", "hypothesis").splitlines()
    assert [line.split(": ")[1] for line in said] == ["readers", "tokeniser", "repeats", "ledger", "restore"]
    assert all(line.endswith("nothing found") for line in said)
