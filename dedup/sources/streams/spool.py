"""Parts of a stream on disk, in a temporary file without a name."""

from __future__ import annotations

import tempfile
import weakref
from threading import Lock
from typing import Any

from dedup.errors import InputError
from dedup.sources.streams.encoding import Encoding


class PartSpool:
    """The parts of a stream, by their number. Those that have no bytes stay in memory."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._file = tempfile.TemporaryFile(prefix="dedup-")  # noqa: SIM115 - open as long as the spool
        weakref.finalize(self, self._file.close)
        self._places = [0]
        self._in_memory: dict[int, Any] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._places) - 1

    def add(self, part: Any) -> None:
        """Append a part. Raises InputError if there is no room for it."""
        data = self._encoding.encode(part)
        if data is None:
            self._in_memory[len(self)] = part
        try:
            self._file.write(data or b"")
            self._file.flush()
        except OSError as error:
            raise InputError(
                f"documents are copied to disk, and {tempfile.gettempdir()!r} has no room "
                f"({error.strerror or error}): name a larger folder with TMPDIR"
            ) from error
        self._places.append(self._places[-1] + len(data or b""))

    def read(self, number: int) -> Any:
        """A part, made anew."""
        if number in self._in_memory:
            return self._in_memory[number]
        start, end = self._places[number : number + 2]
        with self._lock:
            self._file.seek(start)
            data = self._file.read(end - start)
        return self._encoding.decode(data)
