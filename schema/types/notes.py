"""The note in GraphQL."""

from crm.notes import edges, service
from crm.notes.model import Note as Record
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class Note(Node):
    contact = edge(edges.CONTACT_OF)
    company = edge(edges.COMPANY_OF)
    deal = edge(edges.DEAL_OF)
    author = edge(edges.AUTHOR)


class Queries:
    note = operation(service.READ)
    notes = operation(service.SEARCH)


class Mutations:
    create_note = operation(service.CREATE)
    update_note = operation(service.UPDATE)
    delete_note = operation(service.DELETE)
    pin_note = operation(service.PIN)
    unpin_note = operation(service.UNPIN)
