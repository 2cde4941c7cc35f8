"""Objects in stores, by fsspec: found, copied to a file, written."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from dedup.errors import DedupError, InputError, OutputError
from dedup.files.locations.names import Scheme, scheme_of, shown, without_secrets

_CHUNK = 1 << 20
_BLOCK = 8 << 20  # bytes that are asked for at once
_TIMEOUT = 60  # seconds in which a server must send something
ATTEMPTS = 4  # at one object, without a byte in between
PAUSE = 0.5  # seconds before the second attempt; twice as long before each further one
_MAGIC = re.compile(r"[*?\[]")
_VERSION = (
    *("size", "ETag", "etag", "LastModified", "last_modified", "Last-Modified", "mtime", "generation"),
)


class Store(NamedTuple):
    """A file system of fsspec, and what it has at an address. `name`: the address as it may be shown."""

    system: Any
    path: str
    name: str
    scheme: Scheme

    def address_of(self, path: str) -> str:
        """The address of another path of this store."""
        return str(self.system.unstrip_protocol(path))


def open_store(address: str, error_type: type[DedupError] = InputError) -> Store:
    """The store of an address. Raises `error_type` if it has an unknown scheme, or needs what is not
    installed.
    """
    scheme, name = scheme_of(address, error_type), shown(address)
    try:
        import fsspec
        from fsspec.core import url_to_fs
    except ModuleNotFoundError as error:
        raise error_type(
            f"{name!r} is an address, which needs an extra: pip install 'dedup[remote]'."
        ) from error
    try:
        fsspec.get_filesystem_class(scheme.name)
        _, _, rest = address.partition("://")
        system, path = url_to_fs(f"{scheme.name}://{rest}", **_settings(scheme))
    except ImportError as error:
        raise error_type(
            f"{name!r} needs {scheme.package}: pip install 'dedup[remote]' {scheme.package}."
        ) from error
    except Exception as error:
        raise error_type(f"{name!r} cannot be opened: {reason_of(error)}.") from error
    return Store(system, path, name, scheme)


def _settings(scheme: Scheme) -> dict[str, Any]:
    """What the file system is made with: its servers may be slow, but not silent."""
    if scheme.name not in ("http", "https"):
        return {}
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=None, sock_connect=_TIMEOUT, sock_read=_TIMEOUT)
    return {"client_kwargs": {"timeout": timeout}, "use_listings_cache": False}


@contextmanager
def _sentences(store: Store) -> Iterator[None]:
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


def reason_of(error: BaseException) -> str:
    """Why a store failed, in a few words, without secrets."""
    status = getattr(error, "status", None)
    if isinstance(status, int):
        return f"the server answered {status}" + (" (not allowed)" if status in (401, 403) else "")
    if isinstance(error, PermissionError) or type(error).__name__ in (
        "NoCredentialsError",
        "PartialCredentialsError",
    ):
        return "access is denied; check the credentials, such as AWS_PROFILE for s3://"
    if isinstance(error, TimeoutError):
        return "the server is silent"
    text = str(getattr(error, "strerror", None) or error or type(error).__name__)
    text = text.rpartition(" operation: ")[2]  # botocore says first which one
    return without_secrets(" ".join(text.split()))[:200].rstrip(". ") or type(error).__name__


def find_objects(address: str, is_wanted: Callable[[str], object]) -> tuple[list[Store], bool]:
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


def copy_object(store: Store, target: Path) -> str:
    """Copy an object to a new file; returns its SHA-256. Raises InputError, also if it changes meanwhile, or
    if the server goes away and does not come back.
    """
    with _sentences(store):
        before = _version(store)
        _check_room(store, before.get("size"), target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb+") as file:
            _Download(store, file, before).run()
            digest = _digest(file)
        if _version(store) != before:
            raise InputError(
                f"{store.name!r} changed while it was read: wait until it is complete and run again."
            )
    return digest


def _version(store: Store) -> dict[str, Any]:
    """What tells whether an object is still the same."""
    store.system.invalidate_cache()
    info = store.system.info(store.path)
    if info.get("type") == "directory":
        raise FileNotFoundError(store.path)
    return {name: info[name] for name in _VERSION if info.get(name) is not None}


def _check_room(store: Store, size: Any, target: Path) -> None:
    """Raise InputError if there is no room for a copy."""
    folder = next(parent for parent in target.parents if parent.exists())
    if isinstance(size, int) and size > shutil.disk_usage(folder).free:
        raise InputError(
            f"{store.name!r} has {size >> 20:,} MB, more than {str(folder)!r} has room for: name a larger "
            "folder for temporary files with TMPDIR."
        )


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


class _Download:
    """The bytes of an object, written to a file. A connection that breaks off is taken up where it ended, or
    from the start if the server has no ranges.
    """

    def __init__(self, store: Store, file: BinaryIO, version: dict[str, Any]) -> None:
        self._store, self._file = store, file
        self._size, self._tag = version.get("size"), version.get("ETag")
        self._done = self._most = 0
        self._failures = 0

    def run(self) -> None:
        """Copy all of it."""
        while True:
            try:
                self._run_once()
            except _Broken as broken:
                self._note_failure(broken.cause)
            else:
                if not isinstance(self._size, int) or self._done >= self._size:
                    return
                self._note_failure(OSError("the connection ended"))

    def _run_once(self) -> None:
        with self._open() as stream:
            while chunk := self._read(stream):
                self._file.write(chunk)
                self._done += len(chunk)
                if self._done > self._most:
                    self._most, self._failures = self._done, 0

    @contextmanager
    def _open(self) -> Iterator[Any]:
        """The rest of the object, or all of it if the server gives no rest."""
        is_web = self._store.scheme.name in ("http", "https")
        with _breaks():
            if is_web:
                headers = {"Range": f"bytes={self._done}-"} if self._done else {}
                headers |= {"If-Range": self._tag} if self._done and self._tag else {}
                stream = self._store.system.open(
                    self._store.path, "rb", block_size=0, size=1, headers=headers
                )
            else:
                stream = self._store.system.open(self._store.path, "rb", block_size=_BLOCK)
        try:
            if is_web and self._done and stream.r.status != 206:
                self._file.seek(0)
                self._file.truncate()
                self._done = 0
            elif not is_web:
                stream.seek(self._done)
            yield stream
        finally:
            stream.close()

    def _read(self, stream: Any) -> bytes:
        with _breaks():
            return bytes(stream.read(_CHUNK))

    def _note_failure(self, cause: BaseException) -> None:
        """Wait before the next attempt. Raises InputError if this was the last one."""
        self._failures += 1
        if self._failures >= ATTEMPTS:
            of_size = f" of {self._size:,}" if isinstance(self._size, int) else ""
            raise InputError(
                f"{self._store.name!r} broke off after {self._done:,}{of_size} bytes ({reason_of(cause)}): "
                "run again when the server can be reached."
            ) from cause
        time.sleep(PAUSE * 2 ** (self._failures - 1))


class _Broken(Exception):  # noqa: N818 - it is caught where it is raised
    """A read that may succeed at the next attempt."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


@contextmanager
def _breaks() -> Iterator[None]:
    """Raise _Broken for what may pass: not for an object that is missing or refused."""
    try:
        yield
    except (FileNotFoundError, PermissionError, MemoryError):
        raise
    except Exception as error:
        status = getattr(error, "status", None)
        if isinstance(status, int) and 400 <= status < 500 and status not in (408, 416, 429):
            raise
        raise _Broken(error) from error


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
