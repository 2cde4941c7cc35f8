"""A small file that one process has at a time, and that is gone when nobody has it: a kill lets go of it."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

_TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_FLAGS = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_FAR = 1 << 30  # where Windows locks a byte: nobody can read one that is locked
_MOST = 1 << 28  # bytes that are read: two million drafts

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class LockedFile:
    """The file at a path, open and locked."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self._handle = handle

    @classmethod
    def take(cls, path: Path, create: bool) -> LockedFile | None:
        """Open and lock the file; None: another process has it. `create`: make it if it is missing. Raises
        OSError, also where the file system has no locks.
        """
        while True:
            handle = os.open(path, _FLAGS | (os.O_CREAT if create else 0), 0o666)
            try:
                _take(handle)
                if _is_at(path, os.fstat(handle)):
                    return cls(path, handle)
            except OSError as error:
                status = os.fstat(handle)
                os.close(handle)
                if error.errno in _TAKEN:
                    return None
                if create and not status.st_size and stat.S_ISREG(status.st_mode):
                    with suppress(OSError):  # it is of no use where there are no locks
                        path.unlink()
                raise
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)  # who had it removed it meanwhile

    @classmethod
    def is_taken(cls, path: Path) -> bool:
        """Whether another process has the file."""
        try:
            file = cls.take(path, create=False)
        except OSError:
            return False
        if file is not None:
            file.let_go()
        return file is None

    @property
    def is_ours(self) -> bool:
        """Whether the user of this process made the file: what another one wrote is not followed."""
        return not hasattr(os, "geteuid") or os.fstat(self._handle).st_uid == os.geteuid()

    def read(self) -> bytes:
        """All bytes of the file."""
        os.lseek(self._handle, 0, os.SEEK_SET)
        parts, size = list[bytes](), 0
        while size < _MOST and (part := os.read(self._handle, 1 << 20)):
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def clear(self) -> None:
        """Remove all bytes."""
        os.ftruncate(self._handle, 0)

    def append(self, data: bytes, sync: bool = False) -> None:
        """Write bytes at the end. `sync`: wait until all are on disk."""
        os.lseek(self._handle, 0, os.SEEK_END)
        while data:
            data = data[os.write(self._handle, data) :]
        if sync:
            os.fsync(self._handle)

    def remove(self) -> None:
        """Remove the file, and let go of it."""
        if sys.platform != "win32":  # where an open file cannot be removed
            with suppress(OSError):
                self.path.unlink()
        self.let_go()
        if sys.platform == "win32":
            with suppress(OSError):
                self.path.unlink()

    def let_go(self) -> None:
        """Let go of the file, which stays."""
        with suppress(OSError):
            os.close(self._handle)


def _is_at(path: Path, status: os.stat_result) -> bool:
    """Whether an open file is the one at a path. Raises OSError if it is a device or a pipe."""
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EEXIST, "there is another file", str(path))
    with suppress(OSError):
        return os.path.samestat(status, os.stat(path))  # noqa: PTH116 - what is open may be gone
    return False
