"""gzip and Zstandard: which one a file's name indicates, decompressing and compressing bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from dedup.errors import DamagedFileError

Data = bytes | memoryview
COMPRESSIONS = {".gz": "gz", ".zst": "zst"}
# compressed bytes read at once: those of gzip may become 1,000 times as many, those of Zstandard 30,000 times
_CHUNK = {"gz": 1 << 16, "zst": 1 << 11}

_SAMPLE = 1 << 18  # compressed bytes that tell about how many a file has in all


def compression_of(path: Path | str) -> str:
    """The compression that a file's name indicates: "gz", "zst" or none ("")."""
    return COMPRESSIONS.get(Path(path).suffix.lower(), "")


def decompress(stream: BinaryIO | Any, path: Path, compression: str) -> Iterator[bytes]:
    """The decompressed bytes of a stream of gzip members or Zstandard frames, in parts. Raises
    DamagedFileError if the last one is incomplete, or the data is damaged. `path`: the file's name in errors.
    """
    start, error_type = _decoder(compression)
    decoder, rest = None, b""
    try:
        while data := rest or stream.read(_CHUNK[compression]):
            if decoder is None:
                data = data.lstrip(b"\0") if compression == "gz" else data  # gzip may be padded with zeros
                rest = b""
                if not data:
                    continue
                decoder = start()
            if part := decoder.decompress(data):
                yield part
            rest = decoder.unused_data if decoder.eof else b""
            decoder = None if decoder.eof else decoder
    except error_type as error:
        raise DamagedFileError(str(path), f"a damaged {compression} file: {error}") from error
    if decoder is not None:
        if compression == "gz" and (part := decoder.flush()):
            yield part
        raise DamagedFileError(str(path), f"truncated: its {compression} data ends too early; fetch it again")


def unpacked_size(path: Path, compression: str, size: int) -> int:
    """About how many bytes a file of `size` bytes has once it is decompressed: as its beginning tells. Raises
    OSError, ValueError for damaged data.
    """
    if not compression:
        return size
    start, error_type = _decoder(compression)
    packed = unpacked = 0
    try:
        with path.open("rb") as stream:
            decoder = start()
            while packed < _SAMPLE and not decoder.eof and (data := stream.read(_CHUNK[compression])):
                unpacked += len(decoder.decompress(data))
                packed += len(data) - len(decoder.unused_data)
    except error_type as error:
        raise ValueError("damaged") from error
    return size * unpacked // packed if packed else 0


def _decoder(compression: str) -> tuple[Callable[[], Any], type[Exception]]:
    """What makes a decoder for one member or frame, and the error of damaged data."""
    if compression == "gz":
        return lambda: zlib.decompressobj(wbits=31), zlib.error
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=1 << 31).decompressobj, zstandard.ZstdError


class Compressor(Protocol):
    """What compresses: zlib's or zstandard's compressobj."""

    def compress(self, data: Any, /) -> bytes: ...
    def flush(self) -> bytes: ...


def compressor(compression: str) -> Compressor | None:
    """A compressor for "gz" or "zst"; None for ""."""
    if compression == "gz":
        return zlib.compressobj(6, zlib.DEFLATED, 31)
    if compression == "zst":
        import zstandard

        return zstandard.ZstdCompressor(level=3).compressobj()
    return None
