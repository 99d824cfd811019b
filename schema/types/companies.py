"""The company in GraphQL."""

from crm.activities import edges as activity_edges
from crm.companies import edges, service
from crm.companies.model import Company as Record
from crm.contacts import edges as contact_edges
from crm.deals import edges as deal_edges
from crm.notes import edges as note_edges
from crm.tasks import edges as task_edges
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class Company(Node):
    owner = edge(edges.OWNER)
    contacts = edge(contact_edges.OF_COMPANY)
    deals = edge(deal_edges.OF_COMPANY)
    tasks = edge(task_edges.OF_COMPANY)
    notes = edge(note_edges.OF_COMPANY)
    activities = edge(activity_edges.OF_COMPANY)


class Queries:
    company = operation(service.READ)
    companies = operation(service.SEARCH)


class Mutations:
    create_company = operation(service.CREATE)
    update_company = operation(service.UPDATE)
    delete_company = operation(service.DELETE)
