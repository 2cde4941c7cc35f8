"""One page: its text and its fields, or why it has none. No other process is started."""

import gzip
from typing import Any

import orjson
import pytest

from dedup.formats.web.process import REJECT, Request, document_line
from tests.formats.web.made import digest, page, response, url_of

NAMES = {"text": "text", "title": "title", "url": "url"}


def extracted(body: bytes, extractor: str = "trafilatura", **more: Any) -> dict[str, Any]:
    """The fields of a page."""
    known = more.pop("known", {"id": "a.html"})
    line = document_line(Request(dict(known), more.pop("names", NAMES), extractor, 60.0, **more), body)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    fields: dict[str, Any] = orjson.loads(line)
    return fields


def test_an_article_has_its_fields() -> None:
    """Title, canonical address, date and language are those that the page states; the menu is no text."""
    fields = extracted(page(3))
    text = fields.pop("text")
    assert fields == {
        "id": "a.html",
        "digest": digest(page(3)),
        "url": url_of(3),
        "title": "Story 3 of the town",
        "date": "2024-03-04",
        "language": "en",
    }
    assert len(text.splitlines()) == 7
    assert "News" not in text


def test_html_text_takes_all_text() -> None:
    """The menu is there as well, and so are the fields."""
    fields = extracted(page(3), "html-text")
    assert "Home" in fields["text"]
    assert (fields["url"], fields["title"], fields["date"]) == (
        url_of(3),
        "Story 3 of the town",
        "2024-03-04",
    )


def test_fields_have_the_names_of_the_options() -> None:
    """Text, title and URL are called as a run calls them."""
    fields = extracted(page(3), names={"text": "body", "title": "headline", "url": "link"})
    assert (fields["headline"], fields["link"]) == ("Story 3 of the town", url_of(3))
    assert "Story" in fields["body"]


RUSSIAN = "Выдры вернулись в реку после шестидесяти лет отсутствия, сообщили лесники. " * 4
ENCODED = {
    "meta": (f"<meta charset='windows-1251'><p>{RUSSIAN}</p>".encode("cp1251"), "text/html"),
    "header": (f"<p>{RUSSIAN}</p>".encode("koi8-r"), "text/html; charset=koi8-r"),
    "header before meta": (f"<meta charset='koi8-r'><p>{RUSSIAN}</p>".encode(), "text/html; charset=utf-8"),
    "byte-order mark": (f"<p>{RUSSIAN}</p>".encode("utf-16"), "text/html"),
    "nothing": (f"<html><body><p>{RUSSIAN}</p></body></html>".encode(), "text/html"),
}


@pytest.mark.parametrize("case", ENCODED)
def test_encodings(case: str) -> None:
    """A page is read by its byte-order mark, its HTTP header, its meta element, or as UTF-8."""
    body, content_type = ENCODED[case]
    record = response(body, header=f"Content-Type: {content_type}")
    assert RUSSIAN.strip() in " ".join(extracted(record, "html-text", is_record=True)["text"].split())


def chunked(body: bytes) -> bytes:
    """A body as HTTP sends it in two chunks."""
    parts = body[:100], body[100:]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Transfer-Encoding: chunked", chunked(page(5))),
        ("Content-Encoding: gzip", gzip.compress(page(5), mtime=0)),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked", chunked(gzip.compress(page(5), mtime=0))),
    ],
)
def test_a_response_is_unpacked(header: str, body: bytes) -> None:
    """Chunks and compression of HTTP do not matter; the digest is that of the page."""
    record = response(body, header=f"Content-Type: text/html\r\n{header}")
    known = {"id": "a.html"}
    assert extracted(record, is_record=True, known=known) == extracted(page(5))


WITHOUT_TEXT = {
    "empty": (b" \n", "the page is empty"),
    "a PDF": (b"%PDF-1.7 \x00", "no HTML but a PDF document"),
    "gzip": (gzip.compress(page(1), mtime=0), "no HTML but gzip data: add .gz to the name"),
    "an image": (b"\x89PNG\r\n\x1a\n<", "no HTML but an image"),
    "JSON": (b'{"a": 1}', "no HTML: it has no tags"),
    "zeros": (b"<\0\0\0\0" * 100, "no HTML: it has no tags"),
    "a comment": (b"<!-- only -->", "no "),
    "no article": (b"<html><body><p></p></body></html>", "no text: trafilatura finds"),
}


@pytest.mark.parametrize("case", WITHOUT_TEXT)
def test_a_page_without_a_text_says_why(case: str) -> None:
    """It has the fields that are known, its digest, and the reason."""
    body, reason = WITHOUT_TEXT[case]
    fields = extracted(body)
    assert fields.pop(REJECT).startswith(reason)
    assert fields == {"id": "a.html", "digest": digest(body)}


def test_a_compressed_page_is_not_unpacked_beyond_the_limit() -> None:
    """A small response that unpacks to much is a reject."""
    bomb = response(
        gzip.compress(b"<p>" * (1 << 20), mtime=0), header="Content-Type: text/html\r\nContent-Encoding: gzip"
    )
    assert "longer than 1,000,000 bytes" in extracted(bomb, is_record=True, limit=1_000_000)[REJECT]


def test_odd_markup_is_no_error() -> None:
    """Half of a surrogate pair, control characters and deep nesting give a line of JSON."""
    odd = b"<p>one &#xD800; \x01 two</p>" + b"<div>" * 3000 + b"three" + b"</div>" * 3000
    assert {"text", REJECT} & extracted(b"<html><body>" + odd, "html-text").keys()
