"""Texts of characters on which tokenisers differ, and lists of hashes as `Ragged`."""

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from dedup.text.ragged import Ragged
from tests.support import reference

# Letters and marks, Hangul, ligatures, wide and narrow forms, scripts without spaces, what is ignored.
SPECIAL = (
    "abzABZ019 \t\n\x00.,'’\"«»-–_éÉÅÅßẞſİıΣσςΐﬁﬀŉªµ²①Ⅷﷺﷲ"
    "\u0301\u0308\u0327\u0345\u3099\u309a\u05b0\u064b\u0e38\u0e48\u00ad\u200b\u200d\u200e\ufeff\ufe0f\ufffd"
    "한글각ㄱ각Ａａ０，。｡ｶﾞがガかカゝゞヿ一二㐀\U00020000กำำຳກកខမြ"
    "дйЁёאבשׁابةلאđ½≠☃♥"
)
ASSIGNED = "".join(c for c in reference.assigned() if not "\U0002f800" <= c <= "\U0002fa1f")
_CHARACTERS = st.one_of(st.sampled_from(SPECIAL), st.sampled_from(ASSIGNED), st.just("😀"))
TEXTS = st.text(_CHARACTERS, max_size=60)
HASHES = st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([1, 2, 3]), max_size=30)


def arrow_strings(texts: list[str]) -> pa.LargeStringArray:
    """Texts as an Arrow array with 64-bit offsets."""
    return pa.array(texts, pa.large_string())


def lists_of(values: Ragged) -> list[list[int]]:
    """The lists as Python has them; the offsets are checked to be complete."""
    assert values.offsets[0] == 0
    assert values.offsets[-1] == len(values.values)
    return (
        [part.tolist() for part in np.split(values.values, values.offsets[1:-1])]
        if len(values.offsets) > 1
        else []
    )


def ragged(lists: list[list[int]]) -> Ragged:
    """Lists of hashes as uint64 values with int64 offsets."""
    flat = [value for part in lists for value in part]
    return Ragged(np.array(flat, np.uint64), np.cumsum([0, *map(len, lists)]).astype(np.int64))
