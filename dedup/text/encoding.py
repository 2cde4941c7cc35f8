"""Texts -> paragraphs: non-empty lines, the blocks between blank lines where a text is hard-wrapped, the
sentences of a line that holds a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from dedup.kernels.arrays import Bytes, Offsets


def utf8(texts: pa.LargeStringArray | pa.StringArray) -> tuple[Bytes, Offsets]:
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


def strings(values: Sequence[str | None], type: pa.DataType) -> pa.Array:
    """An Arrow array of these strings, lone surrogates replaced one for one."""
    try:
        return pa.array(values, type)
    except UnicodeEncodeError:
        return pa.array([None if value is None else plain(value) for value in values], type)


def plain(text: str) -> str:
    """The text with each lone surrogate as U+FFFD, which UTF-8 can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text
