"""Compressed files that are read again and again: what is wanted of one may be anywhere, and all that is
before it would be decompressed each time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from dedup.document import File
from dedup.files.reading import FileReader, read_spans, regroup

_FRAME = 1 << 14  # bytes: four articles are read for one; twice as many take 6 % less of the disk
_AHEAD = 1 << 10  # spans that the system is told of before the first of them is read


class Copies:
    """Copies of compressed files, in frames that are decompressed one by one: in a temporary file without a
    name. A copy is made when its file is read again for the first time.
    """

    def __init__(self) -> None:
        self._places: dict[int, array[int]] = {}
        """By file, where its frames begin and the last one ends."""
        self._without: set[int] = set()
        """Files for whose copies the disk had no room."""
        self._file: Any = None

    def spans(self, index: int, file: File, starts: Sequence[int], ends: Sequence[int]) -> Iterator[bytes]:
        """The bytes of these spans, which are in order, of the compressed file with this number. Without room
        for a copy all that is before them is read, too.
        """
        if index not in self._places and index not in self._without and not self._copied(index, file):
            self._without.add(index)
        if index in self._without:
            yield from read_spans(file, starts, ends)
            return
        frames = _Frames(self._file, self._places[index])
        for first in range(0, len(starts), _AHEAD):
            some = slice(first, first + _AHEAD)
            frames.announce(starts[some], ends[some])
            yield from map(frames.read, starts[some], ends[some])

    def _copied(self, index: int, file: File) -> bool:
        """Make the copy of a file, if there is room for it: others may fill the disk meanwhile."""
        if 2 * file.size > shutil.disk_usage(tempfile.gettempdir()).free:
            return False
        from zstandard import ZstdCompressor

        compress, reader = ZstdCompressor(level=1).compress, FileReader(file)
        try:
            if self._file is None:
                self._file = _temporary_file()
                weakref.finalize(self, self._file.close)
            places = array("q", [self._file.seek(0, 2)])
            for frame in _frames(reader.slices()):
                packed = compress(frame)
                if self._file.write(packed) < len(packed):
                    return False
                places.append(places[-1] + len(packed))
        except OSError:
            return False
        reader.close()
        self._places[index] = places
        return True


def _temporary_file() -> Any:
    """A file for frames that are read one by one, so that nothing before or behind one is worth reading."""
    file = tempfile.TemporaryFile(prefix="dedup-", buffering=0)  # noqa: SIM115 - open as long as the run
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
    return file


class _Frames:
    """The bytes of a copied file. `places`: where its frames begin in `file`, and where the last one ends."""

    def __init__(self, file: Any, places: Sequence[int]) -> None:
        from zstandard import ZstdDecompressor

        self._file, self._places = file, places
        self._decompress = ZstdDecompressor().decompress
        self._number, self._frame = -1, b""

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`, which is behind it."""
        first, last = start // _FRAME, (end - 1) // _FRAME
        low = start - first * _FRAME
        return b"".join(map(self._at, range(first, last + 1)))[low : low + end - start]

    def announce(self, starts: Sequence[int], ends: Sequence[int]) -> None:
        """Have the system fetch these spans from the disk, all while the first of them are read."""
        if not hasattr(os, "posix_fadvise"):
            return
        for start, end in zip(starts, ends, strict=True):
            low, high = self._places[start // _FRAME], self._places[(end - 1) // _FRAME + 1]
            os.posix_fadvise(self._file.fileno(), low, high - low, os.POSIX_FADV_WILLNEED)

    def _at(self, number: int) -> bytes:
        """A frame, decompressed; the last one is at hand."""
        if number != self._number:
            self._file.seek(self._places[number])
            packed = self._file.read(self._places[number + 1] - self._places[number])
            self._number, self._frame = number, self._decompress(packed)
        return self._frame


def _frames(parts: Any) -> Iterator[bytes]:
    """The bytes of these parts in frames; all but the last one are of one length."""
    rest = b""
    for chunk in regroup(parts):
        data = rest + chunk
        whole = len(data) - len(data) % _FRAME
        yield from (data[at : at + _FRAME] for at in range(0, whole, _FRAME))
        rest = data[whole:]
    if rest:
        yield rest
