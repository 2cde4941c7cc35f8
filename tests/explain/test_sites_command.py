"""`dedup sites`: its table, its JSON, its sentences and statuses."""

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.cli.main import main
from dedup.explain.sites import PrintedPassage, PrintingSite, PrintingSites
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal.views import printed_passages
from tests.sites.pages import Site
from tests.support.command import json_lines, run
from tests.support.hostile import hostile_texts


@pytest.fixture
def crawl(tmp_path):
    """A file with the pages of three sites, and one site of which nothing is printed twice."""
    pages = [page for name in ("a.example", "b.example", "c.example") for page in Site(name).pages(12)]
    pages.append({"id": "alone", "url": "https://alone.example/", "text": "Nothing here comes twice."})
    path = tmp_path / "crawl.jsonl"
    path.write_bytes(b"".join(orjson.dumps(page) + b"\n" for page in pages))
    return path


def test_a_site_has_a_line_and_a_table(crawl, tmp_path, capsys):
    """For each site its pages and the share that would be cut, then its passages, on which pages, how often
    cut, why; no file is written.
    """
    assert main(["sites", str(crawl)]) == 0
    shown = capsys.readouterr().out
    assert "a.example: 12 pages, " in shown
    assert "% of the text would be cut\n" in shown
    assert "  12 of 12  12 times" in shown
    assert "Sport and games | a.example\n" in shown
    assert " for: " in shown
    assert shown.endswith("1 site prints nothing on enough pages to be judged.\n")
    assert max(map(len, shown.splitlines())) <= 80
    assert [*tmp_path.iterdir()] == [crawl]


def test_nothing_is_cut_with_the_highest_caution(crawl, capsys):
    """With --caution 1 the same passages are there, and all of them are left."""
    main(["sites", str(crawl), "--caution", "1"])
    shown = capsys.readouterr().out
    assert "  12 of 12  left" in shown
    assert " times" not in shown
    assert ": 12 pages, 0.0% of the text would be cut" in shown


def test_all_of_it_is_shown_on_demand(tmp_path, capsys):
    """Without --all at most twenty sites and ten passages of each; the rest is counted."""
    path = tmp_path / "crawl.jsonl"
    menu = "\n".join(f"Part {'x' * part} of the menu" for part in range(12))
    pages = [page for site in range(22) for page in Site(f"s{site}.example").pages(3)]
    pages = [page | {"text": f"{menu}\n{page['text']}"} for page in pages]
    path.write_bytes(b"".join(orjson.dumps(page) + b"\n" for page in pages))
    main(["sites", str(path)])
    shown = capsys.readouterr().out
    assert shown.count(".example: 3 pages") == 20
    assert shown.count("more passages (--all)") == 20
    assert "\n2 more sites with such passages (--all).\n" in shown
    main(["sites", str(path), "--all"])
    shown = capsys.readouterr().out
    assert shown.count(".example: 3 pages") == 22
    assert "--all" not in shown


def test_the_json_has_all_of_it_in_ascii(crawl, capsys):
    """--json has every site and passage in full, as the ledger of a run has the evidence."""
    with crawl.open("ab") as file:
        file.write(b'{"url": null, "text": "without"}\n')
    assert main(["sites", str(crawl), "--json"]) == 0
    shown = capsys.readouterr().out
    assert shown.isascii()
    values = orjson.loads(shown)
    assert {*values} == {"sites", "pages_without_site", "rejects"}
    assert (values["pages_without_site"], values["rejects"]) == (1, 0)
    assert {site["site"] for site in values["sites"]} >= {"a.example", "alone.example"}
    site = values["sites"][0]
    assert {*site} == {"site", "pages", "characters", "cut_characters", "passages"}
    assert 0 < site["cut_characters"] < site["characters"]
    for passage in site["passages"]:
        assert {*passage} == {"text", "pages", "occurrences", "cut", "probability", "evidence"}
        assert passage["probability"]["least"] <= passage["probability"]["most"]
        assert passage["evidence"]["on_pages"] == [passage["pages"], 0.0]


def test_the_numbers_are_those_of_the_ledger(crawl, tmp_path, capsys):
    """The cut characters are those of the site repeats in the ledger of `dedup clean --no-duplicates`."""
    main(["sites", str(crawl), "--json"])
    values = orjson.loads(capsys.readouterr().out)
    ledger = tmp_path / "ledger.jsonl"
    files = ["-o", str(tmp_path / "clean.jsonl"), "--ledger", str(ledger)]
    main(["clean", str(crawl), *files, "--no-duplicates", "--quiet"])
    repeats = [repeat for line in json_lines(ledger) for repeat in line.get("repeats", ())]
    cut = sum(repeat["end"] - repeat["start"] for repeat in repeats if repeat["kind"] == "site")
    assert cut == sum(site["cut_characters"] for site in values["sites"]) > 0


@pytest.mark.parametrize(
    ("lines", "arguments", "status", "words"),
    [
        (b"", [], 0, "The input has no articles."),
        (
            b'{"text":"a"}\n',
            [],
            0,
            "No article has a URL in the field 'url': name the field that has it with ",
        ),
        (
            b'{"link":"http://a.b/","text":"a"}\n',
            ["--url-field", "link"],
            0,
            "1 site prints nothing on enough",
        ),
        (
            b'{"url":"http://a.b/","text":"a"}\n{"text":"b"}\n',
            [],
            0,
            "1 article has no URL in the field 'url'",
        ),
        (
            b'{"url":"http://a.b/","text":"a"}\n{"te\n',
            [],
            3,
            "1 record could not be read; only readable ones ",
        ),
    ],
    ids=["empty", "no-url", "other-field", "some-url", "reject"],
)
def test_what_is_missing_has_a_sentence(tmp_path, capsys, lines, arguments, status, words):
    """No article, no URL, an unreadable record: a sentence and the right status."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(lines)
    assert main(["sites", str(path), *arguments]) == status
    shown = capsys.readouterr()
    assert words in " ".join((shown.out + shown.err).split())


def test_errors_are_sentences(tmp_path):
    """A file that is not there, and a caution that is no share."""
    missing = run("sites", tmp_path / "none.jsonl")
    assert missing.returncode == 1
    assert missing.stderr.startswith(b"dedup: ")
    assert run("sites", tmp_path, "--caution", "2").returncode == 2


@given(hostile_texts, st.booleans())
def test_hostile_passages_and_sites_are_harmless(text, shows_all):
    """Whatever a passage, a host or a field has, no control character of it reaches the table."""
    evidence = {"accident": [0.9, 2.2], text: [1.0, 1.0], "place": [0.0, 0.4]}
    passage = PrintedPassage(text, 3, 3, 2, 0.8, 0.9, evidence)
    printing = PrintingSites([PrintingSite(text, 3, 100, 50, [passage])], 1, 0)
    out = terminal._rendered(printed_passages.report(printing, text, shows_all), 80)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff]", out)


def test_an_escape_code_of_a_page_is_shown_as_text(tmp_path, capsys):
    """A passage with an escape code is visible in the table and in the JSON, and acts on no terminal."""
    path = tmp_path / "crawl.jsonl"
    pages = Site("a.example").pages(12)
    pages = [page | {"text": f"Clear \x1b[2J the screen\n\n{page['text']}"} for page in pages]
    path.write_bytes(b"".join(orjson.dumps(page) + b"\n" for page in pages))
    for more in ([], ["--json"]):
        assert main(["sites", str(path), "--all", *more]) == 0
        shown = capsys.readouterr().out
        assert "\x1b" not in shown
        assert "[2J the screen" in shown
