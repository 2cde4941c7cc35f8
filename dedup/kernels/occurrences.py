"""UTF-8 -> how often any of some words stands in a text, whatever their case: one pass for all words."""

from collections.abc import Sequence
from typing import NamedTuple

import numba as nb
import numpy as np
import numpy.typing as npt

_FOLDED = 0x10000  # no character from here on folds to one below it


class Automaton(NamedTuple):
    """An automaton that reads characters as `str.casefold` would write them.

    `kinds` uint8: of each code point below its length, 0 for those that stand in no word; `steps` uint32: at
    a state plus a kind, the next state times 256 plus, for each group in four bits, how many of its words
    end on the way there.
    """

    kinds: npt.NDArray[np.uint8]
    steps: npt.NDArray[np.uint32]


def automaton(groups: Sequence[Sequence[str]]) -> Automaton:
    """The automaton (Aho and Corasick 1975) of one or two groups of case-folded words of characters below
    U+10000.
    """
    words = {word: 1 << 4 * group for group, members in enumerate(groups) for word in members}
    letters = set("".join(words))
    kinds, folds = np.zeros(_FOLDED, np.uint8), {"": 0}  # what the characters of each kind fold to
    for point in _folding_to(letters):
        kinds[point] = folds.setdefault(chr(point).casefold(), len(folds))
    prefixes = sorted({word[:size] for word in words for size in range(len(word) + 1)})
    states = {prefix: len(folds) * i for i, prefix in enumerate(prefixes)}
    ended = {prefix: sum(words.get(prefix[i:], 0) for i in range(len(prefix))) for prefix in prefixes}
    steps = np.zeros(len(folds) * len(states), np.uint32)
    for prefix, state in states.items():
        for folded, kind in folds.items():
            read, hits = prefix if folded else "", 0
            for letter in folded:
                read += letter
                while read not in states:
                    read = read[1:]
                hits += ended[read]
            steps[state + kind] = states[read] << 8 | hits
    return Automaton(kinds, steps)


def _folding_to(letters: set[str]) -> list[int]:
    """The code points that fold to something with any of the letters: all are folded in one string, where
    folding each took 0.01 s of every start.
    """
    points = np.delete(np.arange(_FOLDED, dtype=np.uint32), np.s_[0xD800:0xE000])  # no surrogates
    apart = np.stack((points, np.full_like(points, _FOLDED)), axis=1)
    folded = apart.tobytes().decode("utf-32").casefold().encode("utf-32")
    read = np.frombuffer(folded, np.uint32)[1:]  # behind its byte-order mark
    of = np.cumsum(read == _FOLDED)
    wanted = np.zeros(_FOLDED + 1, bool)
    wanted[[ord(letter) for letter in letters]] = True
    return sorted(set(points[of[wanted[read]]].tolist()))


@nb.njit(cache=True, nogil=True)
def count(
    data: npt.NDArray[np.uint8],
    texts: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    kinds: npt.NDArray[np.uint8],
    steps: npt.NDArray[np.uint32],
) -> npt.NDArray[np.int64]:
    """How often the words of each group stand in each of the texts `rows`, each word counted by itself: int64
    (rows, 2).

    `data` uint8: UTF-8; text i is data[texts[i]:texts[i + 1]]; `kinds`, `steps`: of an `Automaton`.
    """
    found = np.zeros((len(rows), 2), np.int64)
    for place, row in enumerate(rows):
        state, at, end = np.uint32(0), texts[row], texts[row + 1]
        while at < end:
            byte = data[at]
            at += 1
            if byte < 0x80:
                point = np.uint32(byte)
            else:
                point = np.uint32(byte) & np.uint32(0x1F if byte < 0xE0 else 0x0F if byte < 0xF0 else 0x07)
                while at < end and data[at] & 0xC0 == 0x80:
                    point = point << np.uint32(6) | np.uint32(data[at] & 0x3F)
                    at += 1
            step = steps[state + (np.uint32(kinds[point]) if point < _FOLDED else np.uint32(0))]
            state = step >> np.uint32(8)
            if step & np.uint32(0xFF):
                found[place, 0] += step & np.uint32(15)
                found[place, 1] += step >> np.uint32(4) & np.uint32(15)
    return found
