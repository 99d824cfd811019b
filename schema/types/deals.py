"""The deal in GraphQL."""

from crm.activities import edges as activity_edges
from crm.deals import edges, service
from crm.deals.model import Deal as Record
from crm.notes import edges as note_edges
from crm.tasks import edges as task_edges
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class Deal(Node):
    contact = edge(edges.CONTACT_OF)
    company = edge(edges.COMPANY_OF)
    pipeline = edge(edges.PIPELINE_OF)
    stage = edge(edges.STAGE_OF)
    owner = edge(edges.OWNER)
    tasks = edge(task_edges.OF_DEAL)
    notes = edge(note_edges.OF_DEAL)
    activities = edge(activity_edges.OF_DEAL)


class Queries:
    deal = operation(service.READ)
    deals = operation(service.SEARCH)


class Mutations:
    create_deal = operation(service.CREATE)
    update_deal = operation(service.UPDATE)
    delete_deal = operation(service.DELETE)
    move_deal = operation(service.MOVE)
    set_deal_status = operation(service.STATUS)
