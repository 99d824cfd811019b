"""The task in GraphQL."""

from crm.tasks import edges, service
from crm.tasks.model import Task as Record
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class Task(Node):
    contact = edge(edges.CONTACT_OF)
    company = edge(edges.COMPANY_OF)
    deal = edge(edges.DEAL_OF)
    assignee = edge(edges.ASSIGNEE)
    created_by = edge(edges.CREATED_BY)


class Queries:
    task = operation(service.READ)
    tasks = operation(service.SEARCH)


class Mutations:
    create_task = operation(service.CREATE)
    update_task = operation(service.UPDATE)
    delete_task = operation(service.DELETE)
    complete_task = operation(service.COMPLETE)
    reopen_task = operation(service.REOPEN)
