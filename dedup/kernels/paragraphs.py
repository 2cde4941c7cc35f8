"""UTF-8 bytes -> the byte spans of paragraphs."""

import numba as nb
import numpy as np
import numpy.typing as npt

from dedup.kernels.sentences import SHORTEST, sentences, space_length

# A text is hard-wrapped when most lines inside a block are full: the next line's first word would hardly have
# fitted. With these numbers 67 % of the 21,578 Reuters stories (typed at about 65 columns; the rest are one
# line or a table) count as wrapped, and none of 6,907 news articles that have a paragraph a line.
_FULL_SHARE = 0.75
_NARROWEST, _WIDEST = 50, 120
_SLACK = 6
_CAPITAL_SHARE, _ENDED_SHARE = 0.8, 0.5
_LEAST_LINES = 3
_BLOCK = 32  # bytes that are looked at at once: three times as fast as byte by byte
_LONG = 2000  # bytes from which on a line is a page without its line breaks: its sentences are its paragraphs


@nb.njit(cache=True, nogil=True, inline="always")
def _break_length(data: npt.NDArray[np.uint8], at: int, end: int) -> int:
    """Bytes of the line break at `at`: line feed, carriage return (both together), form feed, NEL, U+2028,
    U+2029; else 0.
    """
    c = data[at]
    if c == 13:
        return 2 if at + 1 < end and data[at + 1] == 10 else 1
    if 10 <= c <= 12:
        return 1
    if c == 0xC2 and at + 1 < end and data[at + 1] == 0x85:
        return 2
    if c == 0xE2 and at + 2 < end and data[at + 1] == 0x80 and (data[at + 2] == 0xA8 or data[at + 2] == 0xA9):
        return 3
    return 0


@nb.njit(cache=True, nogil=True)
def _line_end(data: npt.NDArray[np.uint8], at: int, end: int) -> int:
    """Where the line break at or behind `at` begins; `end` where there is none."""
    while at < end:
        while at + _BLOCK <= end:
            part, may = data[at : at + _BLOCK], np.uint8(0)
            for i in range(_BLOCK):
                c = part[i]
                may |= np.uint8(((c >= 10) & (c <= 13)) | (c == 0xC2) | (c == 0xE2))
            if may:
                break
            at += _BLOCK
        for i in range(at, min(at + _BLOCK, end)):
            # most bytes are neither: asking first is twice as fast
            if (data[i] <= 13 or data[i] >= 0xC2) and _break_length(data, i, end) > 0:
                return i
        at += _BLOCK
    return end


@nb.njit(cache=True, nogil=True)
def _last(data: npt.NDArray[np.uint8], start: int, end: int) -> int:
    """Behind the last character of data[start:end] that is not blank."""
    while end > start:
        length = 1
        while length < 3 and end - length > start and data[end - length] & 0xC0 == 0x80:
            length += 1
        if space_length(data, end - length, end) != length:
            break
        end -= length
    return end


@nb.njit(cache=True, nogil=True)
def _lines(data: npt.NDArray[np.uint8], start: int, end: int, lines: npt.NDArray[np.int64]) -> int:
    """Write the non-blank lines of data[start:end] into `lines` (start, end without blanks around, number of
    the line); how many.
    """
    count, number, at = 0, 0, start
    while at < end:
        stop = _line_end(data, at, end)
        length = 1
        while at < stop and length > 0:
            length = space_length(data, at, stop)
            at += length
        if at < stop:
            lines[count, 0], lines[count, 1], lines[count, 2] = at, _last(data, at, stop), number
            count += 1
        number += 1
        at = stop + _break_length(data, stop, end) if stop < end else end
    return count


@nb.njit(cache=True, nogil=True)
def _breaks(data: npt.NDArray[np.uint8]) -> int:
    """No fewer than the line breaks in `data`: the bytes that are breaks or end one."""
    breaks = 0
    for c in data:
        breaks += ((c >= 10) & (c <= 13)) | (c == 0x85) | (c == 0xA8) | (c == 0xA9)
    return breaks


@nb.njit(cache=True, nogil=True, inline="always")
def _width(data: npt.NDArray[np.uint8], start: int, end: int) -> int:
    """Characters in data[start:end]."""
    width = 0
    for at in range(start, end):
        width += (data[at] & 0xC0) != 0x80
    return width


@nb.njit(cache=True, nogil=True)
def _indent(data: npt.NDArray[np.uint8], doc_start: int, at: int) -> int:
    """Blanks (bytes) between the line's beginning and its first character at `at`."""
    indent = 0
    while at - 1 - indent >= doc_start and (data[at - 1 - indent] == 32 or data[at - 1 - indent] == 9):
        indent += 1
    return indent


@nb.njit(cache=True, nogil=True, inline="always")
def _ends_clause(data: npt.NDArray[np.uint8], end: int) -> bool:
    """Whether the character before `end` is one of . ! ? , ; : or their ideographic forms."""
    last = data[end - 1]
    if last == 46 or last == 33 or last == 63 or last == 44 or last == 58 or last == 59:
        return True
    return end >= 3 and (
        (data[end - 3] == 0xE3 and data[end - 2] == 0x80 and (last == 0x81 or last == 0x82))
        or (
            data[end - 3] == 0xEF
            and data[end - 2] == 0xBC
            and (last == 0x81 or last == 0x8C or 0x9A <= last <= 0x9F)
        )
    )


@nb.njit(cache=True, nogil=True)
def _hard_wrapped(
    data: npt.NDArray[np.uint8], doc_start: int, lines: npt.NDArray[np.int64], count: int
) -> bool:
    """Whether the lines are parts of paragraphs that were broken at a fixed width, each line filled as far as
    words allow.
    """
    if count < _LEAST_LINES + 1:
        return False
    widest = 0
    for i in range(count):
        if lines[i, 1] - lines[i, 0] > 4 * _WIDEST:
            return False
        widest = max(widest, _width(data, lines[i, 0], lines[i, 1]))
        if widest > _WIDEST:
            return False
    inner, full, capital, ended = 0, 0, 0, 0
    for i in range(count - 1):
        following = lines[i + 1, 0]
        if lines[i + 1, 2] != lines[i, 2] + 1 or _indent(data, doc_start, following) > _indent(
            data, doc_start, lines[i, 0]
        ):
            continue
        word_end = following
        while word_end < lines[i + 1, 1] and data[word_end] > 32 and word_end - following < 60:
            word_end += 1
        # A script without spaces breaks anywhere: its next "word" is one character.
        word = _width(data, following, word_end) if data[following] < 0xE0 else 2
        inner += 1
        first = data[following]
        upper = first == 0xD0 and lines[i + 1, 1] - following > 1 and 0x80 <= data[following + 1] <= 0xAF
        capital += upper or (first < 0x80 and not 97 <= first <= 122)
        ended += _ends_clause(data, lines[i, 1])
        full += _width(data, lines[i, 0], lines[i, 1]) + 1 + word > widest - _SLACK
    if widest < _NARROWEST or inner < _LEAST_LINES or full < _FULL_SHARE * inner:
        return False
    # Lines that begin with a capital, a sign or a figure, or end with a stop or a comma are verses, items or
    # paragraphs, however even their lengths.
    return capital <= _CAPITAL_SHARE * inner and ended <= _ENDED_SHARE * inner


@nb.njit(cache=True, nogil=True)
def split(
    data: npt.NDArray[np.uint8], documents: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Paragraph spans of many documents: lines, blocks of hard-wrapped lines, sentences of lines that
    hold a page.

    `data` uint8 (bytes); `documents` int64 (n + 1) byte offsets of the documents in it. Returns starts and
    ends of the paragraphs (int64, byte offsets in `data`, blanks around left out) and `owned` int64 (n + 1):
    document i has paragraphs owned[i]:owned[i + 1].
    """
    breaks = _breaks(data[documents[0] : documents[-1]])
    most = breaks + len(documents) + (documents[-1] - documents[0]) // SHORTEST
    starts, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    owned = np.zeros(len(documents), np.int64)
    lines = np.empty((breaks + len(documents), 3), np.int64)
    found = 0
    for document in range(len(documents) - 1):
        doc_start = documents[document]
        count = _lines(data, doc_start, documents[document + 1], lines)
        wrapped = _hard_wrapped(data, doc_start, lines, count)
        for i in range(count):
            joins = wrapped and i > 0 and lines[i, 2] == lines[i - 1, 2] + 1
            if joins and _indent(data, doc_start, lines[i, 0]) > _indent(data, doc_start, lines[i - 1, 0]):
                joins = False
            if joins:
                ends[found - 1] = lines[i, 1]
                continue
            if lines[i, 1] - lines[i, 0] >= _LONG:
                found += sentences(data, lines[i, 0], lines[i, 1], starts[found:], ends[found:])
            else:
                starts[found], ends[found] = lines[i, 0], lines[i, 1]
                found += 1
        owned[document + 1] = found
    return starts[:found], ends[:found], owned
