"""How the table of code points is made.

python -m dedup.native.unicode.table
"""

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.native.unicode import DIGIT, EXPAND, IGNORED, LIMIT, MARK, PATH, RAISED, SEPARATOR, SINGLE, WORD

_FRACTION_SLASH: Final = "\u2044"  # of "½", which is 1, this and 2, and not 12
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


def letters_of(character: str) -> list[int]:
    """The code points that a character of a word counts as. What is left of a compatibility form may hold
    spaces and brackets: they are no part of a word.
    """
    is_number = unicodedata.category(character)[0] == "N"
    return [
        ord(c)
        for c in folded(character)
        if class_of(c) in (WORD, SINGLE) or (is_number and c == _FRACTION_SLASH)
    ]


def is_digit(character: str) -> bool:
    """Whether a character of a word is a digit or a fraction."""
    return unicodedata.category(character) in ("Nd", "No")


def is_raised(character: str) -> bool:
    """Whether a character is a digit above or below the line."""
    form = unicodedata.decomposition(character).split(" ")[0]
    return is_digit(character) and form in ("<super>", "<sub>")


def _marked(point: int) -> int:
    """A code point with MARK set where it is one."""
    return point | (MARK if unicodedata.category(chr(point))[0] == "M" else 0)


def _flags(character: str) -> int:
    return (DIGIT if is_digit(character) else 0) | (RAISED if is_raised(character) else 0)


def make() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """TABLE and EXPANSIONS, uint32, from the running Python's `unicodedata`."""
    table, expansions = np.zeros(LIMIT, np.uint32), [0]
    for point in range(LIMIT):
        character = chr(point)
        kind = class_of(character)
        if kind in (SEPARATOR, IGNORED) or 0xD800 <= point <= 0xDFFF:
            table[point] = kind << 30
            continue
        points = [_marked(point) for point in letters_of(character)]
        if len(points) == 1:
            table[point] = kind << 30 | _flags(character) | points[0]
        else:
            table[point] = kind << 30 | EXPAND | _flags(character) | len(expansions)
            expansions += [len(points), *points]
    return table, np.array(expansions, np.uint32)


if __name__ == "__main__":
    made = make()
    np.savez_compressed(PATH, table=made[0], expansions=made[1])
    print(f"{PATH.name}: {len(made[1]):,} numbers of expansions, Unicode {unicodedata.unidata_version}")
