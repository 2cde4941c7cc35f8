"""What a location is called: an address such as s3://bucket/crawl.jsonl, a table such as crawl.db::articles.

Nothing is opened here, so that it can be asked of every path.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from dedup.errors import DedupError, InputError, OptionsError

# Patterns, not compiled: few runs need them, and they take 0.001 s of the start.
_ADDRESS = r"([A-Za-z][A-Za-z0-9+.-]*)://"
_TABLE = r"(?s:.+)::[^/\\:]+"
_QUERY = r"\?[\w.~%-]+=(?s:.*)"
_ANY_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>]+"
_PORTS = {"http": 80, "https": 443}


class Scheme(NamedTuple):
    """What the addresses of a scheme need. `package`: what reads it beside fsspec; `is_written`: whether an
    object there can be replaced as a whole.
    """

    name: str
    package: str
    is_written: bool


_S3 = Scheme("s3", "s3fs", True)
_GS = Scheme("gs", "gcsfs", True)
_AZ = Scheme("az", "adlfs", True)
SCHEMES = {
    "s3": _S3,
    "s3a": _S3,
    "gs": _GS,
    "gcs": _GS,
    "az": _AZ,
    "abfs": _AZ,
    "abfss": _AZ,
    "https": Scheme("https", "aiohttp", False),
    "http": Scheme("http", "aiohttp", False),
    "hf": Scheme("hf", "huggingface-hub", False),
}
"""The schemes of addresses that are read."""
KNOWN = "s3://, gs://, az://, https://, http:// and hf://"
WRITTEN = "s3://, gs:// and az://"


def is_address(entry: str | Path) -> bool:
    """Whether this is an address, of whatever scheme."""
    text = str(entry)
    return "://" in text and re.match(_ADDRESS, text) is not None


def is_table(entry: str | Path) -> bool:
    """Whether this names a table of a database, and no file of this name is there."""
    text = str(entry)
    return (
        "::" in text and not is_address(text) and bool(re.fullmatch(_TABLE, text)) and not Path(text).exists()
    )


def is_elsewhere(entry: str | Path) -> bool:
    """Whether this is an address or a table: no path of a file."""
    return is_address(entry) or is_table(entry)


def split_table(entry: str | Path) -> tuple[str, str]:
    """The path of the database, and the table."""
    path, _, table = str(entry).rpartition("::")
    return path, table


def scheme_of(address: str, error_type: type[DedupError] = InputError) -> Scheme:
    """The scheme of an address. Raises `error_type` with what to do instead if it is not one of SCHEMES."""
    name = address.partition("://")[0]
    if scheme := SCHEMES.get(name.lower()):
        return scheme
    advice = {
        "file": "leave file:// out and name the path",
        "sqlite": "name a table of a SQLite database as crawl.db::articles",
        "hdfs": "use --engine spark, or fetch the file first",
    }.get(name.lower(), "fetch the file first, or pipe it: FETCH | dedup clean -")
    known = KNOWN
    if error_type is not InputError and name.lower() not in ("file", "sqlite"):
        known, advice = WRITTEN, "write a file, and copy it there"
    raise error_type(f"{shown(address)!r} has an unknown scheme; known are {known}: {advice}.")


def check_target(option: str, path: str) -> None:
    """Raise OptionsError if what `option` names cannot be written: an address of a scheme that is unknown or
    only read, or a table where a file is meant.
    """
    if is_address(path):
        if not scheme_of(path, OptionsError).is_written:
            raise OptionsError(
                f"{option} names {shown(path)}, and {path.partition('://')[0]}:// is only read; "
                f"name a file, or an object in {WRITTEN}"
            )
        if _has_odd_parts(path):
            raise OptionsError(f"{option} names {shown(path)}, which is no object; name one")
    elif option not in ("--output", "--original") and is_table(path):
        raise OptionsError(f"{option} names the table {path}, but it is written as a file: name a file")


def shown(entry: str) -> str:
    """An address without a password and without its query, which may have a signature; others as they are."""
    match = re.match(_ADDRESS, entry) if "://" in entry else None
    if match is None:
        return entry
    scheme, rest = match[1].lower(), entry[match.end() :]
    rest = re.split(r"[?#]", rest)[0] if scheme in _PORTS else re.sub(_QUERY, "", rest)
    host, slash, path = rest.partition("/")
    user, at, server = host.rpartition("@")
    if at and (scheme in _PORTS or ":" in user):
        host = server
    return f"{scheme}://{host}{slash}{path}"


def without_secrets(message: str) -> str:
    """A message in which each address is as `shown` gives it."""
    return re.sub(_ANY_ADDRESS, lambda match: shown(match[0]), message)


def key_of(address: str) -> str:
    """What two addresses of one object have in common."""
    text = shown(address)
    name, _, rest = text.partition("://")
    scheme = SCHEMES[name].name if name in SCHEMES else name
    host, _, path = rest.partition("/")
    if scheme in _PORTS:
        from urllib.parse import urlsplit  # late: only addresses need it

        parts = urlsplit(text)
        try:
            port = parts.port or _PORTS[scheme]
        except ValueError:
            port = -1
        host = (parts.hostname or "") + (f":{port}" if port != _PORTS[scheme] else "")
        query = urlsplit(address).query
        path += f"?{query}" if query else ""
    return f"{scheme}://{host}/{path.strip('/')}"


def name_of(address: str) -> str:
    """The name of an input at an address, as ledgers have it. Raises InputError for a path that no file can
    have.
    """
    name = shown(address)
    if _has_odd_parts(name):
        raise InputError(f"{name!r} has an empty part, or . or .., which no file can have: copy it first.")
    return name


def _has_odd_parts(address: str) -> bool:
    parts = shown(address).partition("://")[2].rstrip("/").split("/")
    return any(part in ("", ".", "..") or "\0" in part for part in parts)


def as_path(name: str) -> str:
    """The name of an input as a path below a folder: s3/bucket/crawl.jsonl for s3://bucket/crawl.jsonl."""
    scheme, mark, rest = name.partition("://")
    if not mark or not is_address(name):
        return name
    host, slash, path = rest.partition("/")
    return f"{scheme}/{host.replace(':', '_')}{slash}{path}"


def join(folder: str, name: str) -> str:
    """The place of an input with this name in a folder, which may be in a store."""
    if is_address(folder):
        return f"{folder.rstrip('/')}/{as_path(name)}"
    return str(Path(folder, as_path(name)))


def last_part(path: str) -> str:
    """The last part of a path or an address."""
    return PurePosixPath(path).name if is_address(path) else Path(path).name
