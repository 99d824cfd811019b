"""Readers of single values, as filters and commands meet them in JSON: canonical out, or a ValueError.

The error's text is the end of a sentence whose start is the field's name: "must be a whole number".
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Never

from crm.kit import ids
from crm.kit.text import fold, is_storable
from crm.resources import Resource

INTEGER_LIMIT = 2**31 - 1
"""What GraphQL's Int holds; both doors keep to it."""

NUMBER_LIMIT = 2**53 - 1
"""What every JSON reader holds exactly."""

MONEY_LIMIT = 10**13
"""What an amount may be, either side of nothing; its hundredths are exact in JSON too."""

TEXT_LIMIT = 1_000

_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # RFC 3339 §5.6
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def refuse(_: object) -> Never:
    raise ValueError("cannot be filtered")


def read_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    if len(value) > TEXT_LIMIT:
        raise ValueError(f"must be at most {TEXT_LIMIT:,} characters")
    if not is_storable(value):
        raise ValueError("must not hold a NUL character or a lone surrogate")
    return value


def read_folded(value: object) -> str:
    return fold(read_text(value))


def read_choice(value: object, choices: Sequence[str]) -> str:
    if isinstance(value, str) and value.casefold() in choices:
        return value.casefold()
    raise ValueError(f"must be one of {', '.join(choices)}")


def read_id(value: object, resource: Resource) -> str:
    if isinstance(value, str) and ids.is_id(value, resource):
        return value
    raise ValueError(f"must be an id of {resource.one} ({resource.prefix}_…)")


def whole(value: object) -> object:
    """JSON has one kind of number: 7.0 is 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read_integer(value: object) -> int:
    value = whole(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")
    if abs(value) > INTEGER_LIMIT:
        raise ValueError("must be a whole number between -2^31 and 2^31")
    return value


def read_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    if abs(value) > NUMBER_LIMIT:
        raise ValueError("must be a number between -2^53 and 2^53")
    return float(value)


def read_money(value: object) -> int:
    """An amount as whole hundredths."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    hundredths = Decimal(repr(value)) * 100
    if hundredths != hundredths.to_integral_value():
        raise ValueError("must have at most two decimal places")
    if abs(hundredths) > MONEY_LIMIT * 100:
        raise ValueError("must be between -10^13 and 10^13")
    return int(hundredths)


def money(hundredths: int) -> int | float:
    """The JSON number that says so many hundredths; exact up to 10^15 of them."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def read_boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def read_timestamp(value: object) -> datetime:
    """An RFC 3339 timestamp of any offset, in UTC and whole seconds."""
    wanted = "must be an RFC 3339 timestamp such as 2026-06-17T14:30:00Z"
    if not isinstance(value, str) or not _TIMESTAMP.fullmatch(value):
        raise ValueError(wanted)
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise ValueError(wanted) from None


def read_date(value: object) -> date:
    wanted = "must be a date such as 2026-06-17"
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError(wanted)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(wanted) from None


def wire(value: Any) -> Any:
    """A record's value as JSON has it: timestamps and dates as text, everything else as it is."""
    if isinstance(value, datetime):
        return f"{value.replace(tzinfo=None).isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    return value
