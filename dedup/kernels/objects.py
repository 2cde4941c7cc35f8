"""JSON objects as bytes -> the fields that are read. What is rare or wrong is left to a library: an object is
READ only where it is valid beyond doubt (RFC 8259, UTF-8 of RFC 3629), so that no second opinion can differ.
"""

from typing import Final, NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

from dedup.kernels.strings import BLOCK, Bytes, Int64s, string

BLANK: Final = 0  # nothing but blanks
READ: Final = 1  # an object with a text; what is said of it is all there is to know
ASK: Final = 2  # a library must look: no object, no text, odd numbers, deep nesting, lone surrogates, errors

_DEEPEST = 64
_VALUE, _FIRST_VALUE, _KEY, _FIRST_KEY, _AFTER = range(5)

Bools = npt.NDArray[np.bool_]


class Objects(NamedTuple):
    """What was found in n records.

    `kinds` uint8 (n): BLANK, READ or ASK; `texts` uint8 and `text_bounds` int64 (n + 1): the texts' UTF-8,
    escapes resolved; `ids`, `id_bounds` the same of identifiers, strings or integers, and `named` bool (n)
    where there is one; `literals` int64 (n, 2): where the text's literal stands, quotes included; `orders`
    int64 (n, 2): where the value of the order field stands, or zeros; `urls` and `titles` the same of the url
    field and the title field. Of a record that is not READ nothing.
    """

    kinds: Bytes
    texts: Bytes
    text_bounds: Int64s
    ids: Bytes
    id_bounds: Int64s
    named: Bools
    literals: Int64s
    orders: Int64s
    urls: Int64s
    titles: Int64s


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
        return string(data, at + 1, end, out, o)[0]
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
            at = string(data, at + 1, end, out, o)[0] if c == 34 else -1
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
        return string(data, at + 1, end, ids, n)
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
def _name(data: Bytes, at: int, end: int, out: Bytes, o: int) -> tuple[int, int]:
    """Write the name of the member at `at` to out[o:]; returns where its value begins (-1: nowhere) and where
    the name ends.
    """
    at, o = string(data, at + 1, end, out, o)
    at = _blanks(data, at, end) if at > 0 else end
    if at >= end or data[at] != 58:
        return -1, o
    at = _blanks(data, at + 1, end)
    return (at if at < end else -1), o


@nb.njit(cache=True, nogil=True)
def _object(
    data: Bytes,
    at: int,
    end: int,
    fields: tuple[Bytes, Bytes, Bytes, Bytes, Bytes],
    texts: Bytes,
    t: int,
    ids: Bytes,
    n: int,
) -> tuple[int, int, bool, tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Write text and identifier of the object whose bracket stands before `at` to texts[t:] and ids[n:].
    Returns where both end (the text at -1: the object is not READ), whether it has an identifier, and where
    the text's literal and the values of the order field, of the url field and of the title field stand.
    """
    text_end, id_end, has_id, has_name = -1, n, False, False
    literal, order, url, title = (0, 0), (0, 0), (0, 0), (0, 0)
    at = _blanks(data, at, end)
    while at < end and data[at] == 34:
        free = max(t, text_end)  # of `texts` from here on
        start, name_end = _name(data, at, end, texts, free)
        if start < 0:
            break
        ordered = len(fields[2]) > 0 and _is(texts, free, name_end, fields[2])
        told = len(fields[3]) > 0 and _is(texts, free, name_end, fields[3])
        titled = len(fields[4]) > 0 and _is(texts, free, name_end, fields[4])
        if _is(texts, free, name_end, fields[0]):
            if data[start] != 34 or text_end >= 0:
                break
            at, text_end = string(data, start + 1, end, texts, t)
            literal = start, at
        elif _is(texts, free, name_end, fields[1]):
            if has_name:
                break
            at, id_end = _id(data, start, end, ids, n)
            has_name, has_id = True, data[start] != 110
        else:
            at = _value(data, start, end, texts, free)
        if at < 0:
            break
        if ordered:
            order = start, at
        if told:
            url = start, at
        if titled:
            title = start, at
        at = _blanks(data, at, end)
        if at < end and data[at] == 125 and _blanks(data, at + 1, end) == end:
            return text_end, id_end, has_id, literal, order, url, title
        at = _blanks(data, at + 1, end) if at < end and data[at] == 44 else end
    return -1, n, False, literal, order, url, title


@nb.njit(cache=True, nogil=True)
def read(
    data: Bytes, low: Int64s, high: Int64s, fields: tuple[Bytes, Bytes, Bytes, Bytes, Bytes]
) -> tuple[Bytes, Bytes, Int64s, Bytes, Int64s, Bools, Int64s, Int64s, Int64s, Int64s]:
    """What stands in the records data[low[i]:high[i]] (uint8; int64): the fields of `Objects`. `fields`: the
    names (UTF-8) of text, identifier, order field, url field and title field, empty where there is none.
    """
    count = len(low)
    texts, ids = np.empty(len(data) + BLOCK, np.uint8), np.empty(len(data) + BLOCK, np.uint8)
    kinds, named = np.full(count, ASK, np.uint8), np.zeros(count, np.bool_)
    text_bounds, id_bounds = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    literals, orders = np.zeros((count, 2), np.int64), np.zeros((count, 2), np.int64)
    urls, titles = np.zeros((count, 2), np.int64), np.zeros((count, 2), np.int64)
    t = n = 0
    for record in range(count):
        end = high[record]
        at = _blanks(data, low[record], end)
        if at == end:
            kinds[record] = BLANK
        elif data[at] == 123:
            text_end, id_end, has_id, literal, order, url, title = _object(
                data, at + 1, end, fields, texts, t, ids, n
            )
            if text_end >= 0:
                t, n = text_end, id_end
                kinds[record], named[record] = READ, has_id
                literals[record, 0], literals[record, 1] = literal
                orders[record, 0], orders[record, 1] = order
                urls[record, 0], urls[record, 1] = url
                titles[record, 0], titles[record, 1] = title
        text_bounds[record + 1], id_bounds[record + 1] = t, n
    return kinds, texts[:t], text_bounds, ids[:n].copy(), id_bounds, named, literals, orders, urls, titles
