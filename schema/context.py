"""What the resolvers of one operation share: the call, its loaders, and how problems are told."""

from dataclasses import dataclass

from graphql import GraphQLError

from crm.backend import Describe
from crm.call import Call
from crm.kit.errors import CrmError
from crm.loaders import Loaders


@dataclass(frozen=True, slots=True)
class Context:
    """Made anew for every operation. `problem_base` is the address of the problem pages."""

    call: Call
    loaders: Loaders
    describe: Describe
    problem_base: str

    def error(self, fault: CrmError, instance: str) -> GraphQLError:
        """A GraphQL error that carries the problem, the same object as REST would send."""
        body = fault.problem.body(base=self.problem_base, instance=instance, trace_id=self.call.trace_id)
        return GraphQLError(fault.detail, extensions={"code": fault.kind.code, "problem": body})
