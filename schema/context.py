"""What the resolvers of one operation share: the call, its loaders, and how problems are told."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import GraphQLError

from crm.backend import Describe, Request
from crm.call import Call
from crm.kit.errors import CrmError
from crm.kit.idempotency_key import read_key
from crm.loaders import Loaders

log = logging.getLogger(__name__)

Curl = Callable[[Request, str], str]
"""A request as a command for a shell, at an address."""


@dataclass(slots=True)
class Context:
    """Made anew for every operation. `problem_base` is the address of the problem pages, `idempotency_key` the key of
    the request's header; `replayed` tells whether any mutation answered from an earlier run.
    """

    call: Call
    describe: Describe
    curl: Curl
    problem_base: str
    idempotency_key: str | None = None
    replayed: bool = False
    loaders: Loaders = field(init=False)
    _logged: list[Exception] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.call)

    def key(self, argument: str | None) -> str | None:
        """The idempotency key of a mutation: its own argument, else the header's. Raises Malformed."""
        return read_key(argument) if argument is not None else self.idempotency_key

    def over(self, call: Call) -> "Context":
        """The same for the same caller over a session of its own."""
        return replace(self, call=call)

    def written(self, result: dict[str, Any]) -> None:
        """A mutation has run: what was loaded before it may no longer be so."""
        self.replayed = self.replayed or bool(result.get("_replayed"))
        self.loaders = Loaders(self.call)

    def unforeseen(self, fault: Exception, where: str) -> CrmError:
        """What is told of an error nobody foresaw: nothing of the inside. It is logged, once for all who met it."""
        if fault not in self._logged:
            self._logged.append(fault)
            log.error("unexpected error in %s", where, exc_info=fault)
        return CrmError("Something went wrong on our side.")

    def error(self, fault: CrmError, instance: str) -> GraphQLError:
        """A GraphQL error that carries the problem, the same object as REST would send."""
        body = fault.problem.body(base=self.problem_base, instance=instance, trace_id=self.call.trace_id)
        return GraphQLError(fault.detail, extensions={"code": fault.kind.code, "problem": body})

    def error_at(self, fault: CrmError, instance: str, path: Sequence[str | int]) -> GraphQLError:
        """The same at a path of the response."""
        made = self.error(fault, instance)
        return GraphQLError(made.message, path=list(path), extensions=made.extensions)
