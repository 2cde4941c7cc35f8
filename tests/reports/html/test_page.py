"""The HTML report: what is in it, that it needs nothing else, and that no text from outside acts."""

import re
import shlex
from base64 import b64encode
from hashlib import sha256

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.api import clean
from dedup.cli.main import main
from dedup.reports.html import attention, page
from dedup.summary import exhibits
from dedup.summary.format import ALARMS
from dedup.summary.groups import closest_call
from dedup.text.encoding import replace_surrogates
from tests.reports.html.parsed_page import DEAD, TAGS, Parsed, made
from tests.support.examples import examples
from tests.support.hostile import hostile_texts, with_documents, with_strings
from tests.support.reporting import DOCUMENTS, OTHER, STORY, full_summary, summary_of


def test_the_page_says_what_the_run_did(parsed):
    """The run in one sentence, what needs attention, kinds, groups, reasons, options, how to undo."""
    for sentence in (
        "7 articles in, 3 out",
        "2 near-duplicates dropped, 1 cleaned of repeats, 2 unreadable.",
        "Needs attention",
        "2 records could not be read (28.6%). Show the reasons",
        "1 group, 2 dropped",
        "their Jaccard similarity is at least 0.8, or at least 80% of one is in the other",
        "Of those that match, the cleanest is kept.",
        '"text" is int, not a string',
        "All have their defaults.",
        "dedup restore out.jsonl ledger.jsonl --rejects out.jsonl.rejects.jsonl -o restored/",
        "This page shows 2 of 2 dropped articles in full.",
    ):
        assert sentence in parsed.text, sentence


def test_what_is_left_out_is_said(result, monkeypatch):
    """Where a page does not have all texts, it says how many it has, and where the others are."""
    monkeypatch.setattr(page, "BYTES", 10)
    assert "This page shows 1 of 2 dropped articles in full. The rest are in the ledger." in made(result).text


def test_options_in_force_are_named(tmp_path, capsys):
    """The page names the inputs, and the options that differ from their defaults; its commands have both."""
    crawl, report = tmp_path / "the crawl.jsonl", tmp_path / "report.html"
    crawl.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in DOCUMENTS))
    options = ["--threshold", "0.7", "--keep", "first", "-o", str(tmp_path / "out.jsonl")]
    assert main(["clean", str(crawl), *options, "--report", str(report), "--quiet"]) == 3
    parsed = Parsed(report.read_text(encoding="utf-8"))
    for words in (str(crawl), "--threshold 0.7", "--keep first", "All others have their defaults."):
        assert words in parsed.text, words
    again = next(one["data-copy"] for _, one in parsed.elements if "--never-drop" in one.get("data-copy", ""))
    (tmp_path / "keep.txt").write_text("first\ncopy\nnear\n")
    words = shlex.split(again.replace("keep.txt", str(tmp_path / "keep.txt")))
    assert main([*words[1:], "--quiet"]) == 3
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 5
    compare = parsed.data("about-page")["compare"].replace("\0", "first near")
    assert main(shlex.split(compare)[1:]) == 0
    repeats = parsed.data("about-page")["repeats"].replace("\0", "first")
    assert main(shlex.split(repeats)[1:]) == 3
    capsys.readouterr()


def test_a_run_that_is_over_keeps_its_date(result):
    """A summary that names its inputs and its date is shown with these."""
    summary = summary_of(result)
    run = summary["run"] | {"inputs": ["crawl/a.jsonl", "crawl/b.jsonl"], "date": "2026-01-02T03:04:05Z"}
    parsed = Parsed(b"".join(page.render({**summary, "run": run}, None)).decode())
    assert "crawl/a.jsonl and 1 more · 2 January 2026, 03:04 UTC" in parsed.text
    assert "dedup clean crawl/a.jsonl crawl/b.jsonl -o out.jsonl" in parsed.text


def test_alarms_lead_to_what_they_mean(result):
    """Each alarm has a link to a place of the page, and filters that the list there has."""
    page_of_all = Parsed(
        b"".join(page.render(full_summary(summary_of(result)), exhibits.Exhibits(result.highlights))).decode()
    )
    links = [one for tag, one in page_of_all.elements if tag == "a" and "data-filters" in one]
    ids = {one["id"] for _, one in page_of_all.elements if "id" in one}
    fields = {one["name"] for _, one in page_of_all.elements if "name" in one}
    notices = attention.notices(full_summary(summary_of(result)))
    assert {alarm["alarm"] for alarm in full_summary(summary_of(result))["alarms"]} | {"tagged"} == set(
        ALARMS
    )
    assert len(links) >= len(notices) == 12
    for link in links:
        assert link["href"][1:] in ids
        assert orjson.loads(link["data-filters"]).keys() <= fields


def test_the_page_loads_nothing(parsed):
    """No element loads anything: links lead to places of the page, and the style names no address."""
    for tag, attributes in parsed.elements:
        assert not {"src", "srcset", "data", "action", "style", "background"} & attributes.keys(), tag
        assert attributes.get("href", "#").startswith("#")
    assert not re.search(r"url\(|@import|https?:", parsed.style)
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {attributes["href"][1:] for tag, attributes in parsed.elements if tag == "a"} <= set(ids)


def test_the_policy_allows_only_the_script_of_the_page(parsed):
    """The policy forbids everything but the page's own script and style, known by their hashes."""
    metas = [attributes for tag, attributes in parsed.elements if tag == "meta"]
    policy = next(meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy")
    (script,) = [data for attributes, data in parsed.scripts if "type" not in attributes]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for rule, content in (("script-src", script), ("style-src", parsed.style)):
        assert rules[rule] == f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", script)


@examples(60)
@given(
    text=hostile_texts
    | st.sampled_from(["</script><script>x()</script>", "<!--<script>", "\"'><img src=x onerror=x()>"])
)
def test_hostile_text_is_escaped(result, text):
    """Promise 6: whatever a text, an id, a path, a host or a reason holds, it makes no element, no attribute
    and no script of the page, and nothing that hides or reorders is alive in it.
    """
    hostile = with_documents(result, text)
    hostile.texts = lambda rows: dict.fromkeys(rows, replace_surrogates(f"{text}{STORY}"))
    hostile.__dict__.pop("highlights", None)
    raw = b"".join(
        page.render(
            with_strings(full_summary(summary_of(result)), text), exhibits.Exhibits(hostile.highlights)
        )
    ).decode()
    assert not DEAD.search(raw)
    parsed = Parsed(raw)
    assert {tag for tag, _ in parsed.elements} <= TAGS
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]
    assert len([data for attributes, data in parsed.scripts if "type" not in attributes]) == 1
    for attributes, data in parsed.scripts:
        if "type" in attributes:
            assert "<" not in data
            orjson.loads(data)


@pytest.mark.parametrize(
    ("documents", "options"),
    [
        ([], {}),
        ([{"text": OTHER}], {}),
        ([{"text": ""}] * 3, {}),
        (DOCUMENTS, {"repeats": False, "duplicates": False}),
    ],
)
def test_a_run_without_findings_has_a_page(documents, options):
    """An empty input, one article, nothing looked for: a page without lists."""
    parsed = made(clean(documents, **options))
    assert parsed.data("all-groups") == parsed.data("all-articles") == parsed.data("all-calls") == []
    assert not [tag for tag, _ in parsed.elements if tag == "input"]


def test_a_summary_alone_makes_a_page(result):
    """Without texts, the page has the sections of the terminal, with the groups as a table."""
    parsed = Parsed(b"".join(page.render(full_summary(summary_of(result)), None)).decode())
    assert "1 group" not in parsed.text
    assert "30 groups, 2 dropped" in parsed.text
    assert "dedup restore out.jsonl ledger.jsonl" in parsed.text
    assert "This page has no texts" in parsed.text
    ids = {attributes["id"] for _, attributes in parsed.elements if "id" in attributes}
    assert {attributes["href"][1:] for tag, attributes in parsed.elements if tag == "a"} <= ids
    assert {one["id"] for one, _ in parsed.scripts if "id" in one} == {"about-page"}


def test_distributions_count_every_dropped_document(result):
    """Bars and those at 1 are all dropped ones; the table says the same as the bars."""
    for of in ("jaccard", "coverage"):
        histogram = exhibits.Exhibits(result.highlights).histogram(of)
        assert sum(histogram.counts) + histogram.ones == result.totals.dropped
    near = result.keepers.jaccard[closest_call(result)]
    assert [
        number
        for number, count in enumerate(exhibits.Exhibits(result.highlights).histogram("jaccard").counts)
        if count
    ] == [int(near * 50)]


def test_the_page_has_the_texts_of_an_input_that_is_replaced(tmp_path, capsys):
    """`-o` over the input: the page has what was cut and dropped, and it is written with the output."""
    crawl, report = tmp_path / "crawl.jsonl", tmp_path / "report.HTML"
    crawl.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in DOCUMENTS))
    files = ["-o", str(crawl), "--ledger", str(tmp_path / "ledger.jsonl"), "--report", str(report)]
    assert main(["clean", str(crawl), *files]) == 3
    parsed = Parsed(report.read_text(encoding="utf-8"))
    assert parsed.data(f"pair-{parsed.data('all-groups')[0][3][0][0]}")["rows"]
    assert "crawl.jsonl:2" in str(parsed.data("all-documents"))
    capsys.readouterr()


def test_articles_can_be_kept_without_javascript(parsed):
    """The page says how to keep an article that was dropped; the part that needs the script is hidden."""
    assert "dedup clean in.jsonl -o out.jsonl --ledger ledger.jsonl --never-drop keep.txt" in parsed.text
    (panel,) = [attributes for _, attributes in parsed.elements if attributes.get("id") == "keep-both"]
    assert "hidden" in panel
