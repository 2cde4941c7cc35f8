"""Every decision on disk, with what it takes to undo it.

A ledger is JSON Lines: a header; for each input file a line per document and then the file's own line; the
report of the run, unless it was a stream; an end. What was replaced stands as "undo": a list of [start, the
bytes that stood there, length of what stands there now], where `start` counts the bytes of the original file.
The rejects file holds the records that were no documents.
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

VERSION = 1
LONG = 1 << 20  # bytes; what is longer is packed, and a longer reject is written in parts
FILE_MARK = b'{"dedup_file":'
ROWS_MARK = b'{"dedup_rows":'
REPORT_MARK = b'{"dedup_report":'
END_MARK = b'{"dedup_end":'

Undo = list[Any]
"""[start, packed bytes, length now]"""


class Entry(NamedTuple):
    """One undo, unpacked."""

    start: int
    removed: bytes
    length: int


class Part(NamedTuple):
    """Where what is left of a file lies: in which output, from where, how long. output None: nowhere."""

    output: int | None
    start: int
    length: int


def pack(data: bytes) -> str | dict[str, str]:
    """Bytes as JSON can hold them; many of them compressed."""
    if len(data) >= LONG:
        import zstandard

        return {"zstd": base64.b64encode(zstandard.compress(data)).decode()}
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def unpack(value: str | dict[str, str]) -> bytes:
    """The bytes that `pack` was given."""
    if isinstance(value, str):
        return value.encode()
    if "zstd" in value:
        import zstandard

        return zstandard.decompress(base64.b64decode(value["zstd"]))
    return base64.b64decode(value["base64"])
