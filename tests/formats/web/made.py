"""Pages and WARC files that tests make."""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

_WORDS = [
    "otter",
    "river",
    "warden",
    "family",
    "ferry",
    "harbour",
    "council",
    "budget",
    "winter",
    "school",
    "bridge",
    "engine",
    "market",
    "singer",
    "garden",
    "doctor",
    "letter",
    "island",
    "mountain",
    "village",
    "police",
    "museum",
    "theatre",
    "train",
    "storm",
    "farmer",
    "fisher",
    "teacher",
    "painter",
    "window",
    "candle",
    "orchard",
    "railway",
    "printer",
    "lantern",
    "glacier",
    "meadow",
]
_DATE = "2024-03-02T10:00:00Z"


def url_of(number: int) -> str:
    """The address of a page."""
    return f"https://example.org/{number % 7}/story-{number}"


def page(number: int, sentences: int = 6, extra: str = "") -> bytes:
    """A page of UTF-8 with an article of its own, a menu, a canonical address, a date and a language."""
    chosen = random.Random(number)
    paragraphs = "".join(
        f"<p>{' '.join(chosen.choices(_WORDS, k=24)).capitalize()}, they said on day {line}.</p>"
        for line in range(sentences)
    )
    return (
        f"<!doctype html><html lang='en-GB'><head><meta charset='utf-8'>"
        f"<title>Story {number} of the town</title>"
        f"<link rel='canonical' href='{url_of(number)}'>"
        f"<meta property='article:published_time' content='2024-03-{number % 28 + 1:02}T10:00:00Z'></head>"
        f"<body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article>"
        f"<h1>Story {number} of the town</h1>{paragraphs}{extra}</article></body></html>"
    ).encode()


def digest(payload: bytes) -> str:
    """The digest of a page as WARC files have it."""
    return f"sha1:{base64.b32encode(hashlib.sha1(payload).digest()).decode()}"


def record(kind: str, body: bytes, content_type: str, **fields: str) -> bytes:
    """A record of a WARC file. `fields`: more of its header, as target_uri="..."."""
    head = {"type": kind, "record_id": f"<urn:uuid:{uuid.UUID(int=len(body))}>", "date": _DATE} | fields
    lines = [f"WARC-{name.replace('_', '-').title()}: {value}" for name, value in head.items()]
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join(["WARC/1.0", *lines, "", ""]).encode() + body + b"\r\n\r\n"


def response(
    payload: bytes,
    url: str = "https://example.org/",
    header: str = "Content-Type: text/html; charset=utf-8",
    status: str = "200 OK",
) -> bytes:
    """The record of an HTTP response with this body."""
    http = f"HTTP/1.1 {status}\r\n{header}\r\n\r\n".encode()
    fields = {"target_uri": url, "payload_digest": digest(payload)}
    return record("response", http + payload, "application/http; msgtype=response", **fields)


def conversion(text: str, url: str = "https://example.org/") -> bytes:
    """The record of a text, as WET files have it."""
    fields = {"target_uri": url, "identified_content_language": "eng,fra"}
    return record("conversion", text.encode(), "text/plain", **fields)


def info() -> bytes:
    """The record that a WARC file begins with."""
    return record("warcinfo", b"software: a test\r\n", "application/warc-fields")


def crawl(numbers: Iterable[int]) -> Iterator[bytes]:
    """The records of a crawl of these pages: with each a request and some metadata."""
    yield info()
    for number in numbers:
        yield record("request", b"GET / HTTP/1.1\r\n\r\n", "application/http; msgtype=request")
        yield response(page(number), url_of(number))
        yield record("metadata", b"fetchTimeMs: 7\r\n", "application/warc-fields")


def write_records(path: Path, records: Iterable[bytes]) -> Path:
    """Write a WARC file, with a gzip member for each record if it is called .gz."""
    is_packed = path.suffix == ".gz"
    path.write_bytes(b"".join(gzip.compress(part, 1) if is_packed else part for part in records))
    return path


def write_pages(folder: Path, numbers: Iterable[int]) -> Path:
    """Write each page to a file."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:05}.html").write_bytes(page(number))
    return folder
