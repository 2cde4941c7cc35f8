"""Targets that appear complete or not at all: written beside their place, renamed when the run is done."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Protocol

from dedup.errors import OptionsError, OutputError
from dedup.files.compression import compression_of
from dedup.files.journal.journal import Journal
from dedup.files.locations.deliveries import Deliveries
from dedup.files.locations.names import is_address, is_elsewhere
from dedup.files.names import descriptor, is_file_or_new, real
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
    """The targets of a run: all are put into place at the end, and none after an exception or a kill.
    `behind`: a thread writes them, while the next bytes are made; `participant`: takes effect with them;
    `journal`: of a run that has claimed its targets already.
    """

    def __init__(
        self, behind: bool = False, participant: Participant | None = None, journal: Journal | None = None
    ) -> None:
        self._participant = participant
        self._writer = ThreadPoolExecutor(1) if behind else None
        self._journal = journal or Journal()
        self._deliveries = Deliveries(self._journal)
        self._drafts: dict[Path, tuple[Path, Target]] = {}
        """By final path, where the target is written until then, and the target."""
        self._folder: Path | None = None
        """The folder of the outputs, if they have one: what is missing below it is made."""
        self._new_folders: list[Path] = []
        self._direct: list[Target] = []

    def __enter__(self) -> Staging:
        return self

    def open(self, path: str | Path) -> Target:
        """A target for this path, compressed as its name says. Folders that are missing in the folder of the
        outputs are made.
        The target of a link is what it links to; a device, a pipe or an open file is written directly; an
        object in a store, or a table, is put in its place at the end. Raises OutputError, OptionsError.
        """
        if is_elsewhere(path):
            return self._deliveries.open(str(path), self._writer) or self._refuse_second(path)
        place = real(path)
        if place in self._drafts:
            self._refuse_second(path)
        try:
            if Path(path).is_dir():
                raise OutputError(f"{str(path)!r} is a folder; name a file.")
            if not is_file_or_new(path):
                return self._write_directly(path)
            if place.is_symlink():
                raise OutputError(f"{str(path)!r} is a link that leads to itself; name another file.")
            if self._folder and place.is_relative_to(self._folder):
                self._make_folder(place.parent)
            else:
                self._journal.claim(place)
            return self._stage(str(path), place)
        except OSError as error:
            raise unwritable(str(path), error) from error

    @staticmethod
    def _refuse_second(path: str | Path) -> NoReturn:
        raise OptionsError(f"{str(path)!r} is the target of two different results; give each its own file.")

    def make_folder(self, path: str) -> None:
        """Make the folder of the outputs, if it is missing; a store needs none. Raises OutputError."""
        if is_address(path):
            return
        self._folder = real(path)
        try:
            self._make_folder(self._folder)
        except OSError as error:
            raise unwritable(path, error) from error
        self._journal.claim(path)

    def stdout(self) -> Target:
        """Standard output as a target."""
        return Target("-", sys.stdout.buffer, writer=self._writer)

    def _write_directly(self, path: str | Path) -> Target:
        number = descriptor(path)
        handle = open(path if number is None else os.dup(number), "wb")  # noqa: PTH123, SIM115
        self._direct.append(Target(str(path), handle, compression_of(path), writer=self._writer))
        return self._direct[-1]

    def _stage(self, name: str, place: Path) -> Target:
        exists = place.exists()  # raises OSError where the name is too long to be moved to
        draft = self._journal.draft(place)
        handle = draft.open("xb")
        sync = len(self._drafts) < SYNC_EACH
        target = Target(name, handle, compression_of(name), sync, self._writer)
        self._drafts[place] = (draft, target)
        if exists:
            shutil.copymode(place, draft)
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
            drafts = (target for _, target in self._drafts.values())
            for target in (*drafts, *self._deliveries.targets(), *self._direct):
                if kind is None:
                    target.close()
                else:
                    target.abandon()
            if kind is None:
                self._commit()
                self._new_folders.clear()
        finally:
            if self._writer:
                self._writer.shutdown(cancel_futures=kind is not None)
            self._deliveries.close()
            self._journal.close()
            self._remove_folders()

    def _commit(self) -> None:
        """Move the targets into place, together with the participant."""
        if len(self._drafts) > SYNC_EACH and hasattr(os, "sync"):
            os.sync()
        self._deliveries.send()
        if not self._participant:
            self._deliveries.commit()
            self._journal.publish()
            return
        self._participant.prepare([(draft, place) for place, (draft, _) in self._drafts.items()])
        try:
            self._deliveries.commit()
            self._journal.publish()
        except BaseException:
            if not self._journal.is_half_moved:  # whoever opens the index next sees what became of the others
                self._participant.cancel()
            raise
        self._participant.settle()

    def _remove_folders(self) -> None:
        """Remove the folders that were made for targets that were not written."""
        for folder in reversed(self._new_folders):
            try:
                folder.rmdir()
            except OSError:
                break  # another process has put something into it
