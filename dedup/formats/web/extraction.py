"""The pages of a run as JSON Lines: extracted once, in the order of the files, kept in a temporary file."""

from __future__ import annotations

import os
import tempfile
import weakref
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from threading import Lock
from typing import Any, NamedTuple

from dedup.document import ExtractedFrom, Fields, File
from dedup.errors import InputError
from dedup.files.reading import CHUNK, chunks
from dedup.formats.web.pages import Bytes, PageReader, WebPage
from dedup.formats.web.workers import Workers

PAGES = ("html", "warc", "wet")
"""The formats of files whose documents are pages."""
_AHEAD = 256  # pages that are read while the first of them is extracted: one may take a minute
_LIBRARIES = ("trafilatura", "html_text", "fastwarc")


def with_lines(
    files: Sequence[File], fields: Fields, extractor: str = "trafilatura", workers: int = 1
) -> tuple[list[File], Extraction | None]:
    """The files, where those of pages are JSON Lines that an extraction gives; and that extraction, if there
    are any. Raises InputError if what extracts pages is not installed.
    """
    indices = [index for index, file in enumerate(files) if file.format in PAGES]
    if not indices:
        return [*files], None
    check_installed(files[indices[0]].name)
    sources = [_source(files[index]) for index in indices]
    extraction = Extraction(sources, fields, extractor, workers)
    lines = {index: _FileLines(extraction, number) for number, index in enumerate(indices)}
    return [
        replace(file, format="jsonl", compression="", lines=lines[index]) if index in lines else file
        for index, file in enumerate(files)
    ], extraction


class PageSource(NamedTuple):
    """What has pages: its name, its format (html, warc or wet), and what gives its bytes in chunks, after
    decompression, each time it is called. `strict`: whether it is an error if it ends too early.
    """

    name: str
    form: str
    chunks: Callable[[], Iterator[bytes]]
    strict: bool = False


def _source(file: File) -> PageSource:
    return PageSource(file.name, file.format, partial(chunks, file.path, file.compression), file.strict)


def check_installed(name: str) -> None:
    """Raise InputError if what extracts pages, such as those of the file of this name, is not installed."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise InputError(
            f"{name!r} needs {missing[0]} to be read: pip install 'dedup-articles[web]', or name the other "
            "inputs alone."
        )


class _Written(NamedTuple):
    """A line that waits to be written, or whose page is being extracted; None: the end of a file."""

    file: int
    line: bytes | Future[bytes] | None


class Extraction:
    """Extracts the pages of sources in `workers` processes. Each source's lines can be read while others are
    extracted, and again. `passed_over`: records that are no pages, by what they are, as far as was read.
    """

    def __init__(self, sources: Sequence[PageSource], fields: Fields, extractor: str, workers: int) -> None:
        self._sources = sources
        self._extractor = extractor
        self._reader = PageReader(fields, extractor)
        self._workers = Workers(workers)
        self._lock = Lock()
        self._spool: Any = None
        self._pending = list[bytes]()
        self._size = self._stored = 0
        """Bytes of all lines, and of those in the spool."""
        self._starts, self._ends = array("q"), array("q")
        """Where the lines of each file begin and end in the spool, as far as that is known."""
        self._origins = list[ExtractedFrom]()
        self._steps = self._run()
        self.passed_over = self._reader.passed_over

    def chunks(self, file: int) -> Iterator[bytes]:
        """The lines of a file, in chunks of a megabyte. Raises InputError."""
        at = 0
        while at < (there := self._read_to(file, at + CHUNK)):
            yield self.read(file, at, min(there, at + CHUNK))
            at = min(there, at + CHUNK)

    def read(self, file: int, start: int, end: int) -> bytes:
        """The bytes [start, end) of the lines of a file, which were read before."""
        base = self._starts[file]
        with self._lock:
            if base + end > self._stored:
                self._store()
            self._spool.seek(base + start)
            data: bytes = self._spool.read(end - start)
        return data

    def origin(self, file: int) -> ExtractedFrom:
        """What the lines of a file, all of which were read, were made from."""
        return self._origins[file]

    def _read_to(self, file: int, end: int) -> int:
        """Extract up to `end` bytes of the lines of a file; returns how many of them are there."""
        with self._lock:
            while len(self._ends) <= file and (len(self._starts) <= file or self._length(file) < end):
                next(self._steps)
            return self._length(file)

    def _length(self, file: int) -> int:
        last = self._ends[file] if len(self._ends) > file else self._size
        return last - self._starts[file]

    def _run(self) -> Iterator[None]:
        """Extract everything, a line or the end of a file at each step."""
        waiting = deque[_Written]()
        self._starts.append(0)
        for written in self._lines():
            waiting.append(written)
            while waiting and (len(waiting) > _AHEAD or _is_there(waiting[0])):
                self._write(waiting.popleft())
                yield
        while waiting:
            self._write(waiting.popleft())
            yield

    def _lines(self) -> Iterator[_Written]:
        for number, source in enumerate(self._sources):
            with closing(source.chunks()) as parts:  # type: ignore[type-var]
                data = Bytes(parts, source.strict)
                for page in self._reader.pages(source.form, source.name, data):
                    yield _Written(
                        number, self._workers.extract(*page) if isinstance(page, WebPage) else page
                    )
            self._origins.append(
                ExtractedFrom(source.form, self._extractor, data.size, data.crc32, data.sha256)
            )
            yield _Written(number, None)

    def _write(self, written: _Written) -> None:
        if written.line is None:
            self._ends.append(self._size)
            self._starts.append(self._size)
            if len(self._ends) == len(self._sources):
                self._workers.close()
            return
        line = written.line.result() if isinstance(written.line, Future) else written.line
        self._pending.append(line)
        self._size += len(line)

    def _store(self) -> None:
        """Append the lines that are not there yet to the spool. Raises InputError if the disk is full."""
        try:
            if self._spool is None:
                self._spool = tempfile.TemporaryFile(prefix="dedup-", buffering=0)  # noqa: SIM115
                weakref.finalize(self, self._spool.close)
            self._spool.seek(0, os.SEEK_END)
            data = memoryview(b"".join(self._pending))
            while data:
                data = data[self._spool.write(data) :]
        except OSError as error:
            reason = error.strerror or error
            raise InputError(
                f"The texts of the pages cannot be kept in {tempfile.gettempdir()!r}: {reason}; name another "
                "folder with TMPDIR."
            ) from error
        self._pending.clear()
        self._stored = self._size


def _is_there(written: _Written) -> bool:
    return not isinstance(written.line, Future) or written.line.done()


class _FileLines:
    """The lines of one file."""

    def __init__(self, extraction: Extraction, file: int) -> None:
        self._extraction = extraction
        self._file = file

    def chunks(self) -> Iterator[bytes]:
        return self._extraction.chunks(self._file)

    def read(self, start: int, end: int) -> bytes:
        return self._extraction.read(self._file, start, end)

    def origin(self) -> ExtractedFrom:
        return self._extraction.origin(self._file)
