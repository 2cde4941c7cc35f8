"""A value as text that sorts like the value: numbers by size, everything else as it is written."""

from __future__ import annotations

import math
import re
import struct

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def sortable(value: object) -> str | None:
    """Numbers (also written as text) sort before other values and by size; None where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)):
        return _number(value)
    text = value if isinstance(value, str) else str(value)
    if len(text) < 40 and _NUMBER.fullmatch(text):
        whole = text.strip().lstrip("+-").isdigit()
        return _number(int(text) if whole else float(text))
    return f"1{text}"


def _number(value: int | float) -> str:
    """The order of IEEE doubles as hex digits, then what a big integer has beyond its double."""
    try:
        near = float(value)
    except OverflowError:
        near = math.copysign(math.inf, value)
    bits: int = struct.unpack(">Q", struct.pack(">d", near + 0.0))[0]
    bits = bits ^ 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63
    rest = int(value) - int(near) if isinstance(value, int) and abs(near) < 1e30 else 0
    return f"0{bits:016x}{rest + 10**18:019d}"
