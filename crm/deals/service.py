"""What can be done with deals."""

from crm.deals import edges
from crm.deals.repository import DEALS
from crm.reading import read_operation, search_operation

READ = read_operation(DEALS, edges.TO_ONE)
SEARCH = search_operation(DEALS, edges.TO_ONE)

OPERATIONS = (READ, SEARCH)
