"""The scalars GraphQL does not have. Input passes as it came: the house reads it, so both doors refuse it alike."""

from datetime import date, datetime
from typing import Any, NewType

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from crm.kit import fields
from crm.kit.values import wire

DateTime = NewType("DateTime", datetime)
Date = NewType("Date", date)
Decimal = NewType("Decimal", float)
JSON = NewType("JSON", object)


def _scalar(name: str, description: str) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=wire, parse_value=_as_it_came)


def _as_it_came(value: Any) -> Any:
    return value


CONFIG = StrawberryConfig(
    scalar_map={
        DateTime: _scalar("DateTime", "An RFC 3339 timestamp in UTC and whole seconds: 2026-06-17T14:30:00Z."),
        Date: _scalar("Date", "A calendar date: 2026-06-17."),
        Decimal: _scalar("Decimal", "A JSON number with at most two decimal places."),
        JSON: _scalar("JSON", "Any JSON value."),
    }
)

OF_KIND: dict[fields.Kind, Any] = {
    fields.TEXT: str,
    fields.ID: strawberry.ID,
    fields.MEMBER: strawberry.ID,
    fields.INTEGER: int,
    fields.NUMBER: float,
    fields.MONEY: Decimal,
    fields.BOOLEAN: bool,
    fields.TIMESTAMP: DateTime,
    fields.DATE: Date,
    fields.TAGS: list[str],
    fields.OBJECT: JSON,
}
"""The GraphQL type of each kind of field; enums have one each, parts of records their own."""
