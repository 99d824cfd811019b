"""What the contract (§2, §3) says of lists, in plain Python over plain values: no SQL, no index, no folded copy.

Everything here is written from the contract and not from the code it judges.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from crm.kit.fields import fields_of
from crm.kit.page import Row
from crm.resources import Resource
from tests.properties.records import CUSTOM_TYPES, RECORD

SEARCHED = {
    "users": ("name", "email"),
    "contacts": ("name", "email", "phone", "job_title"),
    "companies": ("name", "domain"),
    "deals": ("name",),
    "pipelines": ("name",),
    "tasks": ("title", "description"),
    "notes": ("body",),
    "activities": ("subject", "body"),
}


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


# Filters


def _moment(value: str | datetime) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC).replace(microsecond=0)


def _day(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


COMPARABLE: Mapping[str, Callable[[Any], Any]] = {
    "text": folded,
    "enum": str.casefold,
    "id": str,
    "integer": int,
    "number": float,
    "money": lambda amount: Decimal(str(amount)),
    "boolean": bool,
    "timestamp": _moment,
    "date": _day,
    "tags": folded,
    "string": folded,
    "member": str,
}

POSITIVE: Mapping[str, Callable[[Any, list[Any]], bool]] = {
    "eq": lambda has, asked: has == asked[0],
    "gt": lambda has, asked: has > asked[0],
    "gte": lambda has, asked: has >= asked[0],
    "lt": lambda has, asked: has < asked[0],
    "lte": lambda has, asked: has <= asked[0],
    "between": lambda has, asked: asked[0] <= has <= asked[1],
    "in": lambda has, asked: has in asked,
    "contains": lambda has, asked: asked[0] in has,
    "starts_with": lambda has, asked: has.startswith(asked[0]),
    "exists": lambda has, _: has is not None,
}
OPPOSITE = {"neq": "eq", "not_in": "in", "not_contains": "contains", "not_exists": "exists"}


def kind_of(resource: Resource, name: str) -> str:
    """What kind of value a filter's field holds."""
    if name.startswith("custom_fields."):
        return CUSTOM_TYPES[name.removeprefix("custom_fields.")]
    if name == "stage_id" and resource.plural == "pipelines":
        return "member"
    return fields_of(RECORD[resource])[name].kind.name


def meets(resource: Resource, row: Row, condition: Mapping[str, Any]) -> bool:
    """Whether a record meets a condition as a client wrote it."""
    kind = kind_of(resource, condition["field"])
    operator = condition["operator"]
    if operator in OPPOSITE:
        return not _meets(kind, _held(row, condition["field"]), OPPOSITE[operator], condition)
    return _meets(kind, _held(row, condition["field"]), operator, condition)


def _held(row: Row, name: str) -> Any:
    if name.startswith("custom_fields."):
        return row["custom_fields"].get(name.removeprefix("custom_fields."))
    if name == "stage_id" and "stages" in row:
        return [each["id"] for each in row["stages"]]
    return row[name]


def _meets(kind: str, has: Any, operator: str, condition: Mapping[str, Any]) -> bool:
    if has is None:
        return False
    comparable = COMPARABLE[kind]
    asked = [comparable(each) for each in _asked(condition)]
    if kind == "member":
        return any(POSITIVE[operator](each, asked) for each in has)
    if kind == "tags":
        return bool(has) and POSITIVE[operator]([comparable(each) for each in has], asked)
    return POSITIVE[operator](comparable(has), asked)


def _asked(condition: Mapping[str, Any]) -> list[Any]:
    if condition.get("values") is not None:
        return list(condition["values"])
    given = [condition.get("value"), condition.get("value_to")]
    if isinstance(given[0], list):
        return given[0]
    return [each for each in given if each is not None]


# Order

RANKED: Mapping[str, Callable[[Any], Any]] = {"priority": ("low", "medium", "high", "urgent").index}


def in_order(resource: Resource, rows: Iterable[Row], by: str, direction: str) -> list[str]:
    """The ids as a list shows them: by value, ties by id in the same direction, no value last either way."""
    rows = list(rows)
    comparable = RANKED.get(by, COMPARABLE[kind_of(resource, by)])
    down = direction == "desc"
    valued = sorted(((comparable(row[by]), row["id"]) for row in rows if row[by] is not None), reverse=down)
    return [each for _, each in valued] + sorted((row["id"] for row in rows if row[by] is None), reverse=down)


# Words


def words_of(text: str) -> set[str]:
    """Runs of letters and digits, case and accents gone, 64 characters of each."""
    found: list[str] = [""]
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    for each in plain:
        if unicodedata.category(each)[0] == "M" or unicodedata.category(each) == "Cf":
            continue
        if each.isalnum():
            found[-1] += each
        else:
            found.append("")
    return {each[:64] for each in found if each}


def finds(resource: Resource, row: Row, search_text: str) -> bool:
    """Whether every word asked for begins some word of the record."""
    there = words_of(" ".join(row[name] for name in SEARCHED[resource.plural] if row[name] is not None))
    return all(any(has.startswith(word) for has in there) for word in words_of(search_text))
