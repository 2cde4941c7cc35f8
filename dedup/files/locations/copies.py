"""Copies on this machine of what is elsewhere: a run reads its inputs more than once, and they may change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from dedup.document import Origin
from dedup.errors import DedupError, InputError
from dedup.files.locations.names import (
    as_path,
    is_address,
    is_elsewhere,
    is_table,
    key_of,
    last_part,
    name_of,
    shown,
    split_table,
)
from dedup.files.locations.object_store import ObjectStore
from dedup.files.locations.temporary import TemporaryFolder, digest_of

_AT_ONCE = 8  # objects that are copied at the same time: each of many small ones takes a few round trips
_KEPT: list[TemporaryFolder] = []
"""The folders of `local_copies`, which last as long as the process."""


class Copy(NamedTuple):
    """A copy at `path` of what an input names. `name`: what the ledger calls it; `origin`: where it is."""

    name: str
    path: Path
    origin: Origin


class InputCopies(NamedTuple):
    """The copies of one input. `is_named`: the input names exactly this one."""

    copies: list[Copy]
    is_named: bool


def copies_of(entry: str, is_wanted: Callable[[str], object]) -> InputCopies:
    """Copies of what an address or a table names, on disk as long as they are used. `is_wanted`: whether
    dedup reads an object of this name, in a folder of a store. Raises InputError.
    """
    if is_table(entry):
        return InputCopies([_copy_table(entry)], True)
    from dedup.files.locations import stores

    found, is_named = stores.find_objects(entry, is_wanted)
    if is_named and not is_wanted(last_part(shown(entry))):
        raise InputError(
            f"{shown(entry)!r} has no known extension; fetch it, name it by its format, and read that file."
        )
    folder = TemporaryFolder()

    def copy(store: ObjectStore) -> Copy:
        address = entry if is_named else store.address_of(store.path)
        name = name_of(address)
        path = folder.path / as_path(name)
        return Copy(name, path, Origin(address, stores.copy_object(store, path), folder))

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return InputCopies([*threads.map(copy, found)], is_named)


def _copy_table(entry: str) -> Copy:
    from dedup.files.locations.tables import read_table

    database, table = split_table(entry)
    folder = TemporaryFolder()
    path = folder.path / "rows.jsonl"
    with path.open("wb+") as file:
        read_table(Path(database), table, file)
        digest = digest_of(file)
    return Copy(entry, path, Origin(entry, digest, folder))


class CopiedInputs:
    """Copies of those inputs that are elsewhere, each object and table once. Raises InputError."""

    def __init__(self, inputs: Sequence[str], is_wanted: Callable[[str], object]) -> None:
        self._by_entry = {entry: copies_of(entry, is_wanted) for entry in inputs if is_elsewhere(entry)}
        self._copies: dict[Path, Copy] = {}
        keys: dict[str, str] = {}
        for copy in chain.from_iterable(copies.copies for copies in self._by_entry.values()):
            is_new = copy.name not in keys
            key = keys.setdefault(copy.name, _key(copy.origin.location))
            if key != _key(copy.origin.location):
                raise InputError(
                    f"two inputs are called {copy.name!r}, since no name has a query: fetch one."
                )
            if is_new:
                self._copies[copy.path] = copy

    def __contains__(self, entry: str) -> bool:
        return entry in self._by_entry

    def is_named(self, entry: str) -> bool:
        """Whether an input names exactly one object or table."""
        return self._by_entry[entry].is_named

    def paths(self, entry: str) -> list[Path]:
        """The copies of an input."""
        return [copy.path for copy in self._by_entry[entry].copies if copy.path in self._copies]

    def roots(self) -> list[Path]:
        """The folders of the databases of which tables are read."""
        return [_database(entry).parent for entry in self._by_entry if is_table(entry)]

    def names(self, common: Path) -> dict[Path, str]:
        """The name of each copy: the address; or the table with the path of its database below a folder."""
        return {path: _name(copy.name, common) for path, copy in self._copies.items()}

    def origin(self, path: Path) -> Origin | None:
        """Where a file was copied from; None for one that is no copy."""
        return self._copies[path].origin if path in self._copies else None


def _database(table: str) -> Path:
    """The absolute path of the database of a table."""
    return Path(os.path.abspath(split_table(table)[0]))  # noqa: PTH100 - keeps links


def _name(name: str, common: Path) -> str:
    if is_address(name):
        return name
    return f"{_database(name).relative_to(common).as_posix()}::{split_table(name)[1]}"


def _key(location: str) -> str:
    """What two locations of the same bytes have in common."""
    return key_of(location) if is_address(location) else location


def local_copy(path: str) -> str:
    """A path of this machine with what is at a path, an address or a table; of an address that ends in / all
    that is below it. Raises InputError.
    """
    if not is_address(path) and not is_table(path):
        return path
    copies = copies_of(path, lambda _: True).copies
    folder = copies[0].origin.folder
    assert isinstance(folder, TemporaryFolder)
    _KEPT.append(folder)
    if is_address(path) and path.endswith("/"):
        return str(folder.path / as_path(shown(path).rstrip("/")))
    return str(copies[0].path)


@contextmanager
def local_copies(*paths: str) -> Iterator[list[str]]:
    """The `local_copy` of each path; errors that name a copy are raised with the address in its place."""
    copies = [local_copy(path) for path in paths]
    try:
        yield copies
    except DedupError as error:
        message = error.message
        for path, copy in zip(paths, copies, strict=True):
            message = message.replace(copy, shown(path)) if copy != path else message
        raise type(error)(message) from error
