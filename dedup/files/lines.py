"""The lines of a file, one after the other: for files of any size whose lines are short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from dedup.files.compression import compression_of
from dedup.files.reading import chunks


def read_lines(path: str) -> Iterator[bytes]:
    """The lines of a file, newlines included, decompressed as its name says. Raises InputError."""
    with closing(chunks(Path(path), compression_of(path))) as parts:  # type: ignore[type-var]
        yield from lines_of(parts)


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
