"""Objects in stores, by fsspec: found, copied to a file, written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dedup.errors import DedupError, InputError, OutputError
from dedup.files.locations.download import Download
from dedup.files.locations.names import Scheme, scheme_of, shown
from dedup.files.locations.object_store import ObjectStore
from dedup.files.locations.reasons import reason_of
from dedup.files.locations.temporary import digest_of

_CHUNK = 1 << 20
_BLOCK = 8 << 20  # bytes that are sent at once
_TIMEOUT = 60  # seconds in which a server must send something
_MAGIC = re.compile(r"[*?\[]")
_VERSION = (
    *("size", "ETag", "etag", "LastModified", "last_modified", "Last-Modified", "mtime", "generation"),
)


def open_store(address: str, error_type: type[DedupError] = InputError) -> ObjectStore:
    """The store of an address. Raises `error_type` if it has an unknown scheme, or needs what is not
    installed.
    """
    scheme, name = scheme_of(address, error_type), shown(address)
    try:
        import fsspec
        from fsspec.core import url_to_fs
    except ModuleNotFoundError as error:
        raise error_type(
            f"{name!r} is an address, which needs an extra: pip install 'dedup-articles[remote]'."
        ) from error
    try:
        fsspec.get_filesystem_class(scheme.name)
        _, _, rest = address.partition("://")
        system, path = url_to_fs(f"{scheme.name}://{rest}", **_settings(scheme))
    except ImportError as error:
        raise error_type(
            f"{name!r} needs {scheme.package}: pip install 'dedup-articles[remote]' {scheme.package}."
        ) from error
    except Exception as error:
        raise error_type(f"{name!r} cannot be opened: {reason_of(error)}.") from error
    return ObjectStore(system, path, name, scheme)


def _settings(scheme: Scheme) -> dict[str, Any]:
    """What the file system is made with: its servers may be slow, but not silent."""
    if scheme.name not in ("http", "https"):
        return {}
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=None, sock_connect=_TIMEOUT, sock_read=_TIMEOUT)
    return {"client_kwargs": {"timeout": timeout}, "use_listings_cache": False}


@contextmanager
def _sentences(store: ObjectStore) -> Iterator[None]:
    """Turn what a store raises into InputError."""
    try:
        yield
    except DedupError:
        raise
    except FileNotFoundError as error:
        cause = error.__cause__  # of fsspec's HTTP, where every failure is called this
        if cause is None or getattr(cause, "status", None) in (404, 410):
            raise InputError(f"{store.name!r} does not exist; check the address.") from error
        raise InputError(f"{store.name!r} cannot be read: {reason_of(cause)}.") from error
    except Exception as error:
        raise InputError(f"{store.name!r} cannot be read: {reason_of(error)}.") from error


def find_objects(address: str, is_wanted: Callable[[str], object]) -> tuple[list[ObjectStore], bool]:
    """The objects that an address names, in order, and whether it names exactly one. A folder and a glob have
    the objects whose names are wanted, without hidden ones. Raises InputError.
    """
    store = open_store(address)
    system, path = store.system, store.path
    with _sentences(store):
        if store.scheme.name in ("http", "https"):
            return [store], True
        if _MAGIC.search(path):
            paths = [found for found in sorted(system.glob(path)) if system.isfile(found)]
        elif not path.endswith("/") and system.isfile(path):
            return [store], True
        else:
            paths = sorted(system.find(path.rstrip("/")))
            if not paths and not system.exists(path):
                raise FileNotFoundError(path)
    base = path.rstrip("/").count("/") if not _MAGIC.search(path) else 0
    found = [store._replace(path=path, name=shown(store.address_of(path))) for path in paths]
    listed = [
        other
        for other in found
        if is_wanted(other.name.rpartition("/")[2])
        and not any(part.startswith(".") for part in other.path.split("/")[base:])
    ]
    if not listed:
        raise InputError(f"{store.name!r} has no object with a known extension; name one of another name.")
    return listed, False


def copy_object(store: ObjectStore, target: Path) -> str:
    """Copy an object to a new file; returns its SHA-256. Raises InputError, also if it changes meanwhile, or
    if the server goes away and does not come back.
    """
    with _sentences(store):
        before = _version(store)
        _check_room(store, before.get("size"), target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb+") as file:
            Download(store, file, before).run()
            digest = digest_of(file)
        if _version(store) != before:
            raise InputError(
                f"{store.name!r} changed while it was read: wait until it is complete and run again."
            )
    return digest


def _version(store: ObjectStore) -> dict[str, Any]:
    """What tells whether an object is still the same."""
    store.system.invalidate_cache()
    info = store.system.info(store.path)
    if info.get("type") == "directory":
        raise FileNotFoundError(store.path)
    return {name: info[name] for name in _VERSION if info.get(name) is not None}


def _check_room(store: ObjectStore, size: Any, target: Path) -> None:
    """Raise InputError if there is no room for a copy."""
    folder = next(parent for parent in target.parents if parent.exists())
    if isinstance(size, int) and size > shutil.disk_usage(folder).free:
        raise InputError(
            f"{store.name!r} has {size >> 20:,} MB, more than {str(folder)!r} has room for: name a larger "
            "folder for temporary files with TMPDIR."
        )


class Upload:
    """An object that is written: it replaces what is at its address as a whole, once it is complete. Raises
    OutputError.
    """

    def __init__(self, address: str) -> None:
        self._store = open_store(address, OutputError)
        self._stream: Any = None

    def send(self, draft: Path) -> None:
        """Send the bytes of a file, of which nothing is seen yet."""
        with self._errors(), draft.open("rb") as file:
            system, path = self._store.system, self._store.path
            self._stream = system.open(path, "wb", block_size=_BLOCK, autocommit=False)
            shutil.copyfileobj(file, self._stream, _CHUNK)
            self._stream.close()

    def commit(self) -> None:
        """Put the object in its place."""
        with self._errors():
            self._stream.commit()
        self._stream = None

    def discard(self) -> None:
        """Take back what was sent and is not in its place."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(Exception):
                stream.closed = True  # or the garbage collector sends what is left
                stream.discard()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise OutputError(
                f"{self._store.name!r} cannot be written: there is no such bucket; nothing there was changed."
            ) from error
        except Exception as error:
            raise OutputError(
                f"{self._store.name!r} cannot be written: {reason_of(error)}; nothing there was changed."
            ) from error
