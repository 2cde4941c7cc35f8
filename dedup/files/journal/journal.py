"""The journal of a run: it keeps other runs from the same targets, and says where each draft goes.

Beside each target (in it, if it is a folder) is a hidden file, which the run has locked. The first of them
has the drafts, and in the end a line that says that all are complete; the others name the first. Before that
line a kill leaves the old targets. After it, whoever looks next moves the drafts that are left (`recovery`).
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from dedup.errors import OutputError
from dedup.files.journal.lock import LockedFile
from dedup.files.journal.notes import Draft, Notes, line, place_of, places_around, relative
from dedup.files.journal.recovery import recover, settle
from dedup.files.names import is_file_or_new
from dedup.files.target import unwritable

_NO_LOCKS = (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.EBADF)
_PAUSE = 0.05  # seconds between two looks at a file that another process has


class Journal:
    """The targets of a run, which no other run has meanwhile. `wait`: seconds to wait for one that does."""

    def __init__(self, wait: float = 0.0) -> None:
        self._until = time.monotonic() + wait
        self._files: dict[Path, LockedFile] = {}
        self._token = secrets.token_hex(8)
        self._drafts: list[Draft] = []
        self.is_half_moved = False
        """Whether some drafts were moved, and others cannot be."""

    @classmethod
    def of(cls, paths: Iterable[str], wait: float) -> Journal:
        """A journal that has claimed these targets. Raises OutputError."""
        journal = cls(wait)
        try:
            for path in paths:
                journal.claim(path)
        except BaseException:
            journal.close()
            raise
        return journal

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def claim(self, path: str | Path) -> None:
        """Keep other runs from a target, after finishing or undoing what a killed run left of it. A device
        and a pipe are everybody's; a file in a folder that does not exist is claimed when it does. Raises
        OutputError.
        """
        if not is_file_or_new(path) and not Path(path).is_dir():
            return
        place = place_of(path)
        if place in self._files:
            return
        while True:
            recover(path)
            try:
                self._files[place] = self._take(place, str(path))
            except FileNotFoundError:
                pass
            except OSError as error:
                if error.errno not in _NO_LOCKS:
                    raise unwritable(str(path), error) from error
                return
            other = self._other_around(path)
            if other is None:
                return
            if place in self._files:  # two runs that each wait for the other would do so for ever
                self._files.pop(place).remove()
            self._wait_for(other, str(path))

    def _other_around(self, path: str | Path) -> Path | None:
        """The journal of another run that writes to a folder that this target is in, or, if the target is a
        folder, to a file in it; None: there is none.
        """
        others = (place for place in places_around(path) if place not in self._files)
        return next(filter(LockedFile.is_taken, others), None)

    def _wait_for(self, place: Path, name: str) -> None:
        """Wait a little for the run of a journal. Raises OutputError if there is no more time to wait."""
        if time.monotonic() >= self._until:
            raise OutputError(
                f"{name!r} is being written by {Notes.at(place).holder}; wait for it with "
                "--wait SECONDS, or name another file."
            )
        time.sleep(_PAUSE)

    def _take(self, place: Path, name: str) -> LockedFile:
        """Lock the hidden file at a place, and note in it who has it. Raises OSError, OutputError."""
        while (file := LockedFile.take(place, create=True)) is None:
            self._wait_for(place, name)
        try:
            settle(file)
            file.clear()
            first = relative(self._first.path, place.parent) if self._first else None
            file.append(line(dedup_journal=1, holder=_this_process(), first=first))
        except BaseException:
            file.let_go()
            raise
        return file

    @property
    def _first(self) -> LockedFile | None:
        """The file that has the drafts; None where the file system has no locks."""
        return next(iter(self._files.values()), None)

    def draft(self, target: Path) -> Path:
        """A new draft of a target, which is noted for the case of a kill."""
        draft = Draft(target, token := f"{self._token}{len(self._drafts):x}")
        if self._first:
            self._first.append(line(target=relative(target, self._first.path.parent), token=token))
        self._drafts.append(draft)
        return draft.path

    def publish(self) -> None:
        """Move all drafts to their targets: all of them, or none. Raises OutputError."""
        if self._first and self._drafts:
            self._first.append(line(complete=len(self._drafts)), sync=True)
        try:
            self._move()
        except KeyboardInterrupt:
            self._move()  # it takes microseconds, and one half would be worse
        self._drafts.clear()

    def _move(self) -> None:
        for draft in self._drafts:
            try:
                draft.move()
            except OSError as error:
                self.is_half_moved = not all(other.path.exists() for other in self._drafts)
                if self.is_half_moved:
                    raise OutputError(
                        f"{str(draft.target)!r} cannot be written: {error.strerror or error}; mend that: its "
                        "content is complete beside it, and the next command on these files moves it."
                    ) from error
                raise unwritable(str(draft.target), error) from error

    def close(self) -> None:
        """Remove the drafts that were not published, and let other runs have the targets."""
        for draft in () if self.is_half_moved else self._drafts:
            draft.path.unlink(missing_ok=True)
        self._drafts.clear()
        for file in reversed(self._files.values()):
            if self.is_half_moved:
                file.let_go()
            else:
                file.remove()
        self._files.clear()


def _this_process() -> str:
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime())
    return f"process {os.getpid()} on {socket.gethostname()} since {since}"
