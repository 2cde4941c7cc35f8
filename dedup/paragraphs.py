"""Texts -> paragraphs: non-empty lines, the blocks between blank lines where a text is hard-wrapped, the
sentences of a line that holds a page.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.kernels import paragraphs as kernel

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Paragraphs:
    """Byte spans of the paragraphs of a batch of texts.

    `data` uint8: the texts' UTF-8, end to end; `texts` int64 (n + 1): text i is data[texts[i]:texts[i + 1]];
    `starts`, `ends` int64: the paragraphs' bytes in `data`, blanks around left out; `owned` int64 (n + 1):
    text i has paragraphs owned[i]:owned[i + 1].
    """

    data: Bytes
    texts: Offsets
    starts: Offsets
    ends: Offsets
    owned: Offsets


def utf8(texts: "pa.LargeStringArray | pa.StringArray") -> tuple[Bytes, Offsets]:
    """The bytes (uint8) and offsets (int64, n + 1) of an Arrow array of strings without nulls, not copied
    where they are wide.
    """
    array: Any = texts if pa.types.is_large_string(texts.type) else texts.cast(pa.large_string())
    _, bounds, data = array.buffers()
    offsets = (
        np.frombuffer(bounds, np.int64)[array.offset : array.offset + len(array) + 1]
        if len(array)
        else np.zeros(1, np.int64)
    )
    return np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8), offsets


def encodable(text: str) -> str:
    """`text` with each lone surrogate replaced, one character for one, so that offsets stay."""
    return text.encode("utf-8", "replace").decode("utf-8")


def split(texts: "pa.LargeStringArray | pa.StringArray") -> Paragraphs:
    """The paragraphs of each text."""
    data, offsets = utf8(texts)
    return Paragraphs(data, offsets, *kernel.split(data, offsets))
