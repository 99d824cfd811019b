"""Spans of time as an operator types them: `12h`, `30d`."""

import re
from datetime import timedelta

_SPAN = re.compile(r"([1-9][0-9]{0,4})([hd])", re.ASCII)
_UNITS = {"h": "hours", "d": "days"}


def span(text: str) -> timedelta | None:
    """How long that is; None where it is no span."""
    match = _SPAN.fullmatch(text)
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None
