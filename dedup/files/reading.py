"""The decompressed bytes of a file, read forward once, with their checksum; and spans of a file."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from io import RawIOBase
from pathlib import Path

from dedup.document import BOM, File
from dedup.errors import DamagedFileError, InputError
from dedup.files.compression import Data, decompress

CHUNK = 1 << 20
_GAP = 1 << 15  # bytes between two spans that are read with them: reading them takes as long as a call


def chunks(path: Path, compression: str) -> Iterator[bytes]:
    """The decompressed bytes of a file in chunks of about a megabyte. Raises InputError."""
    try:
        with path.open("rb", buffering=CHUNK if compression else 0) as stream:
            if compression:
                yield from regroup(decompress(stream, path, compression))
            else:
                while chunk := stream.read(CHUNK):
                    yield chunk
    except OSError as error:
        raise unreadable(str(path), error) from error


def readable(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of a file up to its end, or to where it is damaged."""
    with suppress(DamagedFileError):
        yield from parts


def regroup(parts: Iterable[Data], least: int = CHUNK) -> Iterator[bytes]:
    """The bytes of these parts in chunks of `least` bytes or more (the last one may be shorter), and of less
    than five times as many. Raises DamagedFileError where `parts` does, after what comes before.
    """
    group, size = list[Data](), 0
    damage: DamagedFileError | None = None
    try:
        for part in parts:
            for at in range(0, len(part), 4 * least):  # a few compressed bytes may become many
                group.append(part[at : at + 4 * least] if len(part) > 4 * least else part)
                size += len(group[-1])
                if size >= least:
                    yield b"".join(group)
                    group, size = [], 0
    except DamagedFileError as error:
        damage = error
    if group:
        yield b"".join(group)
    if damage is not None:
        raise damage


class FileReader:
    """Reads the decompressed bytes of a file forward. `offset`: of the next byte; `crc`: the CRC-32 of all
    chunks read so far, if `checksum` is set, computed in `thread` if there is one. `stream`: the bytes in
    chunks, where no file on disk has them. `problem`: why a file that is not strict ends where it does, if
    that is not its end.
    """

    def __init__(
        self,
        file: File,
        checksum: bool = False,
        thread: Executor | None = None,
        stream: Iterator[bytes] | None = None,
    ) -> None:
        if stream is None:
            check_unchanged(file)
        self._file = file
        self._checksum = checksum
        self._is_stream = stream is not None
        self._chunks = _chunks_of(file) if stream is None else stream
        self.problem: str | None = None
        self._buffer = memoryview(b"")
        self.offset = 0
        self._crc = 0
        self._thread = thread
        self._adding: Future[None] | None = None

    @property
    def crc(self) -> int:
        if self._adding:
            self._adding.result()
        return self._crc

    def _add_to_crc(self, chunk: bytes) -> None:
        self._crc = zlib.crc32(chunk, self._crc)

    def skip_bom(self) -> int:
        """Skip a byte-order mark at the start of the file; returns the offset behind it, 3 or 0."""
        while len(self._buffer) < len(BOM):
            before = self._buffer
            if not self._refill():
                self._buffer = before
                return 0
            self._buffer = memoryview(bytes(before) + self._buffer)
        if self._buffer[: len(BOM)] == BOM:
            self._buffer = self._buffer[len(BOM) :]
            self.offset = len(BOM)
        return self.offset

    def slices(self, end: int | None = None) -> Iterable[memoryview]:
        """The bytes from here to `end` (None: to the end of the file) in large slices, without a copy. Raises
        InputError if the file ends before that.
        """
        if end is not None and 0 <= end - self.offset <= len(self._buffer):
            return (self._take(end - self.offset),)  # the common case; a generator takes three times as long
        return self._slices(end)

    def _slices(self, end: int | None) -> Iterator[memoryview]:
        while end is None or self.offset < end:
            if not self._buffer and not self._refill():
                break
            yield self._take(len(self._buffer) if end is None else end - self.offset)
        if end is not None and self.offset < end:
            raise _changed(self._file)

    def _take(self, size: int) -> memoryview:
        part, self._buffer = self._buffer[:size], self._buffer[size:]
        self.offset += len(part)
        return part

    def _refill(self) -> bool:
        """Read the next chunk into the empty buffer; False at the end of the file."""
        try:
            chunk = next(self._chunks, b"")
        except DamagedFileError as error:
            if self._file.strict:
                raise
            self.problem, chunk = error.problem, b""
        if self._checksum and self._thread:
            self._adding = self._thread.submit(self._add_to_crc, chunk)
        elif self._checksum:
            self._add_to_crc(chunk)
        self._buffer = memoryview(chunk)
        return bool(chunk)

    def read(self, end: int | None = None) -> bytes:
        """The bytes from here to `end`."""
        return b"".join(self.slices(end))

    def rest(self, limit: int) -> bytes | None:
        """All bytes from here on; None if there are more than `limit` (0: any number)."""
        parts, start = list[memoryview](), self.offset
        for part in self.slices():
            if not limit or self.offset - start <= limit:
                parts.append(part)
            else:
                parts.clear()
        return b"".join(parts) if not limit or self.offset - start <= limit else None

    def skip(self, end: int) -> None:
        """Move on to `end`."""
        for _ in self.slices(end):
            pass

    def skip_all(self) -> None:
        """Move on to the end of the file."""
        for _ in self.slices():
            pass

    def close(self) -> None:
        """To be called at the end of the file. Raises InputError if it changed since it was found."""
        if not self._is_stream:
            self._chunks.close()  # type: ignore[attr-defined]
            check_unchanged(self._file)


def _chunks_of(file: File) -> Iterator[bytes]:
    return file.lines.chunks() if file.lines else chunks(file.path, file.compression)


def read_spans(file: File, starts: Sequence[int], ends: Sequence[int]) -> Iterator[bytes]:
    """The bytes of these spans of a file, which are in order. Nothing else of an uncompressed file is read:
    for one document in three that takes a fifth of the time.
    """
    if file.lines:
        yield from map(file.lines.read, starts, ends)
        return
    if file.compression:
        reader = FileReader(file)
        for start, end in zip(starts, ends, strict=True):
            reader.skip(start)
            yield reader.read(end)
        reader.close()
        return
    check_unchanged(file)
    try:
        with file.path.open("rb", buffering=0) as stream:
            for start, end in zip(starts, ends, strict=True):
                yield _read_span(file, stream, start, end)
    except OSError as error:
        raise unreadable(str(file.path), error) from error
    check_unchanged(file)


def read_near_spans(file: File, starts: Sequence[int], ends: Sequence[int]) -> bytes:
    """The bytes of these spans, which are in order, of an uncompressed file, end to end. Spans that are near
    each other are read with what is between them: a call for each span takes five times as long.
    """
    check_unchanged(file)
    parts = list[memoryview]()
    try:
        with file.path.open("rb", buffering=0) as stream:
            for first, after in _near(starts, ends):
                low, high = starts[first], ends[after - 1]
                chunk = memoryview(_read_span(file, stream, low, high))
                spans = zip(starts[first:after], ends[first:after], strict=True)
                parts += [chunk[start - low : end - low] for start, end in spans]
            data = b"".join(parts)
    except OSError as error:
        raise unreadable(str(file.path), error) from error
    check_unchanged(file)
    return data


def _read_span(file: File, stream: RawIOBase, start: int, end: int) -> bytes:
    """The bytes [start, end) of an open file."""
    stream.seek(start)
    data = stream.read(end - start) or b""
    while len(data) < end - start:  # more than 2 GB, or a slow disk
        more = stream.read(end - start - len(data))
        if not more:
            raise _changed(file)
        data += more
    return data


def _near(starts: Sequence[int], ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The spans in groups [first, after) that are read in one go."""
    first = 0
    for i in range(1, len(starts)):
        if starts[i] - ends[i - 1] > _GAP or ends[i] - starts[first] > CHUNK:
            yield first, i
            first = i
    if starts:
        yield first, len(starts)


def unreadable(name: str, error: OSError) -> InputError:
    """The error for a file that cannot be read."""
    return InputError(f"{name!r} cannot be read: {error.strerror or error}.")


def check_unchanged(file: File) -> None:
    """Raise InputError if the file on disk is not the one that was found."""
    try:
        now = file.path.stat()
    except OSError as error:
        raise unreadable(file.name, error) from error
    if file.size >= 0 and (now.st_size, now.st_mtime_ns) != (file.size, file.mtime_ns):
        raise _changed(file)


def _changed(file: File) -> InputError:
    return InputError(f"{file.name!r} changed while it was read: wait until it is complete and run again.")
