"""Values that an index stores compressed, read with a bound on what they become."""

from collections.abc import Callable
from typing import Final

import zstandard

from dedup.errors import IndexFileError

MOST_UNPACKED: Final = 1 << 30
"""Bytes of one value: a document has 256 MB if --max-document says no more."""


def decompressed(
    data: bytes, what: str, damaged: Callable[[str], IndexFileError], most: int = MOST_UNPACKED
) -> bytes:
    """The bytes that were compressed with zstandard; none of none. Raises the error that `damaged` makes for
    other ones, and for more than `most` bytes. `what`: how messages call the value.
    """
    if not data:
        return b""
    try:
        if not 0 <= zstandard.frame_content_size(data) <= most:
            raise damaged(f"{what} is too large")
        return zstandard.decompress(data)
    except (zstandard.ZstdError, MemoryError) as error:
        raise damaged(f"{what} cannot be decompressed") from error
