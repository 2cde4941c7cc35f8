"""dedup clean --action tag: near-duplicates stay and say what they repeat."""

import json
from pathlib import Path

import pytest

from dedup.cli.main import main
from dedup.options import TAG_FIELDS
from tests.cli.streams import stream
from tests.support.command import json_lines
from tests.support.paths import ARTICLES, FIXTURES

CASES = json_lines(FIXTURES / "tags.jsonl")
TAG = ["--action", "tag", "--quiet"]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_tags_are_written_as_the_table_says(case, tmp_path, monkeypatch, capsys):
    """The output is that of the table, to the byte, and the input comes back; or a sentence says why not."""
    monkeypatch.chdir(tmp_path)
    given = case["content"].encode()
    Path(case["input"]).write_bytes(given)
    files = ["--ledger", "ledger.jsonl", "--rejects", "rejects.jsonl"]
    status = main(["clean", case["input"], "-o", case["output"], *files, *TAG, *case["options"]])
    if "message" in case:
        assert (status, capsys.readouterr().err) == (2, case["message"])
        assert [path.name for path in tmp_path.iterdir()] == [case["input"]]
        return
    assert status in (0, 3)
    assert Path(case["output"]).read_bytes() == case["expected"].encode()
    restored = ["-o", "again", "--rejects", "rejects.jsonl"]
    assert main(["restore", case["output"], "ledger.jsonl", *restored]) == 0
    assert Path("again").read_bytes() == given


def cleaned(folder, *options, name="clean.jsonl"):
    """Clean the fixtures into a new folder; returns the status and the folder."""
    folder.mkdir()
    files = ["-o", str(folder / name), "--ledger", str(folder / "ledger.jsonl")]
    return main(["clean", str(ARTICLES), *files, *options]), folder


def test_what_is_tagged_is_what_would_be_dropped(tmp_path):
    """The same articles have the same keepers, similarities and cuts with either action; only the word for
    them differs in the ledger, and all articles are in the output.
    """
    _, dropping = cleaned(tmp_path / "drop", "--quiet")
    _, tagging = cleaned(tmp_path / "tag", *TAG)
    ledgers = [
        [
            {name: value for name, value in line.items() if name != "undo"}
            for line in json_lines(folder / "ledger.jsonl")
            if "decision" in line
        ]
        for folder in (dropping, tagging)
    ]
    became = {"kept": "kept", "cut": "cut", "dropped": "tagged"}
    assert [{**line, "decision": became[line["decision"]]} for line in ledgers[0]] == ledgers[1]
    kept, tagged = (json_lines(folder / "clean.jsonl") for folder in (dropping, tagging))
    assert len(tagged) == 48
    tags = {article["id"]: [article.pop(name, None) for name in TAG_FIELDS] for article in tagged}
    assert [article for article in tagged if tags[article["id"]] == [None, None]] == kept
    assert tags == {
        line["id"]: [line.get("keeper", {}).get("id"), line.get("jaccard")] for line in ledgers[1]
    }


def test_reports_say_tagged(tmp_path, capsys):
    """The report has the count, and says of no article that it was dropped: in the terminal, as a page and
    as JSON, and when it is shown again.
    """
    page, values = tmp_path / "report.html", tmp_path / "report.json"
    _, folder = cleaned(tmp_path / "tag", "--action", "tag", "--keep", "longest", "--report", str(page))
    report = capsys.readouterr().out
    assert "Kept 48 of 48 articles" in report
    assert "Tagged 9 near-duplicates" in report
    main(["report", str(folder / "ledger.jsonl")])
    again = capsys.readouterr().out
    head = page.read_text("utf-8").partition('<script type="application/json"')[0].partition("<body>")[2]
    for text in (report, again, head):
        assert "tagged" in text
        assert "dropped" not in text.replace("--action drop", "")
    _, _ = cleaned(tmp_path / "json", *TAG, "--keep", "longest", "--report", str(values))
    totals = json.loads(values.read_bytes())["totals"]
    assert (totals["kept"], totals["tagged"], totals["dropped"]) == (48, 9, 0)
    assert totals["kept_characters"] + totals["cut_characters"] == totals["characters"]


def test_why_says_tagged(tmp_path, capsys):
    """`dedup why` says of a tagged article that it was kept, and of its keeper that it was tagged for it."""
    _, folder = cleaned(tmp_path / "tag", *TAG, "--keep", "longest")
    ledger = str(folder / "ledger.jsonl")
    tagged = next(line for line in json_lines(folder / "ledger.jsonl") if line.get("decision") == "tagged")
    capsys.readouterr()
    assert main(["why", tagged["id"], ledger]) == 0
    assert "was kept, and tagged as a duplicate of" in capsys.readouterr().out
    assert main(["why", tagged["keeper"]["id"], ledger]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "tagged for it" in shown
    assert "dropped" not in shown


@pytest.mark.parametrize("limit", ["20%", "60%"])
def test_tagged_articles_count_for_fail_over(limit, tmp_path):
    """A run that tags ends with the same status as one that drops."""
    tagging, dropping = (
        cleaned(tmp_path / action, "--action", action, "--quiet", "--fail-over", limit)[0]
        for action in ("tag", "drop")
    )
    assert tagging == dropping == (4 if limit == "20%" else 0)


def test_an_index_does_not_have_tagged_articles(tmp_path):
    """An index has the articles that are no near-duplicates, whatever is done with the others; an article of
    an earlier run is named by its id.
    """
    sizes = {}
    for action in ("drop", "tag"):
        index = str(tmp_path / f"{action}.index")
        cleaned(tmp_path / action, "--action", action, "--quiet", "--index", index)
        second = cleaned(tmp_path / f"{action} again", *TAG, "--index", index, name="second.jsonl")[1]
        sizes[action] = len([one for one in json_lines(second / "second.jsonl") if one.get("duplicate_of")])
        tagged = {one["id"]: one.get("duplicate_of") for one in json_lines(second / "second.jsonl")}
        assert tagged["fx-001"] == "fx-001"
    assert sizes["drop"] == sizes["tag"] > 40


def test_a_stream_tags(tmp_path, monkeypatch, capsys):
    """Each article of a stream is answered, a near-duplicate with its tag; the counts say so, and the
    stream comes back.
    """
    monkeypatch.chdir(tmp_path)
    content = ARTICLES.read_bytes()
    status = stream(content, "-o", "out.jsonl", "--ledger", "ledger.jsonl", "--action", "tag")
    assert status == 0
    written = json_lines(tmp_path / "out.jsonl")
    tags = {one["id"]: one["duplicate_of"] for one in written if "duplicate_of" in one}
    assert f"48 kept, 14 of them cut, 0 updates; {len(tags)} tagged, 0 rejected" in capsys.readouterr().err
    assert main(["clean", str(ARTICLES), "-o", "run.jsonl", "--keep", "first", *TAG]) == 0
    assert (tmp_path / "run.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()
    assert main(["restore", "out.jsonl", "ledger.jsonl", "-o", "again.jsonl"]) == 0
    assert Path("again.jsonl").read_bytes() == content


def test_short_articles_are_shown_in_full(tmp_path, capsys, monkeypatch):
    """With a report alone, a tagged article is shown with its text, and what it repeats."""
    path = tmp_path / "two.jsonl"
    path.write_text("".join(f'{{"id":"{name}","text":"The ferry leaves at nine."}}\n' for name in "ab"))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["clean", str(path), "--action", "tag"]) == 0
    shown = capsys.readouterr().out
    assert "b  tagged as a near-duplicate of a" in shown
    assert shown.count("The ferry leaves at nine.") >= 2
