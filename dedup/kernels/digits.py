"""UTF-8 bytes -> hashes of the runs of digits in each text, points and commas between them included."""

import numba as nb
import numpy as np
import numpy.typing as npt

from dedup.kernels.shingles import mix

_STEP = 16  # bytes looked at together; 0.25 of the time of one by one, 0.7 of that with 32


@nb.njit(cache=True, nogil=True)
def _wide(data: npt.NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """The value of the digit at `at` and its bytes: Arabic-Indic, Persian, Devanagari, Bengali, Thai, wide;
    -1 and 1 where there is none.
    """
    c, second = data[at], data[at + 1] if at + 1 < end else np.uint8(0)
    third = data[at + 2] if at + 2 < end else np.uint8(0)
    value, size = -1, 2
    if c == 0xD9:
        value = int(second) - 0xA0
    elif c == 0xDB:
        value = int(second) - 0xB0
    else:
        size = 3
        if c == 0xE0 and (second == 0xA5 or second == 0xA7):
            value = int(third) - 0xA6
        elif (c == 0xE0 and second == 0xB9) or (c == 0xEF and second == 0xBC):
            value = int(third) - 0x90
    return (value, size) if 0 <= value <= 9 else (-1, 1)


@nb.njit(cache=True, nogil=True, inline="always")
def _marks(mark: int, following: int) -> bool:
    """Whether a point or a comma stands before an ASCII digit, inside a figure."""
    return (mark == 44 or mark == 46) and 48 <= following <= 57


@nb.njit(cache=True, nogil=True, inline="always")
def _may_hold(part: npt.NDArray[np.uint8]) -> bool:
    """Whether a digit may begin in these bytes, ASCII or one that `_wide` knows: looked at together."""
    found = np.uint8(0)
    for c in part:
        found |= np.uint8(c - np.uint8(48) < np.uint8(10)) | np.uint8(c == 0xD9) | np.uint8(c == 0xDB)
        found |= np.uint8(c == 0xE0) | np.uint8(c == 0xEF)
    return bool(found != 0)


@nb.njit(cache=True, nogil=True)
def runs(
    data: npt.NDArray[np.uint8], texts: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """A hash for each run of digits (uint64) and which text owns which (int64, texts + 1), from the texts'
    bytes and offsets. Equal numbers in digits of different scripts have equal hashes.
    """
    found, out = 0, np.empty(1024, np.uint64)
    bounds = np.zeros(len(texts), np.int64)
    for text in range(len(texts) - 1):
        at, end = texts[text], texts[text + 1]
        while at < end:
            if at + _STEP <= end and not _may_hold(data[at : at + _STEP]):
                at += _STEP
                continue
            if data[at] - np.uint8(48) > 9 and data[at] < 0xD9:  # nearly every byte; below 48 it wraps around
                at += 1
                continue
            h, length = np.uint64(0), 0
            while at < end:
                value, size = int(data[at]) - 48, 1
                if data[at] >= 0xD9:
                    value, size = _wide(data, at, end)
                if not 0 <= value <= 9:
                    if length == 0 or at + 1 >= end or not _marks(data[at], data[at + 1]):
                        break
                    value = 10  # "2,000" and "2000" are told apart by whoever reads figures
                h = h * np.uint64(11) + np.uint64(value)
                length += 1
                at += size
            if length == 0:
                at += 1
                continue
            if found == len(out):
                out = np.concatenate((out, np.empty(len(out), np.uint64)))
            out[found] = mix(h + (np.uint64(length) << np.uint64(56)))
            found += 1
        bounds[text + 1] = found
    return out[:found], bounds
