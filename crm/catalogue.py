"""Everything the house can do: operations, edges and repositories. Doors and tests read it; rooms never do."""

from collections.abc import Mapping
from types import MappingProxyType

from crm.account import service as account
from crm.activities import edges as activity_edges
from crm.activities import service as activities
from crm.activities.repository import ACTIVITIES
from crm.companies import edges as company_edges
from crm.companies import service as companies
from crm.companies.repository import COMPANIES
from crm.contacts import edges as contact_edges
from crm.contacts import service as contacts
from crm.contacts.repository import CONTACTS
from crm.deals import edges as deal_edges
from crm.deals import service as deals
from crm.deals.repository import DEALS
from crm.edge import Edge
from crm.kit.fields import fields_of
from crm.notes import edges as note_edges
from crm.notes import service as notes
from crm.notes.repository import NOTES
from crm.operation import Operation
from crm.pipelines import edges as pipeline_edges
from crm.pipelines import service as pipelines
from crm.pipelines.repository import PIPELINES
from crm.resources import COMPANY, CONTACT, DEAL, Resource
from crm.storage.writes import Detach
from crm.tasks import edges as task_edges
from crm.tasks import service as tasks
from crm.tasks.repository import TASKS
from crm.users import service as users
from crm.users.repository import USERS

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        operation.name: operation
        for room in (account, users, companies, contacts, pipelines, deals, tasks, notes, activities)
        for operation in room.OPERATIONS
    }
)

EDGES: Mapping[str, Edge] = MappingProxyType(
    {
        edge.full_name: edge
        for room in (
            *(company_edges, contact_edges, pipeline_edges, deal_edges),
            *(task_edges, note_edges, activity_edges),
        )
        for edge in room.EDGES
    }
)

REPOSITORIES = (USERS, COMPANIES, CONTACTS, PIPELINES, DEALS, TASKS, NOTES, ACTIVITIES)

DETACHES: Mapping[Resource, tuple[Detach, ...]] = MappingProxyType(
    {
        resource: tuple(
            Detach(repository.table, field.name)
            for repository in REPOSITORIES
            for field in fields_of(repository.record).values()
            if field.points_to is resource and field.name != "id" and field.nullable
        )
        for resource in (CONTACT, COMPANY, DEAL)
    }
)
"""What lets go of a contact, company or deal when it is deleted: every field that may hold its id."""
