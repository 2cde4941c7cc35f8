"""Extracts pages, one after the other: what each process of `workers` runs, by its path.

It reads requests from standard input and writes a line of JSON for each to standard output, until the input
ends. It imports nothing of dedup, which would take longer to load than the extractor does. A page that takes
too long ends the process: no other way ends a library in the middle of compiled code.
"""

from __future__ import annotations

import base64
import faulthandler
import hashlib
import io
import os
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, NamedTuple

import orjson

REJECT = "dedup_reject"
"""The field of a page without a document: why it has none."""
TIMED_OUT = 1 if sys.platform == "win32" else -signal.SIGALRM
"""The status of a process whose page took too long."""

_MEMORY = 4 << 30  # bytes of address space that a page may take; what takes more is an error of that page
_LENGTHS = struct.Struct(">QQ")
_SNIFFED = 1024  # bytes that tell HTML from other data
_OTHERS = {
    b"%PDF-": "a PDF document: extract its text first, with pdftotext for example",
    b"PK\x03\x04": "a ZIP archive: unpack it first",
    b"\x1f\x8b": "gzip data: add .gz to the name",
    b"\x28\xb5\x2f\xfd": "Zstandard data: add .zst to the name",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
}


class Request(NamedTuple):
    """A page. `known`: the fields that are known without it; `names`: what its text, title and URL are
    called; `is_record`: the body is a WARC record with an HTTP response; `limit`: the most bytes of the page
    (0: any number); `seconds`: the time that it may take.
    """

    known: dict[str, Any]
    names: dict[str, str]
    extractor: str
    seconds: float
    is_record: bool = False
    limit: int = 0


class NoDocumentError(Exception):
    """A page has no document. The message says why."""


def write_request(stream: IO[bytes], request: Request, body: bytes) -> None:
    """Send a page to a process."""
    head = orjson.dumps([*request])
    stream.write(_LENGTHS.pack(len(head), len(body)) + head)
    stream.write(body)
    stream.flush()


def read_request(stream: IO[bytes]) -> tuple[Request, bytes] | None:
    """The next page; None at the end."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(lengths)
    return Request(*orjson.loads(stream.read(head))), stream.read(body)


def line_of(fields: dict[str, Any]) -> bytes:
    """Fields as a line of JSON; those without a value are left out."""
    present = {name: value for name, value in fields.items() if value not in (None, "")}
    try:
        return orjson.dumps(present) + b"\n"
    except TypeError:  # half of a surrogate pair
        texts = {name: value for name, value in present.items() if isinstance(value, str)}
        whole = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
        return orjson.dumps(present | whole) + b"\n"


def rejected(known: dict[str, Any], reason: str) -> bytes:
    """The line of a page without a document."""
    return line_of({**known, REJECT: reason})


def document_line(request: Request, body: bytes) -> bytes:
    """The line of a page, with its document or with the reason why it has none."""
    try:
        content_type, html = _response(body, request.limit) if request.is_record else (None, body)
        request.known.setdefault("digest", _digest(html))
        check_html(html)
        return line_of(_fields(request, _decode(html, content_type)))
    except NoDocumentError as error:
        return rejected(request.known, str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # fastwarc raises what is no Exception
        return rejected(
            request.known, f"{request.extractor} failed on the page: {type(error).__name__}: {error}"[:300]
        )


def _response(record: bytes, limit: int) -> tuple[str | None, bytes]:
    """The content type and the body of an HTTP response, without its chunks and its compression."""
    from fastwarc.warc import ArchiveIterator

    records = ArchiveIterator(io.BytesIO(record), parse_http=True, auto_decode="all", strict_mode=False)
    parsed = next(iter(records))
    body = parsed.reader.read(limit + 1) if limit else parsed.reader.read()
    if limit and len(body) > limit:
        raise NoDocumentError(f"longer than {limit:,} bytes (--max-document)")
    headers = parsed.http_headers if parsed.is_http_parsed else None
    return headers.get("Content-Type") if headers else None, body


def _digest(page: bytes) -> str:
    """The digest of a page as WARC files have it: SHA-1 in base 32."""
    return f"sha1:{base64.b32encode(hashlib.sha1(page, usedforsecurity=False).digest()).decode()}"


def check_html(data: bytes) -> None:
    """Raise NoDocumentError for bytes that are no HTML."""
    start = data[:_SNIFFED].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not data.strip():
        raise NoDocumentError("the page is empty")
    if what := next((what for magic, what in _OTHERS.items() if start.startswith(magic)), None):
        raise NoDocumentError(f"no HTML but {what}")
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and (b"\0" in start or b"<" not in data):
        raise NoDocumentError("no HTML: it has no tags")


def _decode(html: bytes, content_type: str | None) -> str:
    """The text of a page: by its byte-order mark, the header, a `meta` element, or else by its bytes."""
    from w3lib.encoding import html_to_unicode

    return html_to_unicode(content_type, html, auto_detect_fun=_guess_encoding)[1]


def _guess_encoding(html: bytes) -> str | None:
    from trafilatura.utils import detect_encoding

    return next(iter(detect_encoding(html)), None)


def _fields(request: Request, html: str) -> dict[str, Any]:
    """The fields of a page. Raises NoDocumentError if it has no text."""
    from trafilatura.utils import load_html

    names, url = request.names, request.known.get(request.names["url"])
    tree = load_html(html)
    if tree is None:  # a part of a page: trafilatura wants more than one element
        tree = _whole(html)
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    page, text = _EXTRACTORS[request.extractor](tree, url)
    if not text or not text.strip():
        hint = "" if request.extractor == "html-text" else "; --extractor html-text takes all text of a page"
        raise NoDocumentError(f"no text: {request.extractor} finds none{hint}")
    own = {
        names["url"]: page.url or url,
        names["title"]: page.title,
        "author": page.author,
        "date": page.date,
        "language": page.language or (language or "").partition("-")[0].lower(),
    }
    own = {name: value for name, value in own.items() if value}
    return {**request.known, **own, names["text"]: text}


def _whole(html: str) -> Any:
    """Part of a page as a page. Raises NoDocumentError if it has no element."""
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    try:
        return document_fromstring(html.encode("utf-8", "replace"), HTMLParser(encoding="utf-8"))
    except ParserError as error:
        raise NoDocumentError("no HTML: it has no elements") from error


def _trafilatura(tree: Any, url: str | None) -> tuple[Any, str]:
    """The metadata and the article of a page."""
    import trafilatura

    page: Any = trafilatura.bare_extraction(tree, url=url, with_metadata=True, include_comments=False)
    if page is None:
        raise NoDocumentError(
            "no text: trafilatura finds no article; --extractor html-text takes all text of a page"
        )
    return page, page.text


def _html_text(tree: Any, url: str | None) -> tuple[Any, str]:
    """The metadata and all visible text of a page."""
    import html_text
    from trafilatura import extract_metadata

    return extract_metadata(tree, default_url=url), html_text.extract_text(tree)


_EXTRACTORS = {"trafilatura": _trafilatura, "html-text": _html_text}


@contextmanager
def _time_limit(seconds: float, nowhere: IO[bytes]) -> Iterator[None]:
    """End the process if the block takes longer, whatever code is running. By the default action of a signal:
    faulthandler, for Windows, reads the frames of code that runs on, and now and then that ends in signal 11.
    """
    if sys.platform == "win32":
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        yield
        faulthandler.cancel_dump_traceback_later()
    else:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    """Answer until the requests end. What a library prints is discarded."""
    replies = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(quiet, descriptor)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with suppress(BrokenPipeError), os.fdopen(quiet, "wb") as nowhere:
        while asked := read_request(sys.stdin.buffer):
            with _time_limit(asked[0].seconds, nowhere):
                line = document_line(*asked)
            replies.write(line)
            replies.flush()


if __name__ == "__main__":
    main()
