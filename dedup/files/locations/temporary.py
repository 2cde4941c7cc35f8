"""A temporary folder that is gone when nobody uses it any more, and what tells the files in it apart."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import BinaryIO


class TemporaryFolder:
    """A new folder, which is removed with this object, or when the process ends."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="dedup-"))
        self._finalizer = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def remove(self) -> None:
        """Remove the folder now."""
        self._finalizer()


def digest_of(file: BinaryIO) -> str:
    """The SHA-256 of an open file."""
    from hashlib import file_digest  # late: OpenSSL takes 0.003 s

    file.seek(0)
    return file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
