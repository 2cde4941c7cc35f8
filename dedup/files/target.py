"""A file that is being written: its size and checksum, its compression, and a thread that writes it."""

from __future__ import annotations

import os
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager, suppress
from typing import BinaryIO

from dedup.errors import OutputError
from dedup.files.compression import Data, compressor
from dedup.files.reading import CHUNK

# chunks of a target that may wait for the writing thread: with one, each thread waited for the other
AHEAD = 8
_ADVISES = hasattr(os, "posix_fadvise")  # not on macOS and Windows


def unwritable(name: str, error: OSError) -> OutputError:
    """The error for a target that cannot be written."""
    return OutputError(f"{name!r} cannot be written: {error.strerror or error}; nothing there was changed.")


@contextmanager
def _output_errors(name: str) -> Iterator[None]:
    """Turn each OSError but BrokenPipeError into OutputError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(name, error) from error


class _Disk:
    """An open file. With `sync`, its bytes go to disk while more are made, and after `sync()` all of them are
    there.
    """

    def __init__(self, handle: BinaryIO, sync: bool) -> None:
        self._handle = handle
        self._sync = sync
        self._size = 0

    def write(self, data: Data) -> None:
        """Write all of it: without a buffer (PYTHONUNBUFFERED) a signal cuts a write short."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._handle.write(rest) :]

    def begin_sync(self, size: int) -> None:
        """Have the last `size` bytes put on disk now: waiting for all of them at the end took 0.06 s of 3.9.
        The advice is that they are not needed; the machine still keeps those that are not on disk yet.
        """
        if self._sync and _ADVISES:
            os.posix_fadvise(self._handle.fileno(), self._size, size, os.POSIX_FADV_DONTNEED)
            self._size += size

    def flush(self) -> None:
        self._handle.flush()

    def sync(self) -> None:
        """Flush, and wait until all bytes are on disk."""
        self._handle.flush()
        if self._sync:
            os.fsync(self._handle.fileno())

    def close(self) -> None:
        """Close the file, unless it is standard output. A flush before has reported all errors."""
        if self._handle is not getattr(sys.stdout, "buffer", None):  # a notebook's stdout has no buffer
            with suppress(OSError):
                self._handle.close()


class _WriteBehind:
    """Runs calls in order: in the thread of an executor, where a few may wait, or at once without one."""

    def __init__(self, executor: Executor | None) -> None:
        self._executor = executor
        self._pending: deque[Future[None]] = deque()

    def run(self, call: Callable[[list[Data]], None], parts: list[Data]) -> None:
        if self._executor is None:
            call(parts)
            return
        if len(self._pending) == AHEAD:
            self._pending.popleft().result()
        self._pending.append(self._executor.submit(call, parts))

    def wait(self) -> None:
        """Wait for all calls. Raises what they raised."""
        while self._pending:
            self._pending.popleft().result()

    def cancel(self) -> None:
        """Drop the calls that have not begun, and wait for the others."""
        for call in self._pending:
            call.cancel()
        wait(self._pending)


class Target:
    """A binary file to write. `size` and `crc` are of the bytes before compression. With a `writer` the bytes
    are compressed and written in that thread, while the next ones are made. Data that is written must not
    change afterwards: it is buffered until there is a chunk of it.
    """

    def __init__(
        self,
        name: str,
        handle: BinaryIO,
        compression: str = "",
        sync: bool = False,
        writer: Executor | None = None,
    ) -> None:
        self.name = name
        self.size = 0
        self.ends_line = True
        """Nothing written so far, or a newline last."""
        self.closed = False
        self.writer = writer
        self._disk = _Disk(handle, sync)
        self._compressor = compressor(compression)
        self._behind = _WriteBehind(writer)
        self._abandoned = False
        self._buffer: list[Data] = []
        self._buffered = 0
        self._crc = 0

    @property
    def crc(self) -> int:
        """The CRC-32 of all bytes so far."""
        self._send()
        self._behind.wait()
        return self._crc

    def write(self, data: Data) -> int:
        if self._abandoned or not data:
            return len(data)
        self.size += len(data)
        self.ends_line = data[-1] == 10
        self._buffer.append(data)
        self._buffered += len(data)
        if self._buffered >= CHUNK:
            self._send()
        return len(data)

    def _send(self) -> None:
        """Have the buffer written: many small parts at once cost a fifth of what each costs alone."""
        parts, self._buffer, self._buffered = self._buffer, [], 0
        if parts:
            self._behind.run(self._put, parts)

    def _put(self, parts: list[Data]) -> None:
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        self._crc = zlib.crc32(data, self._crc)
        with _output_errors(self.name):
            if self._compressor:
                self._disk.write(self._compressor.compress(data))
            else:
                self._disk.write(data)
                self._disk.begin_sync(len(data))

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        """Nothing to do: a target appears when it is complete."""

    def push(self) -> None:
        """Write the buffer now, for a reader who waits for it."""
        with _output_errors(self.name):
            self._send()
            self._behind.wait()
            self._disk.flush()

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        try:
            with _output_errors(self.name):
                self._send()
                self._behind.wait()
                if self._compressor:
                    self._disk.write(self._compressor.flush())
                self._disk.sync()
        finally:
            self._disk.close()

    def abandon(self) -> None:
        """Close the file as it is, and ignore what an unfinished writer still sends."""
        self.closed = self._abandoned = True
        self._behind.cancel()
        self._disk.close()

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
