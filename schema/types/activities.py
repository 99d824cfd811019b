"""The activity in GraphQL."""

from crm.activities import edges, service
from crm.activities.model import Activity as Record
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class Activity(Node):
    contact = edge(edges.CONTACT_OF)
    company = edge(edges.COMPANY_OF)
    deal = edge(edges.DEAL_OF)
    author = edge(edges.AUTHOR)


class Queries:
    activity = operation(service.READ)
    activities = operation(service.SEARCH)


class Mutations:
    log_activity = operation(service.CREATE)
    delete_activity = operation(service.DELETE)
