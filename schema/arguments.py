"""GraphQL arguments as the values of the REST operation they stand for, and the way back for its errors' fields."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from crm.kit.errors import Invalid
from schema.names import camel

_SNAKE = re.compile(r"(?<=[a-z0-9])([A-Z])")
_RENAMED = {
    "first": "limit",
    "after": "cursor",
    "searchText": "search_text",
    "orderBy": "order_by",
    "sortDirection": "sort_direction",
}
_BACK = {rest: graphql for graphql, rest in _RENAMED.items()}


@dataclass(frozen=True, slots=True)
class Values:
    """What REST would be sent, and for each condition of its `filters` the GraphQL path it came from."""

    values: dict[str, Any]
    paths: tuple[str, ...] = field(default=())

    def graphql_path(self, at: str) -> str:
        """Where a REST field stands in the GraphQL input: `filters[0].value` is `filter.leadScore.gte`."""
        match = re.match(r"filters\[(\d+)\]", at)
        if match and int(match[1]) < len(self.paths):
            index = re.search(r"\.values?(\[\d+\])$", at)
            return self.paths[int(match[1])] + (index[1] if index else "")
        if at == "filters":
            return "filter"
        return _BACK.get(at) or ".".join(camel(each) for each in at.split("."))


def retold(fault: Invalid, path: Callable[[str], str]) -> Invalid:
    """The same problem with its fields as GraphQL names them; messages stay as they are on both doors."""
    told = Invalid([replace(each, field=path(each.field)) for each in fault.violations])
    told.detail = fault.detail
    return told


def search_values(arguments: Mapping[str, Any]) -> Values:
    """The body of the REST search that a list's arguments say."""
    values = {rest: _plain(arguments[name]) for name, rest in _RENAMED.items() if arguments.get(name) is not None}
    conditions = list(_conditions(arguments.get("filter") or {}, "filter"))
    if conditions:
        values["filters"] = [condition for condition, _ in conditions]
    return Values(values, tuple(path for _, path in conditions))


def _conditions(given: Mapping[str, Any], at: str) -> Iterator[tuple[dict[str, Any], str]]:
    for name, operators in given.items():
        if operators is None:
            continue
        if name == "and":
            for index, each in enumerate(operators):
                yield from _conditions(each, f"{at}.and[{index}]")
        elif name == "customFields":
            for index, each in enumerate(operators):
                tests = {operator: value for operator, value in each.items() if operator != "slug"}
                yield from _tests(f"custom_fields.{each['slug']}", tests, f"{at}.customFields[{index}]")
        else:
            yield from _tests(snake(name), operators, f"{at}.{name}")


def _tests(field_name: str, operators: Mapping[str, Any], at: str) -> Iterator[tuple[dict[str, Any], str]]:
    """One REST condition for each operator; a null operand is an operator not given."""
    for name, operand in operators.items():
        if operand is not None:
            yield {"field": field_name, **_operand(snake(name), operand)}, f"{at}.{name}"


def _operand(operator: str, operand: Any) -> dict[str, Any]:
    if operator == "exists":
        return {"operator": "exists" if operand else "not_exists"}
    if operator == "between" and isinstance(operand, Mapping):
        return {"operator": operator, "value": operand["from"], "value_to": operand["to"]}
    if operator in ("in", "not_in"):
        return {"operator": operator, "values": [_plain(each) for each in operand]}
    return {"operator": operator, "value": _plain(operand)}


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def snake(name: str) -> str:
    """`leadScore` is `lead_score`."""
    return _SNAKE.sub(r"_\1", name).lower()
