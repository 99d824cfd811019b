"""JSON Schemas of records and commands, gathered as the components of one document.

Pydantic says what a value is; the field's own declaration says whose id it holds, who may write it, and an example.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from crm.catalogue import EDGES, OPERATIONS
from crm.edge import ToOne
from crm.kit.commands import Command, CommandModel, Every, OneOf, Rule, Withheld
from crm.kit.fields import PublicField, Record, fields_of, part_of
from crm.kit.inputs import emptied
from crm.kit.page import Searchable
from crm.resources import Resource
from rest_adapter.wire import RECORDS

Schema = dict[str, Any]
Model = type[BaseModel]

_EXAMPLE_DIGITS = "01979d3e8a40c0ffee5eed01"

INCLUDES: Mapping[Resource, tuple[ToOne, ...]] = {
    operation.resource: tuple(
        edge
        for name in operation.takes.include
        if isinstance(edge := EDGES[f"{operation.resource.singular}.{name}"], ToOne)
    )
    for operation in OPERATIONS.values()
    if isinstance(operation.takes, Searchable)
}
"""The edges that `include` may name, by resource."""


def ref(name: str) -> Schema:
    """A schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def example_id(resource: Resource) -> str:
    """An id as examples show it."""
    return f"{resource.prefix}_{_EXAMPLE_DIGITS}"


def id_schema(resource: Resource) -> Schema:
    """An id of a resource."""
    return {"type": "string", "pattern": f"^{resource.prefix}_[0-9a-f]{{24}}$", "examples": [example_id(resource)]}


def name_of(model: Model) -> str:
    """A record in a sentence: "a contact"."""
    resource: Resource = model.resource  # type: ignore[attr-defined]  # only records are asked
    return resource.one


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    made = {**schema, "type": [schema["type"], "null"]}
    return {**made, "enum": [*schema["enum"], None]} if "enum" in schema else made


@dataclass(frozen=True)
class Schemas:
    """What the document's components hold so far, by name."""

    made: dict[str, Schema] = field(default_factory=dict)

    def add(self, name: str, schema: Schema) -> Schema:
        """Put a schema among the components, once; the reference to it."""
        self.made.setdefault(name, schema)
        return ref(name)

    def record(self, model: Model) -> Schema:
        """A record, or a part of one, as it is shown."""
        if model.__name__ not in self.made:
            self.made[model.__name__] = {}  # holds its place while the parts of it come
            self.made[model.__name__] = self._shown(model)
        return ref(model.__name__)

    def sparse(self, model: type[Record]) -> Schema:
        """A record of which `fields` asks for a part."""
        self.record(model)
        whole = self.made[model.__name__]
        description = f"{model.resource.one.capitalize()} of which `fields` asked for a part; the id always comes."
        return self.add(f"Sparse{model.__name__}", {**whole, "description": description, "required": ["id"]})

    def part(self, model: Model, name: str, members: Iterable[str]) -> Schema:
        """A record of which a path shows only these members."""
        self.record(model)
        properties = self.made[model.__name__]["properties"]
        schema = {
            "type": "object",
            "description": f"Of {name_of(model)} only its {' and '.join(members)}.",
            "properties": {each: properties[each] for each in members},
            "required": list(members),
            "additionalProperties": False,
        }
        return self.add(name, schema)

    def selected(self, model: type[Record]) -> Schema:
        """What a read gives: the record, or the part of it that was asked for."""
        return {"anyOf": [self.record(model), self.sparse(model)]}

    def command(self, command: Command, *, creates: bool) -> Schema:
        """What a write is told. Only what creates has defaults: elsewhere what is not sent stays."""
        model = command.model
        if model.__name__ not in self.made:
            written = self._written(model, defaults=creates)
            self.made[model.__name__] = _ruled(written, command.rule)
        return ref(model.__name__)

    def _shown(self, model: Model) -> Schema:
        schema = self._object(model, mode="serialization", defaults=False)
        for edge in INCLUDES.get(getattr(model, "resource", None), ()):  # type: ignore[arg-type]  # a part has none
            target = self.record(RECORDS[edge.target.singular])
            said = f"The {edge.name}, where `include` asks for it; null where there is none to see."
            schema["properties"][edge.name] = {**nullable(target), "description": said, "readOnly": True}
        return schema

    def _written(self, model: Model, *, defaults: bool) -> Schema:
        return self._object(model, mode="validation", defaults=defaults)

    def _object(self, model: Model, *, mode: Any, defaults: bool) -> Schema:
        raw = model.model_json_schema(mode=mode, ref_template="#/components/schemas/{model}")
        shown = mode == "serialization"
        properties = {}
        for name, said in raw["properties"].items():
            self._add_part(model, name)
            properties[name] = _property(model, name, dict(said), shown=shown, defaults=defaults)
        return {
            "type": "object",
            "description": (model.__doc__ or "").strip(),
            "properties": properties,
            **({"required": raw["required"]} if raw.get("required") else {}),
            "additionalProperties": False,
        }

    def _add_part(self, model: Model, name: str) -> None:
        part = part_of(model, name)
        if part is None:
            return
        if not issubclass(part, CommandModel):
            self.record(part)
        elif part.__name__ not in self.made:
            self.made[part.__name__] = self._written(part, defaults=False)


def _property(model: Model, name: str, said: Schema, *, shown: bool, defaults: bool) -> Schema:
    """One member, with what its own declaration adds to what pydantic says."""
    known = _field(model, name)
    said.pop("title", None)
    default = said.pop("default", None)
    made = _flattened(said)
    if known is not None and known.points_to is not None:
        made |= {key: value for key, value in id_schema(known.points_to).items() if key != "type"}
    if shown and known is not None and known.read_only:
        made["readOnly"] = True
    if _may_be_empty(model, name):
        made.pop("minLength", None)
        if made.get("format") == "idn-email":  # a format that checkers know, and that an empty line is not
            made.pop("format")
    if defaults and default is not None:
        made["default"] = default
    return made


def _field(model: Model, name: str) -> PublicField | None:
    """The field's declaration; what is no public field of a record (a scope list) has none of its own."""
    try:
        return fields_of(model)[name]
    except (StopIteration, KeyError):
        return None


def _may_be_empty(model: Model, name: str) -> bool:
    """Whether an empty line is taken for none."""
    return any(getattr(note, "func", None) is emptied for note in model.model_fields[name].metadata)


def _flattened(said: Schema) -> Schema:
    """`anyOf` a plain type and null as the one schema it is; members of members lose their titles."""
    made = {key: _untitled(value) for key, value in said.items()}
    options = made.get("anyOf", [])
    plain = [each for each in options if each != {"type": "null"}]
    if len(options) == 2 and len(plain) == 1 and isinstance(plain[0].get("type"), str):
        rest = {key: value for key, value in made.items() if key != "anyOf"}
        return {**nullable(plain[0]), **rest}
    return made


def _untitled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _untitled(each) for key, each in value.items() if key != "title"}
    return [_untitled(each) for each in value] if isinstance(value, list) else value


def _ruled(schema: Schema, rule: Rule) -> Schema:
    """A command's schema with what its rule asks of the members together."""
    for each in rule.rules if isinstance(rule, Every) else (rule,):
        if isinstance(each, OneOf):
            schema |= _one_of((*((each.unless,) if each.unless else ()), *each.names))
        if isinstance(each, Withheld):
            member = schema["properties"][each.name]
            member["enum"] = [choice for choice in member["enum"] if choice != each.choice]
    return schema


def _one_of(names: Iterable[str]) -> Schema:
    """At least one of the members has a value. Said with `if`, which generators of clients pass over: to them `anyOf`
    would be a choice between types.
    """
    first, *others = names
    has = {"required": [first], "properties": {first: {"type": "string"}}}
    if not others:
        return has
    return {"if": has, "else": _one_of(others)}
