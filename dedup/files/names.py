"""Names of files: what they are as text, what is hidden beside them, and which of them are no files."""

from __future__ import annotations

import os
import re
import stat
import zlib
from pathlib import Path

_LONGEST = 255  # bytes of a name, where file systems end
_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,6})")
_COMPRESSED = re.compile(r"\.(gz|zst)$", re.IGNORECASE)
_STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}


def is_text(name: str) -> bool:
    """Whether a name can be written to a ledger: its bytes on disk are UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def as_text(name: str) -> str:
    """A name as text that can be written: bytes that are no UTF-8 become escapes such as \\xe9."""
    return name if is_text(name) else os.fsencode(name).decode(errors="backslashreplace")


def lines_name(name: str) -> str:
    """The name of the JSON Lines that are made from a file of pages: page.html.jsonl, crawl.warc.jsonl.gz."""
    ending = name[-len(match[0]) :] if (match := _COMPRESSED.search(name)) else ""
    return f"{name.removesuffix(ending)}.jsonl{ending}"


def hidden(path: Path, ending: str) -> Path:
    """The hidden file beside a file, of the same name with an ending. A name that would be too long is cut,
    and its checksum tells it from others.
    """
    name = path.name.encode(errors="surrogateescape")
    if len(name) + len(ending) + 1 > _LONGEST:
        kept = name[: _LONGEST - len(ending) - 10].decode(errors="ignore")
        return path.with_name(f".{kept}-{zlib.crc32(name):08x}{ending}")
    return path.with_name(f".{path.name}{ending}")


def real(path: str | Path) -> Path:
    """The place that a path leads to, through links and `..`. Of links in a circle: one of them."""
    return Path(os.path.realpath(path))


def descriptor(path: str | Path) -> int | None:
    """The number of the open file that a path such as /dev/stdout or /dev/fd/63 means; None: none."""
    if match := _DESCRIPTOR.fullmatch(str(path)):
        return int(match[1])
    return _STANDARD.get(str(path))


def is_file_or_new(path: str | Path) -> bool:
    """Whether what is written to a path can be read again: it is no device, no pipe and no open file."""
    if descriptor(path) is not None:
        return False
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 - of a link, what it leads to
    except OSError:
        return True
