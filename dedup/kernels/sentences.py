"""UTF-8 bytes of a long line -> the byte spans of its sentences."""

import numba as nb
import numpy as np
import numpy.typing as npt

SHORTEST = 24  # bytes of a sentence at the least, so that "No! No! No!" is one


@nb.njit(cache=True, nogil=True, inline="always")
def space_length(data: npt.NDArray[np.uint8], at: int, end: int) -> int:
    """Bytes of the blank at `at`: space, tab, control, no-break or ideographic space, zero-width space,
    byte-order mark; else 0.
    """
    c = data[at]
    if c <= 32:
        return 1
    if c == 0xC2 and at + 1 < end and data[at + 1] == 0xA0:
        return 2
    if at + 2 < end:
        if c == 0xE3 and data[at + 1] == 0x80 and data[at + 2] == 0x80:
            return 3
        if c == 0xE2 and data[at + 1] == 0x80 and 0x80 <= data[at + 2] <= 0x8B:
            return 3
        if c == 0xEF and data[at + 1] == 0xBB and data[at + 2] == 0xBF:
            return 3
    return 0


@nb.njit(cache=True, nogil=True, inline="always")
def _stop_length(data: npt.NDArray[np.uint8], at: int, end: int) -> int:
    """Bytes of the mark at `at` that ends a sentence: positive where a blank must follow (. ! ? ... and the
    Arabic question mark), negative where none does (ideographic stops, the danda); else 0.
    """
    c = data[at]
    if c == 46 or c == 33 or c == 63:
        return 1
    if c < 0xD8:
        return 0
    if c == 0xD8 and at + 1 < end and data[at + 1] == 0x9F:
        return 2
    if at + 2 < end:
        second, third = data[at + 1], data[at + 2]
        if c == 0xE2 and second == 0x80 and third == 0xA6:
            return 3
        if (
            (c == 0xE3 and second == 0x80 and third == 0x82)
            or (c == 0xEF and second == 0xBC and (third == 0x81 or third == 0x9F))
            or (c == 0xE0 and second == 0xA5 and (third == 0xA4 or third == 0xA5))
        ):
            return -3
    return 0


@nb.njit(cache=True, nogil=True, inline="always")
def _past_closing(data: npt.NDArray[np.uint8], at: int, end: int) -> int:
    """Behind the closing quotation marks and brackets at `at`."""
    while at < end:
        c = data[at]
        if c == 34 or c == 39 or c == 41 or c == 93:
            at += 1
        elif c == 0xC2 and at + 1 < end and data[at + 1] == 0xBB:
            at += 2
        elif at + 2 < end and (
            (c == 0xE2 and data[at + 1] == 0x80 and (data[at + 2] == 0x99 or data[at + 2] == 0x9D))
            or (c == 0xE3 and data[at + 1] == 0x80 and (data[at + 2] == 0x8D or data[at + 2] == 0x8F))
        ):
            at += 3
        else:
            break
    return at


@nb.njit(cache=True, nogil=True, inline="always")
def _past_blanks(data: npt.NDArray[np.uint8], at: int, end: int) -> int:
    """Behind the blanks at `at`."""
    while at < end:
        length = space_length(data, at, end)
        if length == 0:
            break
        at += length
    return at


@nb.njit(cache=True, nogil=True)
def _abbreviates(data: npt.NDArray[np.uint8], start: int, stop: int) -> bool:
    """Whether the full stop at `stop` is that of "Mr.", "U.S.", "Jan." or "3."."""
    word = stop
    while word > start and data[word - 1] > 32:
        word -= 1
    return data[stop] == 46 and stop - word <= 3 and not 97 <= data[word] <= 122


@nb.njit(cache=True, nogil=True)
def _sentence_end(data: npt.NDArray[np.uint8], start: int, end: int) -> int:
    """Where the first sentence of the line data[start:end] ends: behind its stop and closing marks."""
    at = start
    while at < end:
        stop = _stop_length(data, at, end)
        if stop == 0:
            at += 1
            continue
        after = _past_closing(data, at + abs(stop), end)
        following = _past_blanks(data, after, end)
        apart = stop < 0 or (following > after and following < end and not 97 <= data[following] <= 122)
        if apart and after - start >= SHORTEST and not _abbreviates(data, start, at):
            return after
        at = after
    return end


@nb.njit(cache=True, nogil=True)
def sentences(
    data: npt.NDArray[np.uint8],
    start: int,
    end: int,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> int:
    """Write where the sentences of the line data[start:end] start and end (int64, room for (end - start) //
    SHORTEST + 1); how many. They hold all of the line but the blanks between them.
    """
    count = 0
    while start < end:
        stop = _sentence_end(data, start, end)
        starts[count], ends[count] = start, stop
        count += 1
        start = _past_blanks(data, stop, end)
    return count
