"""JSON Schemas of searches, the conditions they filter by, and the pages they answer with (contract §3)."""

from collections.abc import Iterable, Mapping

from crm.kit import fields, values
from crm.kit.fields import Kind, PublicField, fields_of
from crm.kit.filters import MAX_CONDITIONS, MAX_VALUES, OPERATORS
from crm.kit.page import DEFAULT_LIMIT, MAX_LIMIT, MAX_SEARCH_TEXT, MAX_TOTAL, Searchable
from rest_adapter.openapi.schemas import Schema, Schemas, id_schema, nullable

_MONEY_LIMIT = 10**13

_OPERANDS: Mapping[Kind, Schema] = {
    fields.TEXT: {"type": "string", "maxLength": values.TEXT_LIMIT},
    fields.TAGS: {"type": "string", "maxLength": values.TEXT_LIMIT},
    fields.INTEGER: {"type": "integer", "minimum": -values.INTEGER_LIMIT, "maximum": values.INTEGER_LIMIT},
    fields.NUMBER: {"type": "number", "minimum": -values.NUMBER_LIMIT, "maximum": values.NUMBER_LIMIT},
    fields.MONEY: {"type": "number", "minimum": -_MONEY_LIMIT, "maximum": _MONEY_LIMIT},
    fields.BOOLEAN: {"type": "boolean"},
    fields.TIMESTAMP: {"type": "string", "format": "date-time"},
    fields.DATE: {"type": "string", "format": "date"},
}
"""What the value of a condition is, by the kind of its field; ids and choices have schemas of their own."""

_NONE: Schema = {"type": "null"}
_ONE: Schema = {"type": ["string", "number", "boolean"]}
_LIST: Schema = {"type": "array", "items": _ONE, "minItems": 1, "maxItems": MAX_VALUES}
_PAIR: Schema = {"type": "array", "items": _ONE, "minItems": 2, "maxItems": 2}


def order_of(searchable: Searchable, schemas: Schemas) -> tuple[Schema, Schema]:
    """`order_by` and `sort_direction`."""
    by, direction = searchable.record.default_order
    name = f"{searchable.record.__name__}Order"
    sorts = schemas.add(
        name, {"type": "string", "enum": list(searchable.sortable), "description": "What lists are sorted by."}
    )
    ways = schemas.add("SortDirection", {"type": "string", "enum": ["asc", "desc"], "description": "Which way."})
    return (
        {**sorts, "description": f"What to sort by; `{by}` unasked."},
        {**ways, "description": f"Which way; `{direction}` unasked, `desc` where `order_by` is given alone."},
    )


def names(searchable_or_record: Iterable[str], description: str) -> Schema:
    """A list of names out of a few."""
    return {
        "type": "array",
        "items": {"type": "string", "enum": list(searchable_or_record)},
        "description": description,
    }


def plain_members(searchable: Searchable, schemas: Schemas) -> dict[str, Schema]:
    """The members of a search that a query string has too."""
    by, direction = order_of(searchable, schemas)
    return {
        "search_text": {
            "type": "string",
            "maxLength": MAX_SEARCH_TEXT,
            "description": f"Every word must begin some word of {_spoken(searchable.record.searched)}.",
        },
        "order_by": by,
        "sort_direction": direction,
        "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
            "description": "How many at most.",
        },
        "cursor": {
            "type": "string",
            "description": "`meta.cursor.next` of the page before, or the `endCursor` of the same list in GraphQL.",
        },
        **selection_members(searchable.record, searchable.include),
    }


def selection_members(record: type[fields.Record], include: Iterable[str]) -> dict[str, Schema]:
    """`fields` and, where there is anything to bring along, `include`."""
    made = {"fields": names(fields_of(record), "The fields to show; all unasked, and the id always.")}
    if include:
        made["include"] = names(include, "Records to bring along, each in the member of its name.")
    return made


def search(searchable: Searchable, schemas: Schemas) -> Schema:
    """The body of a search: `ContactSearch`. A null member is as good as none."""
    record = searchable.record
    conditions = {
        "type": "array",
        "items": condition(searchable, schemas),
        "maxItems": MAX_CONDITIONS,
        "description": "Conditions that must all hold.",
    }
    members = {"filters": conditions, **plain_members(searchable, schemas)}
    members["row_cursors"] = {
        "type": "boolean",
        "default": False,
        "description": "Whether `meta.cursor.rows` gives one cursor for each record.",
    }
    schema = {
        "type": "object",
        "description": f"What to look for among {record.resource.plural}; nothing at all is the first page.",
        "properties": {name: _or_null(each) for name, each in members.items()},
        "additionalProperties": False,
    }
    return schemas.add(f"{record.__name__}Search", schema)


def _or_null(schema: Schema) -> Schema:
    if "$ref" not in schema:
        return nullable({key: value for key, value in schema.items() if key != "default"})
    return {**nullable({"$ref": schema["$ref"]}), "description": schema["description"]}


def condition(searchable: Searchable, schemas: Schemas) -> Schema:
    """One condition: `ContactCondition`. Which operators fit a field, and what their values are, is said with `if`:
    to generators of clients it is one plain object.
    """
    kinds = _by_operand(searchable)
    names: Schema = {"type": "string", "enum": list(searchable.filterable)}
    if "custom_fields" in fields_of(searchable.record):
        own = {"type": "string", "pattern": "^custom_fields\\..+$"}
        names = {"anyOf": [names, own]}
    operators = [each for each in OPERATORS if any(each in fitting for _, fitting, _ in kinds)]
    schema = {
        "type": "object",
        "description": "One condition on one field: " + "; ".join(_told(*each) for each in kinds) + ".",
        "properties": {
            "field": {**names, "description": "The field; `custom_fields.<slug>` where the record has such."},
            "operator": {"type": "string", "enum": operators, "description": "How the field is compared."},
            "value": {"description": "What with; the lower end for `between`."},
            "value_to": {"description": "The upper end, for `between` only."},
            "values": {"description": "What with, for `in` and `not_in`; both ends, for `between`."},
        },
        "required": ["field", "operator"],
        "additionalProperties": False,
        "allOf": [_form(), *(_fit(*each) for each in kinds)],
    }
    return schemas.add(f"{searchable.record.__name__}Condition", schema)


Fitting = tuple[list[str], tuple[str, ...], Schema]
"""Fields of one sort, the operators that fit them, and what their values are."""


def _by_operand(searchable: Searchable) -> list[Fitting]:
    made: list[Fitting] = []
    for name, each in searchable.filterable.items():
        schema = _operand(each)
        same = next((known for known in made if known[1:] == (each.kind.operators, schema)), None)
        if same is None:
            made.append(([name], each.kind.operators, schema))
        else:
            same[0].append(name)
    return made


def _operand(field: PublicField) -> Schema:
    if field.points_to is not None:
        return {key: value for key, value in id_schema(field.points_to).items() if key != "examples"}
    if field.choices:
        return {"type": "string", "enum": list(field.choices)}
    return _OPERANDS[field.kind]


def _told(names: list[str], operators: tuple[str, ...], _: Schema) -> str:
    return f"{_spoken(names)} with {', '.join(operators)}"


def _fit(names: list[str], operators: tuple[str, ...], value: Schema) -> Schema:
    """Fields of one sort take their operators, and values of theirs."""
    either = {"anyOf": [value, _NONE, {"type": "array", "items": value}]}
    return {
        "if": {"properties": {"field": {"enum": names}}},
        "then": {
            "properties": {
                "operator": {"enum": list(operators)},
                "value": either,
                "value_to": {"anyOf": [value, _NONE]},
                "values": {"anyOf": [_NONE, {"type": "array", "items": value}]},
            }
        },
    }


def _form() -> Schema:
    """Which members an operator has: none, a list, two ends, or one value."""
    lonely = {"value": _NONE, "value_to": _NONE, "values": _NONE}
    listed = [_taking("values", {**lonely, "values": _LIST}), _taking("value", {**lonely, "value": _LIST})]
    ends = [
        {"required": ["value", "value_to"], "properties": {**lonely, "value": _ONE, "value_to": _ONE}},
        _taking("value", {**lonely, "value": _PAIR}),
        _taking("values", {**lonely, "values": _PAIR}),
    ]
    return {
        "if": _operator("exists", "not_exists"),
        "then": {"properties": lonely},
        "else": {
            "if": _operator("in", "not_in"),
            "then": {"anyOf": listed},
            "else": {
                "if": _operator("between"),
                "then": {"anyOf": ends},
                "else": _taking("value", {**lonely, "value": _ONE}),
            },
        },
    }


def _operator(*operators: str) -> Schema:
    return {"properties": {"operator": {"enum": list(operators)}}}


def _taking(member: str, properties: Schema) -> Schema:
    return {"required": [member], "properties": properties}


def _spoken(names: Iterable[str]) -> str:
    *others, last = (f"`{name}`" for name in names)
    return f"{', '.join(others)} and {last}" if others else last


def page(of: Schema, name: str, plural: str, schemas: Schemas) -> Schema:
    """The envelope around a page of records: `ContactPage`."""
    schema = {
        "type": "object",
        "description": f"A page of {plural}.",
        "properties": {"data": {"type": "array", "items": of, "description": "The page."}, "meta": meta(schemas)},
        "required": ["data", "meta"],
        "additionalProperties": False,
    }
    return schemas.add(f"{name}Page", schema)


def meta(schemas: Schemas) -> Schema:
    """What stands beside the records of a page."""
    cursor: Schema = {
        "type": "object",
        "description": "How to go on.",
        "properties": {
            "next": {"type": ["string", "null"], "description": "The next page's `cursor`; null on the last page."},
            "has_more": {"type": "boolean", "description": "Whether there is a next page."},
            "rows": {
                "type": "array",
                "items": {"type": "string"},
                "description": "One cursor for each record, where `row_cursors` asked for them.",
            },
        },
        "required": ["next", "has_more"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "description": "What is known of the list.",
        "properties": {
            "cursor": schemas.add("PageCursor", cursor),
            "total": {
                "type": "integer",
                "minimum": 0,
                "maximum": MAX_TOTAL,
                "description": f"How many match in all; absent above {MAX_TOTAL:,}.",
            },
        },
        "required": ["cursor"],
        "additionalProperties": False,
    }
    return schemas.add("PageMeta", schema)
