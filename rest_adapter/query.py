"""A query string as the values of an operation: lists are comma separated, nothing is said twice.

What a value must be is the operation's own business; here its text is only given the form JSON would have given it.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from crm.kit.errors import Malformed
from crm.kit.problems import Violation
from crm.operation import Operation

MAX_PARAMETERS = 50
_MAX_DIGITS = 9


def _names(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")] if text.strip() else []


def _whole(text: str) -> int | str:
    """The number it says; what says none is left for the operation to refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else text


PARAMETERS: Mapping[str, Callable[[str], Any]] = {
    "include": _names,
    "fields": _names,
    "limit": _whole,
    "cursor": str,
    "order_by": str,
    "sort_direction": str,
    "search_text": str,
}


def accepted(operation: Operation) -> tuple[str, ...]:
    """The query parameters an operation has where it is bound to GET."""
    return tuple(name for name in operation.takes.members if name in PARAMETERS)


def read_query(raw: bytes, known: tuple[str, ...]) -> tuple[dict[str, Any], list[Violation]]:
    """The values a query string says, and what is wrong with its names. Raises Malformed where it is no text."""
    values: dict[str, Any] = {}
    wrong: list[Violation] = []
    for name, text in _pairs(raw):
        at = name[:100]
        if name not in known:
            wrong.append(Violation(at, "unknown_parameter", f"`{at}` is not a parameter of this request."))
        elif name in values:
            wrong.append(Violation(at, "repeated", f"`{at}` is given more than once."))
        else:
            values[name] = PARAMETERS[name](text)
    return values, wrong


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    if not raw:
        return []
    try:
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise Malformed(
            f"The query string is not percent-encoded UTF-8 of at most {MAX_PARAMETERS} parameters."
        ) from None
