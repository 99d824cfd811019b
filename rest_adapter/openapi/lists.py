"""JSON Schemas of searches, the conditions they filter by, and the pages they answer with (contract §3)."""

from collections.abc import Iterable, Iterator, Mapping

from crm.kit import fields, values
from crm.kit.fields import Kind, PublicField, fields_of
from crm.kit.filters import MAX_CONDITIONS, MAX_VALUES, OPERATORS
from crm.kit.page import DEFAULT_LIMIT, MAX_LIMIT, MAX_SEARCH_TEXT, MAX_TOTAL, Searchable
from rest_adapter.openapi.schemas import Schema, Schemas, id_schema, nullable

_OPERANDS: Mapping[Kind, Schema] = {
    fields.TEXT: {"type": "string", "maxLength": values.TEXT_LIMIT},
    fields.TAGS: {"type": "string", "maxLength": values.TEXT_LIMIT},
    fields.INTEGER: {"type": "integer", "minimum": -values.INTEGER_LIMIT, "maximum": values.INTEGER_LIMIT},
    fields.NUMBER: {"type": "number", "minimum": -values.NUMBER_LIMIT, "maximum": values.NUMBER_LIMIT},
    fields.MONEY: {"type": "number", "minimum": -values.MONEY_LIMIT, "maximum": values.MONEY_LIMIT},
    fields.BOOLEAN: {"type": "boolean"},
    fields.TIMESTAMP: {"type": "string", "format": "date-time"},
    fields.DATE: {"type": "string", "format": "date"},
}
"""What the value of a condition is, by the kind of its field; ids and choices have schemas of their own."""

_VALUELESS = frozenset(("exists", "not_exists"))
_LISTED = frozenset(("in", "not_in"))
_RANGED = frozenset(("between",))
_SINGLE = frozenset(OPERATORS) - _VALUELESS - _LISTED - _RANGED
_CUSTOM = "^custom_fields\\..+$"


def order_of(searchable: Searchable, schemas: Schemas) -> tuple[Schema, Schema]:
    """`order_by` and `sort_direction`."""
    by, direction = searchable.record.default_order
    name = f"{searchable.record.__name__}Order"
    sorts = schemas.add(
        name, {"type": "string", "enum": list(searchable.sortable), "description": "What lists are sorted by."}
    )
    alone = "" if direction == "desc" else ", `desc` where `order_by` is given alone"
    ways = schemas.add("SortDirection", {"type": "string", "enum": ["asc", "desc"], "description": "Which way."})
    return (
        {**sorts, "description": f"What to sort by; `{by}` unasked."},
        {**ways, "description": f"Which way; `{direction}` unasked{alone}."},
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
    """One condition: `ContactCondition`. Which operators fit a field, and what their values are, stands apart from its
    members: to generators of clients it is one plain object.
    """
    kinds = _by_operand(searchable)
    told = [_told(*each) for each in kinds]
    forms = [_valueless(searchable), *(form for each in kinds for form in _fits(*each)), *_other_spellings(searchable)]
    names: Schema = {"type": "string", "enum": list(searchable.filterable)}
    if "custom_fields" in fields_of(searchable.record):
        names = {"anyOf": [names, {"type": "string", "pattern": _CUSTOM}]}
        told.append("a custom field by its type")
        forms.append({"properties": {"field": {"pattern": _CUSTOM}}})
    operators = [each for each in OPERATORS if any(each in fitting for _, fitting, _ in kinds)]
    schema = {
        "type": "object",
        "description": "One condition on one field: " + "; ".join(told) + ".",
        "properties": {
            "field": {**names, "description": "The field; `custom_fields.<slug>` where the record has such."},
            "operator": {"type": "string", "enum": operators, "description": "How the field is compared."},
            "value": {"description": "What with; the lower end for `between`."},
            "value_to": {"description": "The upper end, for `between` only."},
            "values": {"description": "What with, for `in` and `not_in`; both ends, for `between`."},
        },
        "required": ["field", "operator"],
        "additionalProperties": False,
        "allOf": [{"anyOf": forms}],
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


def _fits(names: list[str], operators: tuple[str, ...], value: Schema) -> Iterator[Schema]:
    """Fields of one sort, with each form a condition on them can have: one value, a list, or two ends."""
    several: Schema = {"type": "array", "items": value, "minItems": 1, "maxItems": MAX_VALUES}
    forms: list[tuple[frozenset[str], Schema]] = [
        (_SINGLE, _taking(value=value)),
        (_LISTED, _taking(values=several)),
        (_RANGED, _taking(value=value, value_to=value)),
    ]
    for fitting, form in forms:
        shared = [each for each in operators if each in fitting]
        if shared:
            yield _asking(names, shared, form)


def _other_spellings(searchable: Searchable) -> Iterator[Schema]:
    """A list as `value`, and two ends as a list. What its elements must be is not said a second time."""
    named = searchable.filterable
    listed = [name for name, each in named.items() if set(each.kind.operators) >= _LISTED]
    ranged = [name for name, each in named.items() if set(each.kind.operators) >= _RANGED]
    plain: Schema = {"type": "array", "items": {"type": ["string", "number", "boolean"]}}
    several: Schema = {**plain, "minItems": 1, "maxItems": MAX_VALUES}
    two: Schema = {**plain, "minItems": 2, "maxItems": 2}
    yield _asking(listed, sorted(_LISTED), _taking(value=several))
    if ranged:
        yield _asking(ranged, sorted(_RANGED), _taking(value=two))
        yield _asking(ranged, sorted(_RANGED), _taking(values=two))


def _valueless(searchable: Searchable) -> Schema:
    """What can be asked of a field without a value of one's own."""
    names = [name for name, each in searchable.filterable.items() if set(each.kind.operators) >= _VALUELESS]
    return _asking(names, sorted(_VALUELESS), _taking())


def _asking(names: list[str], operators: list[str], form: Schema) -> Schema:
    asked = {"field": {"enum": names}, "operator": {"enum": operators}}
    return {**form, "properties": {**asked, **form["properties"]}}


def _taking(**members: Schema) -> Schema:
    """A form of a condition; what it does not need may be null."""
    lonely: Schema = {name: {"type": "null"} for name in ("value", "value_to", "values")}
    return {"properties": {**lonely, **members}, **({"required": list(members)} if members else {})}


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
