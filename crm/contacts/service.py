"""What can be done with contacts."""

from crm.contacts import edges
from crm.contacts.repository import CONTACTS
from crm.reading import read_operation, search_operation

READ = read_operation(CONTACTS, edges.TO_ONE)
SEARCH = search_operation(CONTACTS, edges.TO_ONE)

OPERATIONS = (READ, SEARCH)
