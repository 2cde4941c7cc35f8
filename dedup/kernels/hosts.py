"""Addresses as bytes -> the hosts that they name."""

from typing import Final

import numba as nb
import numpy as np
import numpy.typing as npt

from dedup.kernels.strings import Bytes, Int64s

_LONGEST: Final = 253  # bytes of a host's name, as the DNS has it
_SCHEME: Final = 32  # bytes within which the host begins
_NONE: Final = -1


@nb.njit(cache=True, nogil=True)
def _start(data: Bytes, low: int, high: int) -> int:
    """Where the authority of an address begins; -1 where it has none."""
    slashes, allowed = 0, True
    for at in range(low, min(high, low + _SCHEME)):
        c = data[at]
        if c == 47:
            slashes += 1
            if not allowed:
                return _NONE
            if slashes == 2:
                return at + 1
        elif slashes or not (c in (43, 45, 46, 58) or 48 <= c <= 57 or 97 <= (c | 32) <= 122):
            return _NONE
        else:
            allowed = c == 58
    return _NONE


@nb.njit(cache=True, nogil=True)
def _host(data: Bytes, low: int, high: int, out: Bytes, o: int) -> int:
    """Write the host of an address, in lower case, to out[o:]; returns where it ends, -1 without one."""
    at = _start(data, low, high)
    if at < 0:
        return at
    first = o
    while at < high and data[at] not in (47, 63, 35, 92):
        c = data[at]
        if c == 64:
            o = first
        else:
            if c <= 32 or c == 127 or o - first > 2 * _LONGEST:
                return _NONE
            out[o] = c | 32 if 65 <= c <= 90 else c
            o += 1
        at += 1
    return _trimmed(out, first, o)


@nb.njit(cache=True, nogil=True)
def _trimmed(out: Bytes, first: int, o: int) -> int:
    """The end of the host in out[first:o] without port, last dot and `www.`; -1 where none is left."""
    end = first
    if first < o and out[first] == 91:
        while end < o and out[end] != 93:
            end += 1
        end = min(end + 1, o)
    else:
        while end < o and out[end] != 58:
            end += 1
    if end > first and out[end - 1] == 46:
        end -= 1
    www = end - first > 4 and out[first + 3] == 46
    for i in range(3):
        www &= out[first + i] == 119
    if www:
        for i in range(first + 4, end):
            out[i - 4] = out[i]
        end -= 4
    return end if 0 < end - first <= _LONGEST else _NONE


@nb.njit(cache=True, nogil=True)
def hosts(data: Bytes, low: Int64s, high: Int64s) -> tuple[Bytes, Int64s, npt.NDArray[np.bool_]]:
    """The hosts of the addresses data[low[i]:high[i]] (uint8, UTF-8; int64): their bytes, where each begins
    in them (int64, addresses + 1), and which addresses have one (bool).
    """
    count = len(low)
    size = 0
    for i in range(count):
        size += min(high[i] - low[i], 2 * _LONGEST + _SCHEME) + 1
    out, bounds = np.empty(size, np.uint8), np.zeros(count + 1, np.int64)
    named = np.zeros(count, np.bool_)
    o = 0
    for i in range(count):
        end = _host(data, low[i], high[i], out, o)
        named[i] = end >= 0
        o = max(o, end)
        bounds[i + 1] = o
    return out[:o], bounds, named
