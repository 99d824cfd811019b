"""What a written value must be: text with its length, and the formats that libraries know, each in one spelling.

These annotate the records' own fields, so a record and the commands that write it declare a field once. A value that
will not do raises ValueError with the end of a sentence: "must be …".
"""

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import idna
import orjson
import phonenumbers
import pycountry
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from crm.kit import fields, values
from crm.kit.text import fold, is_storable

LINE = 255
LONG = 65_536
MAX_TAGS = 50
MAX_TAG = 64
MAX_METADATA = 8_192


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("must not hold a NUL character or a lone surrogate")
    return text


def emptied(value: Any) -> Any:
    """A line of nothing but spaces is no value."""
    return None if isinstance(value, str) and not value.strip() else value


def email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        raise ValueError("must be an e-mail address") from None


def phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise ValueError("must be a phone number with its country code, such as +14155550123") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError("must be a phone number with its country code, such as +14155550123")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def domain(text: str) -> str:
    name = text.lower().rstrip(".")
    try:
        encoded = idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        encoded = ""
    if "." not in encoded:
        raise ValueError("must be an internet domain such as northwind.example")
    return idna.decode(encoded)


def url(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or any(each.isspace() for each in text):
        raise ValueError("must be an address that begins with http:// or https://")
    return text


def currency(text: str) -> str:
    if len(text) == len("USD") and pycountry.currencies.get(alpha_3=text.upper()):
        return text.upper()
    raise ValueError("must be an ISO 4217 currency code such as USD")


def country(text: str) -> str:
    if len(text) == len("US") and pycountry.countries.get(alpha_2=text.upper()):
        return text.upper()
    raise ValueError("must be an ISO 3166-1 alpha-2 country code such as US")


_TIMEZONES = {name.casefold(): name for name in available_timezones()}


def timezone(text: str) -> str:
    if text.casefold() in _TIMEZONES:
        return _TIMEZONES[text.casefold()]
    raise ValueError("must be an IANA time zone such as Europe/London")


def amount(value: Any) -> int | float:
    """A JSON number of at most two places, 0 to 10^13."""
    hundredths = values.read_money(value)
    if not 0 <= hundredths <= values.MONEY_LIMIT * 100:
        raise ValueError("must be between 0 and 10^13")
    return values.money(hundredths)


def tags(listed: list[str]) -> list[str]:
    """Labels trimmed, none empty, none twice (whatever its case)."""
    kept: dict[str, str] = {}
    for each in listed:
        label = _storable(each.strip())
        if not 1 <= len(label) <= MAX_TAG:
            raise ValueError(f"must hold labels of 1 to {MAX_TAG} characters")
        kept.setdefault(fold(label), label)
    return list(kept.values())


def metadata(members: dict[str, Any]) -> dict[str, Any]:
    """An object of whatever JSON holds, if both databases and every JSON reader can hold it too."""
    try:
        written = orjson.dumps(members)
    except TypeError:
        raise ValueError("must be JSON of whole characters and of numbers that 64 bits hold") from None
    if len(written) > MAX_METADATA:
        raise ValueError(f"must be at most {MAX_METADATA:,} bytes of JSON")
    for each in _leaves(members):
        if isinstance(each, str):
            _storable(each)
        if isinstance(each, float) and not isfinite(each):
            raise ValueError("must not hold a number that is too large")
    return members


def _leaves(value: Any) -> Iterator[Any]:
    """Every key and every plain value. What orjson writes is not deep enough to hurt."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _line(check: Callable[[str], str], spelled: str | None = None) -> Any:
    """A trimmed line that `check` accepts; `spelled` is the name of its format in documents."""
    trimmed = StringConstraints(strip_whitespace=True, min_length=1, max_length=LINE)
    return (trimmed, AfterValidator(check), *(() if spelled is None else (Documented(format=spelled),)))


class Documented:
    """What JSON Schema says of a value that a reader of ours checks."""

    def __init__(self, **schema: Any) -> None:
        self._schema = schema

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), **self._schema}


_LABEL: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": MAX_TAG}

Line = Annotated[str, fields.TEXT, *_line(_storable)]
LongText = Annotated[str, fields.TEXT, StringConstraints(max_length=LONG), AfterValidator(_storable)]
Body = Annotated[str, fields.TEXT, StringConstraints(min_length=1, max_length=LONG), AfterValidator(_storable)]
Email = Annotated[str, fields.TEXT, *_line(email, "idn-email")]
Phone = Annotated[str, fields.TEXT, *_line(phone, "phone")]
Domain = Annotated[str, fields.TEXT, *_line(domain, "internet-domain")]
Url = Annotated[str, fields.TEXT, *_line(url, "url")]
Currency = Annotated[str, fields.TEXT, *_line(currency, "iso-4217")]
Country = Annotated[str, fields.TEXT, *_line(country, "iso-3166-1")]
Timezone = Annotated[str, fields.TEXT, *_line(timezone, "time-zone")]
Amount = Annotated[float, fields.MONEY, BeforeValidator(amount), Documented(minimum=0, maximum=values.MONEY_LIMIT)]
Count = Annotated[int, fields.INTEGER, Field(ge=0, le=values.INTEGER_LIMIT), BeforeValidator(values.whole)]
Labels = Annotated[list[str], fields.TAGS, Field(max_length=MAX_TAGS), AfterValidator(tags), Documented(items=_LABEL)]
Metadata = Annotated[dict[str, Any], fields.OBJECT, AfterValidator(metadata)]
