"""An object in a store, and the file system of fsspec that has it."""

from __future__ import annotations

from typing import Any, NamedTuple

from dedup.files.locations.names import Scheme


class ObjectStore(NamedTuple):
    """A file system of fsspec, and what it has at an address. `name`: the address as it may be shown."""

    system: Any
    path: str
    name: str
    scheme: Scheme

    def address_of(self, path: str) -> str:
        """The address of another path of this store."""
        return str(self.system.unstrip_protocol(path))
