"""The user in GraphQL."""

from crm.activities import edges as activity_edges
from crm.companies import edges as company_edges
from crm.contacts import edges as contact_edges
from crm.deals import edges as deal_edges
from crm.notes import edges as note_edges
from crm.tasks import edges as task_edges
from crm.users import service
from crm.users.model import User as Record
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class User(Node):
    contacts = edge(contact_edges.OF_OWNER)
    companies = edge(company_edges.OF_OWNER)
    deals = edge(deal_edges.OF_OWNER)
    tasks = edge(task_edges.OF_ASSIGNEE)
    created_tasks = edge(task_edges.OF_MAKER)
    notes = edge(note_edges.OF_AUTHOR)
    activities = edge(activity_edges.OF_AUTHOR)


class Queries:
    user = operation(service.READ)
    users = operation(service.SEARCH)
