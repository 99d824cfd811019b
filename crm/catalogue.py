"""Everything the house can do: all operations and all edges, by name. Doors and tests read it; rooms never do."""

from collections.abc import Mapping
from types import MappingProxyType

from crm.account import service as account
from crm.companies import edges as company_edges
from crm.companies import service as companies
from crm.contacts import edges as contact_edges
from crm.contacts import service as contacts
from crm.deals import edges as deal_edges
from crm.deals import service as deals
from crm.edge import Edge
from crm.operation import Operation
from crm.pipelines import edges as pipeline_edges
from crm.pipelines import service as pipelines
from crm.users import service as users

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for room in (account, users, companies, contacts, pipelines, deals)
        for operation in room.OPERATIONS
    }
)

EDGES: Mapping[str, Edge] = MappingProxyType(
    {edge.full_name: edge for room in (company_edges, contact_edges, pipeline_edges, deal_edges) for edge in room.EDGES}
)
