"""The user in GraphQL."""

from crm.companies import edges as company_edges
from crm.companies import service as companies
from crm.contacts import edges as contact_edges
from crm.contacts import service as contacts
from crm.deals import edges as deal_edges
from crm.deals import service as deals
from crm.users import service
from crm.users.model import User as Record
from schema.fields import edge, operation, shape
from schema.node import Node


@shape(Record)
class User(Node):
    contacts = edge(contact_edges.OF_OWNER, contacts.SEARCH)
    companies = edge(company_edges.OF_OWNER, companies.SEARCH)
    deals = edge(deal_edges.OF_OWNER, deals.SEARCH)


class Queries:
    user = operation(service.READ)
    users = operation(service.SEARCH)
