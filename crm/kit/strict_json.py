"""The one JSON reader of both doors: whatever it lets through, the rest of the house can hold.

Refused with a reason: not UTF-8, too deep, a member twice, NaN and infinities, lone surrogates, NUL in a string,
integers and numbers of absurd length.
"""

import json
from typing import Any, NoReturn

from crm.kit.errors import Malformed
from crm.kit.text import is_storable

MAX_DEPTH = 64
MAX_DIGITS = 400


def read(raw: bytes) -> Any:
    """The value `raw` says. Raises Malformed with a detail that tells what is wrong."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    try:
        value = _decoder.decode(text.removeprefix("\ufeff"))
    except RecursionError:
        raise Malformed(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from None
    except json.JSONDecodeError as fault:
        raise Malformed(f"The body is not valid JSON: line {fault.lineno}, column {fault.colno}.") from None
    _check(value)
    return value


def read_object(raw: bytes) -> dict[str, Any]:
    """The same, where only an object will do; an empty body is an empty object."""
    value = read(raw) if raw.strip() else {}
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    return value


def _check(root: Any) -> None:
    """Depth and strings, without recursion, so that depth itself cannot hurt."""
    level = [root]
    depth = 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise Malformed(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
        level = [child for value in level for child in _children(value)]


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        for key in value:
            _check_text(key)
        return list(value.values())
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        _check_text(value)
    return []


def _check_text(text: str) -> None:
    if not is_storable(text):
        raise Malformed("A string holds a NUL character or a lone surrogate.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Malformed(f"The member {name[:80]!a} appears twice in one object.")
            seen.add(name)
    return members


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise Malformed(f"A number has more than {MAX_DIGITS} digits.")
    return int(digits)


def _number(digits: str) -> float:
    if len(digits) > MAX_DIGITS:
        raise Malformed(f"A number has more than {MAX_DIGITS} digits.")
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Malformed("A number is too large.")
    return value


def _constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON.")


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_number, parse_constant=_constant
)
