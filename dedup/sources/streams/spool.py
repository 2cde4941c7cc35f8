"""Parts of a stream on disk, in a temporary file without a name."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from threading import Lock
from typing import Any

from dedup.errors import InputError


class PartSpool:
    """Any objects that can be pickled, by their number. The file has no name, so nobody else writes to it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="dedup-")  # noqa: SIM115 - open as long as the spool
        weakref.finalize(self, self._file.close)
        self._places = [0]
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._places) - 1

    def add(self, part: Any) -> None:
        """Append a part. Raises InputError if it cannot be pickled, or if there is no room."""
        try:
            data = pickle.dumps(part, protocol=5)
        except Exception as error:
            raise InputError(
                f"documents are copied to disk, and one has a value that cannot be ({error}): give a list"
            ) from error
        try:
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise InputError(
                f"documents are copied to disk, and {tempfile.gettempdir()!r} has no room "
                f"({error.strerror or error}): name a larger folder with TMPDIR"
            ) from error
        self._places.append(self._places[-1] + len(data))

    def read(self, number: int) -> Any:
        """A part, made anew."""
        start, end = self._places[number : number + 2]
        with self._lock:
            self._file.seek(start)
            data = self._file.read(end - start)
        return pickle.loads(data)
