"""What each code point is to the tokeniser: one table, made from Python's `unicodedata` and stored beside
this file.

Stored, because making it takes 0.6 s, and so that the same text gives the same words under every version of
Python. `python -m dedup.native.unicode.table` makes it anew.

An entry of TABLE (uint32, one for each code point below LIMIT) holds a class in its top two bits and below
them what the code point counts as: a code point (with MARK set for a mark), or with EXPAND set, an index into
EXPANSIONS where a length and that many code points stand. DIGIT is set for digits and fractions, RAISED for
superscripts and subscripts among them.
"""

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
DIGIT: Final = 1 << 27  # a sign before it is part of the word
RAISED: Final = 1 << 26  # a superscript or subscript: behind another digit it is told apart from one in line
# above lie ideographs that stand for themselves (planes 2 and 3, SINGLE) and nothing that makes words
LIMIT: Final = 0x2FA20

PATH = Path(__file__).with_name("table.npz")


@cache
def load() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """The stored TABLE and EXPANSIONS, read once."""
    with np.load(PATH, allow_pickle=False) as stored:
        return stored["table"], stored["expansions"]
