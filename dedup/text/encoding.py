"""Strings as UTF-8: the bytes of Arrow's strings, lone surrogates, and offsets of characters and of bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.native.arrays import Bytes, Int64s, Offsets

if TYPE_CHECKING:
    import pyarrow as pa
# Arrow takes 0.03 s to load: the functions that take or give arrays load it, as the others need none.


def utf8(texts: pa.LargeStringArray | pa.StringArray) -> tuple[Bytes, Offsets]:
    """The UTF-8 of strings without nulls: `data` (uint8) and `offsets` (int64, n + 1), string i being
    data[offsets[i]:offsets[i + 1]]. A large_string array is not copied.
    """
    import pyarrow as pa

    array: Any = texts if pa.types.is_large_string(texts.type) else texts.cast(pa.large_string())
    _, offsets, data = array.buffers()
    return (
        np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8),
        np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
        if len(array)
        else np.zeros(1, np.int64),
    )


def is_text(type: pa.DataType) -> bool:
    """Whether values of this Arrow type are strings, or indices into a dictionary of strings."""
    import pyarrow as pa

    values = type.value_type if pa.types.is_dictionary(type) else type
    return any(
        test(values) for test in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    )


def replace_surrogates(text: str) -> str:
    """`text` with U+FFFD for each lone surrogate, which UTF-8 cannot hold. Its length stays, so spans of
    characters stay valid.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


def string_array(values: Sequence[str | None], type: pa.DataType) -> pa.Array:
    """An Arrow array of strings, None as null, lone surrogates replaced. `type`: string or large_string."""
    import pyarrow as pa

    try:
        return pa.array(values, type)
    except UnicodeEncodeError:
        return pa.array([None if value is None else replace_surrogates(value) for value in values], type)


def characters_before(data: Bytes) -> Int64s:
    """How many characters of UTF-8 begin before each of its bytes, and in all of it (int64, bytes + 1): from
    byte offsets to character offsets.
    """
    return np.concatenate(([0], np.cumsum((data & 0xC0) != 0x80)))
