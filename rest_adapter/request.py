"""From an operation to the REST request that says the same: its method, path and body, and a curl to paste."""

import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from crm.backend import Request
from crm.contracts import NEWEST
from crm.kit.values import wire
from crm.operation import Operation
from rest_adapter.binding import BASE, ID, Binding
from rest_adapter.paths import quoted_segment
from rest_adapter.routes import ROUTES
from rest_adapter.wire import dumps

_BOUND: dict[str, Binding] = {binding.operation.name: binding for binding in reversed(ROUTES)}


def bound(operation: Operation) -> Binding:
    """The binding an operation is described by: its first. One without REST face is a KeyError."""
    return _BOUND[operation.name]


def describe(operation: Operation, *, id: str | None = None, values: Mapping[str, Any] | None = None) -> Request:
    """The request `operation` amounts to: `crm.backend.Describe`. An operation without REST face is a KeyError."""
    binding = bound(operation)
    path = f"{BASE}{binding.path.replace(ID, quoted_segment(id or ID))}"
    if binding.queried:
        return Request(binding.method, f"{path}{_query(values or {})}")
    return Request(binding.method, path, dict(values or {}))


def curl(request: Request, base: str) -> str:
    """The request as a command for a shell in which `TOKEN` is set. `base` is the address the API is served at."""
    method = "" if request.method == "GET" else f"-X {request.method} "
    lines = [
        f"curl {method}{shlex.quote(base.rstrip('/') + request.path)}",
        '-H "Authorization: Bearer $TOKEN"',
        f"-H 'Version: {NEWEST.name}'",
    ]
    if request.body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(dumps(dict(request.body)).decode())}"]
    return " \\\n  ".join(lines)


def _query(values: Mapping[str, Any]) -> str:
    pairs = {name: _text(value) for name, value in values.items() if value is not None}
    return f"?{urlencode(pairs, safe=',:')}" if pairs else ""


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(str(each) for each in value)
    return str(wire(value))
