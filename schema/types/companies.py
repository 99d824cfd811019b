"""The company in GraphQL."""

from crm.companies import edges, service
from crm.companies.model import Company as Record
from crm.contacts import edges as contact_edges
from crm.contacts import service as contacts
from crm.deals import edges as deal_edges
from crm.deals import service as deals
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class Company(Node):
    owner = edge(edges.OWNER)
    contacts = edge(contact_edges.OF_COMPANY, contacts.SEARCH)
    deals = edge(deal_edges.OF_COMPANY, deals.SEARCH)


class Queries:
    company = operation(service.READ)
    companies = operation(service.SEARCH)


class Mutations:
    create_company = operation(service.CREATE)
    update_company = operation(service.UPDATE)
    delete_company = operation(service.DELETE)
