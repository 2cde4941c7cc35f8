"""The lines of a file, one after the other: for files of any size whose lines are short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from dedup.errors import InputError
from dedup.files.compression import compression_of
from dedup.files.reading import chunks


def read_lines(path: str, most: int | None = None) -> Iterator[bytes]:
    """The lines of a file, newlines included, decompressed as its name says. Raises InputError, also for a
    line of more than `most` bytes, of which no more is held in memory.
    """
    with closing(chunks(Path(path), compression_of(path))) as parts:  # type: ignore[type-var]
        yield from lines_of(parts if most is None else _of_short_lines(parts, most, path))


def _of_short_lines(parts: Iterable[bytes], most: int, path: str) -> Iterator[bytes]:
    """The parts. Raises InputError once a line that has not ended is too long."""
    begun = 0
    for part in parts:
        end = part.rfind(b"\n") + 1
        begun = len(part) - end if end else begun + len(part)
        if begun > most:
            raise InputError(
                f"{path!r} has a line of more than {most >> 20:,} MB: dedup writes no such line."
            )
        yield part


def lines_of(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of consecutive bytes, newlines included."""
    begun: list[bytes] = []  # the parts of a line that is not complete yet
    for part in parts:
        rest, *starts = part.split(b"\n")
        begun.append(rest)
        for start in starts:
            yield b"".join(begun) + b"\n"
            begun = [start]
    if any(begun):
        yield b"".join(begun)
