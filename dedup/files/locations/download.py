"""The bytes of an object, copied from a store to a file, however often the connection breaks off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from dedup.errors import InputError
from dedup.files.locations.object_store import ObjectStore
from dedup.files.locations.reasons import reason_of

_CHUNK = 1 << 20
_BLOCK = 8 << 20  # bytes that are asked for at once
ATTEMPTS = 4  # at one object, without a new byte in between
PAUSE = 0.5  # seconds before the second attempt; twice as long before each further one


class Download:
    """The bytes of an object, written to a file. `version`: its size and ETag, if they are known. Where a
    connection breaks off, it is taken up, or begun anew if the server has no ranges.
    """

    def __init__(self, store: ObjectStore, file: BinaryIO, version: dict[str, Any]) -> None:
        self._store, self._file = store, file
        self._size, self._tag = version.get("size"), version.get("ETag")
        self._done = self._most = 0
        self._failures = 0

    def run(self) -> None:
        """Copy all of it."""
        while True:
            try:
                self._run_once()
            except _Broken as broken:
                self._note_failure(broken.cause)
            else:
                if not isinstance(self._size, int) or self._done >= self._size:
                    return
                self._note_failure(OSError("the connection ended"))

    def _run_once(self) -> None:
        with self._open() as stream:
            while chunk := self._read(stream):
                self._file.write(chunk)
                self._done += len(chunk)
                if self._done > self._most:
                    self._most, self._failures = self._done, 0

    @contextmanager
    def _open(self) -> Iterator[Any]:
        """The rest of the object, or all of it if the server gives no rest."""
        is_web = self._store.scheme.name in ("http", "https")
        with _breaks():
            if is_web:
                headers = {"Range": f"bytes={self._done}-"} if self._done else {}
                headers |= {"If-Range": self._tag} if self._done and self._tag else {}
                stream = self._store.system.open(
                    self._store.path, "rb", block_size=0, size=1, headers=headers
                )
            else:
                stream = self._store.system.open(self._store.path, "rb", block_size=_BLOCK)
        try:
            if is_web and self._done and stream.r.status != 206:
                self._file.seek(0)
                self._file.truncate()
                self._done = 0
            elif not is_web:
                stream.seek(self._done)
            yield stream
        finally:
            stream.close()

    def _read(self, stream: Any) -> bytes:
        with _breaks():
            return bytes(stream.read(_CHUNK))

    def _note_failure(self, cause: BaseException) -> None:
        """Wait before the next attempt. Raises InputError if this was the last one."""
        self._failures += 1
        if self._failures >= ATTEMPTS:
            of_size = f" of {self._size:,}" if isinstance(self._size, int) else ""
            raise InputError(
                f"{self._store.name!r} broke off after {self._done:,}{of_size} bytes ({reason_of(cause)}): "
                "run again when the server can be reached."
            ) from cause
        time.sleep(PAUSE * 2 ** (self._failures - 1))


class _Broken(Exception):  # noqa: N818 - it is caught where it is raised
    """A read that may succeed at the next attempt."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


@contextmanager
def _breaks() -> Iterator[None]:
    """Raise _Broken for what may pass: not for an object that is missing or refused."""
    try:
        yield
    except (FileNotFoundError, PermissionError, MemoryError):
        raise
    except Exception as error:
        status = getattr(error, "status", None)
        if isinstance(status, int) and 400 <= status < 500 and status not in (408, 416, 429):
            raise
        raise _Broken(error) from error
