"""Targets that appear whole or not at all: written beside their place, renamed when everything is done."""

from __future__ import annotations

import os
import shutil
import sys
import zlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

from dedup.errors import OptionsError, OutputError
from dedup.files.compression import compression_of, packer
from dedup.files.reading import CHUNK

AHEAD = 8  # chunks of a target that wait to be written: with one, each thread waited for the other
SYNC_EACH = 64  # above this many targets one sync of the machine is faster than one for each
_ADVISES = hasattr(os, "posix_fadvise")  # not on macOS and Windows


class Target:
    """A binary file to write: counts and checks the bytes as they are before compression. With a `writer`, it
    compresses and writes in that thread, while the next bytes are made here. What it is given must not change
    afterwards: it is held until there is enough of it.
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
        self._handle = handle
        self._packer = packer(compression)
        self._sync = sync
        self._abandoned = False
        self._held: list[bytes | memoryview] = []
        self._waiting = 0
        self._crc = 0
        self._sent = 0
        self.writer = writer
        self._writing: deque[Future[None]] = deque()

    @property
    def crc(self) -> int:
        """The CRC-32 of all bytes so far."""
        self._send()
        self._settle()
        return self._crc

    def write(self, data: bytes | memoryview) -> int:
        if self._abandoned or not data:
            return len(data)
        self.size += len(data)
        self.ends_line = data[-1] == 10
        self._held.append(data)
        self._waiting += len(data)
        if self._waiting >= CHUNK:
            self._send()
        return len(data)

    def _send(self) -> None:
        """Write what is held: many small parts at once cost a fifth of what each costs alone."""
        held, self._held, self._waiting = self._held, [], 0
        if not held:
            return
        if self.writer:
            if len(self._writing) == AHEAD:
                self._writing.popleft().result()
            self._writing.append(self.writer.submit(self._put, held))
        else:
            self._put(held)

    def _settle(self) -> None:
        """Wait for what is being written."""
        while self._writing:
            self._writing.popleft().result()

    def _put(self, held: list[bytes | memoryview]) -> None:
        data = held[0] if len(held) == 1 else b"".join(held)
        self._crc = zlib.crc32(data, self._crc)
        try:
            self._write(self._packer.compress(data) if self._packer else data)
            if self._sync and not self._packer and _ADVISES:
                self._begin_sync(len(data))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(self.name, error) from error

    def _begin_sync(self, size: int) -> None:
        """Let the machine put the last `size` bytes on disk while others are made: to wait for all of them
        at the end took 0.06 s of 3.9. It is told that they are not needed, but keeps what is not on disk yet.
        """
        os.posix_fadvise(self._handle.fileno(), self._sent, size, os.POSIX_FADV_DONTNEED)
        self._sent += size

    def _write(self, data: bytes | memoryview) -> None:
        """Write all of it: without a buffer (PYTHONUNBUFFERED) a signal cuts a write short."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._handle.write(rest) :]

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        """Nothing to do before the end: a target shows up whole."""

    def push(self) -> None:
        """Write what is held now, for somebody who waits for it."""
        try:
            self._send()
            self._settle()
            self._handle.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(self.name, error) from error

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        try:
            self._send()
            self._settle()
            if self._packer:
                self._handle.write(self._packer.flush())
            self._handle.flush()
            if self._sync:
                os.fsync(self._handle.fileno())
        except BrokenPipeError:
            raise
        except OSError as error:
            raise unwritable(self.name, error) from error
        finally:
            if self._handle is not getattr(sys.stdout, "buffer", None):  # a notebook's has none
                with suppress(OSError):  # whatever it may say was said by flush already
                    self._handle.close()

    def abandon(self) -> None:
        """Close without more ado: what a half-finished writer still sends is ignored."""
        self.closed = self._abandoned = True
        for writing in self._writing:
            writing.cancel()
        wait(self._writing)
        with suppress(OSError):
            self._handle.close()

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def unwritable(name: str, error: OSError) -> OutputError:
    """The sentence for a target that the machine refuses."""
    return OutputError(f"{name!r} cannot be written: {error.strerror or error}; nothing there was changed.")


class Entry(Protocol):
    """What goes with the targets, or not at all: told when all of them are written, before the first is moved
    into place; when the moves are done; or that they failed.
    """

    def prepare(self, moves: Sequence[tuple[Path, Path]]) -> None: ...
    def settle(self) -> None: ...
    def cancel(self) -> None: ...


class Staging:
    """All targets of a run: on success each is renamed into place, after an exception all are removed.
    `behind`: a thread of its own writes them; `entry`: goes with them.
    """

    def __init__(self, behind: bool = False, entry: Entry | None = None) -> None:
        self._entry = entry
        self._writer = ThreadPoolExecutor(1) if behind else None
        self._staged: dict[Path, tuple[Path, Target]] = {}
        self._made: list[Path] = []
        self._direct: list[Target] = []

    def __enter__(self) -> Staging:
        return self

    def open(self, path: str | Path, folders: bool = False) -> Target:
        """A target for this path, compressed as its name says. `folders`: make the folders that are missing.

        A link is followed; a device or pipe is written directly. Raises OutputError, OptionsError.
        """
        real = Path(os.path.realpath(path))
        if real in self._staged:
            raise OptionsError(f"{str(path)!r} is named for two different results; give each its own file.")
        try:
            if folders:
                self._make(real.parent)
            if real.is_dir():
                raise OutputError(f"{str(path)!r} is a folder; name a file.")
            if real.exists() and not real.is_file():
                self._direct.append(
                    Target(str(path), real.open("wb"), compression_of(path), writer=self._writer)
                )
                return self._direct[-1]
            return self._stage(str(path), real)
        except OSError as error:
            raise unwritable(str(path), error) from error

    def stdout(self) -> Target:
        """Standard output as a target."""
        return Target("-", sys.stdout.buffer, writer=self._writer)

    def _stage(self, name: str, real: Path) -> Target:
        draft = real.with_name(f".{real.name[:200]}.{os.getpid():x}{len(self._staged):x}.tmp")
        handle = draft.open("wb")
        sync = len(self._staged) < SYNC_EACH
        target = Target(name, handle, compression_of(name), sync, self._writer)
        self._staged[real] = (draft, target)
        if real.exists():
            shutil.copymode(real, draft)
        return target

    def _make(self, folder: Path) -> None:
        missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        for parent in reversed(missing):
            parent.mkdir()
            self._made.append(parent)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for target in (*(target for _, target in self._staged.values()), *self._direct):
                if kind is None:
                    target.close()
                else:
                    target.abandon()
            if kind is None:
                self._enter()
        except BaseException:
            self._remove()
            raise
        finally:
            if self._writer:
                self._writer.shutdown(cancel_futures=kind is not None)
        if kind is not None:
            self._remove()

    def _enter(self) -> None:
        """Move the targets into place, and what goes with them."""
        if not self._entry:
            self._publish()
            return
        self._entry.prepare([(draft, real) for real, (draft, _) in self._staged.items()])
        try:
            self._publish()
        except BaseException:
            self._entry.cancel()
            raise
        self._entry.settle()

    def _publish(self) -> None:
        if len(self._staged) > SYNC_EACH and hasattr(os, "sync"):
            os.sync()
        for real, (draft, target) in list(self._staged.items()):
            try:
                draft.replace(real)
            except OSError as error:
                raise unwritable(target.name, error) from error

    def _remove(self) -> None:
        for draft, _ in self._staged.values():
            draft.unlink(missing_ok=True)
        for folder in reversed(self._made):
            try:
                folder.rmdir()
            except OSError:
                break  # something else stands in it by now
