"""A binding: the REST face of one operation. Routes are tables of bindings, not handlers."""

from dataclasses import dataclass
from typing import Any

from crm.operation import Operation

BASE = "/v1"
ID = "{id}"
CREATED = 201
GONE = 204

_QUERIED = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Binding:
    """`path` is below `/v1`; its one parameter can only be `{id}`. `status` is what success answers, `only` the fields
    it shows where they are not all, `named` what it is called where its operation has another face already.
    """

    operation: Operation
    method: str
    path: str
    status: int = 200
    only: tuple[str, ...] = ()
    named: str | None = None

    @property
    def name(self) -> str:
        """What documents call it: the operation's name, which its first face has."""
        return self.named or self.operation.name

    def shown(self, record: dict[str, Any]) -> dict[str, Any]:
        """What of a record this path answers with."""
        return {name: record[name] for name in self.only} if self.only else record

    @property
    def queried(self) -> bool:
        """Whether the operation's values come in the query string; otherwise they are the body."""
        return self.method in _QUERIED


def bind(
    operation: Operation,
    method: str,
    path: str,
    status: int = 200,
    only: tuple[str, ...] = (),
    named: str | None = None,
) -> Binding:
    """The REST face of an operation. Raises ValueError where path and operation disagree about an id."""
    if (f"/{ID}" in path) != operation.targets:
        raise ValueError(f"{method} {path}: {operation.name} {'needs' if operation.targets else 'takes no'} {ID}")
    return Binding(operation, method, path, status, only, named)
