"""The contact in GraphQL."""

from crm.activities import edges as activity_edges
from crm.contacts import edges, service
from crm.contacts.model import Contact as Record
from crm.deals import edges as deal_edges
from crm.notes import edges as note_edges
from crm.tasks import edges as task_edges
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class Contact(Node):
    company = edge(edges.COMPANY_OF)
    owner = edge(edges.OWNER)
    deals = edge(deal_edges.OF_CONTACT)
    tasks = edge(task_edges.OF_CONTACT)
    notes = edge(note_edges.OF_CONTACT)
    activities = edge(activity_edges.OF_CONTACT)


class Queries:
    contact = operation(service.READ)
    contacts = operation(service.SEARCH)


class Mutations:
    create_contact = operation(service.CREATE)
    update_contact = operation(service.UPDATE)
    delete_contact = operation(service.DELETE)
    upsert_contact = operation(service.UPSERT)
    add_contact_tags = operation(service.ADD_TAGS)
    remove_contact_tags = operation(service.REMOVE_TAGS)
