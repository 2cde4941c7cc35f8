"""A tag as two columns of a table, which are added at the end or replaced in their place."""

from collections.abc import Iterable
from typing import TypeVar

import pyarrow as pa

from dedup.document import UNTAGGED, Tag
from dedup.options import TAG_FIELDS

_TYPES = dict(zip(TAG_FIELDS, (pa.string(), pa.float64()), strict=True))
T = TypeVar("T", pa.Table, pa.RecordBatch)


def has_tag_columns(schema: pa.Schema) -> bool:
    """Whether a schema has a column of a tag."""
    return not {*TAG_FIELDS}.isdisjoint(schema.names)


def tagged_schema(schema: pa.Schema) -> pa.Schema:
    """The schema with the columns of a tag, a string and a double."""
    for name, kind in _TYPES.items():
        place = schema.get_field_index(name)
        field = pa.field(name, kind)
        schema = schema.append(field) if place < 0 else schema.set(place, field)
    return schema


def tag_columns(tags: Iterable[Tag | None]) -> dict[str, pa.Array]:
    """The values of these tags by field, a string and a double; null where there is none."""
    values = zip(*(tag or UNTAGGED for tag in tags), strict=True)
    columns = dict(zip(TAG_FIELDS, values, strict=False)) or dict.fromkeys(TAG_FIELDS, ())
    return {name: pa.array(columns[name], kind) for name, kind in _TYPES.items()}


def with_tag_columns(table: T, tags: Iterable[Tag | None]) -> T:
    """The rows with their tags; their schema is the `tagged_schema`."""
    columns = [*table.columns]
    for name, column in tag_columns(tags).items():
        place = table.schema.get_field_index(name)
        if place < 0:
            columns.append(column)
        else:
            columns[place] = column
    return type(table).from_arrays(columns, schema=tagged_schema(table.schema))
