"""Arrow's values as Python's, whatever is in them: nanoseconds, years beyond 9999, time zones that nobody
knows, strings that are no UTF-8. Python has no value for these; they become text.

pyarrow asks pandas for nanoseconds if it is there, and fails if it is not: here the answer does not depend on
what is installed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.text.encoding import is_text

_FRACTION = 1000  # nanoseconds of the microsecond that Python's times count in


def values_of(values: pa.Array) -> list[Any]:
    """The values as Python's; what Python cannot hold is text."""
    if not _has_nanoseconds(values.type):
        try:
            listed: list[Any] = values.to_pylist()
        except Exception:
            pass
        else:
            return listed
    return [value_of(value) for value in values]


def as_list(values: pa.Array) -> list[Any]:
    """The values as Python's; all times as text, as Arrow writes them."""
    if not (pa.types.is_timestamp(values.type) or pa.types.is_time(values.type)):
        return values_of(values)
    try:
        return values_of(values.cast(pa.string()))
    except pa.ArrowException:  # a time zone that nobody knows
        return [None if value is None else str(value) for value in values_of(values)]


def value_of(value: pa.Scalar) -> Any:
    """One value, as `values_of` has it."""
    if not value.is_valid:
        return None
    if isinstance(value, pa.DictionaryScalar):
        return value_of(value.value)
    if value.type.num_fields:
        return _nested(value)
    if getattr(value.type, "unit", None) == "ns":
        return _nanoseconds(value)
    try:
        return value.as_py()
    except Exception:
        return _text(value)


def _nested(value: pa.Scalar) -> Any:
    """A struct, a map or a list."""
    if isinstance(value, pa.StructScalar):
        names = (value.type.field(place).name for place in range(value.type.num_fields))
        return {name: value_of(value[place]) for place, name in enumerate(names)}
    if isinstance(value, pa.MapScalar):
        return [(value_of(pair[0]), value_of(pair[1])) for pair in value.values]
    return values_of(value.values) if isinstance(value, pa.ListScalar) else value.as_py()


def _has_nanoseconds(kind: pa.DataType) -> bool:
    """Whether values of this type are, or hold, times in nanoseconds."""
    if pa.types.is_dictionary(kind):
        return _has_nanoseconds(kind.value_type)
    inside = [kind.field(place) for place in range(kind.num_fields)]
    return getattr(kind, "unit", None) == "ns" or any(_has_nanoseconds(field.type) for field in inside)


def _nanoseconds(value: pa.Scalar) -> Any:
    """A time in nanoseconds: Python's value if it counts whole microseconds, else text with nine decimals."""
    kind, count = value.type, value.cast(pa.int64()).as_py()
    if pa.types.is_timestamp(kind):
        coarse = pa.timestamp("us", kind.tz)
    else:
        coarse = pa.time64("us") if pa.types.is_time(kind) else pa.duration("us")
    micros, rest = divmod(count, _FRACTION)
    plain = value_of(pa.scalar(micros, pa.int64()).cast(coarse))
    if not rest:
        return plain
    text = plain if isinstance(plain, str) else _iso(plain)
    head, _, tail = text.partition(".")
    if not tail:  # no microseconds: they come before a zone, or last
        at = len("2000-01-01T00:00:00" if pa.types.is_timestamp(kind) else head)
        head, tail = text[:at], "000000" + text[at:]
    return f"{head}.{tail[:6]}{rest:03d}{tail[6:]}"


def _iso(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def _text(value: pa.Scalar) -> str:
    """What Python has no value for, as text."""
    kind = value.type
    if is_text(kind):
        return bytes(value.as_buffer()).decode(errors="replace")
    if pa.types.is_timestamp(kind):
        zone = "" if kind.tz is None else "+00:00"  # of a zone that nobody knows, the instant
        return f"{np.datetime64(value.cast(pa.int64()).as_py(), kind.unit)}{zone}"
    if pa.types.is_date(kind):
        days = kind == pa.date32()
        number = value.cast(pa.int32() if days else pa.int64()).as_py()
        return str(np.datetime64(number, "D" if days else "ms"))
    return f"{value.cast(pa.int64()).as_py()} {kind.unit}" if pa.types.is_duration(kind) else f"a {kind}"


def strings(values: pa.Array) -> pa.LargeStringArray:
    """Strings as large_string, with U+FFFD for bytes that are no UTF-8."""
    wide = values.cast(pa.large_binary()) if is_text(values.type) else values
    try:
        return wide.cast(pa.large_string())  # Arrow checks that they are UTF-8
    except pa.ArrowInvalid:
        decoded = (None if raw is None else raw.decode(errors="replace") for raw in wide.to_pylist())
        return pa.array(decoded, pa.large_string())


def are_utf8(values: pa.Array) -> pa.BooleanArray:
    """Which strings are UTF-8; null where one is null."""
    wide = values.cast(pa.large_binary())
    try:
        wide.cast(pa.large_string())
    except pa.ArrowInvalid:
        return pa.array([None if raw is None else _is_utf8(raw) for raw in wide.to_pylist()], pa.bool_())
    return pc.is_valid(wide)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
