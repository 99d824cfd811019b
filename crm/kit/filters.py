"""Conditions of a search: what `filters` may say, read into frozen values with every mistake named at once.

`neq`, `not_in` and `not_contains` are the exact opposites of `eq`, `in` and `contains`: a record without a value
is among them. `exists` asks for a value (for tags: at least one).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.kit.fields import PublicField
from crm.kit.problems import Violation
from crm.kit.text import is_storable

MAX_CONDITIONS = 25
MAX_VALUES = 100
OPERATORS = (
    "eq", "neq", "gt", "gte", "lt", "lte", "between", "in", "not_in",
    "contains", "not_contains", "starts_with", "exists", "not_exists",
)  # fmt: skip
CUSTOM = "custom_fields."

_VALUELESS = {"exists", "not_exists"}
_LISTED = {"in", "not_in"}
_MEMBERS = {"field", "operator", "value", "value_to", "values"}

Lookup = Callable[[str], "PublicField | None"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `values` is canonical: empty, one, two (between), or a sorted set (in, not_in)."""

    field: PublicField
    operator: str
    values: tuple[Any, ...] = ()


def lookup(fields: Mapping[str, PublicField], custom: Mapping[str, PublicField]) -> Lookup:
    """Finds a field by the name a filter gives it: `email`, or `custom_fields.tier`."""
    return lambda name: custom.get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else fields.get(name)


def read_conditions(raw: object, find: Lookup) -> tuple[tuple[Condition, ...], list[Violation]]:
    """`filters` as frozen conditions, and everything that is wrong with it."""
    if raw is None:
        return (), []
    if not isinstance(raw, list):
        return (), [Violation("filters", "type", "`filters` must be an array of conditions.")]
    if len(raw) > MAX_CONDITIONS:
        return (), [Violation("filters", "too_long", f"`filters` may hold at most {MAX_CONDITIONS} conditions.")]
    conditions: list[Condition] = []
    wrong: list[Violation] = []
    for index, each in enumerate(raw):
        condition, faults = _read_condition(each, find, f"filters[{index}]")
        wrong += faults
        if condition is not None:
            conditions.append(condition)
    return tuple(conditions), wrong


def _read_condition(raw: object, find: Lookup, at: str) -> tuple[Condition | None, list[Violation]]:
    if not isinstance(raw, dict):
        return None, [Violation(at, "type", f"`{at}` must be an object of field, operator and value.")]
    unknown = [
        Violation(f"{at}.{name}", "unknown_field", f"`{at}.{name}` is not a member of a condition.")
        for name in raw
        if name not in _MEMBERS
    ]
    field, wrong = _read_field(raw.get("field"), find, f"{at}.field")
    operator = raw.get("operator")
    if operator not in OPERATORS or not isinstance(operator, str):
        message = f"`{at}.operator` must be one of {', '.join(OPERATORS)}."
        return None, [*unknown, *wrong, Violation(f"{at}.operator", "unknown_operator", message)]
    if field is None:
        return None, [*unknown, *wrong]
    if operator not in field.kind.operators:
        return None, [*unknown, _unfit(field, operator, at)]
    values, faults = _read_values(raw, field, operator, at)
    return Condition(field, operator, values), [*unknown, *faults]


def _unfit(field: PublicField, operator: str, at: str) -> Violation:
    fitting = ", ".join(field.kind.operators) or "none"
    message = f"`{at}.operator` `{operator}` does not fit `{field.name}`; these do: {fitting}."
    return Violation(f"{at}.operator", "unfit_operator", message)


def _read_field(name: object, find: Lookup, at: str) -> tuple[PublicField | None, list[Violation]]:
    if not isinstance(name, str):
        return None, [Violation(at, "type", f"`{at}` must be the name of a field.")]
    field = find(name) if is_storable(name) else None
    if field is None or not field.kind.operators:
        return None, [Violation(at, "unknown_field", f"`{at}` names no field that can be filtered.")]
    return field, []


def _read_values(
    raw: Mapping[str, Any], field: PublicField, operator: str, at: str
) -> tuple[tuple[Any, ...], list[Violation]]:
    if operator in _VALUELESS:
        return (), _superfluous(raw, ("value", "value_to", "values"), operator, at)
    if operator in _LISTED:
        return _read_listed(raw, field, operator, at)
    if operator == "between":
        return _read_range(raw, field, at)
    extra = _superfluous(raw, ("value_to", "values"), operator, at)
    values, wrong = _read_each([(f"{at}.value", raw.get("value"))], field)
    return values, extra + wrong


def _read_listed(
    raw: Mapping[str, Any], field: PublicField, operator: str, at: str
) -> tuple[tuple[Any, ...], list[Violation]]:
    name = "values" if raw.get("values") is not None else "value"
    other = "value" if name == "values" else "values"
    extra = _superfluous(raw, ("value_to", other), operator, at)
    listed = raw.get(name)
    if not isinstance(listed, list):
        return (), [*extra, Violation(f"{at}.values", "type", f"`{at}.values` must be an array.")]
    if not 1 <= len(listed) <= MAX_VALUES:
        message = f"`{at}.{name}` must hold between 1 and {MAX_VALUES} values."
        return (), [*extra, Violation(f"{at}.{name}", "out_of_range", message)]
    values, wrong = _read_each([(f"{at}.{name}[{i}]", each) for i, each in enumerate(listed)], field)
    return tuple(sorted(set(values))), extra + wrong


def _read_range(raw: Mapping[str, Any], field: PublicField, at: str) -> tuple[tuple[Any, ...], list[Violation]]:
    """`value` and `value_to`, or the two in one array."""
    for name in ("value", "values"):
        pair = raw.get(name)
        if isinstance(pair, list):
            extra = _superfluous(raw, tuple({"value", "values", "value_to"} - {name}), "between", at)
            if len(pair) != 2:
                wrong = Violation(f"{at}.{name}", "type", f"`{at}.{name}` must hold exactly two values.")
                return (), [*extra, wrong]
            values, faults = _read_each([(f"{at}.{name}[{i}]", each) for i, each in enumerate(pair)], field)
            return values, extra + faults
    extra = _superfluous(raw, ("values",), "between", at)
    values, faults = _read_each([(f"{at}.value", raw.get("value")), (f"{at}.value_to", raw.get("value_to"))], field)
    return values, extra + faults


def _read_each(given: Sequence[tuple[str, object]], field: PublicField) -> tuple[tuple[Any, ...], list[Violation]]:
    values: list[Any] = []
    wrong: list[Violation] = []
    for at, value in given:
        try:
            values.append(field.read(value))
        except ValueError as fault:
            wrong.append(Violation(at, "type", f"`{at}` {fault}."))
    return tuple(values), wrong


def _superfluous(raw: Mapping[str, Any], names: Iterable[str], operator: str, at: str) -> list[Violation]:
    """Members this operator has no use for; a null one is as good as absent."""
    return [
        Violation(f"{at}.{name}", "unexpected", f"`{at}.{name}` has no meaning with `{operator}`.")
        for name in sorted(names)
        if raw.get(name) is not None
    ]


def canonical(conditions: Iterable[Condition]) -> tuple[tuple[str, ...], ...]:
    """What the conditions ask for, however they were ordered and spelled: the part of a cursor's binding."""
    return tuple(sorted({(each.field.name, *_spelled(each)) for each in conditions}))


def _spelled(condition: Condition) -> tuple[str, ...]:
    """`in` of a single value is `eq`, `not_in` of one is `neq`."""
    operator = condition.operator
    if len(condition.values) == 1:
        operator = {"in": "eq", "not_in": "neq"}.get(operator, operator)
    return (operator, *(repr(each) for each in condition.values))
