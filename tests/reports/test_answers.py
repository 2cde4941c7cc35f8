"""Every answer as data: --json, and reports in each format."""

import gzip
import json
from pathlib import Path

import jsonschema
import orjson
import pytest

from dedup.cli.main import main
from tests.support.command import run
from tests.support.paths import ARTICLES, TOP

SCHEMA = orjson.loads((TOP / "dedup/summary/report.schema.json").read_bytes())


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a crawl, of which one line cannot be read."""
    (tmp_path / "crawl.jsonl").write_bytes(ARTICLES.read_bytes() + b"no json\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(capsys, *words, status=0):
    """What a command prints with --json, which is ASCII."""
    assert main([*words, "--json"]) == status
    shown = capsys.readouterr().out
    assert shown.isascii()
    return json.loads(shown)


def test_compare_answers(place, capsys):
    """The decision, the numbers, and both texts in full, fragment by fragment."""
    shown = answer(capsys, "compare", "fx-004", "fx-002", "--in", "crawl.jsonl")
    assert shown["decision"] == "match"
    assert shown["jaccard"] == pytest.approx(0.950, abs=0.001)
    assert [document["id"] for document in shown["documents"]] == ["fx-004", "fx-002"]
    texts = {line["id"]: line["text"] for line in map(orjson.loads, ARTICLES.read_bytes().splitlines())}
    words = [
        "".join(part["text"] for row in shown["rows"] for one in row[side] for part in one["fragments"])
        for side in "ab"
    ]
    assert ["".join(text.split()) for text in words] == [
        "".join(texts[name].split()) for name in ("fx-004", "fx-002")
    ]
    assert (
        answer(capsys, "compare", "fx-045", "fx-046", "--in", "crawl.jsonl")["difference"]["by"] == "numbers"
    )
    assert answer(capsys, "compare", "fx-001", "fx-020", "--in", "crawl.jsonl")["decision"] == "no match"
    assert answer(capsys, "compare", "fx-015", "fx-042", "--in", "crawl.jsonl")["decision"] == "copy"


def test_tune_answers(place, capsys):
    """The levels, the recommendation and its command, which runs."""
    shown = answer(capsys, "tune", "crawl.jsonl", "-q", status=3)
    assert shown["documents"] == 47
    assert [level["threshold"] for level in shown["similarity"]["levels"]]
    recommended = shown["recommended"]["command"].split()
    assert recommended[:3] == ["dedup", "clean", "crawl.jsonl"]
    assert main([*recommended[1:], "-q"]) == 3


def test_repeats_answer(place, capsys):
    """Each article with its repeats; the filters hold for JSON and for the terminal."""
    shown = answer(capsys, "repeats", "crawl.jsonl", status=3)
    every = [repeat for document in shown for repeat in document["repeats"]]
    assert {repeat["cut"] for repeat in every} == {True, False}
    assert all(repeat["text"] for repeat in every)
    cut = answer(capsys, "repeats", "crawl.jsonl", "--cut-only", "--kind", "title,block", status=3)
    kinds = [(repeat["kind"], repeat["cut"]) for document in cut for repeat in document["repeats"]]
    assert {*kinds} == {("title", True), ("block", True)}
    assert len(kinds) == sum(repeat["kind"] in ("title", "block") and repeat["cut"] for repeat in every)
    assert len(answer(capsys, "repeats", "crawl.jsonl", "--limit", "2", status=3)) == 2
    assert main(["repeats", "crawl.jsonl", "--limit", "2", "--kind", "title"]) == 3
    assert "1 more article has some (--limit)." in " ".join(capsys.readouterr().out.split())
    for words in (["--kind", "titel"], ["--limit", "0"]):
        assert main(["repeats", "crawl.jsonl", *words]) == 2


def test_the_report_goes_to_standard_output(place):
    """--report - is JSON on standard output, and the terminal report goes to standard error."""
    done = run("clean", "crawl.jsonl", "-o", "clean.jsonl", "--report", "-", cwd=place)
    summary = orjson.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(summary)
    assert summary["run"]["inputs"] == ["crawl.jsonl"]
    assert done.stderr.startswith(b"Kept 39 of 49 articles")
    assert orjson.loads(run("clean", "crawl.jsonl", "-n", "-q", "-r", "-", cwd=place).stdout)["totals"]
    both = run("clean", "crawl.jsonl", "--report", "-", cwd=place)
    assert both.returncode == 2
    assert b"cannot both go to standard output" in both.stderr


@pytest.mark.parametrize("name", ["page.html", "report.json", "report.txt", "report.md", "report.json.gz"])
def test_a_finished_run_in_every_format(place, capsys, name):
    """`dedup report LEDGER --report FILE` writes what the run would have written, but for texts and times."""
    main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "-q"])
    assert main(["report", "ledger.jsonl", "--report", name]) == 0
    assert capsys.readouterr().out == ""
    data = Path(name).read_bytes()
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode()
    assert "fx-048" in text.replace("\\", "")
    if ".json" in name:
        jsonschema.Draft202012Validator(SCHEMA).validate(orjson.loads(text))
    if name.endswith(".txt"):
        assert text.startswith("49 articles in, 39 out: 9 near-duplicates dropped")
    if name.endswith(".md"):
        assert text.startswith("# dedup: Kept 39 of 49 articles")
        assert "\n## Near\\-duplicates\n" in text or "\n## Near-duplicates\n" in text
        assert "```console\ndedup restore clean.jsonl ledger.jsonl" in text
        assert main(["report", "ledger.jsonl", "--report", "-"]) == 0


@pytest.mark.parametrize("name", ["report", "report.xls", "report.gz", "report.pdf"])
def test_another_format_is_refused(place, capsys, name):
    """A name that says no format is wrong usage: nothing is written."""
    assert main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--report", name]) == 2
    assert "--report takes a name that ends in .html, .json, .md or .txt, or -" in capsys.readouterr().err
    assert not Path("clean.jsonl").exists()
    main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "-q"])
    assert main(["report", "ledger.jsonl", "--report", name]) == 2


def test_a_report_over_its_ledger_is_refused(place):
    """No command overwrites what it reads."""
    main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.json", "-q"])
    assert main(["report", "ledger.json", "--report", "ledger.json"]) == 2
    assert Path("ledger.json").read_bytes().startswith(b'{"dedup_ledger"')


def test_index_info_answers(place, capsys):
    """What an index has, as data."""
    main(["index", "add", "seen.index", "crawl.jsonl", "-q"])
    capsys.readouterr()
    assert answer(capsys, "index", "info", "seen.index")["documents"] == 39
    assert answer(capsys, "sites", "crawl.jsonl", "-q", status=3)["rejects"] == 1
