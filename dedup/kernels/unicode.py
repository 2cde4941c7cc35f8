"""What each code point is to a tokeniser: one table, made from Python's `unicodedata` and stored beside this
file.

Stored, because making it takes 0.6 s, and so that the same text gives the same words under every version of
Python. `python -m dedup.kernels.unicode` makes it anew.

An entry of TABLE (uint32, one for each code point below LIMIT) holds a class in its top two bits and below
them what the code point counts as: a code point (with MARK set for a mark), or with EXPAND set, an index into
EXPANSIONS where a length and that many code points stand.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

SEPARATOR: Final = 0  # ends a word: spaces, punctuation, symbols
WORD: Final = 1  # part of a word: letters, marks, digits
SINGLE: Final = 2  # a token of its own: scripts without spaces between words
IGNORED: Final = 3  # as if it were not there: soft hyphen, joiners, direction marks
EXPAND: Final = 1 << 29
MARK: Final = 1 << 28  # part of a word only behind a letter; several in a row count the same in any order
# above lie ideographs that stand for themselves (planes 2 and 3, SINGLE) and nothing that makes words
LIMIT: Final = 0x2FA20

_PATH = Path(__file__).with_name("unicode.npz")
# Chinese and Japanese, Thai, Lao, Myanmar, Khmer: written without spaces between words.
_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x19E0, 0x19FF), (0x2E80, 0x2FDF),
    (0x3005, 0x3007), (0x3021, 0x3029), (0x3031, 0x3035), (0x3041, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x1AFF0, 0x1B16F),
)  # fmt: skip


def folded(character: str) -> str:
    """What `character` counts as: compatibility-decomposed and case-folded, so that é is e and an accent
    however it is written.
    """
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())


def class_of(character: str) -> int:
    """SEPARATOR, WORD, SINGLE or IGNORED for one character."""
    point = ord(character)
    if point >= LIMIT:
        return SINGLE if point < 0x40000 else IGNORED if 0xE0000 <= point < 0xF0000 else SEPARATOR
    category = unicodedata.category(character)
    if category == "Cf" or 0xFE00 <= point <= 0xFE0F:
        return IGNORED
    if category[0] not in "LNM":
        return SEPARATOR
    return (
        SINGLE if point >= 0x20000 or any(first <= point <= last for first, last in _WITHOUT_SPACES) else WORD
    )


def _marked(point: int) -> int:
    """A code point with MARK set where it is one."""
    return point | (MARK if unicodedata.category(chr(point))[0] == "M" else 0)


def make() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """TABLE and EXPANSIONS, uint32, from the running Python's `unicodedata`."""
    table, expansions = np.zeros(LIMIT, np.uint32), [0]
    for point in range(LIMIT):
        character = chr(point)
        kind = class_of(character)
        if kind in (SEPARATOR, IGNORED) or 0xD800 <= point <= 0xDFFF:
            table[point] = kind << 30
            continue
        # What is left of a compatibility form may hold spaces and brackets: they are no part of a word.
        points = [ord(c) for c in folded(character) if class_of(c) in (WORD, SINGLE)]
        points = [_marked(point) for point in points]
        if len(points) == 1:
            table[point] = kind << 30 | points[0]
        else:
            table[point] = kind << 30 | EXPAND | len(expansions)
            expansions += [len(points), *points]
    return table, np.array(expansions, np.uint32)


@cache
def load() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """The stored TABLE and EXPANSIONS, read once."""
    with np.load(_PATH, allow_pickle=False) as stored:
        return stored["table"], stored["expansions"]


if __name__ == "__main__":
    made = make()
    np.savez_compressed(_PATH, table=made[0], expansions=made[1])
    print(f"{_PATH.name}: {len(made[1]):,} numbers of expansions, Unicode {unicodedata.unidata_version}")
