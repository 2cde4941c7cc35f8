"""Targets that appear complete or not at all: written beside their place, renamed when the run is done."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Protocol

from dedup.errors import OptionsError, OutputError
from dedup.files.compression import compression_of
from dedup.files.target import Target, unwritable

SYNC_EACH = 64  # for more targets than this, one sync of the machine is faster than one sync for each


class Participant(Protocol):
    """What must take effect together with the targets, or not at all. Called when all targets are written,
    before the first is moved into place (`prepare`); when all are in place (`settle`); when a move failed
    (`cancel`).
    """

    def prepare(self, moves: Sequence[tuple[Path, Path]]) -> None: ...
    def settle(self) -> None: ...
    def cancel(self) -> None: ...


class Staging:
    """The targets of a run: each is renamed into place at the end, and all are removed after an exception.
    `behind`: a thread writes them, while the next bytes are made; `participant`: takes effect with them.
    """

    def __init__(self, behind: bool = False, participant: Participant | None = None) -> None:
        self._participant = participant
        self._writer = ThreadPoolExecutor(1) if behind else None
        self._drafts: dict[Path, tuple[Path, Target]] = {}
        """By final path, where the target is written until then, and the target."""
        self._folder: Path | None = None
        """The folder of the outputs, if they have one: what is missing below it is made."""
        self._new_folders: list[Path] = []
        self._direct: list[Target] = []

    def __enter__(self) -> Staging:
        return self

    def open(self, path: str | Path, folders: bool = False) -> Target:
        """A target for this path, compressed as its name says. `folders`: make the folders that are missing,
        as in the folder of the outputs.
        The target of a link is what it links to; a device or pipe is written directly. Raises OutputError,
        OptionsError.
        """
        real = Path(os.path.realpath(path))
        if real in self._drafts:
            raise OptionsError(
                f"{str(path)!r} is the target of two different results; give each its own file."
            )
        try:
            if folders or (self._folder and real.is_relative_to(self._folder)):
                self._make_folder(real.parent)
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

    def make_folder(self, path: str) -> None:
        """Make the folder of the outputs, if it is missing. Raises OutputError."""
        self._folder = Path(os.path.realpath(path))
        try:
            self._make_folder(self._folder)
        except OSError as error:
            raise unwritable(path, error) from error

    def stdout(self) -> Target:
        """Standard output as a target."""
        return Target("-", sys.stdout.buffer, writer=self._writer)

    def _stage(self, name: str, real: Path) -> Target:
        draft = real.with_name(f".{real.name[:200]}.{os.getpid():x}{len(self._drafts):x}.tmp")
        handle = draft.open("wb")
        sync = len(self._drafts) < SYNC_EACH
        target = Target(name, handle, compression_of(name), sync, self._writer)
        self._drafts[real] = (draft, target)
        if real.exists():
            shutil.copymode(real, draft)
        return target

    def _make_folder(self, folder: Path) -> None:
        missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        for parent in reversed(missing):
            parent.mkdir()
            self._new_folders.append(parent)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for target in (*(target for _, target in self._drafts.values()), *self._direct):
                if kind is None:
                    target.close()
                else:
                    target.abandon()
            if kind is None:
                self._commit()
        except BaseException:
            self._remove()
            raise
        finally:
            if self._writer:
                self._writer.shutdown(cancel_futures=kind is not None)
        if kind is not None:
            self._remove()

    def _commit(self) -> None:
        """Move the targets into place, together with the participant."""
        if not self._participant:
            self._publish()
            return
        self._participant.prepare([(draft, real) for real, (draft, _) in self._drafts.items()])
        try:
            self._publish()
        except BaseException:
            self._participant.cancel()
            raise
        self._participant.settle()

    def _publish(self) -> None:
        if len(self._drafts) > SYNC_EACH and hasattr(os, "sync"):
            os.sync()
        for real, (draft, target) in list(self._drafts.items()):
            try:
                draft.replace(real)
            except OSError as error:
                raise unwritable(target.name, error) from error

    def _remove(self) -> None:
        """Remove what was written, and the folders made for it."""
        for draft, _ in self._drafts.values():
            draft.unlink(missing_ok=True)
        for folder in reversed(self._new_folders):
            try:
                folder.rmdir()
            except OSError:
                break  # another process has put something into it
