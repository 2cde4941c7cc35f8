"""What a killed run left is finished, if its journal says that its drafts are complete; else it is undone."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from dedup.errors import OutputError
from dedup.files.journal.lock import LockedFile
from dedup.files.journal.notes import Draft, Notes, journal_beside, places_of

_PAUSE, _LONGEST = 0.01, 10.0  # seconds between two looks at a run that moves its drafts, and until the last


def recover(path: str | Path) -> None:
    """Finish or undo what a killed run left at a file or a folder. Runs that are alive are left alone. Raises
    OutputError.
    """
    for place in places_of(path):
        if os.path.lexists(place):
            recover_journal(place)


def recover_journal(place: Path, follows: bool = True) -> None:
    """Finish or undo the run of a journal, if its process is dead; wait for one that is moving its drafts.
    `follows`: also if another journal has the drafts. Raises OutputError.
    """
    until = time.monotonic() + _LONGEST
    try:
        while (file := LockedFile.take(place, create=False)) is None:
            if not Notes.at(place).is_complete or time.monotonic() > until:
                return
            time.sleep(_PAUSE)
    except OSError:  # gone meanwhile, of another user, no file, or where nothing can be written
        return
    if not file.is_ours or not Notes.of(file.read(), place.parent).is_known:
        file.let_go()
        return
    try:
        settle(file, follows)
    except BaseException:
        file.let_go()
        raise
    file.remove()


def settle(file: LockedFile, follows: bool = True) -> None:
    """Finish or undo the run whose journal this is; see `recover_journal`. Raises OutputError, also if it is
    no journal.
    """
    notes = Notes.of(file.read(), file.path.parent)
    if not notes.is_known:
        raise OutputError(f"{str(file.path)!r} is not a journal of dedup, but has its name: move it away.")
    if not file.is_ours:
        return
    if notes.first and follows:
        recover_journal(notes.first, follows=False)
    for draft in notes.drafts:
        _settle_draft(draft, notes.is_complete)
        beside = journal_beside(draft.target)
        if beside != file.path and follows and os.path.lexists(beside):
            recover_journal(beside, follows=False)


def _settle_draft(draft: Draft, is_complete: bool) -> None:
    if not is_complete:
        with suppress(OSError):
            draft.path.unlink()
        return
    try:
        draft.move()
    except FileNotFoundError:
        pass  # the target was in place, and somebody removed it
    except OSError as error:
        raise OutputError(
            f"{str(draft.target)!r} belongs to a result that is in place by half, since a run was stopped, "
            f"and cannot be moved there: {error.strerror or error}; mend that and run again."
        ) from error
