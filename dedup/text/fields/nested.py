"""Fields inside of objects: content.text is the field text of the object in the field content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def value_at(record: Mapping[str, Any], name: str) -> Any:
    """The value of the field of this name; or else of a nested one, whose names dots separate. None: there is
    no such field.
    """
    if name in record or "." not in name:
        return record.get(name)
    outer, _, inner = name.partition(".")
    nested = record.get(outer)
    return value_at(nested, inner) if isinstance(nested, Mapping) else None


def has_field(record: Mapping[str, Any], name: str) -> bool:
    """Whether `value_at` finds a field of this name."""
    if name in record or "." not in name:
        return name in record
    outer, _, inner = name.partition(".")
    nested = record.get(outer)
    return isinstance(nested, Mapping) and has_field(nested, inner)


def with_value(record: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """A copy of a record with this value in the field that `value_at` finds, or in a new one."""
    outer, _, inner = name.partition(".")
    nested = record.get(outer)
    if name in record or not inner or not isinstance(nested, Mapping):
        return {**record, name: value}
    return {**record, outer: with_value(nested, inner, value)}


def names_of_fields(record: Mapping[str, Any]) -> Iterator[str]:
    """The names of the fields of a record, and of the strings one level below."""
    for name, value in record.items():
        yield name
        if isinstance(value, Mapping):
            yield from (f"{name}.{inner}" for inner, text in value.items() if isinstance(text, str))
