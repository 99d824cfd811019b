"""Examples of whole bodies, put together from the examples of their fields."""

from collections.abc import Mapping
from typing import Any

from rest_adapter.openapi.schemas import Schema

_OF_FORMAT = {"date": "2026-06-17", "date-time": "2026-06-17T14:30:00Z"}
_OF_TYPE: Mapping[str, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": False, "null": None}


def whole(schema: Schema, components: Mapping[str, Schema]) -> Any:
    """A value with every member a record must have."""
    return _example(schema, components, sparse=False)


def sent(schema: Schema, components: Mapping[str, Schema]) -> Any:
    """A value with the members that have an example to show: what a client might send."""
    return _example(schema, components, sparse=True)


def _example(schema: Schema, components: Mapping[str, Schema], *, sparse: bool) -> Any:
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return _example(components[schema["$ref"].rpartition("/")[2]], components, sparse=sparse)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], components, sparse=sparse)
    kinds = schema.get("type", "object")
    if isinstance(kinds, list):  # nullable, and nothing to show
        return None
    if kinds == "object":
        return _object(schema, components, sparse=sparse)
    if kinds == "array":
        return [] if sparse else [_example(schema["items"], components, sparse=sparse)]
    return schema["enum"][0] if "enum" in schema else _OF_FORMAT.get(schema.get("format", "")) or _OF_TYPE[kinds]


def _object(schema: Schema, components: Mapping[str, Schema], *, sparse: bool) -> dict[str, Any]:
    required = schema.get("required", ())
    made = {}
    for name, each in schema.get("properties", {}).items():
        if name not in required and not (sparse and _shows(each, components)):
            continue
        made[name] = _example(each, components, sparse=sparse)
    return made


def _shows(schema: Schema, components: Mapping[str, Schema]) -> bool:
    """Whether there is an example of this value to show."""
    return "examples" in schema or bool(_example(schema, components, sparse=True))
