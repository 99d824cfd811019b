"""Operation: the unit of everything. One name, one scope, one permission, one input, one output, one function.

Both doors are made of operations; whatever must happen around one (scope, role, transaction) happens in `call`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from crm.access.roles import Permission
from crm.access.scopes import scope
from crm.kit.errors import Invalid
from crm.kit.fields import PublicField
from crm.kit.problems import Violation
from crm.resources import Resource

Kind = Literal["read", "create", "update", "delete"]

Custom = Mapping[str, PublicField]
"""A tenant's custom fields of one resource, by slug."""


Run = Callable[[Any, "Arguments"], Awaitable[Any]]
"""What an operation does, given the Call it runs for; `call` knows operations, so no operation can name it."""


class Input(Protocol):
    """How an operation's input is read from what a client sent. `members` are its top-level names."""

    @property
    def members(self) -> tuple[str, ...]: ...

    def read(self, raw: Mapping[str, Any], custom: Custom) -> Any:
        """The input, frozen. Raises Invalid with every violation."""
        ...


@dataclass(frozen=True, slots=True)
class Nothing:
    """The input of an operation that takes none."""

    members: tuple[str, ...] = ()

    def read(self, raw: Mapping[str, Any], custom: Custom) -> None:  # noqa: ARG002  the port's signature
        if raw:
            raise Invalid(
                [Violation(name[:100], "unknown_field", f"`{name[:100]}` is not expected here.") for name in raw]
            )


@dataclass(frozen=True, slots=True)
class Arguments:
    """What one run of an operation is given. `input` is what its `takes` made of the client's values."""

    id: str | None = None
    input: Any = None
    if_match: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, eq=False)
class Operation:
    """`name` is `<plural>.<verb>`; `gives` is the record it answers with (a page of them where `pages`).

    `targets` tells that it is about one record, named by its id; `keyed` that it honours an idempotency key. `may` is
    what it asks of the role; the scope follows from it.
    """

    name: str
    summary: str
    resource: Resource
    kind: Kind
    may: Permission | None
    gives: type[BaseModel]
    run: Run
    takes: Input = field(default_factory=Nothing)
    targets: bool = False
    pages: bool = False
    keyed: bool = False

    @property
    def scope(self) -> str | None:
        """The scope it needs; None: any token will do."""
        return scope(self.may.resource, self.may.verb) if self.may else None
