"""The pages of a file: those that are to be extracted, and lines for those that have no document or have one
already.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dedup.document import Fields
from dedup.errors import DamagedFileError
from dedup.formats.web.process import Request, line_of, rejected
from dedup.formats.web.records import BrokenPart, WarcRecord, records_of

SECONDS = 60.0
"""The time that one page may take."""
_HTML = ("text/html", "application/xhtml+xml")
_RESPONSE = "application/http"


class WebPage(NamedTuple):
    """A page to extract."""

    request: Request
    body: bytes


class Bytes(Iterable[bytes]):
    """The bytes of a file in chunks, up to its end or to where they cannot be read any more. `problem`: why
    they end there, if they do; `size`, `crc32`, `sha256`: of the bytes so far.
    """

    def __init__(self, chunks: Iterable[bytes], strict: bool = False) -> None:
        self._chunks = chunks
        self._strict = strict
        self._sum = hashlib.sha256()
        self.size = self.crc32 = 0
        self.problem: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks:
                self._sum.update(chunk)
                self.crc32 = zlib.crc32(chunk, self.crc32)
                self.size += len(chunk)
                yield chunk
        except DamagedFileError as error:
            if self._strict:
                raise
            self.problem = f"the file is {error.problem}"

    @property
    def sha256(self) -> str:
        """In hexadecimal digits."""
        return self._sum.hexdigest()


class PageReader:
    """Finds the pages of files. `fields`: what text, id, title and URL are called, and how long a page may
    be; `extractor`: trafilatura or html-text. `passed_over`: records of WARC files that are no pages, by what
    they are.
    """

    def __init__(self, fields: Fields, extractor: str) -> None:
        self._id = fields.id
        self._limit = fields.limit
        self._extractor = extractor
        self._names = {"text": fields.text, "title": fields.title or "title", "url": fields.url or "url"}
        self.passed_over = Counter[str]()

    def pages(self, form: str, name: str, data: Bytes) -> Iterator[WebPage | bytes]:
        """The pages of the file of this name: of one of `form` html its only page; of warc and wet those of
        its records.
        """
        return iter([self._page(name, data)]) if form == "html" else self._of_records(data)

    def _page(self, name: str, data: Bytes) -> WebPage | bytes:
        parts, known = list[bytes](), {self._id: name}
        for part in data:
            if not self._limit or data.size <= self._limit:
                parts.append(part)
            else:
                parts.clear()
        if data.problem:
            return rejected(known, data.problem)
        if self._limit and data.size > self._limit:
            return rejected(known, _too_long(self._limit))
        body = b"".join(parts)
        return WebPage(self._request(known), body)

    def _request(self, known: Mapping[str, str | None], is_record: bool = False) -> Request:
        present = {name: value for name, value in known.items() if value}
        return Request(present, self._names, self._extractor, SECONDS, is_record, self._limit)

    def _of_records(self, data: Bytes) -> Iterator[WebPage | bytes]:
        end = 0
        for record in records_of(iter(data), self._limit):
            if isinstance(record, WarcRecord):
                page = self._of_record(record)
                if page is not None:
                    yield page
                continue
            end = record.end
            is_end = data.problem is not None and end == data.size
            yield rejected({}, _place(record, data.problem if is_end else None))
        if data.problem and (end < data.size or not data.size):
            yield rejected({}, _place(BrokenPart(data.size, data.size, ""), data.problem))

    def _of_record(self, record: WarcRecord) -> WebPage | bytes | None:
        """The page of a record; None for a record that is none."""
        if record.kind == "conversion":
            return self._conversion(record)
        if record.kind not in ("response", "resource"):
            return self._count(record.kind)
        known = self._known(record) | {"crawled": record.headers.get("warc-date")}
        if record.body is None:
            return rejected(known, _too_long(self._limit))
        is_http = record.headers.get("content-type", "").lower().startswith(_RESPONSE)
        status, content_type = _http(record.body) if is_http else (200, record.headers.get("content-type"))
        if status != 200:
            return self._count(f"{record.kind} with another status than 200")
        if content_type is not None and not content_type.lower().startswith(_HTML):
            return self._count(f"{record.kind} without HTML")
        body = record.body if not is_http else record.head + record.body + b"\r\n\r\n"
        return WebPage(self._request(known, is_http), body)

    def _count(self, what: str) -> WebPage | None:
        """Count a record that is no page, and return none."""
        self.passed_over[what] += 1
        return None

    def _known(self, record: WarcRecord) -> dict[str, str | None]:
        """What the header of a record says of its page."""
        headers = record.headers
        return {
            self._id: _without_brackets(headers.get("warc-record-id")),
            self._names["url"]: _without_brackets(headers.get("warc-target-uri")),
            "digest": headers.get("warc-payload-digest"),
        }

    def _conversion(self, record: WarcRecord) -> WebPage | bytes | None:
        """The line of a text that a crawl has extracted."""
        headers = record.headers
        if not headers.get("content-type", "text/plain").lower().startswith("text/plain"):
            return self._count("conversion to another type than text")
        language = headers.get("warc-identified-content-language", "").partition(",")[0]
        known = self._known(record) | {"date": headers.get("warc-date"), "language": language}
        if record.body is None:
            return rejected(known, _too_long(self._limit))
        try:
            text = record.body.decode()
        except UnicodeDecodeError:
            return rejected(known, "invalid UTF-8")
        return line_of({**known, self._names["text"]: text}) if text else rejected(known, "no text")


def _http(body: bytes) -> tuple[int, str | None]:
    """The status of an HTTP response, 0 for what is none, and its content type."""
    head = body[: 1 << 16].replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("latin-1")
    status, *lines = head.split("\n")
    words = status.split()
    fields = (line.partition(":") for line in lines)
    types = [value.strip() for name, _, value in fields if name.strip().lower() == "content-type"]
    is_response = status.startswith("HTTP/") and len(words) > 1 and words[1].isdigit()
    return int(words[1][:4]) if is_response else 0, types[0] if types else None


def _without_brackets(value: str | None) -> str | None:
    return value.removeprefix("<").removesuffix(">") if value else value


def _too_long(limit: int) -> str:
    return f"longer than {limit:,} bytes (--max-document)"


def _place(part: BrokenPart, problem: str | None) -> str:
    """Why a part of a file has no pages, and where it is."""
    length = f" to {part.end:,}" if part.end > part.start else ""
    return f"{problem or part.reason} (from byte {part.start:,}{length}, after decompression)"
