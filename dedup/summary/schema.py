"""The types of a summary -> report.schema.json, a JSON Schema. After a change of these types, write it anew:

python -m dedup.summary.schema > dedup/summary/report.schema.json
"""

import ast
import inspect
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any, NotRequired, get_args, get_origin, get_type_hints

from dedup.summary.format import Summary

_DESCRIPTION = (
    "What --report report.json contains and Result.summary() returns. Keys are added, never renamed."
)
Schema = dict[str, Any]

_PLAIN: dict[type, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    float: {"type": "number", "minimum": 0},
    type(None): {"type": "null"},
}
_COMPOSED: dict[Any, Callable[..., Schema]] = {
    NotRequired: lambda value: value,
    list: lambda item: {"type": "array", "items": item},
    dict: lambda name, value: {"type": "object", "propertyNames": name, "additionalProperties": value},
}


def schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a summary."""
    definitions: Schema = {}
    summary = _object(Summary, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:dedup:report",
        "title": "The summary of a run of dedup clean",
        **summary,
        "description": _DESCRIPTION,
        "$defs": definitions,
    }


def _value(hint: Any, definitions: Schema) -> Schema:
    """The schema of one value. Objects are added to `definitions` and referred to."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) is Annotated:
        limits = {limit.keyword: limit.value for limit in hint.__metadata__}
        return {**_value(hint.__origin__, definitions), **limits}
    origin = get_origin(hint)
    if origin is not None:
        parts = [_value(part, definitions) for part in get_args(hint)]
        return _COMPOSED.get(origin, _union)(*parts)
    if hint.__name__ not in definitions:
        definitions[hint.__name__] = _object(hint, definitions)
    return {"$ref": f"#/$defs/{hint.__name__}"}


def _union(*parts: Schema) -> Schema:
    return {"anyOf": [*parts]}


def _object(typed_dict: Any, definitions: Schema) -> Schema:
    """The schema of a TypedDict: all of its keys, and no others."""
    hints = get_type_hints(typed_dict, include_extras=True)
    meanings = _meanings(typed_dict)
    return {
        "description": " ".join(inspect.cleandoc(typed_dict.__doc__).split()),
        "type": "object",
        "additionalProperties": False,
        "required": [key for key in hints if key in typed_dict.__required_keys__],
        "properties": {
            key: ({"description": meanings[key]} if key in meanings else {}) | _value(hint, definitions)
            for key, hint in hints.items()
        },
    }


def _meanings(typed_dict: Any) -> dict[str, str]:
    """The string behind each key in the source of a TypedDict."""
    (definition,) = ast.parse(inspect.getsource(typed_dict)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        key.target.id: " ".join(str(text.value.value).split())
        for key, text in pairwise(definition.body)
        if isinstance(key, ast.AnnAssign) and isinstance(key.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2))
