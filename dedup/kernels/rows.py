"""Bytes of CSV -> where a row ends."""

import numba as nb
import numpy as np
import numpy.typing as npt

_FIELD, _PLAIN, _QUOTED, _QUOTE = range(4)


@nb.njit(cache=True, nogil=True)
def row_end(data: npt.NDArray[np.uint8], delimiter: int, state: npt.NDArray[np.int64]) -> int:
    """How many bytes of `data` belong to the row where it ends in them; else -1. As the csv module has it: a
    quote counts where a field begins, and a line end where no quote is open.

    `state` int64 (4), zeros at first, is carried from part to part: where in a field the last byte stood,
    whether it was a carriage return, whether that ended the row, and how many lines have ended.
    """
    for at in range(len(data)):
        sign = data[at]
        if state[2]:  # by a carriage return, of which a line feed is a part
            return int(at + (sign == 10))
        line_end = sign == 13 or (sign == 10 and not state[1])
        state[1] = sign == 13
        state[3] += line_end
        if state[0] == _QUOTED:
            state[0] = _QUOTE if sign == 34 else _QUOTED
        elif sign == 34 and state[0] != _PLAIN:
            state[0] = _QUOTED
        elif sign == 10:
            return at + 1
        else:
            state[2] = sign == 13
            state[0] = _FIELD if sign == delimiter else _PLAIN
    return -1
