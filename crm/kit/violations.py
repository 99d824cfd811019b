"""Pydantic's errors as violations: a path as clients write it, a stable code, and a plain sentence."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crm.kit.problems import Violation

_SAID: Mapping[str, tuple[str, str]] = {
    "missing": ("required", "is required"),
    "string_type": ("type", "must be a string"),
    "string_too_short": ("too_short", "must not be empty"),
    "string_too_long": ("too_long", "must be at most {max_length} characters"),
    "string_unicode": ("type", "must not hold a lone surrogate"),
    "int_type": ("type", "must be a whole number"),
    "int_from_float": ("type", "must be a whole number"),
    "int_parsing_size": ("out_of_range", "is too large"),
    "float_type": ("type", "must be a number"),
    "bool_type": ("type", "must be true or false"),
    "list_type": ("type", "must be an array"),
    "dict_type": ("type", "must be an object"),
    "model_type": ("type", "must be an object"),
    "model_attributes_type": ("type", "must be an object"),
    "literal_error": ("choice", "must be one of {choices}"),
    "greater_than_equal": ("out_of_range", "must be at least {ge}"),
    "less_than_equal": ("out_of_range", "must be at most {le}"),
    "too_long": ("too_long", "must hold at most {max_length} entries"),
    "too_short": ("too_short", "must not be empty"),
}


def told(fault: ValidationError, closed: Mapping[str, str]) -> list[Violation]:
    """Every error once. `closed` says of known fields why they cannot be written here."""
    return [_violation(error, closed) for error in fault.errors(include_url=False, include_input=False)]


def _violation(error: ErrorDetails, closed: Mapping[str, str]) -> Violation:
    at = path(error["loc"])
    kind = error["type"]
    if kind == "extra_forbidden":
        if at in closed:
            return Violation(at, "read_only", f"`{at}` {closed[at]}.")
        return Violation(at, "unknown_field", f"`{at}` is not a field of this input.")
    context: dict[str, Any] = error.get("ctx", {})
    if kind == "value_error":
        return Violation(at, "value", f"`{at}` {context['error']}.")
    code, sentence = _SAID.get(kind, ("value", "is not valid"))
    choices = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
    return Violation(at, code, f"`{at}` {sentence.format(choices=choices, **context)}.")


def path(loc: tuple[int | str, ...]) -> str:
    """`("address", "city")` is `address.city`, `("tags", 0)` is `tags[0]`."""
    at = ""
    for step in loc:
        at += f"[{step}]" if isinstance(step, int) else f".{step[:100]}"
    return at.removeprefix(".")
