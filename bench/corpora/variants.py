"""A corpus of any size: variants of a smaller one, each in a language of its own, as JSON Lines in Zstandard.

To generate an article takes 0.1 ms, to make a variant of it a quarter of that, compression included. In a
variant the letters of titles and texts are exchanged, the same way in all of its articles: these share as
much with each other as they do in the smaller corpus, and next to nothing with other variants.
"""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import zstandard

RATIO = 2.2
"""How many times as large the articles are as the file, at least."""

_LETTERS = b"ghijklmopqsvwxyz"  # without those of JSON's escapes: b, f, n, r, t, u and what is behind a u
_CONTINUATIONS = tuple(bytes(range(first, first + 16)) for first in range(0x80, 0xC0, 16))
"""The bytes of UTF-8 behind the first of a character. Those of one group are exchanged, so that the text is
still UTF-8.
"""
_LEVEL = 1
_CHUNK = 4 << 20  # bytes that are compressed at once


def write_variants(base: Path, out: Path, documents: int) -> int:
    """Write so many articles, variants of those of the file `base`; returns how many bytes they have."""
    size = 0
    with out.open("wb") as file, zstandard.ZstdCompressor(_LEVEL, threads=1).stream_writer(file) as target:
        for chunk in _chunks(_articles(base, documents)):
            target.write(chunk)
            size += len(chunk)
    return size


def _articles(base: Path, documents: int) -> Iterator[bytes]:
    """Yield the lines of so many articles."""
    variant = 0
    while documents:
        exchanged, mark = _exchanged(variant), b"%03d-" % variant
        with base.open("rb") as lines:
            for line in lines:
                yield _varied(line, exchanged, mark)
                documents -= 1
                if not documents:
                    return
        variant += 1


def _exchanged(variant: int) -> bytes:
    """By byte, what stands for it in this variant: the first one has the articles as they are."""
    rng, table = random.Random(f"variant/{variant}"), bytearray(range(256))
    if variant:
        for group in (_LETTERS, *_CONTINUATIONS):
            others = bytes(rng.sample(group, len(group)))
            for one, other in zip(group + group.upper(), others + others.upper(), strict=True):
                table[one] = other
    return bytes(table)


def _varied(line: bytes, exchanged: bytes, mark: bytes) -> bytes:
    """An article in a variant's letters, with an id and an address of its own."""
    head, title, rest = _parted(line, b'"title":"', b'","date"')
    between, text, tail = _parted(rest, b'"text":"', b'","lang"')
    head = head.replace(b'"id":"', b'"id":"' + mark, 1).replace(b"example-", b"example-" + mark, 1)
    return b"".join((head, title.translate(exchanged), between, text.translate(exchanged), tail))


def _parted(line: bytes, before: bytes, after: bytes) -> tuple[bytes, bytes, bytes]:
    """A line in three parts: up to the value between `before` and `after`, the value, and the rest."""
    start = line.index(before) + len(before)
    end = line.index(after, start)
    return line[:start], line[start:end], line[end:]


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines end to end, a chunk at a time."""
    chunk, size = list[bytes](), 0
    for line in lines:
        chunk.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield b"".join(chunk)
            chunk, size = [], 0
    yield b"".join(chunk)
