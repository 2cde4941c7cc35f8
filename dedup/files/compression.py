"""The bytes of a file as they are decompressed, read forward once; and the way back for targets."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from dedup.errors import InputError

PACKED_CHUNK = {"gz": 1 << 16, "zst": 1 << 11}  # of compressed bytes: they may grow a thousandfold; 30,000
Data = bytes | memoryview
COMPRESSIONS = {".gz": "gz", ".zst": "zst"}


def compression_of(path: Path | str) -> str:
    """The compression that a file's name says: "gz", "zst" or none ("")."""
    return COMPRESSIONS.get(Path(path).suffix.lower(), "")


def unpacked(stream: BinaryIO | Any, path: Path, compression: str) -> Iterator[bytes]:
    """The members or frames of a compressed stream, one after the other; the last must be whole."""
    start, error_type = _decoder(compression)
    decoder, rest = None, b""
    try:
        while packed := rest or stream.read(PACKED_CHUNK[compression]):
            if decoder is None:
                packed = packed.lstrip(b"\0") if compression == "gz" else packed  # gzip's padding
                rest = b""
                if not packed:
                    continue
                decoder = start()
            if chunk := decoder.decompress(packed):
                yield chunk
            rest = decoder.unused_data if decoder.eof else b""
            decoder = None if decoder.eof else decoder
    except error_type as error:
        raise InputError(f"{str(path)!r} is not a whole {compression} file: {error}.") from error
    if decoder is not None:
        raise InputError(f"{str(path)!r} is truncated: its {compression} data ends too early; get it again.")


def _decoder(compression: str) -> tuple[Callable[[], Any], type[Exception]]:
    if compression == "gz":
        return lambda: zlib.decompressobj(wbits=31), zlib.error
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=1 << 31).decompressobj, zstandard.ZstdError


class Packer(Protocol):
    """What compresses: zlib's and zstandard's compressobj, or nothing."""

    def compress(self, data: Any, /) -> bytes: ...
    def flush(self) -> bytes: ...


def packer(compression: str) -> Packer | None:
    """A compressor for this compression; None when there is none."""
    if compression == "gz":
        return zlib.compressobj(6, zlib.DEFLATED, 31)
    if compression == "zst":
        import zstandard

        return zstandard.ZstdCompressor(level=3).compressobj()
    return None
