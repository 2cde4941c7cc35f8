"""What the page says of documents: titles, addresses that are links or not, dates, sites."""

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.api import clean
from dedup.cli.main import main
from dedup.reports.html.documents import in_short, is_link
from tests.reports.html.parsed_page import Parsed, made
from tests.support.examples import examples
from tests.support.hostile import hostile_texts
from tests.support.reporting import STORY

LINKS = [
    "https://a.example/x",
    "HTTP://a.example",
    "https://a.example:8080/?q=1&r=2#s",
    "https://münchen.example/ü",
]
NO_LINKS = [
    "",
    "javascript:alert(1)",
    "JavaScript:alert(1)//https://a.example/",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//a.example/x",
    "/x",
    "https:",
    "https:///x",
    "https://[bad",
    "https://bank.example@a.example/",
    "https:\\\\a.example",
    "https://a.example/a b",
    "https://a.example/\u202egpj.exe",
    "https://a.example/\x00",
    "https://a.example/\ud800",
    "https://a.example/" + 2000 * "x",
]


@pytest.mark.parametrize("address", LINKS)
def test_addresses_of_the_web_are_links(address):
    """http and https with a host."""
    assert is_link(address)


@pytest.mark.parametrize("address", NO_LINKS)
def test_other_addresses_are_no_links(address):
    """No scheme that acts, no hidden host, nothing invisible."""
    assert not is_link(address)


@examples(100)
@given(text=hostile_texts)
def test_no_text_becomes_a_link_but_an_address(text):
    """Whatever is in front of an address, or behind it."""
    assert not is_link(f"{text}:x")
    assert not is_link(f"javascript:{text}")
    assert not is_link(f"data:{text}")


@examples(100)
@given(text=st.text(st.sampled_from("ab é字\n"), max_size=900))
def test_titles_are_cut_between_words(text):
    """A title that is too long ends after a word, if it has words of less than 20 letters."""
    shown = in_short(text)
    words = text.split()
    assert len(shown) <= 162
    if all(len(word) < 20 for word in words):
        assert shown.removesuffix(" …").split() == words[: len(shown.removesuffix(" …").split())]


def test_what_an_article_says_of_itself_is_shown(tmp_path):
    """Title, address, date and site come from the fields that the options name."""
    first = {"id": "a", "text": STORY, "head": "The ferry", "link": "https://a.example/1"}
    second = {"id": "b", "text": f"{STORY} More.", "head": 5, "link": "javascript:alert(1)"}
    articles = [{**first, "published": "4 March 2024"}, {**second, "published": "2024-03-04T15:02:00Z"}]
    crawl, report = tmp_path / "crawl.jsonl", tmp_path / "page.html"
    crawl.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in articles))
    fields = ["--title-field", "head", "--url-field", "link", "--date-field", "published"]
    command = ["clean", str(crawl), "-o", str(tmp_path / "out.jsonl"), "--report", str(report), *fields]
    assert main([*command, "--quiet"]) == 0
    page = Parsed(report.read_text(encoding="utf-8"))
    one, other = page.documents.values()
    assert [one[name] for name in ("title", "url", "is_link", "date")] == [
        *("The ferry", "https://a.example/1", 1, "2024-03-04"),
    ]
    assert page.data("all-sites")[one["site"]] == "a.example"
    assert [other[name] for name in ("title", "url", "is_link", "date", "site")] == [
        *("", "javascript:alert(1)", 0, "2024-03-04 15:02", -1),
    ]
    assert other["opening"].startswith("The ferry to the outer islands")


def test_dates_of_any_type_are_read(tmp_path):
    """Timestamps of Parquet, seconds since 1970, dates in words; a date field that is off gives none."""
    stamps = pa.array([1709564520, None], pa.timestamp("s"))
    table = pa.table({"text": [STORY, STORY], "date": stamps})
    pq.write_table(table, tmp_path / "crawl.parquet")
    dates = [one["date"] for one in made(clean(tmp_path / "crawl.parquet")).documents.values()]
    assert dates == ["2024-03-04 15:02", ""]
    twice = [{"text": STORY, "date": 1709564520}, {"text": STORY, "date": "no date"}]
    assert [one["date"] for one in made(clean(twice)).documents.values()] == ["2024-03-04 15:02", ""]
    assert [one["date"] for one in made(clean(twice, date_field="")).documents.values()] == ["", ""]
