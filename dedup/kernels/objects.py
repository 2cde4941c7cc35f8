"""JSON objects as bytes -> the fields that are read. What is rare or wrong is left to a library: an object is
READ only where it is valid beyond doubt (RFC 8259, UTF-8 of RFC 3629), so that no second opinion can differ.
"""

from typing import Final, NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

BLANK: Final = 0  # nothing but blanks
READ: Final = 1  # an object with a text; what is said of it is all there is to know
ASK: Final = 2  # a library must look: no object, no text, odd numbers, deep nesting, lone surrogates, errors

_BLOCK = 32  # bytes that are looked at at once: 6 GB/s where all stand for themselves, byte by byte 2
_LINES = 256  # the same for line breaks
_DEEPEST = 64
_VALUE, _FIRST_VALUE, _KEY, _FIRST_KEY, _AFTER = range(5)

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Objects(NamedTuple):
    """What was found in n records.

    `kinds` uint8 (n): BLANK, READ or ASK; `texts` uint8 and `text_bounds` int64 (n + 1): the texts' UTF-8,
    escapes resolved; `ids`, `id_bounds` the same of identifiers, strings or integers, and `named` bool (n)
    where there is one; `literals` int64 (n, 2): where the text's literal stands, quotes included; `orders`
    int64 (n, 2): where the value of the order field stands, or zeros. Of a record that is not READ nothing.
    """

    kinds: Bytes
    texts: Bytes
    text_bounds: Int64s
    ids: Bytes
    id_bounds: Int64s
    named: Bools
    literals: Int64s
    orders: Int64s


@nb.njit(cache=True, nogil=True)
def line_bounds(data: Bytes) -> Int64s:
    """Where the lines of `data` begin, and its end (int64, lines + 1)."""
    bounds = np.zeros(len(data) // 64 + 2, np.int64)
    found = 0
    for first in range(0, len(data), _LINES):
        part = data[first : first + _LINES]
        breaks = np.uint8(0)
        for c in part:
            breaks |= np.uint8(c == 10)
        if not breaks:
            continue
        for i in range(len(part)):
            if part[i] == 10:
                found += 1
                if found == len(bounds):
                    bounds = np.concatenate((bounds, np.zeros(len(bounds), np.int64)))
                bounds[found] = first + i + 1
    if bounds[found] < len(data):
        found += 1
        bounds = np.append(bounds[:found], len(data))
    return bounds[: found + 1]


@nb.njit(cache=True, nogil=True)
def _character(data: Bytes, at: int, end: int) -> int:
    """Bytes of the valid UTF-8 character of several bytes at `at`; 0 where there is none."""
    c = data[at]
    second = data[at + 1] if at + 1 < end else np.uint8(0)
    third = data[at + 2] if at + 2 < end else np.uint8(0)
    fourth = data[at + 3] if at + 3 < end else np.uint8(0)
    if 0xC2 <= c < 0xE0:
        return 2 if second & 0xC0 == 0x80 else 0
    if 0xE0 <= c < 0xF0:
        low, high = 0xA0 if c == 0xE0 else 0x80, 0xA0 if c == 0xED else 0xC0
        return 3 if low <= second < high and third & 0xC0 == 0x80 else 0
    if 0xF0 <= c < 0xF5:
        low, high = 0x90 if c == 0xF0 else 0x80, 0x90 if c == 0xF4 else 0xC0
        return 4 if low <= second < high and third & 0xC0 == 0x80 and fourth & 0xC0 == 0x80 else 0
    return 0


@nb.njit(cache=True, nogil=True)
def _unit(data: Bytes, at: int, end: int) -> int:
    """The value of the four hexadecimal digits at `at`; -1 where there are none."""
    if at + 4 > end:
        return -1
    value = 0
    for i in range(at, at + 4):
        c = int(data[i])
        digit = c - 48 if 48 <= c <= 57 else (c | 32) - 87 if 97 <= (c | 32) <= 102 else -1
        if digit < 0:
            return -1
        value = value << 4 | digit
    return value


@nb.njit(cache=True, nogil=True)
def _escape(data: Bytes, at: int, end: int, out: Bytes, o: int) -> tuple[int, int]:
    """Write what the escape at `at` stands for to out[o:]; returns where both go on, -1 where it is none."""
    c = data[at + 1] if at + 1 < end else np.uint8(0)
    if c != 117:
        plain = np.uint8(0)
        if c == 110:
            plain = np.uint8(10)
        elif c == 34 or c == 92 or c == 47:
            plain = c
        elif c == 116:
            plain = np.uint8(9)
        elif c == 114:
            plain = np.uint8(13)
        elif c == 98:
            plain = np.uint8(8)
        elif c == 102:
            plain = np.uint8(12)
        out[o] = plain
        return (at + 2, o + 1) if plain else (-1, o)
    point, length = _unit(data, at + 2, end), 6
    if 0xD800 <= point < 0xDC00:
        low = _unit(data, at + 8, end) if at + 8 < end and data[at + 6] == 92 and data[at + 7] == 117 else -1
        point = 0x10000 + (point - 0xD800 << 10) + low - 0xDC00 if 0xDC00 <= low < 0xE000 else -1
        length = 12
    if point < 0 or 0xDC00 <= point < 0xE000:
        return -1, o
    if point < 0x80:
        out[o] = np.uint8(point)
        return at + length, o + 1
    size = 2 if point < 0x800 else 3 if point < 0x10000 else 4
    for i in range(size - 1, 0, -1):
        out[o + i] = np.uint8(0x80 | (point & 0x3F))
        point >>= 6
    out[o] = np.uint8((0xF00 >> size & 0xFF) | point)
    return at + length, o + size


@nb.njit(cache=True, nogil=True)
def _string(data: Bytes, at: int, end: int, out: Bytes, o: int) -> tuple[int, int]:
    """Write the string behind the quote before `at` to out[o:]; returns where both go on, -1 where it is
    not valid. `out` has _BLOCK bytes more than `data`.
    """
    while at < end:
        while at + _BLOCK <= end:
            source, target = data[at : at + _BLOCK], out[o : o + _BLOCK]
            plain = np.uint8(_BLOCK)  # bytes before the first that does not stand for itself
            for i in range(_BLOCK):
                c = source[i]
                target[i] = c
                special = (c < 32) | (c == 34) | (c == 92) | (c >= 128)
                plain = min(plain, np.uint8(i if special else _BLOCK))
            at += int(plain)
            o += int(plain)
            if plain < _BLOCK:
                break
        while at < end:
            c = data[at]
            if c >= 128:
                length = _character(data, at, end)
                if length == 0:
                    return -1, o
                for i in range(length):
                    out[o + i] = data[at + i]
                at += length
                o += length
                if at < end and data[at] < 128:
                    break
            elif c == 34:
                return at + 1, o
            elif c == 92:
                at, o = _escape(data, at, end, out, o)
                if at < 0:
                    return -1, o
                break
            elif c < 32:
                return -1, o
            else:
                out[o] = c
                at += 1
                o += 1
    return -1, o


@nb.njit(cache=True, nogil=True, inline="always")
def _blanks(data: Bytes, at: int, end: int) -> int:
    """Behind the blanks at `at`."""
    while at < end and (data[at] == 32 or 9 <= data[at] <= 10 or data[at] == 13):
        at += 1
    return at


@nb.njit(cache=True, nogil=True)
def _digits(data: Bytes, at: int, end: int) -> int:
    """Behind the digits at `at`."""
    while at < end and 48 <= data[at] <= 57:
        at += 1
    return at


@nb.njit(cache=True, nogil=True)
def _number(data: Bytes, at: int, end: int) -> int:
    """Behind the number at `at`; -1 where it is not valid, or may be beyond what a double holds."""
    if data[at] == 45:
        at += 1
    whole = _digits(data, at, end)
    if whole == at or whole - at > 100 or (data[at] == 48 and whole - at > 1):
        return -1
    at = whole
    if at < end and data[at] == 46:
        behind = _digits(data, at + 1, end)
        if behind == at + 1:
            return -1
        at = behind
    if at < end and data[at] | 32 == 101:
        at += 1
        if at < end and (data[at] == 43 or data[at] == 45):
            at += 1
        behind = _digits(data, at, end)
        return behind if 0 < behind - at <= 2 else -1
    return at


@nb.njit(cache=True, nogil=True)
def _word(data: Bytes, at: int, end: int, word: bytes) -> int:
    """Behind the word at `at`; -1 where it is another one."""
    if at + len(word) > end:
        return -1
    for i in range(len(word)):
        if data[at + i] != word[i]:
            return -1
    return at + len(word)


@nb.njit(cache=True, nogil=True)
def _scalar(data: Bytes, at: int, end: int, out: Bytes, o: int) -> int:
    """Behind the string, number, true, false or null at `at`; -1 where it is none. What it writes to out[o:]
    nobody needs.
    """
    c = data[at]
    if c == 34:
        return _string(data, at + 1, end, out, o)[0]
    if c == 116:
        return _word(data, at, end, b"true")
    if c == 102:
        return _word(data, at, end, b"false")
    if c == 110:
        return _word(data, at, end, b"null")
    return _number(data, at, end)


@nb.njit(cache=True, nogil=True)
def _value(data: Bytes, at: int, end: int, out: Bytes, o: int) -> int:
    """Behind the value at `at`, whatever it is; -1 where it is not valid or nested too deeply."""
    state, depth, objects = _VALUE, 0, np.uint64(0)  # a bit for each open bracket: 1 for that of an object
    while 0 <= at < end:
        c, inside = data[at], objects & np.uint64(1)
        closes = (
            (state == _FIRST_KEY and c == 125)
            or (state == _FIRST_VALUE and c == 93)
            or (state == _AFTER and c == (125 if inside else 93))
        )
        if closes:
            at += 1
            depth -= 1
            objects >>= np.uint64(1)
            state = _AFTER
        elif state == _AFTER:
            at = at + 1 if c == 44 else -1
            state = _KEY if inside else _VALUE
        elif state in (_KEY, _FIRST_KEY):
            at = _string(data, at + 1, end, out, o)[0] if c == 34 else -1
            at = _blanks(data, at, end) if at > 0 else end
            at = at + 1 if at < end and data[at] == 58 else -1
            state = _VALUE
        elif c == 123 or c == 91:
            depth += 1
            at = at + 1 if depth < _DEEPEST else -1
            objects = objects << np.uint64(1) | np.uint64(c == 123)
            state = _FIRST_KEY if c == 123 else _FIRST_VALUE
        else:
            at = _scalar(data, at, end, out, o)
            state = _AFTER
        if at < 0 or (state == _AFTER and depth == 0):
            return at
        at = _blanks(data, at, end)
    return -1


@nb.njit(cache=True, nogil=True)
def _is(out: Bytes, first: int, last: int, name: Bytes) -> bool:
    """Whether out[first:last] is this name."""
    if last - first != len(name):
        return False
    same = True
    for i in range(len(name)):
        same &= out[first + i] == name[i]
    return same


@nb.njit(cache=True, nogil=True)
def _id(data: Bytes, at: int, end: int, ids: Bytes, n: int) -> tuple[int, int]:
    """Write the identifier at `at` to ids[n:], a string or a plain integer; returns where both go on: n stays
    where it is null, -1 for anything else.
    """
    if data[at] == 34:
        return _string(data, at + 1, end, ids, n)
    if data[at] == 110:
        return _word(data, at, end, b"null"), n
    behind = _number(data, at, end)
    if behind < 0 or behind - at > 18 or _digits(data, at + (data[at] == 45), end) != behind:
        return -1, n
    if data[at] == 45 and data[at + 1] == 48:
        return -1, n
    for i in range(at, behind):
        ids[n + i - at] = data[i]
    return behind, n + behind - at


@nb.njit(cache=True, nogil=True)
def read(
    data: Bytes,
    low: Int64s,
    high: Int64s,
    text_field: Bytes,
    id_field: Bytes,
    order_field: Bytes,
) -> tuple[Bytes, Bytes, Int64s, Bytes, Int64s, Bools, Int64s, Int64s]:
    """What stands in the records data[low[i]:high[i]] (uint8; int64): the fields of `Objects`. The names of
    the fields are UTF-8; no field is ordered by where that name is empty.
    """
    count = len(low)
    texts, ids = np.empty(len(data) + _BLOCK, np.uint8), np.empty(len(data) + _BLOCK, np.uint8)
    kinds, named = np.full(count, ASK, np.uint8), np.zeros(count, np.bool_)
    text_bounds, id_bounds = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    literals, orders = np.zeros((count, 2), np.int64), np.zeros((count, 2), np.int64)
    t = n = 0
    for record in range(count):
        end = high[record]
        text_end, id_end, has_id, literal = -1, n, False, (0, 0)
        at = _blanks(data, low[record], end)
        if at == end:
            kinds[record] = BLANK
        elif data[at] == 123:
            at = _blanks(data, at + 1, end)
            is_open = at < end and data[at] == 34
            while is_open:
                free = max(t, text_end)  # of `texts` from here on
                at, name_end = _string(data, at + 1, end, texts, free)
                at = _blanks(data, at, end) if at > 0 else end
                if at >= end or data[at] != 58:
                    break
                at = _blanks(data, at + 1, end)
                if at == end:
                    break
                start = at
                if _is(texts, free, name_end, text_field):
                    if data[at] != 34 or text_end >= 0:
                        break
                    at, text_end = _string(data, at + 1, end, texts, t)
                    literal = start, at
                elif _is(texts, free, name_end, id_field):
                    if has_id:
                        break
                    at, id_end = _id(data, at, end, ids, n)
                    has_id, named[record] = True, data[start] != 110
                else:
                    ordered = len(order_field) > 0 and _is(texts, free, name_end, order_field)
                    at = _value(data, at, end, texts, free)
                    if ordered:
                        orders[record, 0], orders[record, 1] = start, at
                if at < 0:
                    break
                at = _blanks(data, at, end)
                if at < end and data[at] == 44:
                    at = _blanks(data, at + 1, end)
                    is_open = at < end and data[at] == 34
                    continue
                if at < end and data[at] == 125 and _blanks(data, at + 1, end) == end and text_end >= 0:
                    kinds[record] = READ
                    literals[record, 0], literals[record, 1] = literal
                    t, n = text_end, id_end
                is_open = False
        text_bounds[record + 1], id_bounds[record + 1] = t, n
    return kinds, texts[:t], text_bounds, ids[:n], id_bounds, named, literals, orders
