"""Commands: what a write may be told, derived from the record it writes, read with every violation named at once.

A field is declared once, on its record. `create_command` and `update_command` make pydantic models from it;
an action with an input of its own declares a model and makes an `action_command` of it.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, create_model

from crm.kit import fields, values
from crm.kit.errors import Invalid
from crm.kit.fields import PublicField, Record, fields_of, part_of, public
from crm.kit.inputs import emptied
from crm.kit.problems import Violation
from crm.kit.violations import told

MAX_UNKNOWN = 200
"""How many unknown names of one object are looked at."""

Values = dict[str, Any]
"""Public values by field name, normalised; what was not sent is absent, what was cleared is None."""

Rule = Callable[[Values], Iterable[Violation]]
"""What no single field can tell: violations of the values together."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A Rule: at least one of `names` has a value, or `unless` names one that has."""

    names: tuple[str, ...]
    unless: str | None = None

    def __call__(self, values: Mapping[str, Any]) -> Iterable[Violation]:
        if any(values.get(name) is not None for name in (*self.names, *((self.unless,) if self.unless else ()))):
            return
        *others, last = (f"`{name}`" for name in self.names)
        yield Violation(self.names[0], "required", f"{', '.join(others)} or {last} is required.")


@dataclass(frozen=True, slots=True)
class Withheld:
    """A Rule: one choice of a field is not for clients; `why` ends the sentence."""

    name: str
    choice: str
    why: str

    def __call__(self, values: Mapping[str, Any]) -> Iterable[Violation]:
        if values.get(self.name) == self.choice:
            yield Violation(self.name, "choice", f"`{self.name}` `{self.choice}` {self.why}.")


@dataclass(frozen=True, slots=True)
class Every:
    """A Rule: all of these."""

    rules: tuple[Rule, ...]

    def __call__(self, values: Values) -> Iterable[Violation]:
        for rule in self.rules:
            yield from rule(values)


class CommandModel(BaseModel):
    """The base of every command's model: nothing unknown, nothing coerced. `of` is the record it speaks of."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    of: ClassVar[type[Record] | None] = None


@dataclass(frozen=True, eq=False)
class Command:
    """An operation's input. `closed` says, for fields of the record that this command cannot write, why not."""

    model: type[BaseModel]
    rule: Rule = field(default=lambda _: ())
    closed: Mapping[str, str] = field(default_factory=dict)

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(self.model.model_fields)

    @property
    def fields(self) -> Mapping[str, PublicField]:
        return fields_of(self.model)

    @property
    def required(self) -> frozenset[str]:
        return frozenset(name for name, info in self.model.model_fields.items() if info.is_required())

    def read(self, raw: Mapping[str, Any], custom: Mapping[str, PublicField]) -> Values:
        """What was sent, normalised. Raises Invalid with every violation."""
        wrong: list[Violation] = []
        raw = _bounded(raw, self.model.model_fields)
        try:
            made = self.model.model_validate(raw)
        except ValidationError as fault:
            wrong += told(fault, self.closed)
            made = None
        own, faults = _custom_values(raw.get("custom_fields"), custom)
        wrong += faults
        sent = dict(raw) if made is None else _sent(made)
        wrong += self.rule(sent)  # of what could not be read, what was sent: a rule asks what is there
        if made is None or wrong:
            raise Invalid(wrong)
        if own is not None:
            sent["custom_fields"] = own
        return sent


def create_command(
    record: type[Record],
    *,
    verb: str = "Create",
    filled: Iterable[str] = (),
    also: Mapping[str, Any] | None = None,
    rule: Rule | None = None,
    closed: Mapping[str, str] | None = None,
) -> Command:
    """The input that makes a record. `filled` are fields the service provides where the client does not, `also`
    members that are no field of the record, `closed` fields it cannot write and why not.
    """
    optional = set(filled)
    made = {
        name: _member(record, each, required=not (each.nullable or each.default is not None or name in optional))
        for name, each in _writable(record, closed or {}).items()
    }
    besides = _members(create_model("Besides", __base__=CommandModel, **(also or {})))
    return _command(f"{verb}{record.__name__}", record, {**besides, **made}, rule, closed)


def update_command(record: type[Record], *, closed: Mapping[str, str] | None = None) -> Command:
    """The input that changes a record: whatever is not sent stays."""
    made = {name: _member(record, each, required=False) for name, each in _writable(record, closed or {}).items()}
    return _command(f"Update{record.__name__}", record, made, None, closed)


def action_command(model: type[CommandModel]) -> Command:
    """The input of an action, declared as a model of its own; its members are read as those of records are."""
    made = create_model(model.__name__, __base__=model, **_members(model))
    made.__doc__ = model.__doc__
    return Command(made)


def _members(model: type[BaseModel]) -> dict[str, Any]:
    """The members of a declared model, with whatever writing asks besides."""
    return {
        name: _member(model, each, required=model.model_fields[name].is_required())
        for name, each in fields_of(model).items()
    }


def _command(
    name: str, record: type[Record], members: dict[str, Any], rule: Rule | None, closed: Mapping[str, str] | None
) -> Command:
    model = create_model(name, __base__=CommandModel, **members)
    model.of = record
    model.__doc__ = f"What {record.resource.one} is told by {name}."
    read_only = {each.name: "is read-only" for each in fields_of(record).values() if each.name not in members}
    return Command(model, rule or (lambda _: ()), {**read_only, **(closed or {})})


def _writable(record: type[Record], closed: Mapping[str, str]) -> dict[str, PublicField]:
    return {name: each for name, each in fields_of(record).items() if not each.read_only and name not in closed}


@cache
def _partial(part: type[BaseModel]) -> type[CommandModel]:
    """A part of a record as it is written: whatever is not sent stays."""
    members: dict[str, Any] = {name: _member(part, each, required=False) for name, each in fields_of(part).items()}
    model = create_model(f"{part.__name__}Input", __base__=CommandModel, **members)
    model.__doc__ = part.__doc__
    return model


def _member(record: type[BaseModel], each: PublicField, *, required: bool) -> tuple[Any, Any]:
    """A model's member: the record's own annotation, and whatever writing asks besides."""
    annotation = record.model_fields[each.name].rebuild_annotation()
    part = part_of(record, each.name)
    if part is not None:
        known = fields_of(part)
        fewer = BeforeValidator(lambda value: _bounded(value, known) if isinstance(value, dict) else value)
        annotation = Annotated[_partial(part) | None, fewer]
    if each.name == "custom_fields":
        annotation = Annotated[dict[str, Any], fields.OBJECT]
    if each.points_to is not None:
        resource = each.points_to
        reads = BeforeValidator(lambda value: value if value is None else values.read_id(value, resource))
        annotation = Annotated[annotation, reads]
    elif each.nullable and each.kind is fields.TEXT:
        annotation = Annotated[annotation, BeforeValidator(emptied)]
    info = public(
        each.description,
        example=each.example,
        points_to=each.points_to,
        default=each.default,
        optional=not required,
    )
    return annotation, info


def _bounded(members: Mapping[str, Any], known: Container[str]) -> dict[str, Any]:
    """What was sent, less what is unknown beyond the first few: telling of it all takes long, and nobody reads it."""
    unknown = islice((name for name in members if name not in known), MAX_UNKNOWN)
    return {name: members[name] for name in (*(name for name in members if name in known), *unknown)}


def _sent(made: BaseModel) -> Values:
    """What was sent and nothing else, parts of a record as plain objects."""
    return {
        name: _sent(value) if isinstance(value := getattr(made, name), BaseModel) else value
        for name in type(made).model_fields
        if name in made.model_fields_set
    }


def _custom_values(raw: Any, custom: Mapping[str, PublicField]) -> tuple[Values | None, list[Violation]]:
    """Custom fields by slug, each as its definition wants it. What is no object the model has refused already."""
    if not isinstance(raw, dict):
        return None, []
    read: Values = {}
    wrong: list[Violation] = []
    for slug, value in _bounded(raw, custom).items():
        at = f"custom_fields.{slug[:100]}"
        definition = custom.get(slug)
        if definition is None:
            wrong.append(Violation(at, "unknown_field", f"`{at}` is not a custom field of this resource."))
            continue
        try:
            read[slug] = None if value is None else _OWN[definition.kind](value)
        except ValueError as fault:
            wrong.append(Violation(at, "type", f"`{at}` {fault}."))
    return read, wrong


def _number(value: object) -> int | float:
    """One spelling of each number, whichever database keeps it: 4.0 is 4."""
    number = values.read_number(value)
    return int(number) if number.is_integer() else number


_OWN: Mapping[fields.Kind, Callable[[object], Any]] = {
    fields.TEXT: lambda value: emptied(values.read_text(value)),
    fields.NUMBER: _number,
    fields.BOOLEAN: values.read_boolean,
    fields.DATE: lambda value: values.read_date(value).isoformat(),
}
