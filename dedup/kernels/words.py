"""UTF-8 bytes -> 64-bit hashes of words, or of characters where a script has no spaces between words."""

import numba as nb
import numpy as np
import numpy.typing as npt

from dedup.kernels.unicode import EXPAND, IGNORED, LIMIT, MARK, SINGLE, WORD

START = np.uint64(0x243F6A8885A308D3)
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_POINT = np.uint32(0x1FFFFF)
_MARK = np.uint32(MARK)
_INDEX = np.uint32(EXPAND - 1)


@nb.njit(cache=True, nogil=True, inline="always")
def _decode(data: npt.NDArray[np.uint8], at: int, end: int) -> tuple[np.uint32, int]:
    """The code point at `at`, and the bytes it takes; U+FFFD, 1 for a byte that begins none. Valid UTF-8 is
    expected, any bytes are safe.
    """
    c = np.uint32(data[at])
    if 0xC2 <= c < 0xE0 and at + 1 < end:
        return np.uint32((c & 0x1F) << 6 | (data[at + 1] & 0x3F)), 2
    if 0xE0 <= c < 0xF0 and at + 2 < end:
        return np.uint32((c & 0x0F) << 12 | (data[at + 1] & 0x3F) << 6 | (data[at + 2] & 0x3F)), 3
    if 0xF0 <= c < 0xF5 and at + 3 < end:
        upper = (c & 0x07) << 18 | (data[at + 1] & 0x3F) << 12
        return np.uint32(upper | (data[at + 2] & 0x3F) << 6 | (data[at + 3] & 0x3F)), 4
    return np.uint32(0xFFFD), 1


@nb.njit(cache=True, nogil=True, inline="always")
def _entry(table: npt.NDArray[np.uint32], point: np.uint32) -> np.uint32:
    """The table's entry for a code point, by rule above the table."""
    if point < LIMIT:
        return np.uint32(table[point])
    if point < 0x40000:
        return np.uint32(SINGLE << 30) | point
    return np.uint32(IGNORED << 30) if 0xE0000 <= point < 0xF0000 else np.uint32(0)


@nb.njit(cache=True, nogil=True, inline="always")
def _add(h: np.uint64, inside: np.int64, entry: np.uint32) -> tuple[np.uint64, np.int64]:
    """The running hash with one more letter or mark. Marks are added, so that their order does not matter;
    without a letter they are nothing.
    """
    if not entry & _MARK:
        return (h ^ np.uint64(entry & _POINT)) * MULTIPLIER, np.int64(1)
    return (h + np.uint64(entry & _POINT) * MULTIPLIER if inside else h), inside


@nb.njit(cache=True, nogil=True)
def tokenise(
    data: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    table: npt.NDArray[np.uint32],
    expansions: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """The words of byte spans.

    `data` uint8; `starts`, `ends` int64 byte offsets of spans, disjoint; `table`, `expansions` as
    `unicode.load()` gives them. Returns `words` uint64 and `owned` int64 (spans + 1): span i has
    words[owned[i]:owned[i + 1]]. A word's hash runs over what its code points count as (h = (h xor point) *
    MULTIPLIER mod 2^64, from START; for a mark h = h + point * MULTIPLIER), so case, width and how accents
    are encoded do not matter.
    """
    size = np.int64(1)
    for span in range(len(starts)):
        size += ends[span] - starts[span] + 1
    words = np.empty(size, np.uint64)
    owned = np.zeros(len(starts) + 1, np.int64)
    n = np.int64(0)
    for span in range(len(starts)):
        h, inside = START, np.int64(0)
        at, end = starts[span], ends[span]
        while at < end:
            c = data[at]
            if c < 128:
                # No branch on what the character is: English ends a word every five bytes, and each end would
                # be mispredicted.
                entry = table[c]
                is_word = np.int64(entry >> np.uint32(30))
                words[n] = h
                n += inside & (1 - is_word)
                h = (h ^ np.uint64(entry & _POINT)) * MULTIPLIER if is_word else START
                inside = is_word
                at += 1
                continue
            point, length = _decode(data, at, end)
            at += length
            entry = _entry(table, point)
            kind = entry >> np.uint32(30)
            if kind == WORD and not entry & np.uint32(EXPAND):
                h, inside = _add(h, inside, entry)
            elif kind == WORD:
                first = np.int64(entry & _INDEX)
                for i in range(first + 1, first + 1 + np.int64(expansions[first])):
                    h, inside = _add(h, inside, expansions[i])
            elif kind != IGNORED:
                words[n] = h
                n += inside
                h, inside = START, np.int64(0)
                if kind == SINGLE and not entry & np.uint32(EXPAND):
                    words[n] = (START ^ np.uint64(entry & _POINT)) * MULTIPLIER
                    n += 1
                elif kind == SINGLE:
                    first = np.int64(entry & _INDEX)
                    for i in range(first + 1, first + 1 + np.int64(expansions[first])):
                        words[n] = (START ^ np.uint64(expansions[i] & _POINT)) * MULTIPLIER
                        n += 1
        words[n] = h
        n += inside
        owned[span + 1] = n
    return words[:n], owned
