"""The files in a folder, and those that a glob matches. Whoever filled a folder may not choose what else is
read, nor have a run read what has no end.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dedup.errors import InputError
from dedup.files.journal.notes import ENDING
from dedup.files.journal.recovery import recover_journal
from dedup.files.names import real

IsWanted = Callable[[str], object]
"""Called with the name of a file: whether its extension is known."""


def walk(folder: Path, is_wanted: IsWanted) -> list[Path]:
    """The files below a folder, sorted, without hidden ones. What a killed run left in the folder is finished
    or undone first. Raises InputError for a link that leads out of the folder, and for a device or a pipe.
    """
    journals = list[Path]()
    paths = [*_walk(folder, is_wanted, journals)]
    return [*_walk(folder, is_wanted, [])] if _recover(journals) else paths


def _walk(folder: Path, is_wanted: IsWanted, journals: list[Path]) -> Iterator[Path]:
    """The files below a folder; the journals there are added to `journals`. It is a loop, since a recursion
    ends at 1,000 folders.
    """
    waiting, place = [folder], real(folder)
    while waiting:
        root, folders = waiting.pop(), list[Path]()
        for entry in _entries(root):
            path = root / entry.name
            if entry.name.startswith("."):
                journals += [path] if entry.name.endswith(ENDING) else []
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_symlink() and os.path.isdir(path):  # noqa: PTH112 - False where it cannot be known
                _check_within(path, place)  # what it leads to is read there
            elif is_wanted(entry.name):
                if not entry.is_file(follow_symlinks=False):
                    _check_odd(path, place)
                yield path
        waiting += reversed(folders)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"The folder {str(folder)!r} cannot be read: {error.strerror}.") from error


def matches(pattern: str, root: Path, is_wanted: IsWanted) -> list[Path]:
    """The files that a glob matches, sorted, and those below folders that it matches; see `walk`. `root`: the
    last of its folders without a wildcard.
    """
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - it may be absolute
    folders = {root, *(Path(os.path.abspath(match)).parent for match in found)}  # noqa: PTH100
    if _recover(path for folder in folders for path in _journals(folder)):
        found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
    paths, place, places = list[Path](), real(root), dict[Path, Path]()
    for path in (Path(os.path.abspath(match)) for match in found):  # noqa: PTH100 - keeps links
        if path.is_dir():
            _check_within(path, place)
            paths += walk(path, is_wanted)
        elif is_wanted(path.name):
            within = places.setdefault(path.parent, real(path.parent)) / path.name
            if not stat.S_ISREG(within.lstat().st_mode) or not within.is_relative_to(place):
                _check_odd(path, place)
            paths.append(path)
    return paths


def _check_odd(path: Path, place: Path) -> None:
    """Check a link, or what is no regular file, which stands in a folder. `place`: where that is."""
    _check_within(path, place)
    check_file(path)


def _check_within(path: Path, place: Path) -> None:
    if not real(path).is_relative_to(place):
        raise InputError(
            f"{str(path)!r} is a link that leads out of the folder; to read it, make it an input."
        )


def check_file(path: Path) -> None:
    """Raise InputError for a device, a pipe, a socket: it cannot be read twice, and perhaps never ends. Also
    for a link to nothing.
    """
    if path.is_symlink() and not path.exists():
        end = "itself" if real(path).is_symlink() else "no file"
        raise InputError(f"{str(path)!r} is a link that leads to {end}; leave it out.")
    if path.exists() and not path.is_file():
        raise InputError(
            f"{str(path)!r} is a pipe or a device and no file; leave it out, or read it as standard input "
            "(dedup clean - < FILE)."
        )


def _journals(folder: Path) -> list[Path]:
    """The journals in a folder."""
    return [folder / entry.name for entry in _entries(folder) if entry.name.endswith(ENDING)]


def _recover(journals: Iterable[Path]) -> bool:
    """Finish or undo the runs of these journals; returns whether there were any."""
    journals = [*journals]
    for journal in journals:
        recover_journal(journal)
    return bool(journals)
